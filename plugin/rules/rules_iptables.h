/* rules_iptables.h
 * Permits for iptables-restore(8) and ip6tables-restore(8)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RULES_IPTABLES_H
#define IMPSVC_RULES_IPTABLES_H

#include "rules/dialect.h"

/** Write the rules: one file for both programs, each of which skips the lines of the other. */
void impsvc_rules_iptables(GString *out, const impsvc_permits *permits, impsvc_rules_source source);

#endif /* IMPSVC_RULES_IPTABLES_H */
