/* flow.h
 * What is known of a flow: the record that tables, verdicts and other programs read
 *
 * A flow is a TCP connection, a pair of UDP ends, or a pair of hosts of which one pings the other. The record has numbers
 * and no words: those are for whoever prints it. Knows nothing of Wireshark.
 *
 * Records of one flow, from parts of a capture or from several captures, make one (flow_merge.h). A record of zeros knows
 * nothing, and each member is one of these:
 *
 * - a key: transport, connection, ends. Both records have the same;
 * - a minimum, a maximum or a set, alone or together with what belongs to it: all that is seen of TCP, of ICMP and of times,
 *   TTL, DSCP, interfaces and frames. They come out the same in any order, and however often a part is added: verdict.h reads
 *   nothing else;
 * - what was learned of it: entry, carrier, confidence, kind of flow, roles, who is the initiator. Within a capture the feed
 *   writes what it knows last; of two records the surer one is taken;
 * - a sum: packets, bytes and retransmissions. A part added twice is counted twice. Whoever adds parts has to know which it
 *   has added already, by the SHA-256 of the capture file for instance, and leave those out.
 *
 * Frames are of the capture that they were found in: in records of several captures, the smallest is kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_H
#define IMPSVC_FLOW_H

#include "core/classify.h"
#include "core/icmp_head.h"
#include "core/ip_address.h"
#include "core/roles.h"
#include "flows/flow_activity.h"
#include "flows/flow_numbers.h"
#include "flows/flow_sequence.h"

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

/** What an end was seen to send itself; ICMP errors are not among it. */
enum {
    IMPSVC_SENT         = 1,    /**< anything */
    IMPSVC_SENT_SYN     = 2,
    IMPSVC_SENT_SYN_ACK = 4,
    IMPSVC_SENT_ACK     = 8,    /**< a segment with an acknowledgement that is neither SYN nor RST */
    IMPSVC_SENT_DATA    = 16,
    IMPSVC_SENT_FIN     = 32,
    IMPSVC_SENT_RST     = 64
};

/** The end of a flow, and what it sent. */
typedef struct {
    impsvc_endpoint      at;
    uint8_t              role;          /**< what it is to the service: see impsvc_role_name() */
    bool                 is_node;       /**< known to be an IM and Presence server */
    uint8_t              sent;          /**< IMPSVC_SENT_… */
    uint8_t              ttl_least;     /**< of its packets, RSTs left out; 0 if not known */
    uint8_t              ttl_most;
    bool                 many_marks;    /**< with marks: see impsvc_flow_marks_of() */
    uint32_t             packets;       /**< with the ICMP errors that came instead of its packets */
    uint32_t             retransmissions;
    uint32_t             interfaces;    /**< the capture's, on which its packets were seen, as bits; the last for all further ones */
    uint32_t             frame;         /**< of its first packet, 0 if there is none */
    uint32_t             closed;        /**< the frame of its first FIN or RST, 0 if there is none */
    impsvc_flow_reset    reset;         /**< the RST in its name */
    uint64_t             bytes;         /**< on the wire */
    uint64_t             marks;         /**< DSCP values of its packets, RSTs left out; without interfaces, all are on the first */
    impsvc_flow_sequence data;          /**< its data, and what the other end acknowledged of them */
} impsvc_flow_end;

/** The DSCP values of an end's packets. They stand in two members, between others, so that they need no more room. */
static inline impsvc_flow_marks impsvc_flow_marks_of(const impsvc_flow_end *end)
{
    return (impsvc_flow_marks){ end->marks, end->many_marks };
}

/** Put an end's DSCP values back. */
static inline void impsvc_flow_set_marks(impsvc_flow_end *end, const impsvc_flow_marks *marks)
{
    end->marks = marks->of;
    end->many_marks = marks->many;
}

/** An ICMP error that quotes a packet of the flow. Of several, the one that says most: see impsvc_icmp_blocks(). */
typedef struct {
    impsvc_ip        sender;    /**< all zero if that is no IP address */
    uint32_t         frame;
    impsvc_icmp_head head;
    uint8_t          quoted   : 1;  /**< the end whose packet it quotes */
    bool             is_there : 1;
} impsvc_flow_icmp;

typedef struct {
    uint8_t              transport;     /**< IMPSVC_TCP, IMPSVC_UDP or IMPSVC_ICMP */
    bool                 has_stream;
    uint8_t              carrier;       /**< as the port list names it: IMPSVC_TLS for TLS over TCP */
    uint8_t              confidence;    /**< an impsvc_confidence */
    uint8_t              flow;          /**< an impsvc_flow: which way it was opened */
    uint8_t              initiator;     /**< which of the ends it is; the other one is the listener */
    uint8_t              tcp;           /**< IMPSVC_TCP_… as far as seen; 0 for others */
    uint8_t              ping;          /**< the smallest ICMP type that asked, plus one; 0 if none was seen */
    uint32_t             stream;
    uint32_t             number;        /**< from 1, in the order in which flows were seen first */
    const impsvc_entry  *entry;         /**< a later packet may show more about this and roles */
    impsvc_flow_end      ends[2];
    impsvc_flow_activity activity;      /**< when its first and last packet came, and when it was busy */
    impsvc_flow_numbers  syns;          /**< sequence numbers of SYNs: each is a try, however often it was repeated */
    impsvc_flow_numbers  syn_acks;      /**< sequence numbers of the SYNs that SYN+ACKs acknowledged */
    impsvc_flow_icmp     icmp;
} impsvc_flow_record;

/** The end that began. */
static inline const impsvc_flow_end *impsvc_flow_initiator(const impsvc_flow_record *record)
{
    return &record->ends[record->initiator];
}

/** The end that owns the service's port. */
static inline const impsvc_flow_end *impsvc_flow_listener(const impsvc_flow_record *record)
{
    return &record->ends[1 - record->initiator];
}

/** The key of a record. */
impsvc_flow_key impsvc_flow_key_of(const impsvc_flow_record *record);

/** A record of a flow of which nothing has been seen: zero but for its key. */
impsvc_flow_record impsvc_flow_new(const impsvc_flow_key *key);

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

/** Who sent the first FIN or RST. */
typedef enum {
    IMPSVC_ENDED_BY_NOBODY,
    IMPSVC_ENDED_BY_INITIATOR,
    IMPSVC_ENDED_BY_LISTENER
} impsvc_flow_closer;

impsvc_flow_closer impsvc_flow_ended_by(const impsvc_flow_record *record);

/** The longest time in which nothing was sent. */
typedef struct {
    int64_t at_least;   /**< nanoseconds */
    bool    answered;   /**< the listener sent data or acknowledged some after it */
} impsvc_flow_silence;

impsvc_flow_silence impsvc_flow_silence_of(const impsvc_flow_record *record);

#endif /* IMPSVC_FLOW_H */
