/* stats_qos.h
 * Statistics > IM and Presence > DSCP by service, and tshark -z impsvc_qos,tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_STATS_QOS_H
#define IMPSVC_STATS_QOS_H

/** Register the statistics tree. Call after the tap is registered. */
void impsvc_stats_qos_register(void);

#endif /* IMPSVC_STATS_QOS_H */
