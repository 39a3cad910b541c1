/* announced.c
 * Conversations that another one announced: media, file transfers
 *
 * Whoever announces a conversation gives it a dissector, before its first packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/announced.h"

#include "wireshark/own_protocol.h"
#include "wireshark/packet_memory.h"
#include "wireshark/protocols.h"

/* What sets up TCP connections: there a conversation may also have a dissector because a heuristic found something. */
static const char *const over_tcp[] = { "ftp-data", "msrp", "bfcp", "t38", "rtp", "rtcp" };

static int ids[array_length(over_tcp)];

void impsvc_announced_init(void)
{
    for (size_t i = 0; i < array_length(over_tcp); i++)
        ids[i] = proto_get_id_by_filter_name(over_tcp[i]);
}

static bool is_set_up_over_tcp(int protocol)
{
    for (size_t i = 0; i < array_length(ids); i++)
        if (ids[i] == protocol && protocol > 0)
            return true;
    return false;
}

/* Few conversations have one. */
static dissector_handle_t dissector_of(const conversation_t *conversation, uint32_t frame)
{
    if (conversation == NULL || conversation->dissector_tree == NULL)
        return NULL;
    return (dissector_handle_t)wmem_tree_lookup32_le(conversation->dissector_tree, frame);
}

/* Whether a dissector took the packet when Wireshark asked it. */
static bool took(const packet_info *pinfo, dissector_handle_t handle)
{
    void *protocol = GINT_TO_POINTER(dissector_handle_get_protocol_index(handle));

    return wmem_list_find(pinfo->layers, protocol) != NULL;
}

/* What was announced for the end that a packet goes to, whatever the other end's address or port. Wireshark asks it for
 * packets to that end only, and it may refuse; if it takes one, the whole conversation is its own. */
static dissector_handle_t dissector_beside(const packet_info *pinfo, conversation_t *conversation)
{
    static const unsigned open[] = { NO_ADDR_B, NO_PORT_B };
    dissector_handle_t handle = (dissector_handle_t)conversation_get_proto_data(conversation, impsvc_payload_proto());

    if (handle != NULL)
        return handle;
    for (size_t i = 0; handle == NULL && i < array_length(open); i++)
        handle = dissector_of(find_conversation(pinfo->num, &pinfo->dst, &pinfo->src, CONVERSATION_UDP, pinfo->destport,
                                                pinfo->srcport, open[i]), pinfo->num);
    if (handle == NULL || !took(pinfo, handle))
        return NULL;
    conversation_add_proto_data(conversation, impsvc_payload_proto(), handle);
    return handle;
}

/* SNMP's dissector announces, too, whatever port the agent answers from: what it then refuses is anybody's. Media and
 * transfers are announced for their ports alone. */
static bool is_its_own(const packet_info *pinfo, dissector_handle_t handle)
{
    return impsvc_protocol_of_id(dissector_handle_get_protocol_index(handle)) == 0 || took(pinfo, handle);
}

static dissector_handle_t dissector_for(const packet_info *pinfo, conversation_t *conversation)
{
    dissector_handle_t handle = dissector_of(conversation, pinfo->num);

    if (pinfo->ptype != PT_UDP || conversation == NULL)
        return handle;
    if (handle != NULL)
        return is_its_own(pinfo, handle) ? handle : NULL;
    return IMPSVC_UDP_ANNOUNCED_BESIDE ? dissector_beside(pinfo, conversation) : NULL;
}

bool impsvc_is_announced(const packet_info *pinfo, conversation_t *conversation, impsvc_protocols expected)
{
    dissector_handle_t handle = dissector_for(pinfo, conversation);
    int protocol = handle == NULL ? 0 : dissector_handle_get_protocol_index(handle);

    if (pinfo->ptype == PT_TCP)
        return is_set_up_over_tcp(protocol);
    if (handle != NULL && (impsvc_protocol_of_id(protocol) & expected) == 0)
        return true;
    return impsvc_packet_others_seen(pinfo) && (impsvc_protocols_seen(pinfo) & expected) == 0;
}
