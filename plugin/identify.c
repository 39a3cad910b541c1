/* identify.c
 * From Wireshark's packet to a match of the catalog
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/ipproto.h>

#include "owners.h"
#include "plugin.h"
#include "protocols.h"

/* The bit of tcp.completeness that says the conversation began with a SYN
 * (Wireshark User's Guide, "TCP Conversation Completeness"). */
#define COMPLETENESS_SYN 1

/* What is kept with a conversation, once its entry's own protocol was seen in it. */
typedef struct {
    uint32_t protocol;      /* as a bit */
    uint32_t frame;         /* where it was seen first */
} conversation_note;

static int proto_tcp;

void impsvc_identify_init(void)
{
    proto_tcp = proto_get_id_by_filter_name("tcp");
}

/* IMPSVC_TCP, IMPSVC_UDP, or 0 for a packet without such ports. */
static uint8_t transport_of(const packet_info *pinfo)
{
    if (pinfo->ptype == PT_TCP)
        return IMPSVC_TCP;
    return pinfo->ptype == PT_UDP ? IMPSVC_UDP : 0;
}

static const char *port_table(uint8_t transport)
{
    return transport == IMPSVC_UDP ? "udp.port" : "tcp.port";
}

static conversation_t *find_flow(const packet_info *pinfo)
{
    return find_conversation(pinfo->num, &pinfo->src, &pinfo->dst,
                             conversation_pt_to_conversation_type(pinfo->ptype), pinfo->srcport, pinfo->destport, 0);
}

/* The end that sent the first packet of the conversation: Wireshark keeps a
 * conversation under the addresses of the packet that began it. */
static impsvc_side first_sender(const conversation_t *conversation, const packet_info *pinfo)
{
    const address *addr = conversation_key_addr1(conversation->key_ptr);
    uint32_t port = conversation_key_port1(conversation->key_ptr);

    if (port == pinfo->srcport && addresses_equal(addr, &pinfo->src))
        return IMPSVC_SIDE_SRC;
    if (port == pinfo->destport && addresses_equal(addr, &pinfo->dst))
        return IMPSVC_SIDE_DST;
    return IMPSVC_SIDE_UNKNOWN;
}

static impsvc_side opposite(impsvc_side side)
{
    if (side == IMPSVC_SIDE_UNKNOWN)
        return IMPSVC_SIDE_UNKNOWN;
    return side == IMPSVC_SIDE_SRC ? IMPSVC_SIDE_DST : IMPSVC_SIDE_SRC;
}

/* The end that the handshake showed to be the listener. TCP's dissector keeps the
 * port a SYN went to, or a SYN+ACK came from, and counts a SYN only when it began
 * the conversation; that tells the ends apart where both have the same port. */
static impsvc_side handshake_listener(const conversation_t *conversation, const packet_info *pinfo,
                                      impsvc_side first, uint32_t *syn_frame)
{
    const struct tcp_analysis *tcp = (const struct tcp_analysis *)conversation_get_proto_data(conversation, proto_tcp);

    if (tcp == NULL || tcp->server_port == 0)
        return IMPSVC_SIDE_UNKNOWN;
    if (tcp->conversation_completeness & COMPLETENESS_SYN)
        *syn_frame = conversation->setup_frame;
    if (pinfo->srcport == pinfo->destport)
        return *syn_frame != 0 ? opposite(first) : IMPSVC_SIDE_UNKNOWN;
    if (tcp->server_port == pinfo->destport)
        return IMPSVC_SIDE_DST;
    return tcp->server_port == pinfo->srcport ? IMPSVC_SIDE_SRC : IMPSVC_SIDE_UNKNOWN;
}

/* An earlier packet's finding. A note from a later frame is not yet true here:
 * two passes over a file must not tell a packet differently. */
static const conversation_note *find_note(const conversation_t *conversation, const packet_info *pinfo)
{
    const conversation_note *note =
        (const conversation_note *)conversation_get_proto_data(conversation, impsvc_proto());

    return note != NULL && note->frame <= pinfo->num ? note : NULL;
}

