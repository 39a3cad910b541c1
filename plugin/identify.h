/* identify.h
 * From Wireshark's packet to a match of the catalog
 *
 * Collects what classify.c wants to know of a packet: ports, handshake, who spoke
 * first, protocols seen, nodes; asks it; and completes its answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_IDENTIFY_H
#define IMPSVC_IDENTIFY_H

#include "classify.h"
#include "compat.h"
#include "icmp.h"
#include "nodes.h"
#include "notes.h"

/** impsvc.flow: which way a flow goes, as seen by the cluster. */
typedef enum {
    IMPSVC_FLOW_INBOUND      = 1,
    IMPSVC_FLOW_OUTBOUND     = 2,
    IMPSVC_FLOW_INTRACLUSTER = 3,
    IMPSVC_FLOW_LOCALHOST    = 4
} impsvc_flow;

/** impsvc.confidence */
typedef enum {
    IMPSVC_CONFIDENCE_PORT       = 1,
    IMPSVC_CONFIDENCE_PAYLOAD    = 2,
    IMPSVC_CONFIDENCE_LEARNED    = 3,
    IMPSVC_CONFIDENCE_CONFIGURED = 4
} impsvc_confidence;

/** A packet that belongs to an entry; queued to the tap "impsvc" as it is. */
typedef struct {
    impsvc_match       match;
    uint8_t            carrier;         /**< what carried it, as the document names it: one of IMPSVC_TCP, … */
    uint8_t            role_src;        /**< indexes into impsvc_roles */
    uint8_t            role_dst;
    const address     *src;             /**< the ends that the direction speaks of: the packet's or, of an ICMP */
    const address     *dst;             /**< error, those of the packet it quotes, turned round; never NULL */
    impsvc_node        node_src;        /**< what is known of them */
    impsvc_node        node_dst;
    bool               reversed;        /**< known ends contradict the row: its listener's side began */
    impsvc_flow        flow;
    impsvc_confidence  confidence;
    uint32_t           syn_frame;       /**< the frame of the SYN, 0 when not captured */
    uint32_t           seen_now;        /**< protocols that Wireshark found in this packet, as bits */
    uint32_t           protocol;        /**< the protocol that agrees, as a bit; 0 for none */
    uint32_t           protocol_frame;  /**< the frame it was seen in first */
    const impsvc_entry *named;          /**< the entry that a request path names, or NULL */
    const impsvc_icmp *icmp_error;      /**< the ICMP error that quotes the packet, or NULL */
    conversation_t     *conversation;   /**< the packet's, where it has ports; NULL otherwise */
    const impsvc_notes *notes;          /**< what is remembered of it, or NULL */
} impsvc_identity;

/**
 * Tell which entry a payload belongs to while the packet is being dissected.
 * @param expected protocols the payload will be found to be
 * @param identity filled only when the answer is true, and then only as far as the match
 * @return false when the packet belongs to no entry
 */
bool impsvc_identify_payload(packet_info *pinfo, uint32_t expected, impsvc_identity *identity);

/**
 * Whether a packet may belong to an entry: it has a port that is listed, or that a service was found on (or
 * is now), or is an ICMP message. Nearly all others end here.
 */
bool impsvc_may_be_of_entry(packet_info *pinfo);

/**
 * Tell what a packet is that may belong to an entry, when its dissection is over, and learn from it. Call once a packet.
 * @param seen what Wireshark found in it, from impsvc_protocols_seen()
 * @param identity filled only when the answer is true
 * @return false when the packet belongs to no entry
 */
bool impsvc_identify(packet_info *pinfo, uint32_t seen, impsvc_identity *identity);

#endif /* IMPSVC_IDENTIFY_H */
