/* ports.c
 * The dissectors on the catalog's ports
 *
 * On a port that somebody owns: the owner, and nothing else. On the others, in
 * this order: the owner of the packet's other port, Wireshark's heuristics, the
 * catalog's protocol if the payload is of its kind, and last a plain display.
 * Wireshark's own knowledge of a payload comes before ours.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "dissect/ports.h"

#include "annotate/annotate.h"
#include "annotate/fields.h"
#include "dissect/native.h"
#include "identify/finder.h"
#include "identify/identify.h"
#include "language/digits.h"
#include "language/language.h"
#include "wireshark/message.h"
#include "wireshark/own_protocol.h"
#include "wireshark/owners.h"
#include "wireshark/packet_memory.h"
#include "wireshark/protocols.h"

/* What is known of payloads from each of the tables that ports are registered in. */
typedef struct {
    uint8_t                entries;     /* entries of these transports have their ports in it */
    uint8_t                carrier;     /* what its payloads came in */
    const char            *heuristics;  /* the list that Wireshark asks for such payloads */
    heur_dissector_list_t  list;
} port_table;

static port_table tables[] = {
    [IMPSVC_TCP_PORTS] = { IMPSVC_TCP | IMPSVC_TLS, IMPSVC_TCP, "tcp", NULL },
    [IMPSVC_UDP_PORTS] = { IMPSVC_UDP, IMPSVC_UDP, "udp", NULL }
};

/* The catalog knows better than the owner in one case: 1090 is Foundation
 * Fieldbus to Wireshark, and RMI's first bytes cannot be that. Our stand-in is
 * enabled with the owner, so this checks whether the user has disabled the plugin. */
static impsvc_protocols better_than_owner(const impsvc_owner *owner, uint8_t carrier, tvbuff_t *tvb, const packet_info *pinfo)
{
    uint16_t port = (uint16_t)pinfo->match_uint;
    impsvc_protocols protocol;

    if (!impsvc_native_differs(carrier, port, owner->original))
        return 0;
    protocol = impsvc_native_recognise(carrier, port, 0, tvb);
    if (protocol == 0 || !proto_is_protocol_enabled(find_protocol_by_id(impsvc_proto())) || !impsvc_will_be_annotated(pinfo))
        return 0;
    return impsvc_protocol_of_id(dissector_handle_get_protocol_index(owner->original)) == protocol ? 0 : protocol;
}

static void note_owner(const impsvc_owner *owner, const packet_info *pinfo, int used)
{
    impsvc_protocols protocol = impsvc_protocol_of_id(dissector_handle_get_protocol_index(owner->original));

    if (protocol == 0 || used == 0)
        return;
    impsvc_packet_note_outcome(pinfo, protocol, used);
    impsvc_packet_memory_get(pinfo)->owner = protocol;
}

static int dissect_owned(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data, void *cb_data)
{
    const impsvc_owner *owner = (const impsvc_owner *)cb_data;
    const port_table *table = &tables[owner->table];
    impsvc_protocols protocol = better_than_owner(owner, table->carrier, tvb, pinfo);
    int used = 0;

    impsvc_message_note(pinfo, tvb);
    if (protocol != 0)
        used = impsvc_native_call(protocol, table->carrier, tvb, pinfo, tree, data);
    if (used != 0)
        return used;
    used = impsvc_owner_call(owner, tvb, pinfo, tree, data);
    if (table->carrier == IMPSVC_TCP && !pinfo->flags.in_error_pkt)
        note_owner(owner, pinfo, used);
    return used;
}

/* TCP and UDP try one port after the other; a port that somebody owns takes precedence. */
static bool other_port_is_owned(impsvc_table_id table, const packet_info *pinfo)
{
    uint32_t other = pinfo->match_uint == pinfo->srcport ? pinfo->destport : pinfo->srcport;

    return other != pinfo->match_uint && impsvc_owner_exists(table, other);
}

static bool try_heuristics(const port_table *table, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    heur_dtbl_entry_t *heuristic;
    impsvc_protocols found;

    if (!dissector_try_heuristic(table->list, tvb, pinfo, tree, &heuristic, data))
        return false;
    found = impsvc_protocol_of_id(proto_get_id(heuristic->protocol));
    impsvc_packet_note_outcome(pinfo, found, 1);
    if (found == 0)
        impsvc_packet_memory_get(pinfo)->others_seen = true;
    impsvc_conversation_forget(pinfo);
    return true;
}

/* entry: NULL if it is not known; then the payload has already been added by itself. */
static int show_payload(tvbuff_t *tvb, packet_info *pinfo, const impsvc_entry *entry, impsvc_direction direction)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "IM&P");
    col_add_lstr(pinfo->cinfo, COL_INFO,
                 entry == NULL ? IMPSVC_SAY("Unknown service", "不明なサービス") : impsvc_shown(&entry->service), ", ",
                 impsvc_direction_name(direction), ", ", impsvc_digits_of(tvb_reported_length(tvb)).text,
                 IMPSVC_SAY(" bytes", " バイト"), COL_ADD_LSTR_TERMINATOR);
    if (entry != NULL && impsvc_packet_payload(pinfo) == NULL)
        impsvc_packet_memory_get(pinfo)->payload = tvb;
    return (int)tvb_captured_length(tvb);
}

/* Only a user can have put us on a port that is not listed (Decode As). What Wireshark finds by itself comes first
 * here, too; what nobody recognises is shown plainly. */
