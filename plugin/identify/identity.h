/* identity.h
 * What a packet is, once it is known: the entry, who stands at its ends, and what that rests on
 *
 * identify.c makes it; fields, statistics and problems read it. It is what listeners of the tap "impsvc" get.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_IDENTITY_H
#define IMPSVC_IDENTITY_H

#include "core/classify.h"
#include "core/roles.h"
#include "identify/nodes.h"
#include "identify/notes.h"
#include "wireshark/compat.h"
#include "wireshark/icmp.h"

/** A host at one end of a service. */
typedef struct {
    const address *address;     /**< never NULL; the packet's, or the ICMP message's that quotes it */
    uint16_t       port;        /**< 0 where the service has no ports */
    uint8_t        role;        /**< what it is to the service: see impsvc_role_name() */
    impsvc_node    node;        /**< what is known of it */
} impsvc_end;

/** A packet that belongs to an entry; queued to the taps "impsvc" and "impsvc_all" as it is. As long as no packet of a file belongs to any, and
 *  somebody wants them, the others are queued, too: then match.entry is NULL, and nothing else is set. The tap "impsvc_all" has all packets with ports, in that way. */
typedef struct {
    impsvc_match       match;
    uint8_t            carrier;         /**< what carried it, as the document names it: one of IMPSVC_TCP, … */
    impsvc_end         initiator;       /**< of an ICMP error, the initiator of what it quotes */
    impsvc_end         listener;
    bool               reversed;        /**< known ends contradict the row: its listener's side began */
    const impsvc_path  *path;           /**< where the document lists the entry once more, for these ends, or NULL */
    impsvc_flow        flow;
    impsvc_confidence  confidence;
    uint32_t           syn_frame;       /**< the frame of the SYN, 0 when not captured */
    uint32_t           seen_now;        /**< protocols that Wireshark found in this packet, as bits */
    uint32_t           protocol;        /**< the protocol that agrees, as a bit; 0 for none */
    uint32_t           protocol_frame;  /**< the frame it was seen in first */
    impsvc_protocols   asked_in;        /**< the protocol in which its message says who asks; 0 if it does not, or nobody wanted to know */
    bool               notice;          /**< … it is a notification */
    bool               first_asks;      /**< … that whoever sent the conversation's first packet does */
    const impsvc_entry *named;          /**< the entry that a request path names, or NULL */
    const impsvc_icmp *icmp_error;      /**< the ICMP error that quotes the packet, or NULL */
    conversation_t     *conversation;   /**< the packet's, where it has ports; NULL otherwise */
    const impsvc_notes *notes;          /**< what is remembered of it, or NULL */
} impsvc_identity;

/** Which packets somebody wants besides those that belong to an entry. */
typedef enum {
    IMPSVC_NO_OTHERS,
    IMPSVC_OTHERS_OF_AN_EMPTY_FILE,     /**< what is in a file of which no packet belongs to an entry */
    IMPSVC_ALL_OTHERS                   /**< each packet with ports, on the tap impsvc_all */
} impsvc_others;

/** From now on somebody wants them. */
void impsvc_identity_want_others(impsvc_others others);

/** Only impsvc_identity_want_others() changes it. */
extern impsvc_others impsvc_identity_others;

/** The most that anybody wants; asked for each packet. */
static inline impsvc_others impsvc_identity_others_wanted(void)
{
    return impsvc_identity_others;
}

/** The end that sent the packet; an ICMP error counts as sent by whom the packet that it quotes went to. */
static inline const impsvc_end *impsvc_sender(const impsvc_identity *identity)
{
    return identity->match.direction == IMPSVC_REQUEST ? &identity->initiator : &identity->listener;
}

/** The end that the packet goes to. */
static inline const impsvc_end *impsvc_receiver(const impsvc_identity *identity)
{
    return identity->match.direction == IMPSVC_REQUEST ? &identity->listener : &identity->initiator;
}

#endif /* IMPSVC_IDENTITY_H */
