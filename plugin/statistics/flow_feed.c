/* flow_feed.c
 * From an annotated packet to the record of its flow
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/flow_feed.h"

#include <wiretap/wtap.h>

#include "flows/flow_packet.h"
#include "wireshark/addresses.h"
#include "wireshark/beginning.h"
#include "wireshark/icmp.h"
#include "wireshark/packet_heads.h"
#include "wireshark/times.h"

/* An address that is not an IP address, of which there are none so far, counts as no address. */
static impsvc_endpoint endpoint_of(const impsvc_end *end)
{
    impsvc_endpoint made = { .port = end->port };

    (void)impsvc_ip_from_address(end->address, &made.address);
    return made;
}

/* TCP's number of the connection, where TCP keeps one, or the two ends. */
static impsvc_flow_key key_of(const impsvc_identity *identity, const impsvc_endpoint *initiator, const impsvc_endpoint *listener,
                              const impsvc_tcp_seen *tcp)
{
    if (identity->carrier == IMPSVC_ICMP)
        return impsvc_flow_key_of_pings(&initiator->address, &listener->address);
    if (tcp != NULL)
        return impsvc_flow_key_of_stream(tcp->stream);
    return impsvc_flow_key_of_ends(identity->carrier == IMPSVC_UDP ? IMPSVC_UDP : IMPSVC_TCP, initiator, listener);
}

static bool is_at(const impsvc_flow_end *end, const impsvc_endpoint *at)
{
    return end->at.port == at->port && impsvc_ip_equal(&end->at.address, &at->address);
}

/* In a joined capture the answer may come before the SYN: then Wireshark counts neither as a handshake. */
static uint8_t seen_in(const impsvc_flow_packet *packet)
{
    switch (packet->has_tcp ? packet->flags & (IMPSVC_FLAG_SYN | IMPSVC_FLAG_ACK | IMPSVC_FLAG_RST) : 0) {
    case IMPSVC_FLAG_SYN:
        return IMPSVC_TCP_SYN;
    case IMPSVC_FLAG_SYN | IMPSVC_FLAG_ACK:
        return IMPSVC_TCP_SYN_ACK;
    case IMPSVC_FLAG_RST:
    case IMPSVC_FLAG_RST | IMPSVC_FLAG_ACK:
        return IMPSVC_TCP_RST;
    default:
        return 0;
    }
}

/* What is known now, which may be more than before: also which end is which. A connection's ends are named by its first packet. */
static void learn(impsvc_flow_record *record, const impsvc_identity *identity, const impsvc_endpoint *initiator,
                  const impsvc_endpoint *listener)
{
    if (record->activity.stripes == 0 && record->has_stream) {
        record->ends[0].at = *initiator;
        record->ends[1].at = *listener;
    }
    record->initiator = is_at(&record->ends[0], initiator) ? 0 : 1;
    record->entry = identity->match.entry;
    record->carrier = identity->carrier;
    record->confidence = (uint8_t)identity->confidence;
    record->flow = (uint8_t)identity->flow;
    record->ends[record->initiator].role = identity->initiator.role;
    record->ends[record->initiator].is_node = identity->initiator.node.is_node;
    record->ends[1 - record->initiator].role = identity->listener.role;
    record->ends[1 - record->initiator].is_node = identity->listener.node.is_node;
}

static void note_heads(impsvc_flow_packet *packet, const packet_info *pinfo)
{
    impsvc_packet_heads heads = impsvc_packet_heads_of(pinfo);

    packet->has_ip = heads.has_ip;
    packet->ttl = heads.ttl;
    packet->dscp = heads.dscp;
    packet->has_tcp = heads.has_tcp;
    packet->flags = heads.flags;
    packet->no_room = heads.no_room;
    packet->seq = heads.seq;
    packet->ack = heads.ack;
    packet->payload = heads.payload;
}

static impsvc_flow_packet packet_of(packet_info *pinfo, const impsvc_identity *identity, const impsvc_flow_record *record)
{
    impsvc_flow_packet packet = {
        .from = identity->match.direction == IMPSVC_REQUEST ? record->initiator : 1 - record->initiator,
        .when = impsvc_nanoseconds(&pinfo->abs_ts),
        .frame = pinfo->num,
        .bytes = pinfo->fd->pkt_len,
        .has_interface = pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID
    };
    const impsvc_icmp *icmp = identity->icmp_error;

    if (packet.has_interface)
        packet.interface = pinfo->rec->rec_header.packet_header.interface_id;
    if (icmp == NULL)
        note_heads(&packet, pinfo);
    if (icmp == NULL && identity->carrier == IMPSVC_ICMP)
        icmp = impsvc_icmp_find(pinfo);
    if (icmp != NULL) {
        packet.has_icmp = true;
        packet.icmp = icmp->head;
        packet.icmp_sender = icmp->sender;
    }
    return packet;
}

/* What is needed to find the record of a packet's flow. */
typedef struct {
    impsvc_endpoint initiator;
    impsvc_endpoint listener;
    bool            is_tcp;     /* TCP's dissector keeps something of it, which is next */
    impsvc_tcp_seen seen;
    impsvc_flow_key key;
} place;

static place place_of(const impsvc_identity *identity)
{
    place at = { .initiator = endpoint_of(&identity->initiator), .listener = endpoint_of(&identity->listener) };

    at.is_tcp = identity->carrier != IMPSVC_UDP && identity->carrier != IMPSVC_ICMP
                && impsvc_tcp_seen_of(identity->conversation, &at.seen);
    at.key = key_of(identity, &at.initiator, &at.listener, at.is_tcp ? &at.seen : NULL);
    return at;
}

const impsvc_flow_record *impsvc_flow_feed(impsvc_flow_capture *capture, packet_info *pinfo, const impsvc_identity *identity)
{
    place at = place_of(identity);
    impsvc_flow_record *record = impsvc_flow_list_get(impsvc_flow_capture_flows(capture), &at.key);
    impsvc_flow_packet packet;

    learn(record, identity, &at.initiator, &at.listener);
    packet = packet_of(pinfo, identity, record);
    if (at.is_tcp)
        record->tcp |= (uint8_t)(at.seen.completeness | seen_in(&packet));
    packet.retransmission = impsvc_flow_has_data_of(record, &packet);
    impsvc_flow_capture_add(capture, record, &packet);
    return record;
}

const impsvc_flow_record *impsvc_flow_find(const impsvc_flow_capture *capture, const impsvc_identity *identity)
{
    place at = place_of(identity);

    return impsvc_flow_list_find(impsvc_flow_capture_flows(capture), &at.key);
}
