/* results.h
 * Whether a packet's flow got through: the verdict on it, and the fields impsvc.result and impsvc.result_by
 *
 * Packets are counted the first time Wireshark reads them. In a second pass, and in the window, each then has the last word on its
 * flow, from its first packet on; in one pass it has what was known when it came.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RESULTS_H
#define IMPSVC_RESULTS_H

#include "flows/result.h"
#include "identify/identity.h"

/** What is known of a packet's flow. */
typedef struct {
    const impsvc_flow_record *record;   /**< NULL if none of its packets was counted */
    impsvc_flow_verdict       verdict;
} impsvc_judgement;

/** Register the fields under a protocol of Wireshark. */
void impsvc_results_register(int proto);

/** Whether a packet is to be counted: it is read the first time, and nobody prints this pass, so that a second one may come. */
bool impsvc_results_want(packet_info *pinfo);

/** Whether the tree's readers want to know. */
bool impsvc_results_wanted(proto_tree *tree);

/**
 * Count a packet if it is read the first time; what is known of its flow.
 * @param judge whether anybody wants the verdict. Of a packet that is read the first time, an answer may still come: then it is undecided
 */
impsvc_judgement impsvc_results_of(packet_info *pinfo, const impsvc_identity *identity, bool judge);

/** What is shown once a flow. */
typedef enum {
    IMPSVC_SHOWN_BLOCKED,
    IMPSVC_SHOWN_REQUEST_DSCP,
    IMPSVC_SHOWN_REPLY_DSCP,
    IMPSVC_SHOWN_KINDS
} impsvc_shown_once;

/** A wrong DSCP is shown once a flow and way. */
static inline impsvc_shown_once impsvc_shown_dscp(impsvc_direction direction)
{
    return direction == IMPSVC_REPLY ? IMPSVC_SHOWN_REPLY_DSCP : IMPSVC_SHOWN_REQUEST_DSCP;
}

/** Whether this packet is the first of its flow that is asked about for what is to be shown. There must be a record. */
bool impsvc_results_first(const impsvc_judgement *judgement, const packet_info *pinfo, impsvc_shown_once what);

/** Add the fields; none if nothing can be said yet. */
void impsvc_results_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const impsvc_judgement *judgement);

#endif /* IMPSVC_RESULTS_H */
