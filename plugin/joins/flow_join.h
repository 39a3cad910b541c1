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

#include "joins/sighting.h"

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

/**
 * Join all that is known of two ends.
 * @param sightings of impsvc_flow_sighting, all of the same transport and ends; comes back sorted
 * @param visit is called for each flow, in the order in which they began
 */
void impsvc_flow_join(GArray *sightings, const impsvc_flow_places *places, void (*visit)(const impsvc_flow_joined *joined, void *data),
                      void *data);

#endif /* IMPSVC_FLOW_JOIN_H */
