/* identify.c
 * From Wireshark's packet to a match of the catalog
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/identify.h"

#include <epan/ipproto.h>

#include "core/detail.h"
#include "core/recognise_surely.h"
#include "identify/ends.h"
#include "identify/finder.h"
#include "identify/found.h"
#include "identify/remember.h"
#include "wireshark/addresses.h"
#include "wireshark/announced.h"
#include "wireshark/beginning.h"
#include "wireshark/message.h"
#include "wireshark/owners.h"
#include "wireshark/protocols.h"

/* IMPSVC_TCP, IMPSVC_UDP, or 0 for a packet without such ports. */
static uint8_t transport_of(const packet_info *pinfo)
{
    if (pinfo->ptype == PT_TCP)
        return IMPSVC_TCP;
    return pinfo->ptype == PT_UDP ? IMPSVC_UDP : 0;
}

static bool is_catalogued(uint8_t transport, uint32_t port)
{
    return impsvc_port_find(transport, (uint16_t)port) != NULL;
}

/* Whether Wireshark has a dissector for each port matters only where no
 * handshake was seen, and for a port the catalog does not know. */
static void ask_owners(impsvc_packet *packet)
{
    impsvc_table_id table = packet->transport == IMPSVC_UDP ? IMPSVC_UDP_PORTS : IMPSVC_TCP_PORTS;

    if (packet->listener != IMPSVC_SIDE_UNKNOWN)
        return;
    packet->src_owned = !is_catalogued(packet->transport, packet->src_port)
                        && impsvc_owner_exists(table, packet->src_port);
    packet->dst_owned = !is_catalogued(packet->transport, packet->dst_port)
                        && impsvc_owner_exists(table, packet->dst_port);
}

/* An earlier packet's finding. One from a later frame is not yet true here: two
 * passes over a file must not tell a payload differently. */
static void ask_notes(const packet_info *pinfo, impsvc_packet *packet, impsvc_identity *identity)
{
    const impsvc_notes *notes = identity->notes;

    packet->named = impsvc_notes_named(notes, pinfo->num);
    if (notes == NULL || notes->protocol == 0 || notes->protocol_frame > pinfo->num)
        return;
    packet->protocols |= notes->protocol;
    identity->protocol_frame = notes->protocol_frame;
}

static void ask_conversation(const packet_info *pinfo, const impsvc_ports_and_addresses *ends, impsvc_packet *packet,
                             impsvc_identity *identity)
{
    impsvc_beginning beginning;

    identity->conversation = impsvc_conversation(pinfo, ends);
    identity->notes = impsvc_notes_find(identity->conversation);
    beginning = impsvc_beginning_of(identity->conversation, ends);
    if (beginning.first_sender != IMPSVC_SIDE_UNKNOWN)
        packet->first_sender = beginning.first_sender;
    packet->listener = beginning.listener;
    identity->syn_frame = beginning.syn_frame;
    ask_notes(pinfo, packet, identity);
}

static bool is_shared(uint8_t transport, uint16_t number)
{
    const impsvc_port *port = impsvc_port_find(transport, number);

    return port != NULL && port->count > 1;
}

/* Who the ends are matters to the match only where several entries have the port. */
static void ask_nodes(const impsvc_ports_and_addresses *ends, impsvc_packet *packet)
{
    bool src_is_node, dst_is_node;

    if (!is_shared(packet->transport, packet->src_port) && !is_shared(packet->transport, packet->dst_port))
        return;
    packet->same_host = impsvc_is_same_host(ends->src, ends->dst);
    if (packet->same_host || !impsvc_nodes_known())
        return;
    src_is_node = impsvc_is_node_at(ends->src);
    dst_is_node = impsvc_is_node_at(ends->dst);
    packet->both_nodes = src_is_node && dst_is_node;
    packet->one_node = src_is_node != dst_is_node;
}

