/* stats_rules.h
 * tshark -z impsvc,rules: firewall rules
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_STATS_RULES_H
#define IMPSVC_STATS_RULES_H

/** Register the statistic. Call after the tap is registered. */
void impsvc_stats_rules_register(void);

#endif /* IMPSVC_STATS_RULES_H */