static int dissect_chosen(const port_table *table, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    uint16_t port = (uint16_t)pinfo->match_uint;
    const impsvc_entry *entry = impsvc_find_on_chosen_port(table->carrier, port, tvb, pinfo);
    int used = 0;

    impsvc_message_note(pinfo, tvb);
    pinfo->can_desegment = pinfo->saved_can_desegment;
    if (try_heuristics(table, tvb, pinfo, tree, data))
        used = (int)tvb_captured_length(tvb);
    else if (entry != NULL && entry->on_transport != 0)
        used = impsvc_native_call(entry->on_transport, table->carrier, tvb, pinfo, tree, data);
    if (entry != NULL)      /* SNMP's dissector begins a conversation of its own: the finding is noted with that one, too */
        (void)impsvc_find_on_chosen_port(table->carrier, port, tvb, pinfo);
    if (used != 0)
        return used;
    if (entry == NULL)
        impsvc_fields_add_unknown(tree, pinfo, tvb);
    return show_payload(tvb, pinfo, entry, pinfo->destport == port ? IMPSVC_REQUEST : IMPSVC_REPLY);
}

/* Protocols that an earlier packet of the conversation was found to be. */
static impsvc_protocols known_before(const packet_info *pinfo)
{
    impsvc_ports_and_addresses ends = impsvc_ends_of(pinfo);
    const impsvc_notes *notes = impsvc_notes_find(impsvc_conversation(pinfo, &ends));

    return notes == NULL || notes->protocol_frame > pinfo->num ? 0 : notes->protocol;
}

static int dissect_unowned(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data, void *cb_data)
{
    const impsvc_owner *nobody = (const impsvc_owner *)cb_data;
    const port_table *table = &tables[nobody->table];
    impsvc_protocols protocol;
    impsvc_identity identity;
    int used;

    if (pinfo->flags.in_error_pkt)
        return 0;
    if (impsvc_port_find(table->carrier, (uint16_t)pinfo->match_uint) == NULL)
        return dissect_chosen(table, tvb, pinfo, tree, data);
    if (other_port_is_owned(nobody->table, pinfo) || !impsvc_will_be_annotated(pinfo))
        return 0;
    protocol = impsvc_native_recognise(table->carrier, (uint16_t)pinfo->match_uint, known_before(pinfo), tvb);
    if (!impsvc_identify_payload(pinfo, tvb, protocol, &identity))
        return 0;
    impsvc_message_note(pinfo, tvb);
    pinfo->can_desegment = pinfo->saved_can_desegment;
    if (try_heuristics(table, tvb, pinfo, tree, data))
        return (int)tvb_captured_length(tvb);
    if (protocol != 0) {
        used = impsvc_native_call(protocol, table->carrier, tvb, pinfo, tree, data);
        if (used != 0)
            return used;
    }
    return show_payload(tvb, pinfo, identity.match.entry, identity.match.direction);
}

/* impsvc_ports_add() or impsvc_ports_remove(). */
typedef void (*port_call)(uint8_t transports, uint16_t port);

void impsvc_ports_add(uint8_t transports, uint16_t port)
{
    for (impsvc_table_id table = IMPSVC_TCP_PORTS; table <= IMPSVC_UDP_PORTS; table++) {
        if ((transports & tables[table].entries) == 0)
            continue;
        if (!impsvc_owner_displace(table, port, dissect_owned))
            impsvc_unowned_add(table, port, dissect_unowned);
    }
}

void impsvc_ports_remove(uint8_t transports, uint16_t port)
{
    for (impsvc_table_id table = IMPSVC_TCP_PORTS; table <= IMPSVC_UDP_PORTS; table++) {
        if ((transports & tables[table].entries) == 0)
            continue;
        if (!impsvc_owner_restore(table, port))
            impsvc_unowned_remove(table, port);
    }
}

/* besides: the release that has the ports already, or NULL. */
static void call_for_port(const impsvc_entry *entry, uint16_t port, const impsvc_release *besides, port_call call)
{
    for (size_t i = 0; i < array_length(tables); i++)
        if ((entry->transports & tables[i].entries) != 0
            && (besides == NULL || !impsvc_release_lists(besides, tables[i].carrier, port)))
            call(tables[i].carrier, port);
}

/* Calls for each port that one release has and another has not. A row without a listener port (12.7) is recognised by its source port. */
static void for_each_port_besides(const impsvc_release *of, const impsvc_release *besides, port_call call)
{
    for (size_t i = 0; i < of->entry_count; i++) {
        const impsvc_entry *entry = &of->entries[i];

        for (uint8_t j = 0; j < entry->port_count; j++)
            call_for_port(entry, entry->ports[j], besides, call);
        if (entry->port_count == 0 && impsvc_fixed_source(entry) != 0)
            call_for_port(entry, impsvc_fixed_source(entry), besides, call);
    }
}

void impsvc_ports_follow(const impsvc_release *before)
{
    for_each_port_besides(before, impsvc_list, impsvc_ports_remove);
    for_each_port_besides(impsvc_list, before, impsvc_ports_add);
}

void impsvc_ports_handoff(void)
{
    for (size_t i = 0; i < array_length(tables); i++)
        tables[i].list = find_heur_dissector_list(tables[i].heuristics);
    for_each_port_besides(impsvc_list, NULL, impsvc_ports_add);
}
