/* stats_nodes.h
 * Statistics > IM and Presence > Nodes and roles, and tshark -z impsvc_nodes,tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_STATS_NODES_H
#define IMPSVC_STATS_NODES_H

/** Register the statistics tree. Call after the tap is registered. */
void impsvc_stats_nodes_register(void);

#endif /* IMPSVC_STATS_NODES_H */
