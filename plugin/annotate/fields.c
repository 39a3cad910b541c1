/* fields.c
 * The fields impsvc.*: their registration, and filling them from an identity
 *
 * To add a field: a number hf_…, its entry in the list, and its line in one of
 * the functions that fill. Names are a contract with users' filters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "annotate/fields.h"

#include <epan/addr_resolv.h>
#include <epan/to_str.h>

#include "annotate/evidence.h"
#include "language/icmp_text.h"
#include "language/language.h"
#include "wireshark/message.h"
#include "wireshark/own_protocol.h"
#include "wireshark/packet_memory.h"

static int hf_candidate = -1;
static int hf_confidence = -1;
static int hf_detail = -1;
static int hf_direction = -1;
static int hf_entry = -1;
static int hf_evidence = -1;
static int hf_flow = -1;
static int hf_icmp_error = -1;
static int hf_node_dst = -1;
static int hf_node_src = -1;
static int hf_note = -1;
static int hf_payload = -1;
static int hf_port = -1;
static int hf_protocol = -1;
static int hf_reach = -1;
static int hf_role = -1;
static int hf_role_dst = -1;
static int hf_role_src = -1;
static int hf_row = -1;
static int hf_service = -1;
static int hf_table = -1;
static int hf_transport = -1;

static int ett_unknown = -1;

/* Numbers and names of the catalog's tables, as Wireshark wants them. */
static const value_string *make_table_names(void)
{
    value_string *names = g_new0(value_string, impsvc_table_count + 1);

    for (size_t i = 0; i < impsvc_table_count; i++) {
        names[i].value = impsvc_tables[i].number;
        names[i].strptr = impsvc_tables[i].name.in[IMPSVC_ENGLISH];
    }
    return names;
}

void impsvc_fields_register(int proto)
{
    static hf_register_info hf[] = {
        { &hf_table,
          { "Table", "impsvc.table", FT_UINT8, BASE_DEC, NULL, 0x0,
            "Number of the table in the port list", HFILL } },
        { &hf_row,
          { "Row", "impsvc.row", FT_UINT8, BASE_DEC, NULL, 0x0,
            "Number of the row in its table, counted from 1", HFILL } },
        { &hf_entry,
          { "Entry", "impsvc.entry", FT_STRING, BASE_NONE, NULL, 0x0,
            "Table and row of the port list", HFILL } },
        { &hf_service,
          { "Service", "impsvc.service", FT_STRING, BASE_NONE, NULL, 0x0,
            "What the port is for", HFILL } },
        { &hf_protocol,
          { "Protocol", "impsvc.protocol", FT_STRING, BASE_NONE, NULL, 0x0,
            "The protocol as the port list prints it", HFILL } },
        { &hf_transport,
          { "Transport", "impsvc.transport", FT_STRING, BASE_NONE, NULL, 0x0,
            "TCP, UDP, TLS or ICMP", HFILL } },
        { &hf_role,
          { "Role", "impsvc.role", FT_STRING, BASE_NONE, NULL, 0x0,
            "The role of either end", HFILL } },
        { &hf_role_src,
          { "Source role", "impsvc.role.src", FT_STRING, BASE_NONE, NULL, 0x0,
            "What the sender of this packet is to the service", HFILL } },
        { &hf_role_dst,
          { "Destination role", "impsvc.role.dst", FT_STRING, BASE_NONE, NULL, 0x0,
            "What the receiver of this packet is to the service", HFILL } },
        { &hf_direction,
          { "Direction", "impsvc.direction", FT_UINT8, BASE_DEC, VALS(impsvc_direction_words), 0x0,
            "Request: initiator to listener; reply: listener to initiator", HFILL } },
        { &hf_flow,
          { "Flow", "impsvc.flow", FT_UINT8, BASE_DEC, VALS(impsvc_flow_words), 0x0,
            "Which way the flow was opened, as seen by the cluster", HFILL } },
        { &hf_port,
          { "Listener port", "impsvc.port", FT_UINT16, BASE_DEC, NULL, 0x0,
            "The listener port matched", HFILL } },
        { &hf_reach,
          { "Reach", "impsvc.reach", FT_UINT8, BASE_DEC, VALS(impsvc_reach_words), 0x0,
            "From where the port list lets the service be reached", HFILL } },
        { &hf_confidence,
          { "Confidence", "impsvc.confidence", FT_UINT8, BASE_DEC, VALS(impsvc_confidence_words), 0x0,
            "How sure the match is: 1 by port, 2 its protocol was seen, 3 and 4 a node is involved", HFILL } },
        { &hf_evidence,
          { "Evidence", "impsvc.evidence", FT_STRING, BASE_NONE, NULL, 0x0,
            "What the match rests on", HFILL } },
        { &hf_candidate,
          { "Candidate", "impsvc.candidate", FT_STRING, BASE_NONE, NULL, 0x0,
            "Another entry that fits as well", HFILL } },
        { &hf_detail,
          { "Detail", "impsvc.detail", FT_STRING, BASE_NONE, NULL, 0x0,
            "What the payload tells of the service: XCP component, request path, TLS server name, SIP event", HFILL } },
        { &hf_node_src,
          { "Source node", "impsvc.node.src", FT_STRING, BASE_NONE, NULL, 0x0,
            "Name of the configured host or learned node that sent the packet", HFILL } },
        { &hf_node_dst,
          { "Destination node", "impsvc.node.dst", FT_STRING, BASE_NONE, NULL, 0x0,
            "Name of the configured host or learned node that the packet goes to", HFILL } },
        { &hf_note,
          { "Note", "impsvc.note", FT_STRING, BASE_NONE, NULL, 0x0,
            "What the port list remarks, in this project's words", HFILL } },
        { &hf_icmp_error,
          { "ICMP error", "impsvc.icmp_error", FT_STRING, BASE_NONE, NULL, 0x0,
            "The ICMP error that quotes a packet of this entry", HFILL } },
        { &hf_payload,
          { "Payload", "impsvc.payload", FT_BYTES, BASE_NONE, NULL, 0x0,
            "Payload that no dissector knows", HFILL } }
    };

    static int *ett[] = { &ett_unknown };

    hf[0].hfinfo.strings = VALS(make_table_names());
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}

