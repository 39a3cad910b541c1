/* remember.c
 * What a packet tells of its conversation and of the hosts at its ends
 *
 * Only the first pass learns. Wireshark's window dissects frames again in any
 * order as the user scrolls, and what it shows must not depend on that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/remember.h"

#include "core/detail.h"
#include "core/foreign.h"
#include "core/recognise_surely.h"
#include "wireshark/addresses.h"
#include "wireshark/message.h"
#include "wireshark/packet_memory.h"
#include "wireshark/protocols.h"

static void note_protocol(const packet_info *pinfo, const impsvc_identity *identity, impsvc_notes *notes)
{
    if (identity->protocol == 0 || identity->protocol_frame != pinfo->num || notes->protocol != 0)
        return;
    notes->protocol = identity->protocol;
    notes->protocol_frame = pinfo->num;
}

static void set_detail(const packet_info *pinfo, impsvc_notes *notes, impsvc_text_span name)
{
    if (name.start == NULL)
        return;
    notes->detail = wmem_strndup(wmem_file_scope(), name.start, name.length);
    notes->detail_frame = pinfo->num;
}

/* Wireshark's numbers of the protocols behind which nothing was dissected if they are a packet's last. */
static int tcp;
static int udp;

void impsvc_remember_init(void)
{
    tcp = proto_get_id_by_filter_name("tcp");
    udp = proto_get_id_by_filter_name("udp");
}

typedef struct {
    const packet_info *pinfo;
    impsvc_notes      *notes;
} hello;

static bool note_server_name(const impsvc_payload *payload, void *data)
{
    const hello *said = (const hello *)data;

    set_detail(said->pinfo, said->notes, impsvc_detail_tls_name(payload));
    return said->notes->detail != NULL;
}

/* A component's stream has the namespace of components, and counts when the router has accepted it (XEP-0114, 3). Without a
 * head nobody can say whose stream it is. */
static void note_xcp(const packet_info *pinfo, const impsvc_identity *identity, const impsvc_payload *payload,
                     impsvc_notes *notes)
{
    notes->no_component = notes->no_component || impsvc_surely_no_component(payload);
    notes->xcp_named = notes->xcp_named || impsvc_surely_xcp(payload);
    if (identity->match.direction == IMPSVC_REPLY && notes->xcp_named && impsvc_accepts_component(payload))
        notes->xcp_frame = pinfo->num;
}

/* Protocols of an entry, and TLS on the way to it: a conversation may change to TLS. */
static impsvc_protocols own_protocols(const impsvc_entry *entry)
{
    bool may_start_tls = (entry->on_transport & (IMPSVC_PROTOCOL_HTTP | IMPSVC_PROTOCOL_XMPP)) != 0;

    return impsvc_entry_protocols(entry) | (may_start_tls ? IMPSVC_PROTOCOL_TLS : 0);
}

/* Whether a payload is visibly of another protocol than the entry's: Wireshark names it, or its first bytes do. */
static bool is_foreign(const packet_info *pinfo, const impsvc_identity *identity, const impsvc_payload *payload)
{
    impsvc_protocols own = own_protocols(identity->match.entry);
    impsvc_protocols seen = identity->seen_now & ~IMPSVC_PROTOCOL_ICMP;

    if (seen & own)
        return false;
    return seen != 0 || impsvc_packet_others_seen(pinfo) || impsvc_surely_one_of(~own, payload) || impsvc_is_foreign(payload);
}

static void note_payload(packet_info *pinfo, const impsvc_identity *identity, impsvc_notes *notes)
{
    impsvc_payload payload = impsvc_message(pinfo);

    if (notes->detail == NULL && identity->match.entry->xcp)
        set_detail(pinfo, notes, impsvc_detail_component(&payload));
    if (notes->detail == NULL)
        set_detail(pinfo, notes, impsvc_detail_tls_name(&payload));
    if (notes->detail == NULL && !notes->listener_spoke)    /* what TCP put together may be a ClientHello, too */
        impsvc_message_for_each_given(pinfo, note_server_name, &(hello){ pinfo, notes });
    if (identity->match.direction == IMPSVC_REPLY)
        notes->listener_spoke = true;
    if (notes->xcp_frame == 0 && identity->match.entry->xcp)
        note_xcp(pinfo, identity, &payload, notes);
    if (identity->match.entry->distinctive && !notes->foreign)
        notes->foreign = is_foreign(pinfo, identity, &payload);
    if (notes->asked_frame == 0 && identity->asked_in != 0) {
        notes->asked_frame = pinfo->num;
        notes->first_asks = identity->first_asks;
        notes->notice = identity->notice;
        notes->asked_in = identity->asked_in;
    }
}

/* What is known of a conversation, from the initiator's and the listener's side. */
static impsvc_sighting sighting_of(const packet_info *pinfo, const impsvc_identity *identity, const impsvc_notes *notes)
{
    return (impsvc_sighting){
        .entry = identity->match.entry,
        .port = identity->match.port,
        .initiator_is_node = identity->initiator.node.is_node,
        .listener_is_node = identity->listener.node.is_node,
        .listener_is_configured = identity->listener.node.source == IMPSVC_NODE_CONFIGURED,
        .xcp = notes->xcp_frame != 0,
        .foreign = notes->foreign,
        .frame = pinfo->num
    };
}

