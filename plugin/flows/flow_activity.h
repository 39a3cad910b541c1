/* flow_activity.h
 * When a flow was busy: a picture of 64 stripes, from its first packet to its last
 *
 * Stripes are as wide as need be, a power of two of nanoseconds, and begin at multiples of that. So the picture depends on the
 * packets' times alone, and two pictures of one flow make one, in whatever order. What is quiet is known to a stripe.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_ACTIVITY_H
#define IMPSVC_FLOW_ACTIVITY_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t  first;     /**< when the first packet came, in nanoseconds since 1970 */
    int64_t  last;
    uint64_t stripes;   /**< those with packets, 0 if there were none; the first packet's is bit 0 */
    uint8_t  width;     /**< of a stripe, as the exponent of two */
} impsvc_flow_activity;

/** How long it is from one time to another. A capture may say anything of time: what is too long for a number is as long as one can be. */
static inline int64_t impsvc_time_between(int64_t from, int64_t until)
{
    if (from < 0 && until > INT64_MAX + from)
        return INT64_MAX;
    if (from > 0 && until < INT64_MIN + from)
        return INT64_MIN;
    return until - from;
}

/** Note a packet. */
void impsvc_activity_note(impsvc_flow_activity *activity, int64_t when);

/** Add what another picture of the same flow has. */
void impsvc_activity_merge(impsvc_flow_activity *activity, const impsvc_flow_activity *other);

/** Whether a picture that was read from somewhere is one that could have been made here. */
bool impsvc_activity_is_sound(const impsvc_flow_activity *activity);

/** The longest time in which nothing was sent, to a stripe. */
typedef struct {
    int64_t at_least;   /**< nanoseconds; 0 if there is none */
    int64_t until;      /**< when the stripe began in which something was sent again */
} impsvc_flow_quiet;

/** The longest quiet time between two times: at most what lies between them, which it is where nothing was sent between their stripes. */
impsvc_flow_quiet impsvc_activity_quiet(const impsvc_flow_activity *activity, int64_t from, int64_t until);

#endif /* IMPSVC_FLOW_ACTIVITY_H */
