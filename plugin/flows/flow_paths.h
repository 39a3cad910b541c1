/* flow_paths.h
 * What the flows of each path came to: entry, initiator's host, listener's host and port
 *
 * Source ports do not matter, as they do not for a firewall's rule; TCP and UDP to the same port are two paths, as they are two rules.
 * Flows can be added in any order, with the same outcome.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_PATHS_H
#define IMPSVC_FLOW_PATHS_H

#include "flows/flow_capture.h"

/** How many results there are. */
#define IMPSVC_RESULTS (IMPSVC_RESULT_NOT_SEEN + 1)

typedef struct {
    const impsvc_entry *entry;
    impsvc_ip           initiator;
    impsvc_ip           listener;
    uint16_t            port;       /**< the listener's, 0 where there is none */
    uint8_t             transport;  /**< IMPSVC_TCP, IMPSVC_UDP or IMPSVC_ICMP */

    uint32_t            count[IMPSVC_RESULTS];  /**< flows with each result */
    impsvc_flow_result  result;     /**< the worst; flows that cannot be judged say nothing against the others */
    impsvc_flow_result  last;       /**< of the flow that began last */
    uint32_t            tries;      /**< different SYNs; anything else that began a flow is one */
    bool                more_tries; /**< … and some more */
    uint32_t            answered;   /**< flows that the listener took: open, lost later on, or seen in one direction only */
    uint64_t            dscp_to;    /**< values of the initiator's packets, as bits, RSTs left out */
    uint64_t            dscp_back;

    const impsvc_flow_record *remarked_to;   /**< the first flow whose packets to the listener have another DSCP on one interface of the
                                                  capture than on another, or NULL */
    const impsvc_flow_record *remarked_back;

    const impsvc_flow_record *record;   /**< of the flow that stands for the path: the last one with the worst result */
    impsvc_flow_verdict       verdict;  /**< on it */
    int64_t                   last_first;   /**< when the last flow began, in nanoseconds since 1970 */
    uint32_t                  last_number;
} impsvc_flow_path;

typedef struct impsvc_flow_paths impsvc_flow_paths;

/** No path. */
impsvc_flow_paths *impsvc_flow_paths_new(void);

/** Free them; NULL is allowed. */
void impsvc_flow_paths_free(impsvc_flow_paths *paths);

/** Count a flow in its path. The record must stay where it is as long as the paths are used. */
void impsvc_flow_paths_add(impsvc_flow_paths *paths, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict);

/** Sort them: worst first (rejected, no answer, lost, refused, one way, undecided, open, sent, not seen; a try that may
 *  still be answered counts as undecided), then in the order of the port list, then by addresses. */
void impsvc_flow_paths_sort(impsvc_flow_paths *paths);

/** All paths of a capture, sorted. */
impsvc_flow_paths *impsvc_flow_paths_of(const impsvc_flow_capture *capture);

/** How many there are. */
uint32_t impsvc_flow_paths_size(const impsvc_flow_paths *paths);

/** One of them, from 0 to the size. */
const impsvc_flow_path *impsvc_flow_paths_at(const impsvc_flow_paths *paths, uint32_t number);

/** Whether its flows had different results. */
bool impsvc_flow_path_differs(const impsvc_flow_path *path);

/** How much a flow with this verdict counts for what is said of its path: 0 is the worst, and flows that cannot be judged come last. */
unsigned impsvc_flow_rank_within(const impsvc_flow_verdict *verdict);

/** Whether a result means that the listener took the flow. */
bool impsvc_flow_is_answered(impsvc_flow_result result);

/** The results from the worst on: the first is number 0. */
impsvc_flow_result impsvc_flow_result_by_rank(unsigned rank);

#endif /* IMPSVC_FLOW_PATHS_H */
