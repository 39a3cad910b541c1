/* stats_kept.h
 * sharkd's nstat:impsvc,kept: what is kept of a capture, to be joined with others (impsvc collect)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_STATS_KEPT_H
#define IMPSVC_STATS_KEPT_H

/** Register it, when the plugin registers its protocol; only sharkd has it. */
void impsvc_stats_kept_register(void);

#endif /* IMPSVC_STATS_KEPT_H */