static void ask_conversation(const packet_info *pinfo, impsvc_packet *packet, impsvc_identity *identity)
{
    const conversation_t *conversation = find_flow(pinfo);
    const conversation_note *note;

    if (conversation == NULL)
        return;
    packet->first_sender = first_sender(conversation, pinfo);
    if (packet->transport == IMPSVC_TCP)
        packet->listener = handshake_listener(conversation, pinfo, packet->first_sender, &identity->syn_frame);
    note = find_note(conversation, pinfo);
    if (note != NULL) {
        packet->protocols |= note->protocol;
        identity->protocol_frame = note->frame;
    }
}

/* Whether Wireshark has a dissector for each port matters only where no
 * handshake was seen, and for a port the catalog does not know. */
static void ask_owners(impsvc_packet *packet, bool src_catalogued, bool dst_catalogued)
{
    const char *table = port_table(packet->transport);

    if (packet->listener != IMPSVC_SIDE_UNKNOWN)
        return;
    packet->src_owned = !src_catalogued && impsvc_owner_exists(table, packet->src_port);
    packet->dst_owned = !dst_catalogued && impsvc_owner_exists(table, packet->dst_port);
}

/* The document's name for what carried the packet. */
static uint8_t carrier_of(const impsvc_entry *entry, uint8_t transport)
{
    return entry->transports & transport ? transport : IMPSVC_TLS;
}

static bool is_loopback(const address *addr)
{
    static const uint8_t v6_loopback[16] = { [15] = 1 };

    if (addr->type == AT_IPv4)
        return addr->len == 4 && *(const uint8_t *)addr->data == 127;
    return addr->type == AT_IPv6 && addr->len == 16 && memcmp(addr->data, v6_loopback, 16) == 0;
}

static impsvc_flow flow_of(const packet_info *pinfo, const impsvc_entry *entry)
{
    if (addresses_equal(&pinfo->src, &pinfo->dst) || is_loopback(&pinfo->dst))
        return IMPSVC_FLOW_LOCALHOST;
    if (!impsvc_roles[entry->from].in_cluster)
        return IMPSVC_FLOW_INBOUND;
    return impsvc_roles[entry->to].in_cluster ? IMPSVC_FLOW_INTRACLUSTER : IMPSVC_FLOW_OUTBOUND;
}

/* Everything that follows from the match. */
static void complete(const packet_info *pinfo, uint8_t transport, uint32_t protocols, impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;
    bool request = identity->match.direction == IMPSVC_REQUEST;

    identity->carrier = carrier_of(entry, transport);
    identity->role_src = request ? entry->from : entry->to;
    identity->role_dst = request ? entry->to : entry->from;
    identity->flow = flow_of(pinfo, entry);
    identity->protocol = protocols & impsvc_entry_protocols(entry);
    if (identity->protocol != 0 && identity->protocol_frame == 0)
        identity->protocol_frame = pinfo->num;
    identity->confidence = identity->match.payload_agrees ? IMPSVC_CONFIDENCE_PAYLOAD : IMPSVC_CONFIDENCE_PORT;
}

/* An error that quotes a packet goes back to who sent it. */
static void turn_round(const impsvc_icmp *error, impsvc_identity *identity)
{
    identity->icmp_error = error;
    identity->match.direction = identity->match.direction == IMPSVC_REQUEST ? IMPSVC_REPLY : IMPSVC_REQUEST;
}

static bool is_catalogued(uint8_t transport, uint32_t port)
{
    return impsvc_port_find(transport, (uint16_t)port) != NULL;
}