/* A value, and how the user shall read it. */
static proto_item *add_shown(proto_tree *tree, int hf, tvbuff_t *tvb, const char *value, const char *shown)
{
    proto_item *item = proto_tree_add_string(tree, hf, tvb, 0, 0, value);

    proto_item_set_generated(item);
    if (impsvc_label_wanted(item))
        impsvc_label_text(item, hf, shown);
    return item;
}

static void add_string(proto_tree *tree, int hf, tvbuff_t *tvb, const char *value)
{
    add_shown(tree, hf, tvb, value, value);
}

static proto_item *add_text(proto_tree *tree, int hf, tvbuff_t *tvb, const impsvc_text *text)
{
    return add_shown(tree, hf, tvb, text->in[IMPSVC_ENGLISH], impsvc_shown(text));
}

static void add_uint(proto_tree *tree, int hf, tvbuff_t *tvb, uint32_t value)
{
    proto_item *item = proto_tree_add_uint(tree, hf, tvb, 0, 0, value);

    proto_item_set_generated(item);
    if (impsvc_label_wanted(item))
        impsvc_label_number(item, hf, value);
}

static void add_payload(proto_tree *tree, packet_info *pinfo, tvbuff_t *payload)
{
    proto_item *item = proto_tree_add_item(tree, hf_payload, payload, 0, -1, ENC_NA);

    if (impsvc_label_wanted(item))
        impsvc_label_bytes(item, hf_payload, pinfo->pool, payload);
}

/* What the port list says of the entry. */
static void add_entry(proto_tree *tree, tvbuff_t *tvb, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;

    add_uint(tree, hf_table, tvb, entry->table);
    add_uint(tree, hf_row, tvb, entry->row);
    add_string(tree, hf_entry, tvb, entry->id);
    add_text(tree, hf_service, tvb, &entry->service);
    add_string(tree, hf_protocol, tvb, entry->protocol);
    add_string(tree, hf_transport, tvb, impsvc_carrier_name(identity->carrier));
    add_uint(tree, hf_reach, tvb, entry->reach);
    add_text(tree, hf_note, tvb, &entry->note);
}

/* Who is who in this packet. */
static void add_ends(proto_tree *tree, tvbuff_t *tvb, const impsvc_identity *identity)
{
    const impsvc_text *src = impsvc_role_name(impsvc_sender(identity)->role);
    const impsvc_text *dst = impsvc_role_name(impsvc_receiver(identity)->role);

    add_text(tree, hf_role_src, tvb, src);
    add_text(tree, hf_role_dst, tvb, dst);
    proto_item_set_hidden(add_text(tree, hf_role, tvb, src));
    proto_item_set_hidden(add_text(tree, hf_role, tvb, dst));
    add_uint(tree, hf_direction, tvb, identity->match.direction);
    add_uint(tree, hf_flow, tvb, identity->flow);
    if (identity->match.port != 0)
        add_uint(tree, hf_port, tvb, identity->match.port);
}

