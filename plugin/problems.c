/* problems.c
 * What is wrong with a packet of a node, for the expert items of design section 4
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "problems.h"

#include <epan/column-info.h>
#include <epan/expert.h>
#include <epan/tap.h>
#include <epan/to_str.h>

#include "ends.h"
#include "language.h"
#include "message.h"
#include "protocols.h"
#include "recognise_surely.h"

static expert_field ei_cleartext;
static expert_field ei_localhost_exposed;
static expert_field ei_moved;
static expert_field ei_reversed;
static expert_field ei_unexpected_payload;

static int expert_tap;

void impsvc_problems_register(int proto)
{
    static ei_register_info ei[] = {
        { &ei_localhost_exposed,
          { "impsvc.localhost_exposed", PI_SECURITY, PI_WARN,
            "A service for the local host only, met between two hosts", EXPFILL } },
        { &ei_cleartext,
          { "impsvc.cleartext", PI_SECURITY, PI_WARN, "No TLS where the port list has TLS", EXPFILL } },
        { &ei_unexpected_payload,
          { "impsvc.unexpected_payload", PI_PROTOCOL, PI_WARN, "Not the protocol that the port list has here", EXPFILL } },
        { &ei_reversed,
          { "impsvc.reversed", PI_PROTOCOL, PI_NOTE, "The initiator is not who the port list says", EXPFILL } },
        { &ei_moved,
          { "impsvc.moved", PI_PROTOCOL, PI_NOTE, "A service on a port that the port list does not have", EXPFILL } }
    };

    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}

void impsvc_problems_init(void)
{
    /* Wireshark registers it after the plugins; asked for by name it is the same one then. */
    expert_tap = register_tap("expert");
}

static bool has_expert_column(const column_info *columns)
{
    return columns != NULL && columns->col_first != NULL && columns->col_first[COL_EXPERT] >= 0;
}

static bool is_one_referenced(proto_tree *tree)
{
    const int fields[] = { proto_expert, ei_cleartext.hf, ei_localhost_exposed.hf, ei_moved.hf, ei_reversed.hf,
                           ei_unexpected_payload.hf };

    for (size_t i = 0; i < array_length(fields); i++)
        if (proto_field_is_referenced(tree, fields[i]))
            return true;
    return false;
}

bool impsvc_problems_wanted(const packet_info *pinfo, proto_tree *tree)
{
    return (tree != NULL && is_one_referenced(tree)) || have_tap_listener(expert_tap) || has_expert_column(pinfo->cinfo);
}

/* What the packet's bytes say, whatever dissector was given them. One that stands on a port takes what comes,
 * and so says little of that. */
typedef struct {
    impsvc_payload   payload;
    impsvc_protocols text;  /* the protocol of text that it surely is, by its first bytes; 0: none */
} message;

/* Protocols that change to TLS on their own port (StartTLS), and HTTP, which the port list prints as HTTPS on 8080. */
static bool may_start_tls(const impsvc_entry *entry)
{
    return (entry->on_transport & (IMPSVC_PROTOCOL_HTTP | IMPSVC_PROTOCOL_LDAP | IMPSVC_PROTOCOL_PGSQL | IMPSVC_PROTOCOL_XMPP))
           != 0;
}

/* What is seen but not the entry's, or 0. Nothing can be said of an entry whose protocol is not public. */
static impsvc_protocols unexpected(const message *said, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;
    impsvc_protocols expected = impsvc_entry_protocols(entry);

    if (expected == 0)
        return 0;
    if (said->text & ~expected)
        return said->text;
    if (!may_start_tls(entry) && (expected & IMPSVC_PROTOCOL_TLS) == 0 && impsvc_surely(IMPSVC_PROTOCOL_TLS, &said->payload))
        return IMPSVC_PROTOCOL_TLS;
    if (identity->protocol != 0)
        return 0;
    return identity->seen_now & ~expected & ~IMPSVC_PROTOCOL_ICMP & ~(may_start_tls(entry) ? IMPSVC_PROTOCOL_TLS : 0);
}

static bool is_tls_entry(const impsvc_entry *entry)
{
    return (entry->transports & IMPSVC_TLS) != 0 || entry->on_transport == IMPSVC_PROTOCOL_TLS;
}

/* Wireshark's TLS dissector stands on 636 and calls whatever comes TLS: the payload itself knows better. */
static bool is_cleartext(const message *said, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;

    if (!is_tls_entry(entry))
        return false;
    if (entry->inside_tls != 0 && impsvc_surely(entry->inside_tls, &said->payload))
        return true;
    return (identity->seen_now & IMPSVC_PROTOCOL_TLS) == 0 && (identity->seen_now | said->text) != 0;
}

static impsvc_protocols clear_protocol(const message *said, const impsvc_identity *identity)
{
    impsvc_protocols seen = (identity->seen_now | said->text) & ~IMPSVC_PROTOCOL_TLS;

    return seen != 0 ? seen : identity->match.entry->inside_tls;
}

/* "TCP port 8443" */
static const char *port_text(packet_info *pinfo, const impsvc_identity *identity)
{
    return wmem_strdup_printf(pinfo->pool, IMPSVC_SAY("%s port %u", "%s ポート %u"), identity->carrier == IMPSVC_UDP ? "UDP" : "TCP",
                              identity->match.port);
}

