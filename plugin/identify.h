/* identify.h
 * From Wireshark's packet to a match of the catalog
 *
 * Collects what classify.c wants to know of a packet: ports, handshake, who spoke
 * first, protocols seen. What must be remembered is kept with Wireshark's own
 * conversation, for matching conversations only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_IDENTIFY_H
#define IMPSVC_IDENTIFY_H

#include "classify.h"
#include "compat.h"
#include "icmp.h"

/** impsvc.flow: which way a flow goes, as seen by the cluster. */
typedef enum {
    IMPSVC_FLOW_INBOUND      = 1,
    IMPSVC_FLOW_OUTBOUND     = 2,
    IMPSVC_FLOW_INTRACLUSTER = 3,
    IMPSVC_FLOW_LOCALHOST    = 4
} impsvc_flow;

/** impsvc.confidence */
typedef enum {
    IMPSVC_CONFIDENCE_PORT    = 1,
    IMPSVC_CONFIDENCE_PAYLOAD = 2
} impsvc_confidence;

/** A packet that belongs to an entry; queued to the tap "impsvc" as it is. */
typedef struct {
    impsvc_match       match;
    uint8_t            carrier;         /**< what carried it, as the document names it: one of IMPSVC_TCP, … */
    uint8_t            role_src;        /**< indexes into impsvc_roles */
    uint8_t            role_dst;
    impsvc_flow        flow;
    impsvc_confidence  confidence;
    uint32_t           syn_frame;       /**< the frame of the SYN, 0 when not captured */
    uint32_t           protocol;        /**< the protocol that agrees, as a bit; 0 for none */
    uint32_t           protocol_frame;  /**< the frame it was seen in first */
    const impsvc_icmp *icmp_error;      /**< the ICMP error that quotes the packet, or NULL */
} impsvc_identity;

/**
 * Tell what a packet is.
 * @param expected protocols the payload will be found to be, bits of impsvc_protocol_name();
 *        0 when dissection is over and Wireshark's own finding counts
 * @param identity filled only when the answer is true
 * @return false when the packet belongs to no entry
 */
bool impsvc_identify(packet_info *pinfo, uint32_t expected, impsvc_identity *identity);

/** Remember what a packet told of its conversation. Call once a packet, when dissection is over. */
void impsvc_identify_remember(packet_info *pinfo, const impsvc_identity *identity);

/** Find tcp's number. Call when all protocols are registered. */
void impsvc_identify_init(void);

#endif /* IMPSVC_IDENTIFY_H */
