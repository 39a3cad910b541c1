/* conversations.c
 * The conversation that a packet belongs to: Wireshark's own, found without looking it up each time
 *
 * find_conversation() takes some 600 instructions, as much as everything else that is done for a packet. Its answer is kept
 * in two places: for the current packet, and for TCP connections until another connection takes the place.
 *
 * A connection that was kept stays the right answer until another begins on the same ports, from either end. TCP's
 * dissector counts all connections: as long as the number is the same as at the last packet on a listed port, none has
 * begun. If it has grown, the packet's own place is cleared once the packet is dissected. That works for packets that come
 * in order; in a second pass, and in the window, each is looked up. A frame that holds several TCP headers (an aggregate of
 * a radio link) shows only the last of them: if an earlier one uses ports again from the other end, that is missed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/conversations.h"

#include <epan/dissectors/packet-tcp.h>

#include "core/catalog_index.h"
#include "wireshark/icmp.h"
#include "wireshark/packet_memory.h"

#define PLACES_BITS 10

/* Clients' connections to listed ports; and the number of connections of any kind at the last packet on such a port. */
static conversation_t *recent[1 << PLACES_BITS];
static uint32_t        connections;

impsvc_ports_and_addresses impsvc_ends_of(const packet_info *pinfo)
{
    return (impsvc_ports_and_addresses){ pinfo->ptype, &pinfo->src, &pinfo->dst, pinfo->srcport, pinfo->destport };
}

/* A port's dissector, a heuristic and the post-dissector ask for the same conversation. */
static conversation_t *asked_before(const packet_info *pinfo, const impsvc_ports_and_addresses *ends)
{
    const impsvc_packet_memory *memory = impsvc_packet_memory_find(pinfo);

    return memory != NULL && memory->src_port == ends->src_port && memory->dst_port == ends->dst_port
           ? memory->conversation : NULL;
}

static void remember(const packet_info *pinfo, const impsvc_ports_and_addresses *ends, conversation_t *conversation)
{
    impsvc_packet_memory *memory = impsvc_packet_memory_get(pinfo);

    memory->conversation = conversation;
    memory->src_port = ends->src_port;
    memory->dst_port = ends->dst_port;
}

/* A connection, from the end whose port is not listed to the other. It is kept if that end began it: otherwise, when a
 * capture begins in the middle of a connection, the ends would have to be compared the other way round. */
typedef struct {
    const address *client;
    const address *server;
    uint32_t       client_port;
    uint32_t       server_port;
} connection;

/* False for what is not kept: UDP, where dissectors begin conversations as they like, and connections whose ports do not
 * show which end is the client. */
static bool connection_of(const impsvc_ports_and_addresses *ends, connection *of)
{
    uint16_t listed;

    if (ends->type != PT_TCP)
        return false;
    listed = impsvc_port_only_listed(IMPSVC_TCP, (uint16_t)ends->src_port, (uint16_t)ends->dst_port);
    if (listed == 0)
        return false;
    if (listed == ends->dst_port)
        *of = (connection){ ends->src, ends->dst, ends->src_port, ends->dst_port };
    else
        *of = (connection){ ends->dst, ends->src, ends->dst_port, ends->src_port };
    return true;
}

static conversation_t **place_of(const connection *of)
{
    uint32_t client = 0;

    if (of->client->len >= (int)sizeof client)
        memcpy(&client, (const uint8_t *)of->client->data + of->client->len - sizeof client, sizeof client);
    return &recent[((client ^ of->client_port << 16 ^ of->server_port) * UINT32_C(0x9e3779b1)) >> (32 - PLACES_BITS)];
}

/* Whether a conversation is the connection's, and begun by the client. */
static bool is_of(const conversation_t *conversation, const connection *of)
{
    const conversation_element_t *key = conversation->key_ptr;

    return conversation_key_port1(key) == of->client_port && conversation_key_port2(key) == of->server_port
           && addresses_equal(conversation_key_addr1(key), of->client)
           && addresses_equal(conversation_key_addr2(key), of->server);
}

static conversation_t *find(const packet_info *pinfo, const impsvc_ports_and_addresses *ends)
{
    conversation_t *conversation;
    conversation_t **place = NULL;
    connection of;

    if (!PINFO_FD_VISITED(pinfo) && connection_of(ends, &of)) {
        place = place_of(&of);
        if (*place != NULL && connections == get_tcp_stream_count() && (*place)->next == NULL && is_of(*place, &of))
            return *place;
    }
    conversation = find_conversation(pinfo->num, ends->src, ends->dst, conversation_pt_to_conversation_type(ends->type),
                                     ends->src_port, ends->dst_port, 0);
    if (place != NULL && conversation != NULL && is_of(conversation, &of))
        *place = conversation;
    return conversation;
}

/* Not remembered for the packet that an ICMP error quotes: its ends are those of another packet. */
conversation_t *impsvc_conversation(const packet_info *pinfo, const impsvc_ports_and_addresses *ends)
{
    bool own = ends->src == &pinfo->src;
    conversation_t *conversation = own ? asked_before(pinfo, ends) : NULL;

    if (conversation != NULL)
        return conversation;
    conversation = find(pinfo, ends);
    if (own)
        remember(pinfo, ends, conversation);
    return conversation;
}

/* Over UDP a dissector may begin another conversation between the same ends (SNMP's does). */
void impsvc_conversation_forget(const packet_info *pinfo)
{
    impsvc_packet_memory *memory = impsvc_packet_memory_find(pinfo);

    if (memory != NULL && pinfo->ptype == PT_UDP)
        memory->conversation = NULL;
}

static void forget_all(void)
{
    memset(recent, 0, sizeof recent);
}

void impsvc_conversations_see(const packet_info *pinfo)
{
    impsvc_ports_and_addresses ends;
    connection of;

    if (connections == get_tcp_stream_count() || pinfo->ptype == PT_UDP || PINFO_FD_VISITED(pinfo))
        return;
    connections = get_tcp_stream_count();
    ends = impsvc_ends_of(pinfo);
    if (impsvc_icmp_is_in(pinfo))       /* what it quotes may belong to any connection */
        forget_all();
    else if (connection_of(&ends, &of))
        *place_of(&of) = NULL;
}

/* Wireshark's conversations are gone with their file. */
static void begin_file(void)
{
    forget_all();
    connections = 0;
}

void impsvc_conversations_register(void)
{
    register_init_routine(begin_file);
}