static impsvc_side opposite(impsvc_side side)
{
    if (side == IMPSVC_SIDE_UNKNOWN)
        return IMPSVC_SIDE_UNKNOWN;
    return side == IMPSVC_SIDE_SRC ? IMPSVC_SIDE_DST : IMPSVC_SIDE_SRC;
}

/* The protocols that may say who asks: those of the entries on both of the packet's ports, and of an entry that has only its
 * source port. Otherwise the ports tell. */
static impsvc_protocols may_say(const impsvc_packet *packet)
{
    const impsvc_port *src = impsvc_port_find(packet->transport, packet->src_port);
    const impsvc_port *dst = impsvc_port_find(packet->transport, packet->dst_port);

    if (src != NULL && dst != NULL)
        return impsvc_port_protocols(src) | impsvc_port_protocols(dst);
    if (src != NULL && src->source_only != NULL)
        return impsvc_entry_protocols(src->source_only);
    return dst != NULL && dst->source_only != NULL ? impsvc_entry_protocols(dst->source_only) : 0;
}

/* What the packet's own message says, else an earlier one of the conversation. What goes to a group asks nobody in it. */
static void ask_message(packet_info *pinfo, tvbuff_t *tvb, impsvc_packet *packet, const impsvc_notes *notes)
{
    impsvc_protocols among = may_say(packet);
    impsvc_payload payload;

    if (among == 0 || packet->listener != IMPSVC_SIDE_UNKNOWN || impsvc_is_group(&pinfo->dst))
        return;
    payload = impsvc_payload_of(tvb);
    if (notes != NULL && (notes->asked_frame == 0 || notes->asked_frame > pinfo->num))
        notes = NULL;
    packet->noticed = notes != NULL && notes->notice;
    packet->saying = impsvc_says(&payload, among, &packet->asked_in);
    /* Between two listed ports the entry goes by who asks, and one conversation has one. */
    if (packet->saying == IMPSVC_SAYS_NOTHING || (notes != NULL && packet->src_port != packet->dst_port)) {
        if (notes == NULL)
            return;
        packet->asked_in = notes->asked_in;
        packet->asked = notes->first_asks ? packet->first_sender : opposite(packet->first_sender);
        return;
    }
    packet->asked = packet->saying == IMPSVC_SAYS_ANSWER ? IMPSVC_SIDE_DST : IMPSVC_SIDE_SRC;
}

/* Several services inside TLS share a port: a request's path tells which is meant. */
static void ask_request_path(packet_info *pinfo, impsvc_packet *packet, impsvc_identity *identity)
{
    const impsvc_entry *named;

    if (PINFO_FD_VISITED(pinfo) || (identity->seen_now & IMPSVC_PROTOCOL_HTTP) == 0
        || !impsvc_port_is_shared(packet->transport, packet->src_port, packet->dst_port))
        return;
    named = impsvc_detail_entry_of_path(impsvc_message_request_path(pinfo));
    if (named != NULL)
        packet->named = named;
}

/* The document's name for what carried the packet. */
static uint8_t carrier_of(const impsvc_entry *entry, uint8_t transport)
{
    return entry->transports & transport ? transport : IMPSVC_TLS;
}

/* What follows from the match and the protocols seen. */
static void complete(const packet_info *pinfo, uint8_t transport, uint32_t protocols, impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;

    identity->carrier = carrier_of(entry, transport);
    identity->protocol = protocols & impsvc_entry_protocols(entry);
    if (identity->protocol != 0 && identity->protocol_frame == 0)
        identity->protocol_frame = pinfo->num;
}

/* An error that quotes a packet goes back to who sent it. */
static void turn_round(const impsvc_icmp *error, impsvc_identity *identity)
{
    identity->icmp_error = error;
    identity->match.direction = identity->match.direction == IMPSVC_REQUEST ? IMPSVC_REPLY : IMPSVC_REQUEST;
}

