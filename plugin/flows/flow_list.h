/* flow_list.h
 * Flows and what is counted of each: packets, bytes, times, how it began and ended
 *
 * A flow is a TCP connection, a pair of UDP ends, or who pings whom. Knows nothing
 * of Wireshark, so that it can be tested by itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_LIST_H
#define IMPSVC_FLOW_LIST_H

#include "core/classify.h"
#include "core/ip_address.h"

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

typedef struct {
    impsvc_ip address;
    uint16_t  port;     /**< 0 where there are none */
} impsvc_flow_end;

/** What tells a flow from others. Make it with one of the functions below. */
typedef struct {
    uint8_t         transport;      /**< IMPSVC_TCP, IMPSVC_UDP or IMPSVC_ICMP */
    bool            has_stream;
    uint32_t        stream;
    impsvc_flow_end ends[2];        /**< all zero if the stream tells */
} impsvc_flow_key;

/** A TCP connection that has a number: two on the same ports, one after the other, are two flows. */
impsvc_flow_key impsvc_flow_key_of_stream(uint32_t stream);

/** What goes on between two ends with ports, whichever is named first. */
impsvc_flow_key impsvc_flow_key_of_ends(uint8_t transport, const impsvc_flow_end *one, const impsvc_flow_end *other);

/** Who pings whom. */
impsvc_flow_key impsvc_flow_key_of_pings(const impsvc_ip *initiator, const impsvc_ip *listener);

/** One end's share of a flow. */
typedef struct {
    uint32_t packets;
    uint64_t bytes;     /**< on the wire */
} impsvc_flow_share;

typedef struct {
    impsvc_flow_key   key;
    uint32_t          number;       /**< from 1, in the order in which flows were seen first */
    impsvc_flow_share requests;     /**< initiator to listener */
    impsvc_flow_share replies;
    double            first;        /**< when its first and last packet came, in the caller's seconds */
    double            last;
    uint8_t           tcp;          /**< IMPSVC_TCP_… as far as seen; 0 for others */
    const char       *icmp_error;   /**< the last ICMP error that quoted a packet of it, or NULL; the caller's memory */
} impsvc_flow_record;

typedef struct impsvc_flow_list impsvc_flow_list;

/** An empty list; NULL when there is no memory. */
impsvc_flow_list *impsvc_flow_list_new(void);

/** Free it with all records; NULL is allowed. */
void impsvc_flow_list_free(impsvc_flow_list *list);

/** How many flows it has. */
uint32_t impsvc_flow_list_size(const impsvc_flow_list *list);

/**
 * The record of a flow, a new one (its packets are 0) if it has none.
 * @return good until the list is freed; NULL when there is no memory
 */
impsvc_flow_record *impsvc_flow_list_get(impsvc_flow_list *list, const impsvc_flow_key *key);

/** Count a packet of so many bytes, seen at a time. */
void impsvc_flow_count(impsvc_flow_record *record, impsvc_direction direction, uint32_t bytes, double seconds);

/**
 * How the flow began, in words of a language.
 * @return in English "complete"; "answered": a SYN+ACK that the initiator did not take up; "refused": an RST to the SYN; "no answer", or
 *         the ICMP error that answered instead; "not captured": the SYN is not in the capture; "-": not TCP
 */
const char *impsvc_flow_handshake(const impsvc_flow_record *record, impsvc_language language);

/**
 * How it ended, in words of a language.
 * @return in English "closed", "reset", "closed, reset"; the ICMP error that quoted a packet of it; "open"; "-": it never began, or
 *         there is no such thing
 */
const char *impsvc_flow_ending(const impsvc_flow_record *record, impsvc_language language);

#endif /* IMPSVC_FLOW_LIST_H */
