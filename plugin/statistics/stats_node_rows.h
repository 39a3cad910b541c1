/* stats_node_rows.h
 * tshark -z impsvc,nodes: what was learned, as rows of the table of nodes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_STATS_NODE_ROWS_H
#define IMPSVC_STATS_NODE_ROWS_H

/** Register the statistic. Call after the tap is registered. */
void impsvc_stats_node_rows_register(void);

#endif /* IMPSVC_STATS_NODE_ROWS_H */
