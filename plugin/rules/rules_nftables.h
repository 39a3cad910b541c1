/* rules_nftables.h
 * Permits as commands for nft(8)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RULES_NFTABLES_H
#define IMPSVC_RULES_NFTABLES_H

#include "rules/dialect.h"

/** Write the rules. Those of a plan are a table with a chain that drops all else; missing ones are added to that chain. */
void impsvc_rules_nftables(GString *out, const impsvc_permits *permits, impsvc_rules_source source);

#endif /* IMPSVC_RULES_NFTABLES_H */
