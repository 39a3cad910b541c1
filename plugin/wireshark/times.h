/* times.h
 * Wireshark's times as the flows have them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_TIMES_H
#define IMPSVC_TIMES_H

#include "wireshark/compat.h"

/** A time or a span in nanoseconds; of a time, since 1970. */
static inline int64_t impsvc_nanoseconds(const nstime_t *when)
{
    return (int64_t)when->secs * 1000000000 + when->nsecs;
}

#endif /* IMPSVC_TIMES_H */
