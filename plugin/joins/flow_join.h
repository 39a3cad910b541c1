/* flow_join.h
 * Records from many captures that are of one flow become one, with one verdict
 *
 * Which records are of one flow depends on what is in them alone: not on the order in which captures were read, and not on how often.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_JOIN_H
#define IMPSVC_FLOW_JOIN_H

#include <glib.h>

#include "joins/flow_text.h"

/** Clocks of two machines that record the same packets differ by no more than this: nanoseconds. */
#define IMPSVC_CLOCKS_DIFFER (2 * INT64_C(1000000000))

/** What one capture has of a flow. */
typedef struct {
    impsvc_flow_record       record;    /**< interfaces are those of all captures (flow_moved.h) */
    impsvc_flow_surroundings around;
    uint64_t                 capture;   /**< which one */
    const char              *text;      /**< the record as text, to decide between two that begin and end at once */
} impsvc_flow_sighting;

/** A time during which some interfaces showed packets of two hosts. */
typedef struct {
    int64_t  from;      /**< when the capture begins and ends, in nanoseconds since 1970 */
    int64_t  until;
    uint32_t points;    /**< interfaces, as bits */
} impsvc_flow_watch;

/** What was counted of an end's packets. */
typedef struct {
    uint64_t packets;
    uint64_t bytes;
    uint64_t retransmissions;
} impsvc_flow_sums;

/** A flow, as all captures together show it. */
typedef struct {
    impsvc_flow_record  record;     /**< its sums and frames are not to be used */
    impsvc_flow_sums    sums[2];    /**< for its two ends, where most of its packets were seen: no packet counts twice because it was seen
                                         in two places */
    impsvc_flow_verdict verdict;
    uint32_t            captures;   /**< how many have shown it */
} impsvc_flow_joined;

/** What is known of the places where captures were made. */
typedef struct {
    const GArray *watches;                          /**< of impsvc_flow_watch: what was seen of the two hosts */
    uint32_t      sides[IMPSVC_FLOW_INTERFACES];    /**< for each interface, those that have shown the same packets */
} impsvc_flow_places;

/**
 * Join all that is known of two ends.
 * @param sightings of impsvc_flow_sighting, all of the same transport and ends; comes back sorted
 * @param visit is called for each flow, in the order in which they began
 */
void impsvc_flow_join(GArray *sightings, const impsvc_flow_places *places, void (*visit)(const impsvc_flow_joined *joined, void *data),
                      void *data);

#endif /* IMPSVC_FLOW_JOIN_H */