/* By the ports the catalog or the user lists; else by what a heuristic found in the conversation. */
static bool find_match(const packet_info *pinfo, const impsvc_packet *packet, impsvc_identity *identity)
{
    return impsvc_classify(packet, &identity->match)
           || impsvc_found_match(pinfo, packet, identity->notes, &identity->match);
}

/* The packet that an ICMP error quotes. If the capture does not have it, its sender is all that is known besides its ports. */
static bool identify_quoted(packet_info *pinfo, const impsvc_icmp *error, uint32_t seen, impsvc_identity *identity)
{
    bool udp = error->quoted_protocol == IP_PROTO_UDP;
    impsvc_ports_and_addresses ends = { udp ? PT_UDP : PT_TCP, &error->quoted_src, &error->quoted_dst,
                                        error->quoted_src_port, error->quoted_dst_port };
    impsvc_packet packet = { .transport = udp ? IMPSVC_UDP : IMPSVC_TCP, .src_port = error->quoted_src_port,
                             .dst_port = error->quoted_dst_port, .first_sender = IMPSVC_SIDE_SRC,
                             .protocols = seen };

    if (!udp && error->quoted_protocol != IP_PROTO_TCP)
        return false;
    *identity = (impsvc_identity){ .seen_now = packet.protocols };
    ask_conversation(pinfo, &ends, &packet, identity);
    ask_owners(&packet);
    ask_nodes(&ends, &packet);
    if (!find_match(pinfo, &packet, identity))
        return false;
    turn_round(error, identity);
    complete(pinfo, packet.transport, packet.protocols, identity);
    impsvc_ends_tell(&(impsvc_ports_and_addresses){ ends.type, ends.dst, ends.src, ends.dst_port, ends.src_port }, identity);
    return true;
}

static bool identify_icmp(packet_info *pinfo, const impsvc_icmp *icmp, uint32_t seen, impsvc_identity *identity)
{
    impsvc_icmp_kind kind = impsvc_icmp_kind_of(&icmp->head);
    impsvc_ports_and_addresses ends;

    if (kind == IMPSVC_ICMP_ERROR)
        return identify_quoted(pinfo, icmp, seen, identity);
    if (kind != IMPSVC_ICMP_REQUEST && kind != IMPSVC_ICMP_REPLY)
        return false;
    *identity = (impsvc_identity){ .seen_now = seen };
    if (!impsvc_classify_icmp(kind == IMPSVC_ICMP_REQUEST ? IMPSVC_REQUEST : IMPSVC_REPLY, &identity->match))
        return false;
    complete(pinfo, IMPSVC_ICMP, identity->seen_now, identity);
    ends = impsvc_ends_of(pinfo);
    impsvc_ends_tell(&ends, identity);
    return true;
}

static bool is_listed(const packet_info *pinfo, uint8_t transport)
{
    return impsvc_port_is_listed(transport, (uint16_t)pinfo->srcport, (uint16_t)pinfo->destport);
}

/* Whether a heuristic found a service on the packet's ports, or does so now. */
static bool is_found(packet_info *pinfo, uint8_t transport)
{
    if (impsvc_nodes_known() && impsvc_find_afterwards(pinfo, transport))
        return true;
    return impsvc_found_on(transport, (uint16_t)pinfo->srcport, (uint16_t)pinfo->destport);
}

static impsvc_packet packet_of(const packet_info *pinfo, uint8_t transport, uint32_t protocols)
{
    return (impsvc_packet){ .transport = transport, .src_port = (uint16_t)pinfo->srcport,
                            .dst_port = (uint16_t)pinfo->destport, .protocols = protocols };
}

/* Found by its payload: a datagram that is not of the service has its ports only (ESP and keep-alives on IKE's). */
static bool is_another_datagram(packet_info *pinfo, const impsvc_packet *packet, const impsvc_identity *identity)
{
    impsvc_protocols own = impsvc_entry_protocols(identity->match.entry);
    impsvc_payload payload;

    if (packet->transport != IMPSVC_UDP || !impsvc_is_moved(identity->match.entry, identity->match.port)
        || own == 0)
        return false;
    payload = impsvc_message(pinfo);
    return !impsvc_surely(own, &payload);
}

