/* stats_table.h
 * Statistics > IM and Presence > Traffic by table, and tshark -z impsvc,tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_STATS_TABLE_H
#define IMPSVC_STATS_TABLE_H

/** Register the statistics tree on the tap "impsvc". */
void impsvc_stats_table_register(void);

#endif /* IMPSVC_STATS_TABLE_H */
