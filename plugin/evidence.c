/* evidence.c
 * Why a packet is said to belong to an entry, in words a person can check
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "evidence.h"

#include "protocols.h"

static void add_ports(wmem_strbuf_t *text, const impsvc_identity *identity)
{
    const impsvc_match *match = &identity->match;
    const char *transport = identity->carrier == IMPSVC_UDP ? "UDP" : "TCP";

    if (match->reason == IMPSVC_BY_ICMP_TYPE) {
        wmem_strbuf_append(text, "ICMP message");
        return;
    }
    if (match->entry->port_count > 0)
        wmem_strbuf_append_printf(text, "%s port %u", transport, match->port);
    if (match->entry->source_port != 0)
        wmem_strbuf_append_printf(text, "%s%s source port %u", wmem_strbuf_get_len(text) > 0 ? ", " : "",
                                  transport, match->entry->source_port);
}

static void add_reason(wmem_strbuf_t *text, const impsvc_identity *identity)
{
    switch (identity->match.reason) {
    case IMPSVC_BY_HANDSHAKE:
        if (identity->syn_frame != 0)
            wmem_strbuf_append_printf(text, "; SYN in frame %u", identity->syn_frame);
        else
            wmem_strbuf_append(text, "; listener known from its SYN+ACK");
        break;
    case IMPSVC_BY_FIRST_PACKET:
        wmem_strbuf_append(text, "; the initiator sent the first packet captured");
        break;
    case IMPSVC_BY_PORTS:
        wmem_strbuf_append(text, "; direction from the ports");
        break;
    case IMPSVC_BY_ICMP_TYPE:
        break;
    }
}

static const char *learned_from(impsvc_learned_by by)
{
    switch (by) {
    case IMPSVC_LEARNED_XCP:
        return "XCP component stream";
    case IMPSVC_LEARNED_PORTS:
        return "answers on several IM&P-only ports";
    case IMPSVC_LEARNED_CALLED:
        return "a node uses its IM&P-only port";
    case IMPSVC_LEARNED_CALLS:
        return "uses several IM&P-only ports of nodes";
    case IMPSVC_LEARNED_PEER:
        return "a node uses it";
    }
    return "?";
}

/* Of a node, or of a host that the user configured, how it is known. */
static void add_node(wmem_strbuf_t *text, const char *end, const impsvc_node *node)
{
    if (node->source == IMPSVC_NODE_CONFIGURED)
        wmem_strbuf_append_printf(text, "; %s is configured as %s", end, node->role);
    else if (node->is_node)
        wmem_strbuf_append_printf(text, "; %s is a learned node (%s, frame %u, entry %s)", end,
                                  learned_from(node->learned->by), node->learned->frame, node->learned->entry->id);
}

/* A port that the document does not list was given by the user, or is not what led here. */
static void add_moved(wmem_strbuf_t *text, const impsvc_identity *identity)
{
    const impsvc_match *match = &identity->match;

    if (!impsvc_is_moved(match->entry, match->port))
        return;
    if (identity->notes != NULL && identity->notes->found != NULL)
        wmem_strbuf_append(text, "; port not listed, found by payload and node");
    else
        wmem_strbuf_append(text, "; port from the table of moved ports");
}

const char *impsvc_evidence(wmem_allocator_t *pool, const impsvc_identity *identity)
{
    wmem_strbuf_t *text = wmem_strbuf_new(pool, "");

    if (identity->icmp_error != NULL)
        wmem_strbuf_append(text, "quoted by ICMP: ");
    add_ports(text, identity);
    add_reason(text, identity);
    if (identity->protocol != 0)
        wmem_strbuf_append_printf(text, "; %s seen in frame %u", impsvc_protocols_label(identity->protocol),
                                  identity->protocol_frame);
    if (identity->match.entry == identity->named && (identity->notes == NULL || identity->notes->found == NULL))
        wmem_strbuf_append(text, "; entry told by the request path");
    add_moved(text, identity);
    add_node(text, "source", &identity->node_src);
    add_node(text, "destination", &identity->node_dst);
    return wmem_strbuf_get_str(text);
}
