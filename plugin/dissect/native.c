/* native.c
 * Wireshark's dissector for a payload on a port that Wireshark does not know
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "dissect/native.h"

#include "core/catalog_index.h"
#include "core/recognise.h"
#include "core/recognise_surely.h"
#include "wireshark/conversations.h"
#include "wireshark/message.h"
#include "wireshark/packet_memory.h"
#include "wireshark/protocols.h"

/* A dissector is found under its name or, where it has none, as the owner of its usual port. */
static struct {
    impsvc_protocols   protocol;
    uint8_t            carrier;
    const char        *dissector;
    const char        *table;
    uint32_t           port;
    dissector_handle_t handle;
} natives[] = {
    { IMPSVC_PROTOCOL_AGENTX, IMPSVC_TCP, "agentx",   "tcp.port", 705,  NULL },
    { IMPSVC_PROTOCOL_HTTP,   IMPSVC_TCP, NULL,       "tcp.port", 80,   NULL },
    { IMPSVC_PROTOCOL_HTTP,   IMPSVC_UDP, "http",     NULL,       0,    NULL },
    { IMPSVC_PROTOCOL_HTTP,   IMPSVC_TLS, NULL,       "tls.port", 443,  NULL },
    { IMPSVC_PROTOCOL_ISAKMP, IMPSVC_UDP, "isakmp",   NULL,       0,    NULL },
    { IMPSVC_PROTOCOL_LDAP,   IMPSVC_TCP, "ldap",     NULL,       0,    NULL },
    { IMPSVC_PROTOCOL_LDAP,   IMPSVC_TLS, "ldap",     NULL,       0,    NULL },
    { IMPSVC_PROTOCOL_PGSQL,  IMPSVC_TCP, "pgsql",    NULL,       0,    NULL },
    { IMPSVC_PROTOCOL_RMI,    IMPSVC_TCP, NULL,       "tcp.port", 1099, NULL },
    { IMPSVC_PROTOCOL_SIP,    IMPSVC_TCP, "sip.tcp",  NULL,       0,    NULL },
    { IMPSVC_PROTOCOL_SIP,    IMPSVC_TLS, "sip.tcp",  NULL,       0,    NULL },
    { IMPSVC_PROTOCOL_SIP,    IMPSVC_UDP, "sip",      NULL,       0,    NULL },
    { IMPSVC_PROTOCOL_SSH,    IMPSVC_TCP, "ssh",      NULL,       0,    NULL },
    { IMPSVC_PROTOCOL_SNMP,   IMPSVC_UDP, "snmp",     NULL,       0,    NULL },
    { IMPSVC_PROTOCOL_TLS,    IMPSVC_TCP, "tls",      NULL,       0,    NULL },
    { IMPSVC_PROTOCOL_XMPP,   IMPSVC_TCP, "xmpp",     NULL,       0,    NULL }
};

void impsvc_native_handoff(void)
{
    for (size_t i = 0; i < array_length(natives); i++) {
        if (natives[i].dissector != NULL)
            natives[i].handle = find_dissector(natives[i].dissector);
        if (natives[i].handle == NULL && natives[i].table != NULL)
            natives[i].handle = dissector_get_uint_handle(find_dissector_table(natives[i].table), natives[i].port);
    }
}

dissector_handle_t impsvc_native_handle(impsvc_protocols protocol, uint8_t carrier)
{
    for (size_t i = 0; i < array_length(natives); i++)
        if (natives[i].carrier == carrier && natives[i].protocol == protocol)
            return natives[i].handle;
    return NULL;
}

static impsvc_protocols protocol_on(const impsvc_entry *entry, uint8_t carrier)
{
    return carrier == IMPSVC_TLS ? entry->inside_tls : entry->on_transport;
}

static impsvc_protocols recognise(impsvc_protocols protocol, impsvc_protocols known, tvbuff_t *tvb)
{
    impsvc_payload payload = impsvc_payload_of(tvb);

    if (protocol == 0 || payload.length == 0)
        return 0;
    if (protocol == IMPSVC_PROTOCOL_XMPP && (known & protocol) != 0 && impsvc_continues_xmpp(&payload))
        return protocol;
    return impsvc_recognise(protocol, payload.bytes, payload.length, payload.whole) ? protocol : 0;
}

impsvc_protocols impsvc_native_recognise(uint8_t carrier, uint16_t number, impsvc_protocols known, tvbuff_t *tvb)
{
    const impsvc_port *port = impsvc_port_find(impsvc_transport_of_carrier(carrier), number);
    impsvc_protocols found = 0;

    if (port == NULL)
        return 0;
    for (uint8_t i = 0; i < port->count && found == 0; i++)
        found = recognise(protocol_on(port->listeners[i], carrier), known, tvb);
    if (found == 0 && port->source_only != NULL)
        found = recognise(protocol_on(port->source_only, carrier), known, tvb);
    return found;
}

/* A protocol's own bytes: ISAKMP has a marker before them on ports other than its own. */
static tvbuff_t *message(impsvc_protocols protocol, tvbuff_t *tvb)
{
    impsvc_payload payload = impsvc_payload_of(tvb);

    if (protocol != IMPSVC_PROTOCOL_ISAKMP || impsvc_isakmp_marker(&payload) == 0)
        return tvb;
    return tvb_new_subset_remaining(tvb, (impsvc_offset)impsvc_isakmp_marker(&payload));
}

bool impsvc_native_differs(uint8_t carrier, uint16_t number, dissector_handle_t owner)
{
    const impsvc_port *port = impsvc_port_find(impsvc_transport_of_carrier(carrier), number);
    impsvc_protocols owned = impsvc_protocol_of_id(dissector_handle_get_protocol_index(owner));

    for (uint8_t i = 0; port != NULL && i < port->count; i++) {
        impsvc_protocols protocol = protocol_on(port->listeners[i], carrier);

        if (protocol != 0 && protocol != owned)
            return true;
    }
    return false;
}

/* Wireshark's AgentX dissector calls every variable binding malformed before 4.4. */
static bool would_be_malformed(impsvc_protocols protocol, tvbuff_t *tvb)
{
    impsvc_payload payload = impsvc_payload_of(tvb);

    return !IMPSVC_AGENTX_KNOWS_BINDINGS && protocol == IMPSVC_PROTOCOL_AGENTX && impsvc_agentx_has_bindings(&payload);
}

/* Never inlined: the benchmark uses this function to see what is decoded because of the plugin. */
G_GNUC_NO_INLINE
int impsvc_native_call(impsvc_protocols protocol, uint8_t carrier, tvbuff_t *tvb, packet_info *pinfo,
                       proto_tree *tree, void *data)
{
    dissector_handle_t handle = impsvc_native_handle(protocol, carrier);
    bool whole;     /* there will be no more than this */
    int used;

    if (handle == NULL || would_be_malformed(protocol, tvb))
        return 0;
    /* See impsvc_owner_call(): our own level must not prevent the payload's reassembly. */
    pinfo->can_desegment = pinfo->saved_can_desegment;
    whole = pinfo->can_desegment == 0;
    used = call_dissector_only(handle, message(protocol, tvb), pinfo, tree, data);
    impsvc_packet_note_outcome(pinfo, protocol, used);
    impsvc_conversation_forget(pinfo);
    if (whole && pinfo->desegment_len != 0) {   /* it shows nothing, and waits for more in vain */
        pinfo->desegment_len = 0;
        return 0;
    }
    return used;
}
