/* flow_activity.c
 * When a flow was busy: a picture of 64 stripes, from its first packet to its last
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/flow_activity.h"

#define STRIPES  64
#define NARROWEST 20    /* a stripe of a millisecond */

/* The number of the stripe of this width in which a time lies; times before 1970 come before the others. */
static uint64_t stripe_of(int64_t when, unsigned width)
{
    return ((uint64_t)when ^ UINT64_C(1) << 63) >> width;
}

static int64_t beginning_of(uint64_t stripe, unsigned width)
{
    return (int64_t)(stripe << width ^ UINT64_C(1) << 63);
}

/* The picture with other ends: stripes go into wider ones, which hold them whole. */
static void widen(impsvc_flow_activity *activity, int64_t first, int64_t last)
{
    impsvc_flow_activity wider = { .first = first, .last = last, .width = activity->width };

    while (stripe_of(last, wider.width) - stripe_of(first, wider.width) >= STRIPES)
        wider.width++;
    for (uint64_t left = activity->stripes, i = stripe_of(activity->first, activity->width); left != 0; left >>= 1, i++)
        if (left & 1)
            wider.stripes |= UINT64_C(1) << ((i >> (wider.width - activity->width)) - stripe_of(first, wider.width));
    *activity = wider;
}

void impsvc_activity_note(impsvc_flow_activity *activity, int64_t when)
{
    uint64_t stripe;

    if (activity->stripes == 0) {
        *activity = (impsvc_flow_activity){ .first = when, .last = when, .stripes = 1, .width = NARROWEST };
        return;
    }
    stripe = stripe_of(when, activity->width) - stripe_of(activity->first, activity->width);
    if (when < activity->first || stripe >= STRIPES) {
        widen(activity, when < activity->first ? when : activity->first, when > activity->last ? when : activity->last);
        stripe = stripe_of(when, activity->width) - stripe_of(activity->first, activity->width);
    }
    if (when > activity->last)
        activity->last = when;
    activity->stripes |= UINT64_C(1) << stripe;
}

/* Each is as wide as its own ends need, so with the same ends both are equally wide. */
void impsvc_activity_merge(impsvc_flow_activity *activity, const impsvc_flow_activity *other)
{
    impsvc_flow_activity theirs = *other;

    if (other->stripes == 0)
        return;
    if (activity->stripes == 0) {
        *activity = *other;
        return;
    }
    widen(activity, theirs.first < activity->first ? theirs.first : activity->first,
          theirs.last > activity->last ? theirs.last : activity->last);
    widen(&theirs, activity->first, activity->last);
    activity->stripes |= theirs.stripes;
}

bool impsvc_activity_is_sound(const impsvc_flow_activity *activity)
{
    uint64_t last;

    if (activity->stripes == 0)
        return activity->first == 0 && activity->last == 0 && activity->width == 0;
    if (activity->last < activity->first || activity->width < NARROWEST || activity->width >= STRIPES)
        return false;
    /* No wider than need be, or two pictures with the same ends would not be equally wide. */
    if (activity->width > NARROWEST
        && stripe_of(activity->last, activity->width - 1u) - stripe_of(activity->first, activity->width - 1u) < STRIPES)
        return false;
    last = stripe_of(activity->last, activity->width) - stripe_of(activity->first, activity->width);
    return last < STRIPES && (activity->stripes & 1) && (activity->stripes >> last) == 1;
}

/* A time's stripe in the picture. */
static unsigned index_of(const impsvc_flow_activity *activity, int64_t when)
{
    if (when <= activity->first)
        return 0;
    if (when > activity->last)
        when = activity->last;
    return (unsigned)(stripe_of(when, activity->width) - stripe_of(activity->first, activity->width));
}

impsvc_flow_quiet impsvc_activity_quiet(const impsvc_flow_activity *activity, int64_t from, int64_t until)
{
    unsigned end = index_of(activity, until);
    unsigned busy = index_of(activity, from);   /* the last stripe that was */
    impsvc_flow_quiet quiet = { .until = until };
    unsigned longest = 0;

    if (activity->stripes == 0 || until <= from)
        return quiet;
    for (unsigned i = busy + 1; i <= end; i++) {
        if (i < end && (activity->stripes >> i & 1) == 0)
            continue;
        if (i - busy - 1 > longest) {
            longest = i - busy - 1;
            quiet.until = beginning_of(stripe_of(activity->first, activity->width) + i, activity->width);
        }
        busy = i;
    }
    if (longest + 1 + index_of(activity, from) >= end)
        return (impsvc_flow_quiet){ .at_least = impsvc_time_between(from, until), .until = until };
    quiet.at_least = longest > (uint64_t)INT64_MAX >> activity->width ? INT64_MAX : (int64_t)((uint64_t)longest << activity->width);
    return quiet;
}
