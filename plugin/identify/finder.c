/* finder.c
 * Finding services on ports the document does not list
 *
 * In a payload that nobody else wanted, and once more in what Wireshark decoded by
 * itself. What counts as found stands in service_rules.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/finder.h"

#include "core/service_rules.h"
#include "identify/found.h"
#include "identify/nodes.h"
#include "wireshark/addresses.h"
#include "wireshark/beginning.h"
#include "wireshark/message.h"
#include "wireshark/packet_memory.h"
#include "wireshark/protocols.h"
#include "wireshark/switches.h"

/* Who began; without a handshake a client's port, and else whoever was heard first, must do. */
static impsvc_side initiator_of(const packet_info *pinfo)
{
    impsvc_ports_and_addresses ends = impsvc_ends_of(pinfo);
    impsvc_beginning beginning = impsvc_beginning_of(impsvc_conversation(pinfo, &ends), &ends);
    bool src_is_client = pinfo->srcport >= IMPSVC_EPHEMERAL_START;
    bool dst_is_client = pinfo->destport >= IMPSVC_EPHEMERAL_START;

    if (beginning.listener != IMPSVC_SIDE_UNKNOWN)
        return beginning.listener == IMPSVC_SIDE_SRC ? IMPSVC_SIDE_DST : IMPSVC_SIDE_SRC;
    if (src_is_client != dst_is_client)
        return src_is_client ? IMPSVC_SIDE_SRC : IMPSVC_SIDE_DST;
    return beginning.first_sender;
}

static bool has_node(const packet_info *pinfo)
{
    return impsvc_is_node_at(&pinfo->src) || impsvc_is_node_at(&pinfo->dst);
}

/* Each table's heuristic asks it of the same packet; of what a tunnel carries it is asked anew. */
static bool has_node_as_before(const packet_info *pinfo)
{
    impsvc_packet_memory *memory = impsvc_packet_memory_get(pinfo);

    if (memory->src != pinfo->src.data || memory->dst != pinfo->dst.data) {
        memory->src = pinfo->src.data;
        memory->dst = pinfo->dst.data;
        memory->has_node = has_node(pinfo);
    }
    return memory->has_node;
}

static impsvc_parties parties_of(const packet_info *pinfo)
{
    impsvc_side initiator = initiator_of(pinfo);

    return (impsvc_parties){
        .sender_is_node = impsvc_is_node_at(&pinfo->src),
        .receiver_is_node = impsvc_is_node_at(&pinfo->dst),
        .initiator_known = initiator != IMPSVC_SIDE_UNKNOWN,
        .sender_is_initiator = initiator != IMPSVC_SIDE_DST,
        .same_host = impsvc_is_same_host(&pinfo->src, &pinfo->dst)
    };
}

static bool is_listed(const packet_info *pinfo, uint8_t carrier)
{
    return impsvc_port_is_listed(impsvc_transport_of_carrier(carrier), (uint16_t)pinfo->srcport, (uint16_t)pinfo->destport);
}

static const impsvc_notes *notes_of(const packet_info *pinfo)
{
    impsvc_ports_and_addresses ends = impsvc_ends_of(pinfo);

    return impsvc_notes_find(impsvc_conversation(pinfo, &ends));
}

/* The entry found in the conversation in this or an earlier packet. */
static const impsvc_entry *found_before(const packet_info *pinfo)
{
    const impsvc_notes *notes = notes_of(pinfo);

    return notes == NULL || notes->found == NULL ? NULL : impsvc_notes_named(notes, pinfo->num);
}

/* Whether something may still be found in the packet's conversation. A second pass knows more nodes than the first, and so
 * may find what that could not; what the first has found stands. */
static bool may_find(const packet_info *pinfo)
{
    const impsvc_notes *notes;

    if (!PINFO_FD_VISITED(pinfo))
        return true;
    notes = notes_of(pinfo);
    return notes == NULL || notes->found == NULL || notes->found_late;
}

/* Payloads that name their service anew: requests to the web server inside TLS, and RMI's calls. */
static bool may_change(const impsvc_entry *entry, uint8_t carrier)
{
    return carrier == IMPSVC_TLS || entry->changes_service;
}

/* Once something was found the conversation is that, but for those. */
static const impsvc_entry *find_entry(packet_info *pinfo, uint8_t table, uint8_t carrier, tvbuff_t *tvb)
{
    const impsvc_entry *before = found_before(pinfo);
    const impsvc_entry *now = NULL;

    if (may_find(pinfo) && (before == NULL || (before->table == table && may_change(before, carrier)))) {
        impsvc_payload payload = impsvc_payload_of(tvb);
        impsvc_parties parties = parties_of(pinfo);

        now = impsvc_service_find(table, carrier, 0, &payload, &parties);
    }
    if (now == NULL)
        return before != NULL && before->table == table ? before : NULL;
    return now;
}

