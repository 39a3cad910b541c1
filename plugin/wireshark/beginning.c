/* beginning.c
 * Who began a conversation, as far as the capture shows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/beginning.h"

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
static impsvc_side first_sender(const conversation_t *conversation, const impsvc_ports_and_addresses *ends)
{
    const address *addr = conversation_key_addr1(conversation->key_ptr);
    uint32_t port = conversation_key_port1(conversation->key_ptr);

    if (port == ends->src_port && addresses_equal(addr, ends->src))
        return IMPSVC_SIDE_SRC;
    if (port == ends->dst_port && addresses_equal(addr, ends->dst))
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
 * a SYN only when it began the conversation; that shows which end is which where both
 * have the same port. */
static impsvc_side handshake_listener(const conversation_t *conversation, const impsvc_ports_and_addresses *ends,
                                      impsvc_beginning *beginning)
{
    const struct tcp_analysis *tcp = (const struct tcp_analysis *)conversation_get_proto_data(conversation, proto_tcp);

    if (tcp == NULL || tcp->server_port == 0)
        return IMPSVC_SIDE_UNKNOWN;
    if (tcp->conversation_completeness & COMPLETENESS_SYN)
        beginning->syn_frame = conversation->setup_frame;
    if (ends->src_port == ends->dst_port)
        return beginning->syn_frame != 0 ? opposite(beginning->first_sender) : IMPSVC_SIDE_UNKNOWN;
    if (tcp->server_port == ends->dst_port)
        return IMPSVC_SIDE_DST;
    return tcp->server_port == ends->src_port ? IMPSVC_SIDE_SRC : IMPSVC_SIDE_UNKNOWN;
}

impsvc_beginning impsvc_beginning_of(const conversation_t *conversation, const impsvc_ports_and_addresses *ends)
{
    impsvc_beginning beginning = { IMPSVC_SIDE_UNKNOWN, IMPSVC_SIDE_UNKNOWN, 0 };

    if (conversation == NULL)
        return beginning;
    beginning.first_sender = first_sender(conversation, ends);
    if (ends->type == PT_TCP)
        beginning.listener = handshake_listener(conversation, ends, &beginning);
    return beginning;
}

bool impsvc_tcp_seen_of(const conversation_t *conversation, impsvc_tcp_seen *seen)
{
    const struct tcp_analysis *tcp =
        conversation == NULL ? NULL : (const struct tcp_analysis *)conversation_get_proto_data(conversation, proto_tcp);

    if (tcp == NULL)
        return false;
    *seen = (impsvc_tcp_seen){ tcp->stream, tcp->conversation_completeness };
    return true;
}