/* The name of a known end: the user's, or Wireshark's own for a learned node's address. */
static void add_node(proto_tree *tree, int hf, tvbuff_t *tvb, packet_info *pinfo, const impsvc_end *end)
{
    if (end->node.name != NULL)
        add_string(tree, hf, tvb, end->node.name);
    else if (end->node.source == IMPSVC_NODE_CONFIGURED)
        add_string(tree, hf, tvb, address_to_str(pinfo->pool, end->address));
    else if (end->node.is_node)
        add_string(tree, hf, tvb, address_to_display(pinfo->pool, end->address));
}

static void add_nodes(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const impsvc_identity *identity)
{
    add_node(tree, hf_node_src, tvb, pinfo, impsvc_sender(identity));
    add_node(tree, hf_node_dst, tvb, pinfo, impsvc_receiver(identity));
}

/* What the payload tells: the packet's own request path or SIP event, else what holds for the conversation. NULL: nothing. */
static const char *detail_of(packet_info *pinfo, const impsvc_identity *identity)
{
    impsvc_text_span said = { NULL, 0 };
    const impsvc_notes *notes = identity->notes;

    if (identity->seen_now & IMPSVC_PROTOCOL_HTTP)
        said = impsvc_message_request_path(pinfo);
    else if (identity->seen_now & IMPSVC_PROTOCOL_SIP)
        said = impsvc_message_sip_event(pinfo);
    if (said.start != NULL)
        return wmem_strndup(pinfo->pool, said.start, said.length);
    return notes == NULL || notes->detail_frame > pinfo->num ? NULL : notes->detail;
}

/* Looked for only if somebody wants to know. */
static void add_detail(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const impsvc_identity *identity)
{
    const char *detail = proto_field_is_referenced(tree, hf_detail) ? detail_of(pinfo, identity) : NULL;

    if (detail != NULL)
        add_string(tree, hf_detail, tvb, detail);
}

/* Sentences are made in the user's language only if they are looked at. */
static void add_evidence(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const impsvc_identity *identity)
{
    proto_item *item;

    if (!proto_field_is_referenced(tree, hf_evidence))
        return;
    item = proto_tree_add_string(tree, hf_evidence, tvb, 0, 0, impsvc_evidence(pinfo->pool, identity, IMPSVC_ENGLISH));
    proto_item_set_generated(item);
    if (impsvc_label_wanted(item))
        impsvc_label_text(item, hf_evidence, impsvc_evidence(pinfo->pool, identity, impsvc_user_language()));
}

static void add_icmp_error(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const impsvc_icmp *error)
{
    proto_item *item = proto_tree_add_string(tree, hf_icmp_error, tvb, 0, 0,
                                             impsvc_icmp_error_text(pinfo->pool, &error->head, IMPSVC_ENGLISH));

    proto_item_set_generated(item);
    if (impsvc_label_wanted(item))
        impsvc_label_text(item, hf_icmp_error, impsvc_icmp_error_text(pinfo->pool, &error->head, impsvc_user_language()));
}

/* How sure, and why. */
static void add_reasons(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const impsvc_identity *identity)
{
    add_uint(tree, hf_confidence, tvb, identity->confidence);
    add_evidence(tree, tvb, pinfo, identity);
    for (uint8_t i = 0; i < identity->match.candidate_count; i++)
        add_string(tree, hf_candidate, tvb, identity->match.candidates[i]->id);
    if (identity->icmp_error != NULL)
        add_icmp_error(tree, tvb, pinfo, identity->icmp_error);
}

void impsvc_fields_add_unknown(proto_tree *tree, packet_info *pinfo, tvbuff_t *payload)
{
    proto_item *item = proto_tree_add_item(tree, impsvc_payload_proto(), payload, 0, -1, ENC_NA);

    if (impsvc_label_wanted(item))
        proto_item_set_text(item, "%s", IMPSVC_SAY("IM and Presence payload", "IM and Presence のペイロード"));
    add_payload(proto_item_add_subtree(item, ett_unknown), pinfo, payload);
}

void impsvc_fields_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const impsvc_identity *identity)
{
    tvbuff_t *payload = impsvc_packet_payload(pinfo);

    add_entry(tree, tvb, identity);
    add_ends(tree, tvb, identity);
    add_nodes(tree, tvb, pinfo, identity);
    add_detail(tree, tvb, pinfo, identity);
    add_reasons(tree, tvb, pinfo, identity);
    if (payload != NULL)
        add_payload(tree, pinfo, payload);
}
