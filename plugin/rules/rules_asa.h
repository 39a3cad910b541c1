/* rules_asa.h
 * Permits as an extended access list of Cisco ASA
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RULES_ASA_H
#define IMPSVC_RULES_ASA_H

#include "rules/dialect.h"

/** Write the rules: one list for both address families (ASA 9.0 and later), which knows TCP's and UDP's answers by itself. */
void impsvc_rules_asa(GString *out, const impsvc_permits *permits, impsvc_rules_source source);

#endif /* IMPSVC_RULES_ASA_H */
