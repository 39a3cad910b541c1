/* flow_packet.h
 * A packet goes into the record of its flow
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_PACKET_H
#define IMPSVC_FLOW_PACKET_H

#include "flows/flow.h"

/** Flags of a TCP segment (RFC 9293, 3.1). */
enum {
    IMPSVC_FLAG_FIN = 1,
    IMPSVC_FLAG_SYN = 2,
    IMPSVC_FLAG_RST = 4,
    IMPSVC_FLAG_ACK = 16
};

/** What a record wants to know of a packet. What could not be seen is zero. */
typedef struct {
    uint8_t          from;          /**< which of the record's ends sent it; of an ICMP error, the end to which the packet went that it
                                         quotes, as the error came instead of an answer */
    int64_t          when;          /**< nanoseconds since 1970 */
    uint32_t         frame;         /**< from 1 */
    uint32_t         bytes;         /**< on the wire */
    bool             retransmission;/**< as whoever reads the packets has it, in their order: impsvc_flow_has_data_of() may help */
    bool             has_ip;        /**< the next two are known */
    uint8_t          ttl;           /**< or hop limit; 0 counts as not known */
    uint8_t          dscp;
    bool             has_interface;
    uint32_t         interface;     /**< of the capture, from 0 */
    bool             has_tcp;       /**< the next five are known */
    uint8_t          flags;         /**< IMPSVC_FLAG_… */
    bool             no_room;       /**< a window of zero */
    uint32_t         seq;           /**< as on the wire */
    uint32_t         ack;
    uint32_t         payload;       /**< bytes, also those that were not captured */
    bool             has_icmp;      /**< an ICMP message, whose head is next */
    impsvc_icmp_head icmp;
    impsvc_ip        icmp_sender;   /**< of an ICMP error; all zero if not known */
} impsvc_flow_packet;

/** Count a packet. The same packets in another order make the same record, but for what the feed itself writes into it (flow.h). */
void impsvc_flow_add(impsvc_flow_record *record, const impsvc_flow_packet *packet);

/** Whether a segment's data go no further than those of segments added before: they were sent again, or came late. */
bool impsvc_flow_has_data_of(const impsvc_flow_record *record, const impsvc_flow_packet *packet);

/** The highest interface number that has a bit of its own; it stands for all further ones, too. */
#define IMPSVC_FLOW_LAST_INTERFACE (IMPSVC_FLOW_INTERFACES - 1)

/** The number that stands for a packet's interface; 0 if it has none. */
static inline uint8_t impsvc_flow_interface_of(const impsvc_flow_packet *packet)
{
    return packet->interface > IMPSVC_FLOW_LAST_INTERFACE ? IMPSVC_FLOW_LAST_INTERFACE : (uint8_t)packet->interface;
}

#endif /* IMPSVC_FLOW_PACKET_H */