/* What shares a service's ports, or its conversation, is not the service. */
static bool is_somebody_elses(packet_info *pinfo, const impsvc_packet *packet, const impsvc_identity *identity)
{
    if (identity->seen_now & impsvc_entry_protocols(identity->match.entry))
        return false;
    return impsvc_is_announced(pinfo, identity->conversation, impsvc_entry_protocols(identity->match.entry))
           || is_another_datagram(pinfo, packet, identity);
}

static bool identify_ports(packet_info *pinfo, uint8_t transport, uint32_t seen, impsvc_identity *identity)
{
    impsvc_ports_and_addresses ends = impsvc_ends_of(pinfo);
    impsvc_packet packet;
    const impsvc_icmp *icmp;

    /* Wireshark 4.0 leaves the ports of the packet an ICMP error quotes. */
    icmp = seen & IMPSVC_PROTOCOL_ICMP ? impsvc_icmp_find(pinfo) : NULL;
    if (icmp != NULL && impsvc_icmp_kind_of(&icmp->head) == IMPSVC_ICMP_ERROR)
        return identify_quoted(pinfo, icmp, seen, identity);
    *identity = (impsvc_identity){ .seen_now = seen };
    packet = packet_of(pinfo, transport, seen);
    ask_conversation(pinfo, &ends, &packet, identity);
    ask_owners(&packet);
    ask_nodes(&ends, &packet);
    ask_message(pinfo, impsvc_message_tvb(pinfo), &packet, identity->notes);
    ask_request_path(pinfo, &packet, identity);
    if (!find_match(pinfo, &packet, identity) || is_somebody_elses(pinfo, &packet, identity))
        return false;
    identity->named = packet.named;
    if (packet.saying != IMPSVC_SAYS_NOTHING) {
        identity->asked_in = packet.asked_in;
        identity->first_asks = packet.asked == packet.first_sender;
        identity->notice = packet.saying == IMPSVC_SAYS_NOTICE;
    }
    complete(pinfo, transport, packet.protocols, identity);
    impsvc_ends_tell(&ends, identity);
    if (!impsvc_ends_have_source(identity))
        return false;
    if (impsvc_remember(pinfo, identity))
        impsvc_ends_tell(&ends, identity);
    return true;
}

bool impsvc_look_for_entry(packet_info *pinfo)
{
    uint8_t transport = transport_of(pinfo);

    if (transport == 0)
        return impsvc_icmp_find(pinfo) != NULL;
    return is_listed(pinfo, transport) || is_found(pinfo, transport);
}

bool impsvc_identify(packet_info *pinfo, uint32_t seen, impsvc_identity *identity)
{
    uint8_t transport = transport_of(pinfo);
    const impsvc_icmp *icmp;

    if (transport != 0)
        return identify_ports(pinfo, transport, seen & ~impsvc_message_taken_wrongly(pinfo), identity);
    icmp = impsvc_icmp_find(pinfo);
    return icmp != NULL && identify_icmp(pinfo, icmp, seen, identity);
}

bool impsvc_identify_payload(packet_info *pinfo, tvbuff_t *tvb, uint32_t expected, impsvc_identity *identity)
{
    uint8_t transport = transport_of(pinfo);
    impsvc_ports_and_addresses ends = impsvc_ends_of(pinfo);
    impsvc_packet packet = packet_of(pinfo, transport, expected);

    if (transport == 0 || !is_listed(pinfo, transport))
        return false;
    *identity = (impsvc_identity){ 0 };
    packet.protocols |= impsvc_protocols_seen(pinfo);
    ask_conversation(pinfo, &ends, &packet, identity);
    ask_owners(&packet);
    ask_nodes(&ends, &packet);
    ask_message(pinfo, tvb, &packet, identity->notes);
    return find_match(pinfo, &packet, identity);
}