/* The packet that an ICMP error quotes. Its sender is all that is known besides its ports. */
static bool identify_quoted(packet_info *pinfo, const impsvc_icmp *error, impsvc_identity *identity)
{
    uint8_t transport = error->quoted_protocol == IP_PROTO_UDP ? IMPSVC_UDP : IMPSVC_TCP;
    impsvc_packet packet = { .transport = transport, .src_port = error->quoted_src_port,
                             .dst_port = error->quoted_dst_port, .first_sender = IMPSVC_SIDE_SRC,
                             .protocols = impsvc_protocols_seen(pinfo) };

    if (error->quoted_protocol != IP_PROTO_UDP && error->quoted_protocol != IP_PROTO_TCP)
        return false;
    *identity = (impsvc_identity){ 0 };
    ask_owners(&packet, is_catalogued(transport, packet.src_port), is_catalogued(transport, packet.dst_port));
    if (!impsvc_classify(&packet, &identity->match))
        return false;
    turn_round(error, identity);
    complete(pinfo, transport, packet.protocols, identity);
    return true;
}

static bool identify_icmp(packet_info *pinfo, const impsvc_icmp *icmp, impsvc_identity *identity)
{
    impsvc_icmp_kind kind = impsvc_icmp_kind_of(icmp);

    if (kind == IMPSVC_ICMP_ERROR)
        return identify_quoted(pinfo, icmp, identity);
    if (kind != IMPSVC_ICMP_REQUEST && kind != IMPSVC_ICMP_REPLY)
        return false;
    *identity = (impsvc_identity){ 0 };
    if (!impsvc_classify_icmp(kind == IMPSVC_ICMP_REQUEST ? IMPSVC_REQUEST : IMPSVC_REPLY, &identity->match))
        return false;
    complete(pinfo, IMPSVC_ICMP, impsvc_protocols_seen(pinfo), identity);
    return true;
}

static bool identify_ports(packet_info *pinfo, uint8_t transport, uint32_t expected, impsvc_identity *identity)
{
    bool src_catalogued = is_catalogued(transport, pinfo->srcport);
    bool dst_catalogued = is_catalogued(transport, pinfo->destport);
    impsvc_packet packet = { .transport = transport, .src_port = (uint16_t)pinfo->srcport,
                             .dst_port = (uint16_t)pinfo->destport, .protocols = expected };
    const impsvc_icmp *icmp;

    if (!src_catalogued && !dst_catalogued)
        return false;
    /* Wireshark 4.0 leaves the ports of the packet an ICMP error quotes. */
    icmp = impsvc_icmp_find(pinfo);
    if (icmp != NULL && impsvc_icmp_kind_of(icmp) == IMPSVC_ICMP_ERROR)
        return identify_quoted(pinfo, icmp, identity);
    *identity = (impsvc_identity){ 0 };
    packet.protocols |= impsvc_protocols_seen(pinfo);
    ask_conversation(pinfo, &packet, identity);
    ask_owners(&packet, src_catalogued, dst_catalogued);
    if (!impsvc_classify(&packet, &identity->match))
        return false;
    complete(pinfo, transport, packet.protocols, identity);
    return true;
}

bool impsvc_identify(packet_info *pinfo, uint32_t expected, impsvc_identity *identity)
{
    uint8_t transport = transport_of(pinfo);
    const impsvc_icmp *icmp;

    if (transport != 0)
        return identify_ports(pinfo, transport, expected, identity);
    icmp = impsvc_icmp_find(pinfo);
    return icmp != NULL && identify_icmp(pinfo, icmp, identity);
}

void impsvc_identify_remember(packet_info *pinfo, const impsvc_identity *identity)
{
    conversation_t *conversation;
    conversation_note *note;

    if (identity->protocol == 0 || identity->protocol_frame != pinfo->num || identity->icmp_error != NULL
        || transport_of(pinfo) == 0 || PINFO_FD_VISITED(pinfo))
        return;
    conversation = find_flow(pinfo);
    if (conversation == NULL)
        return;
    note = wmem_new(wmem_file_scope(), conversation_note);
    note->protocol = identity->protocol;
    note->frame = pinfo->num;
    conversation_add_proto_data(conversation, impsvc_proto(), note);
}
