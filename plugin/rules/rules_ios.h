/* rules_ios.h
 * Permits as extended access lists of Cisco IOS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RULES_IOS_H
#define IMPSVC_RULES_IOS_H

#include "rules/dialect.h"

/** Write the rules: a list for IPv4 and one for IPv6, which know no connections, so that answers have lines of their own. */
void impsvc_rules_ios(GString *out, const impsvc_permits *permits, impsvc_rules_source source);

#endif /* IMPSVC_RULES_IOS_H */
