/* sighting.h
 * What captures have of a flow, and what is known of the places where they were made
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_SIGHTING_H
#define IMPSVC_SIGHTING_H

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

/** What is known of the places where captures were made. */
typedef struct {
    const GArray *watches;                          /**< of impsvc_flow_watch: what was seen of the two hosts */
    uint32_t      sides[IMPSVC_FLOW_INTERFACES];    /**< for each interface, those that have shown the same packets */
} impsvc_flow_places;

/** The points at which a record's packets were seen, as bits. */
static inline uint32_t impsvc_points_of(const impsvc_flow_record *record)
{
    return record->ends[0].interfaces | record->ends[1].interfaces;
}

#endif /* IMPSVC_SIGHTING_H */
