/* stats_flows.h
 * Statistics > IM and Presence flows, and tshark -z impsvc,flows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_STATS_FLOWS_H
#define IMPSVC_STATS_FLOWS_H

/** Register the table of flows. Call after the tap is registered. */
void impsvc_stats_flows_register(void);

#endif /* IMPSVC_STATS_FLOWS_H */
