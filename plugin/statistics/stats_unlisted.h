/* stats_unlisted.h
 * Statistics > IM and Presence > Ports that the list lacks, and tshark -z impsvc_unlisted,tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_STATS_UNLISTED_H
#define IMPSVC_STATS_UNLISTED_H

/** Register the tree. */
void impsvc_stats_unlisted_register(void);

#endif /* IMPSVC_STATS_UNLISTED_H */