static void note(packet_info *pinfo, uint8_t carrier, const impsvc_entry *entry, const impsvc_payload *payload)
{
    uint32_t port = initiator_of(pinfo) == IMPSVC_SIDE_DST ? pinfo->srcport : pinfo->destport;

    if (may_find(pinfo))
        impsvc_found_note(pinfo, impsvc_transport_of_carrier(carrier), entry, impsvc_service_alternative(entry, payload),
                          (uint16_t)port);
}

/* Found by a second pass only: then nobody decodes it. Dissectors keep a memory of what they were given in the first. */
static bool is_late(const packet_info *pinfo)
{
    const impsvc_notes *notes = notes_of(pinfo);

    return notes != NULL && notes->found_late;
}

const impsvc_entry *impsvc_find_in_payload(uint8_t table, uint8_t carrier, tvbuff_t *tvb, packet_info *pinfo)
{
    const impsvc_entry *entry;
    impsvc_payload payload;

    if (!impsvc_nodes_known() || is_listed(pinfo, carrier) || pinfo->flags.in_error_pkt || !has_node_as_before(pinfo))
        return NULL;
    entry = find_entry(pinfo, table, carrier, tvb);
    if (entry == NULL)
        return NULL;
    payload = impsvc_payload_of(tvb);
    note(pinfo, carrier, entry, &payload);
    if (carrier != IMPSVC_TLS)      /* what TLS decrypted is found where it left it */
        impsvc_message_note(pinfo, tvb);
    return is_late(pinfo) ? NULL : entry;
}

/* Who may be the node: whoever is known to be one; else the listener; else the initiator (rows that the cluster asks
 * others by); else both. */
static const impsvc_entry *find_with_some_node(uint8_t carrier, const packet_info *pinfo, uint16_t port,
                                               const impsvc_payload *payload)
{
    static const struct {
        bool initiator;
        bool listener;
    } nodes[] = { { false, false }, { false, true }, { true, false }, { true, true } };
    bool from_initiator = pinfo->destport == port;
    const impsvc_entry *entry = NULL;

    for (size_t i = 0; i < array_length(nodes) && entry == NULL; i++) {
        impsvc_parties parties = parties_of(pinfo);

        parties.initiator_known = true;
        parties.sender_is_initiator = from_initiator;
        parties.sender_is_node |= from_initiator ? nodes[i].initiator : nodes[i].listener;
        parties.receiver_is_node |= from_initiator ? nodes[i].listener : nodes[i].initiator;
        entry = impsvc_service_find(IMPSVC_ANY_TABLE, carrier, 0, payload, &parties);
    }
    return entry;
}

const impsvc_entry *impsvc_find_on_chosen_port(uint8_t carrier, uint16_t port, tvbuff_t *tvb, packet_info *pinfo)
{
    const impsvc_entry *before = found_before(pinfo);
    impsvc_payload payload = impsvc_payload_of(tvb);
    const impsvc_entry *entry;

    if (PINFO_FD_VISITED(pinfo) || (before != NULL && !may_change(before, carrier)))
        return before;
    entry = find_with_some_node(carrier, pinfo, port, &payload);
    if (entry == NULL)
        return before;
    impsvc_found_note(pinfo, carrier, entry, impsvc_service_alternative(entry, &payload), port);
    return entry;
}

/* What is asked afterwards, about a packet that was decoded without us. */
typedef struct {
    uint8_t             carrier;
    impsvc_protocols    seen;
    impsvc_parties      parties;
    const impsvc_entry *found;
    impsvc_payload      in;     /* the payload it was found in */
} inquiry;

static bool ask_all(const impsvc_payload *payload, void *data)
{
    inquiry *about = (inquiry *)data;
    const impsvc_entry *entry = impsvc_service_find(IMPSVC_ANY_TABLE, about->carrier, about->seen, payload, &about->parties);

    if (entry == NULL || !impsvc_heuristic_is_on(entry->table, about->carrier))
        return false;
    about->found = entry;
    about->in = *payload;
    return true;
}

/* TLS decides the carrier, and ICMP quotes others' packets. */
bool impsvc_find_afterwards(packet_info *pinfo, uint8_t transport)
{
    const impsvc_payload none = { NULL, 0, 0 };
    inquiry about = { .carrier = transport };

    if (!may_find(pinfo) || !has_node(pinfo))
        return false;
    about.seen = impsvc_protocols_seen(pinfo);
    if (about.seen & IMPSVC_PROTOCOL_TLS)
        about.carrier = IMPSVC_TLS;
    if ((about.seen & IMPSVC_PROTOCOL_ICMP) != 0 || !impsvc_service_may_be(about.carrier, about.seen)
        || (about.carrier != IMPSVC_TLS && found_before(pinfo) != NULL))
        return false;
    about.parties = parties_of(pinfo);
    impsvc_message_for_each(pinfo, ask_all, &about);
    if (about.found == NULL)
        ask_all(&none, &about);     /* what Wireshark says is enough for some rules */
    if (about.found != NULL)
        note(pinfo, about.carrier, about.found, &about.in);
    return about.found != NULL;
}