/* "10.1.0.11 (pub-1)" of the initiator or the listener. */
static const char *end_text(packet_info *pinfo, const impsvc_identity *identity, bool initiator)
{
    bool src = initiator == (identity->match.direction == IMPSVC_REQUEST);
    const char *name = src ? identity->node_src.name : identity->node_dst.name;
    const char *addr = address_to_str(pinfo->pool, src ? identity->src : identity->dst);

    return name == NULL || strcmp(name, addr) == 0 ? addr : wmem_strdup_printf(pinfo->pool, "%s (%s)", addr, name);
}

static bool is_exposed(const impsvc_identity *identity)
{
    return identity->match.entry->reach == IMPSVC_REACH_LOCALHOST && identity->flow != IMPSVC_FLOW_LOCALHOST;
}

static const char *entry_text(packet_info *pinfo, const impsvc_entry *entry)
{
    return wmem_strdup_printf(pinfo->pool, "%s (%s)", impsvc_shown(&entry->service), entry->id);
}

/* Wireshark puts "Expert Info (Warning/Protocol): " before a sentence and cuts what is too long, even within a character. In
 * English, nothing is worse for that. */
static void add(proto_item *item, packet_info *pinfo, expert_field *problem, const char *sentence)
{
    impsvc_cut fit = impsvc_cut_to(sentence, ITEM_LABEL_LENGTH - 1 - (int)strlen("Expert Info (Warning/Protocol): "));

    if (impsvc_preference_language() == IMPSVC_ENGLISH)
        expert_add_info_format(pinfo, item, problem, "%s", sentence);
    else
        expert_add_info_format(pinfo, item, problem, "%.*s%s", fit.length, sentence, fit.more);
}

static void add_exposed(proto_item *item, packet_info *pinfo, const impsvc_identity *identity)
{
    add(item, pinfo, &ei_localhost_exposed,
        wmem_strdup_printf(pinfo->pool,
                           IMPSVC_SAY("%s is for the local host only, but %s asks for %s of %s: block it between hosts",
                                      "%s はローカルホスト専用ですが、%s が %s で %s と通信: ホスト間では遮断が必要"),
                           entry_text(pinfo, identity->match.entry), end_text(pinfo, identity, true),
                           port_text(pinfo, identity), end_text(pinfo, identity, false)));
}

static void add_reversed(proto_item *item, packet_info *pinfo, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;

    add(item, pinfo, &ei_reversed,
        wmem_strdup_printf(pinfo->pool,
                           IMPSVC_SAY("The port list has %s opened by %s towards %s; here %s opened it towards %s: "
                                      "a rule for the list's direction does not allow this",
                                      "%s: 一覧では %s → %s、実際は %s → %s: 一覧の向きの規則では通りません"),
                           entry_text(pinfo, entry), impsvc_shown(&impsvc_roles[entry->from].name),
                           impsvc_shown(&impsvc_roles[entry->to].name), end_text(pinfo, identity, true),
                           end_text(pinfo, identity, false)));
}

/* "port 22", "ports 161 and 8161" */
static const char *listed_ports(packet_info *pinfo, const impsvc_entry *entry)
{
    if (entry->port_count == 0)
        return IMPSVC_SAY("no port", "ポートなし");
    if (entry->port_count == 1)
        return wmem_strdup_printf(pinfo->pool, IMPSVC_SAY("port %u", "ポート %u"), entry->ports[0]);
    return wmem_strdup_printf(pinfo->pool, IMPSVC_SAY("ports %u and %u", "ポート %u と %u"), entry->ports[0], entry->ports[1]);
}

static void add_moved(proto_item *item, packet_info *pinfo, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;

    add(item, pinfo, &ei_moved,
        wmem_strdup_printf(pinfo->pool,
                           IMPSVC_SAY("%s is met on %s; the port list has %s: rules for that do not cover it",
                                      "%s を %s で検出、一覧では%s: 一覧どおりの規則では対象外"),
                           entry_text(pinfo, entry), port_text(pinfo, identity), listed_ports(pinfo, entry)));
}

static void add_payload(proto_item *item, packet_info *pinfo, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;
    message said = { impsvc_message(pinfo), 0 };
    impsvc_protocols other;

    said.text = impsvc_surely_text(&said.payload);
    other = unexpected(&said, identity);
    if (is_cleartext(&said, identity))
        add(item, pinfo, &ei_cleartext,
            wmem_strdup_printf(pinfo->pool,
                               IMPSVC_SAY("%s should be inside TLS, but %s on %s is readable",
                                          "%s は TLS で暗号化されるはずですが、%s が %s で平文のまま読めます"),
                               entry_text(pinfo, entry), impsvc_protocols_label(clear_protocol(&said, identity)),
                               port_text(pinfo, identity)));
    if (other != 0)
        add(item, pinfo, &ei_unexpected_payload,
            wmem_strdup_printf(pinfo->pool,
                               IMPSVC_SAY("%s was seen on %s, where the port list has %s: another program may listen on %s",
                                          "%s を %s で検出、一覧では %s: %s で別のプログラムが待ち受けている可能性"),
                               impsvc_protocols_label(other), port_text(pinfo, identity), entry_text(pinfo, entry),
                               end_text(pinfo, identity, false)));
}

void impsvc_problems_add(proto_item *item, packet_info *pinfo, const impsvc_identity *identity)
{
    const impsvc_match *match = &identity->match;

    if (identity->confidence < IMPSVC_CONFIDENCE_LEARNED || identity->icmp_error != NULL)
        return;
    if (is_exposed(identity))
        add_exposed(item, pinfo, identity);
    if (identity->reversed)
        add_reversed(item, pinfo, identity);
    if (impsvc_is_moved(match->entry, match->port))
        add_moved(item, pinfo, identity);
    if (match->port != 0)
        add_payload(item, pinfo, identity);
}
