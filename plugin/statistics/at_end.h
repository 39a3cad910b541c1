/* at_end.h
 * Statistics that can be written only when all packets were read
 *
 * Wireshark's tables and trees have no call-back for that. A listener of ours, on the tap of all frames, sees the last one in a pass that
 * follows another (the window, sharkd, -2), and is asked to draw before the statistic is (tshark, sharkd).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_AT_END_H
#define IMPSVC_AT_END_H

#include <stdbool.h>

typedef struct {
    const char *name;           /**< the statistic's, for what goes wrong */
    void      (*write)(void);   /**< may be called more than once */
    bool        is_watching;    /**< our own listener is registered */
} impsvc_at_end;

/** Write when all was read. Call when the statistic's own listener is there: the one that comes last is drawn first. */
void impsvc_at_end_watch(impsvc_at_end *at_end);

/** Do not any more. */
void impsvc_at_end_forget(impsvc_at_end *at_end);

#endif /* IMPSVC_AT_END_H */
