/* beginning.c
 * Who began a conversation, as far as the capture shows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "beginning.h"

#include <epan/dissectors/packet-tcp.h>

/* The bit of tcp.completeness that says the conversation began with a SYN
 * (Wireshark User's Guide, "TCP Conversation Completeness"). */
#define COMPLETENESS_SYN 1

static int proto_tcp;

void impsvc_beginning_init(void)
{
    proto_tcp = proto_get_id_by_filter_name("tcp");
}

/* The end that sent the first packet of the conversation: Wireshark keeps a
 * conversation under the addresses of the packet that began it. */
static impsvc_side first_sender(const conversation_t *conversation, const packet_info *pinfo)
{
    const address *addr = conversation_key_addr1(conversation->key_ptr);
    uint32_t port = conversation_key_port1(conversation->key_ptr);

    if (port == pinfo->srcport && addresses_equal(addr, &pinfo->src))
        return IMPSVC_SIDE_SRC;
    if (port == pinfo->destport && addresses_equal(addr, &pinfo->dst))
        return IMPSVC_SIDE_DST;
    return IMPSVC_SIDE_UNKNOWN;
}

static impsvc_side opposite(impsvc_side side)
{
    if (side == IMPSVC_SIDE_UNKNOWN)
        return IMPSVC_SIDE_UNKNOWN;
    return side == IMPSVC_SIDE_SRC ? IMPSVC_SIDE_DST : IMPSVC_SIDE_SRC;
}

/* TCP's dissector keeps the port a SYN went to, or a SYN+ACK came from, and counts
 * a SYN only when it began the conversation; that tells the ends apart where both
 * have the same port. */
static impsvc_side handshake_listener(const conversation_t *conversation, const packet_info *pinfo,
                                      impsvc_beginning *beginning)
{
    const struct tcp_analysis *tcp = (const struct tcp_analysis *)conversation_get_proto_data(conversation, proto_tcp);

    if (tcp == NULL || tcp->server_port == 0)
        return IMPSVC_SIDE_UNKNOWN;
    if (tcp->conversation_completeness & COMPLETENESS_SYN)
        beginning->syn_frame = conversation->setup_frame;
    if (pinfo->srcport == pinfo->destport)
        return beginning->syn_frame != 0 ? opposite(beginning->first_sender) : IMPSVC_SIDE_UNKNOWN;
    if (tcp->server_port == pinfo->destport)
        return IMPSVC_SIDE_DST;
    return tcp->server_port == pinfo->srcport ? IMPSVC_SIDE_SRC : IMPSVC_SIDE_UNKNOWN;
}

impsvc_beginning impsvc_beginning_of(const conversation_t *conversation, const packet_info *pinfo)
{
    impsvc_beginning beginning = { IMPSVC_SIDE_UNKNOWN, IMPSVC_SIDE_UNKNOWN, 0 };

    if (conversation == NULL)
        return beginning;
    beginning.first_sender = first_sender(conversation, pinfo);
    if (pinfo->ptype == PT_TCP)
        beginning.listener = handshake_listener(conversation, pinfo, &beginning);
    return beginning;
}
