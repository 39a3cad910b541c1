/* problems.c
 * What is wrong with a packet of a node, for the expert items of design section 4
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "problems.h"

#include <epan/expert.h>
#include <epan/to_str.h>

#include "ends.h"
#include "message.h"
#include "protocols.h"
#include "recognise_surely.h"

static expert_field ei_cleartext;
static expert_field ei_localhost_exposed;
static expert_field ei_moved;
static expert_field ei_reversed;
static expert_field ei_unexpected_payload;

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

/* Protocols of the catalog that the packet's payload is seen to be, in the clear: by
 * Wireshark, or by its first bytes where another dissector stands on the port. */
static uint32_t seen_in_the_clear(packet_info *pinfo, const impsvc_identity *identity)
{
    impsvc_payload payload = impsvc_message(pinfo);

    return identity->seen_now | impsvc_protocol_bit(impsvc_surely_text(&payload));
}

/* The text that a payload surely is, by its first bytes, if the entry's protocol is another. A
 * dissector that stands on the port takes what comes, and so says little of that. */
static uint32_t other_text(packet_info *pinfo, const impsvc_identity *identity)
{
    impsvc_payload payload = impsvc_message(pinfo);

    return impsvc_protocol_bit(impsvc_surely_text(&payload)) & ~impsvc_entry_protocols(identity->match.entry);
}

/* Protocols that change to TLS on their own port (StartTLS), and HTTP, which the port list prints as HTTPS on 8080. */
static bool may_start_tls(const impsvc_entry *entry)
{
    static const char *const protocols[] = { "http", "ldap", "pgsql", "xmpp" };

    for (size_t i = 0; entry->dissector != NULL && i < array_length(protocols); i++)
        if (strcmp(entry->dissector, protocols[i]) == 0)
            return true;
    return false;
}

static bool greets_in_tls(packet_info *pinfo)
{
    impsvc_payload payload = impsvc_message(pinfo);

    return impsvc_surely("tls", &payload);
}

/* What is seen but not the entry's, or 0. Nothing can be said of an entry whose protocol is not public. */
static uint32_t unexpected(packet_info *pinfo, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;
    uint32_t expected = impsvc_entry_protocols(entry);
    uint32_t other = other_text(pinfo, identity);

    if (expected == 0 || other != 0)
        return expected == 0 ? 0 : other;
    if (!may_start_tls(entry) && (expected & impsvc_protocol_bit("tls")) == 0 && greets_in_tls(pinfo))
        return impsvc_protocol_bit("tls");
    if (identity->protocol != 0)
        return 0;
    return identity->seen_now & ~expected & ~impsvc_protocol_bit("icmp") & ~(may_start_tls(entry) ? impsvc_protocol_bit("tls") : 0);
}

static bool is_tls_entry(const impsvc_entry *entry)
{
    return (entry->transports & IMPSVC_TLS) != 0 || (entry->dissector != NULL && strcmp(entry->dissector, "tls") == 0);
}

/* Wireshark's TLS dissector stands on 636 and calls whatever comes TLS: the payload itself knows better. */
static bool is_cleartext(packet_info *pinfo, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;
    impsvc_payload payload = impsvc_message(pinfo);

    if (!is_tls_entry(entry))
        return false;
    if (entry->tls_dissector != NULL && impsvc_surely(entry->tls_dissector, &payload))
        return true;
    return (identity->seen_now & impsvc_protocol_bit("tls")) == 0 && seen_in_the_clear(pinfo, identity) != 0;
}

static uint32_t clear_protocol(packet_info *pinfo, const impsvc_identity *identity)
{
    uint32_t seen = seen_in_the_clear(pinfo, identity) & ~impsvc_protocol_bit("tls");

    return seen != 0 ? seen : impsvc_protocol_bit(identity->match.entry->tls_dissector);
}

/* "TCP port 8443" */
static const char *port_text(packet_info *pinfo, const impsvc_identity *identity)
{
    return wmem_strdup_printf(pinfo->pool, "%s port %u", identity->carrier == IMPSVC_UDP ? "UDP" : "TCP",
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
    return wmem_strdup_printf(pinfo->pool, "%s (%s)", entry->service.in[IMPSVC_ENGLISH], entry->id);
}

static void add_exposed(proto_item *item, packet_info *pinfo, const impsvc_identity *identity)
{
    expert_add_info_format(pinfo, item, &ei_localhost_exposed,
                           "%s is for the local host only, but %s asks for %s of %s: block it between hosts",
                           entry_text(pinfo, identity->match.entry), end_text(pinfo, identity, true),
                           port_text(pinfo, identity), end_text(pinfo, identity, false));
}

static void add_reversed(proto_item *item, packet_info *pinfo, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;

    expert_add_info_format(pinfo, item, &ei_reversed,
                           "The port list has %s opened by %s towards %s; here %s opened it towards %s: "
                           "a rule for the list's direction does not allow this",
                           entry_text(pinfo, entry), impsvc_roles[entry->from].name.in[IMPSVC_ENGLISH],
                           impsvc_roles[entry->to].name.in[IMPSVC_ENGLISH], end_text(pinfo, identity, true),
                           end_text(pinfo, identity, false));
}

static void add_moved(proto_item *item, packet_info *pinfo, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;
    const char *listed = entry->port_count == 0 ? "no port" : entry->port_count == 1
        ? wmem_strdup_printf(pinfo->pool, "port %u", entry->ports[0])
        : wmem_strdup_printf(pinfo->pool, "ports %u and %u", entry->ports[0], entry->ports[1]);

    expert_add_info_format(pinfo, item, &ei_moved, "%s is met on %s; the port list has %s: rules for that do not cover it",
                           entry_text(pinfo, entry), port_text(pinfo, identity), listed);
}

static void add_payload(proto_item *item, packet_info *pinfo, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;
    uint32_t other = unexpected(pinfo, identity);

    if (is_cleartext(pinfo, identity))
        expert_add_info_format(pinfo, item, &ei_cleartext, "%s should be inside TLS, but %s on %s is readable",
                               entry_text(pinfo, entry), impsvc_protocols_label(clear_protocol(pinfo, identity)),
                               port_text(pinfo, identity));
    if (other != 0)
        expert_add_info_format(pinfo, item, &ei_unexpected_payload,
                               "%s was seen on %s, where the port list has %s: another program may listen on %s",
                               impsvc_protocols_label(other), port_text(pinfo, identity), entry_text(pinfo, entry),
                               end_text(pinfo, identity, false));
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
