/* classify.h
 * Which entry of the catalog a packet belongs to
 *
 * Plain structs in, a match out: no Wireshark types, no state, so that it can be
 * tested and fuzzed by itself. The same input gives the same answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_CLASSIFY_H
#define IMPSVC_CLASSIFY_H

#include "core/catalog_index.h"
#include "core/says.h"

/** Where Linux, and so an IM&P node, begins to take client ports. */
#define IMPSVC_EPHEMERAL_START 32768

/** One end of a packet. */
typedef enum {
    IMPSVC_SIDE_UNKNOWN,
    IMPSVC_SIDE_SRC,
    IMPSVC_SIDE_DST
} impsvc_side;

/** impsvc.direction */
typedef enum {
    IMPSVC_REQUEST = 1,     /**< initiator to listener */
    IMPSVC_REPLY   = 2      /**< listener to initiator */
} impsvc_direction;

/** How it is known which end is the listener. */
typedef enum {
    IMPSVC_BY_PORTS,
    IMPSVC_BY_FIRST_PACKET,
    IMPSVC_BY_MESSAGE,
    IMPSVC_BY_HANDSHAKE,
    IMPSVC_BY_ICMP_TYPE
} impsvc_reason;

/** What is known of a packet with ports. */
typedef struct {
    uint8_t     transport;      /**< IMPSVC_TCP or IMPSVC_UDP */
    uint16_t    src_port;
    uint16_t    dst_port;
    bool        src_owned;      /**< Wireshark itself has a dissector for the source port */
    bool        dst_owned;      /**< … for the destination port */
    impsvc_side listener;       /**< who the TCP handshake showed to be the listener */
    impsvc_side asked;          /**< who asked, by what this or an earlier message says of itself */
    impsvc_protocols asked_in;  /**< the protocol of that message */
    bool        noticed;        /**< the conversation began with a notification */
    impsvc_saying saying;       /**< what this packet's own message says */
    impsvc_side first_sender;   /**< who sent the first packet seen between these ports */
    impsvc_protocols protocols; /**< protocols seen so far */
    const impsvc_entry *named;  /**< the entry that the payload itself names (the request path on 8443), or NULL */
    bool        same_host;      /**< both ends are one address */
    bool        both_nodes;     /**< both ends are known to be IM&P servers, and two */
    bool        one_node;       /**< exactly one of them is */
} impsvc_packet;

/** The answer. */
typedef struct {
    const impsvc_entry *entry;
    impsvc_direction    direction;
    impsvc_reason       reason;
    uint16_t            port;           /**< the listener port matched, 0 where there is none */
    bool                payload_agrees; /**< the entry's own protocol was seen */
    uint8_t             candidate_count;
    const impsvc_entry *candidates[IMPSVC_ENTRIES_PER_PORT];    /**< other entries that fit as well */
} impsvc_match;

/**
 * Find the entry of a TCP or UDP packet.
 * @param match filled only when the answer is true
 * @return false when no entry fits
 */
bool impsvc_classify(const impsvc_packet *packet, impsvc_match *match);

/**
 * The match of an ICMP request or reply (17.1).
 * @return false when the catalog has no entry for ICMP
 */
bool impsvc_classify_icmp(impsvc_direction direction, impsvc_match *match);

#endif /* IMPSVC_CLASSIFY_H */
