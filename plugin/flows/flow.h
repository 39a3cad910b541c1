/* flow.h
 * What is known of a flow: the record that tables, verdicts and other programs read
 *
 * A flow is a TCP connection, a pair of UDP ends, or a pair of hosts of which one pings the other. The record has numbers
 * and no words: those are for whoever prints it. Knows nothing of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_H
#define IMPSVC_FLOW_H

#include "core/classify.h"
#include "core/icmp_head.h"
#include "core/ip_address.h"
#include "core/roles.h"

/** What was seen of a TCP connection: the bits of Wireshark's tcp.completeness (User's Guide, "TCP Conversation
 *  Completeness"). An RST with an acknowledgement counts as IMPSVC_TCP_ACK, too. */
enum {
    IMPSVC_TCP_SYN     = 1,
    IMPSVC_TCP_SYN_ACK = 2,
    IMPSVC_TCP_ACK     = 4,
    IMPSVC_TCP_DATA    = 8,
    IMPSVC_TCP_FIN     = 16,
    IMPSVC_TCP_RST     = 32
};

/** An address with a port. */
typedef struct {
    impsvc_ip address;
    uint16_t  port;     /**< 0 where there are none */
} impsvc_endpoint;

/** What distinguishes a flow from others. Make it with one of the functions below. */
typedef struct {
    uint8_t         transport;      /**< IMPSVC_TCP, IMPSVC_UDP or IMPSVC_ICMP */
    bool            has_stream;
    uint32_t        stream;
    impsvc_endpoint ends[2];        /**< all zero if there is a stream */
} impsvc_flow_key;

/** A TCP connection that has a number: two on the same ports, one after the other, are two flows. */
impsvc_flow_key impsvc_flow_key_of_stream(uint32_t stream);

/** Everything between two ends with ports, whichever is named first. */
impsvc_flow_key impsvc_flow_key_of_ends(uint8_t transport, const impsvc_endpoint *one, const impsvc_endpoint *other);

/** Who pings whom. */
impsvc_flow_key impsvc_flow_key_of_pings(const impsvc_ip *initiator, const impsvc_ip *listener);

/** Whether two keys are of one flow. */
bool impsvc_flow_key_equal(const impsvc_flow_key *one, const impsvc_flow_key *other);

/** A host at one end of a flow. */
typedef struct {
    impsvc_endpoint at;
    uint8_t         role;       /**< what it is to the service: see impsvc_role_name() */
    bool            is_node;    /**< known to be an IM and Presence server */
} impsvc_flow_end;

/** One end's share of a flow. */
typedef struct {
    uint32_t packets;
    uint64_t bytes;     /**< on the wire */
} impsvc_flow_share;

typedef struct {
    impsvc_flow_key     key;
    uint32_t            number;         /**< from 1, in the order in which flows were seen first */
    const impsvc_entry *entry;          /**< a later packet may show more about this and what follows */
    uint8_t             carrier;        /**< as the port list names it: IMPSVC_TLS for TLS over TCP */
    impsvc_confidence   confidence;
    impsvc_flow         flow;           /**< which way it was opened */
    impsvc_flow_end     initiator;
    impsvc_flow_end     listener;
    impsvc_flow_share   requests;       /**< initiator to listener */
    impsvc_flow_share   replies;
    int64_t             first;          /**< when its first and last packet came, in nanoseconds since 1970 */
    int64_t             last;
    uint8_t             tcp;            /**< IMPSVC_TCP_… as far as seen; 0 for others */
    bool                has_icmp_error; /**< an ICMP error quoted a packet of it */
    impsvc_icmp_head    icmp_error;     /**< the last one that did */
    impsvc_ip           icmp_sender;    /**< … and who sent it; all zero if that is no IP address */
} impsvc_flow_record;

/** Count a packet of a number of bytes, seen at a time in nanoseconds since 1970. */
void impsvc_flow_count(impsvc_flow_record *record, impsvc_direction direction, uint32_t bytes, int64_t when);

/** How a flow began. */
typedef enum {
    IMPSVC_HANDSHAKE_NONE,          /**< not TCP */
    IMPSVC_HANDSHAKE_NOT_CAPTURED,  /**< neither the SYN nor the SYN+ACK is in the capture */
    IMPSVC_HANDSHAKE_COMPLETE,
    IMPSVC_HANDSHAKE_ANSWERED,      /**< a SYN+ACK that the initiator did not take up */
    IMPSVC_HANDSHAKE_REFUSED,       /**< an RST to the SYN */
    IMPSVC_HANDSHAKE_NO_ANSWER,
    IMPSVC_HANDSHAKE_ICMP           /**< an ICMP error came instead of an answer */
} impsvc_flow_handshake;

impsvc_flow_handshake impsvc_flow_handshake_of(const impsvc_flow_record *record);

/** How it ended. */
typedef enum {
    IMPSVC_ENDING_NONE,             /**< it never began, or there is no such thing */
    IMPSVC_ENDING_OPEN,
    IMPSVC_ENDING_CLOSED,
    IMPSVC_ENDING_CLOSED_AND_RESET,
    IMPSVC_ENDING_RESET,
    IMPSVC_ENDING_ICMP              /**< an ICMP error quoted a packet of it, and it was not closed */
} impsvc_flow_ending;

impsvc_flow_ending impsvc_flow_ending_of(const impsvc_flow_record *record);

#endif /* IMPSVC_FLOW_H */
