/* announced.c
 * Conversations that another one announced: media, file transfers
 *
 * Whoever announces a conversation gives it a dissector, before its first packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/announced.h"

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

bool impsvc_is_announced(const packet_info *pinfo, const conversation_t *conversation, impsvc_protocols expected)
{
    dissector_handle_t handle = dissector_of(conversation, pinfo->num);
    int protocol = handle == NULL ? 0 : dissector_handle_get_protocol_index(handle);

    if (pinfo->ptype == PT_TCP)
        return is_set_up_over_tcp(protocol);
    if (handle != NULL && (impsvc_protocol_of_id(protocol) & expected) == 0)
        return true;
    return impsvc_packet_others_seen(pinfo) && (impsvc_protocols_seen(pinfo) & expected) == 0;
}