/* What a lesson says of the ends. */
#define NODES_IN_LESSON 6

static uint8_t nodes_in_lesson(bool initiator_is_node, bool listener_is_node)
{
    return (uint8_t)(initiator_is_node << 1 | listener_is_node << 2);
}

/* A conversation teaches once the listener has answered with payload, and again when more
 * is known of its ends, its XCP stream was accepted, or it turns out to be something else. The number says what is known; 0: too little. */
static uint8_t lesson(const impsvc_sighting *sighting, const impsvc_notes *notes)
{
    if (!notes->listener_spoke)
        return 0;
    return (uint8_t)(1 | nodes_in_lesson(sighting->initiator_is_node, sighting->listener_is_node) | sighting->xcp << 3
                     | sighting->foreign << 4);
}

static bool learn(const packet_info *pinfo, const impsvc_identity *identity, impsvc_notes *notes)
{
    impsvc_sighting sighting = sighting_of(pinfo, identity, notes);
    uint8_t now = lesson(&sighting, notes);

    if (now == 0 || now == notes->taught)
        return false;
    notes->taught = now;
    if (!impsvc_ip_from_address(identity->initiator.address, &sighting.initiator)
        || !impsvc_ip_from_address(identity->listener.address, &sighting.listener))
        return false;
    impsvc_learn(&sighting);
    return true;
}

/* A protocol may change to TLS at any time, and the server's name is said then. */
static bool begins_tls(packet_info *pinfo)
{
    impsvc_payload payload = impsvc_message(pinfo);

    return payload.length > 0 && payload.bytes[0] == IMPSVC_TLS_HANDSHAKE;
}

/* One of our dissectors was given it, or somebody else's behind TCP's or UDP's. */
static bool has_payload(packet_info *pinfo)
{
    int last = GPOINTER_TO_INT(wmem_list_frame_data(wmem_list_tail(pinfo->layers)));

    return impsvc_message_noted(pinfo) || (last != tcp && last != udp && impsvc_protocols_seen(pinfo) != 0);
}

/* Where several services inside TLS share a port each request tells anew whose it is. */
static bool may_name_entry(const packet_info *pinfo)
{
    return pinfo->ptype == PT_TCP && impsvc_port_is_shared(IMPSVC_TCP, (uint16_t)pinfo->srcport, (uint16_t)pinfo->destport)
           && (impsvc_protocols_seen(pinfo) & IMPSVC_PROTOCOL_HTTP) != 0;
}

/* Whether somebody became a node, or is none any more, and that changes what the conversation teaches. The end whose port is
 * listed is taken for the listener: where that is wrong, or does not tell them apart, it is news. */
static bool is_news(const packet_info *pinfo, impsvc_notes *notes)
{
    uint8_t transport = pinfo->ptype == PT_UDP ? IMPSVC_UDP : IMPSVC_TCP;
    uint32_t state = impsvc_learning_state();
    uint16_t listed;
    bool to_dst, src, dst;

    if (notes->told_state == state)
        return false;
    listed = impsvc_port_only_listed(transport, (uint16_t)pinfo->srcport, (uint16_t)pinfo->destport);
    to_dst = listed == pinfo->destport;
    src = impsvc_is_node_at(&pinfo->src);
    dst = impsvc_is_node_at(&pinfo->dst);
    if (listed == 0 || nodes_in_lesson(to_dst ? src : dst, to_dst ? dst : src) != (notes->taught & NODES_IN_LESSON))
        return true;
    notes->told_state = state;
    return false;
}

bool impsvc_may_teach(packet_info *pinfo)
{
    impsvc_ports_and_addresses ends = impsvc_ends_of(pinfo);
    impsvc_notes *notes;

    if (PINFO_FD_VISITED(pinfo) || (pinfo->ptype != PT_TCP && pinfo->ptype != PT_UDP) || !has_payload(pinfo))
        return false;
    notes = impsvc_notes_find(impsvc_conversation(pinfo, &ends));
    return notes == NULL || !notes->told_all || is_news(pinfo, notes) || begins_tls(pinfo) || may_name_entry(pinfo);
}

/* All that note_protocol(), note_payload() and learn() look for is known. */
static bool has_told_all(const impsvc_identity *identity, const impsvc_notes *notes)
{
    const impsvc_entry *entry = identity->match.entry;

    if (!notes->listener_spoke || (notes->protocol == 0 && impsvc_entry_protocols(entry) != 0))
        return false;
    return !entry->xcp || notes->xcp_frame != 0 || notes->no_component || !notes->xcp_named;
}

bool impsvc_remember(packet_info *pinfo, impsvc_identity *identity)
{
    impsvc_notes *notes;

    if (identity->conversation == NULL || PINFO_FD_VISITED(pinfo) || !has_payload(pinfo))
        return false;
    notes = impsvc_notes_make(identity->conversation);
    identity->notes = notes;
    note_protocol(pinfo, identity, notes);
    note_payload(pinfo, identity, notes);
    if (identity->named != NULL)
        impsvc_notes_set_named(notes, pinfo->num, identity->named);
    notes->told_all = has_told_all(identity, notes);
    notes->told_state = impsvc_learning_state();    /* if it teaches something now, there may be more to come */
    return impsvc_nodes_learn() && learn(pinfo, identity, notes);
}
