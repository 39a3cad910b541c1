/* ends.c
 * Who stands at each end of a packet: nodes, roles, flow, and how sure that makes the match
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/ends.h"

#include "wireshark/addresses.h"

/* On which side of the cluster's border an end stands. */
typedef enum { UNKNOWN, IN_CLUSTER, OUTSIDE } side;

/* A learned peer is a server that nodes use. That does not make it an outsider:
 * publishers tell their subscribers the time before they are known as nodes. */
static side side_of(const impsvc_node *node)
{
    if (node->is_node)
        return IN_CLUSTER;
    return node->source == IMPSVC_NODE_CONFIGURED ? OUTSIDE : UNKNOWN;
}

static side side_of_role(uint8_t role)
{
    return impsvc_roles[role].in_cluster ? IN_CLUSTER : OUTSIDE;
}

/* Whether what is known of the ends says that the initiator is not whom the row
 * names first: it stands on the other side of the border or, where nothing is
 * known of it, the listener does. What one node asks of another is never called
 * so: nodes are each other's browsers and clients, too. */
static bool other_way_round(const impsvc_entry *entry, side initiator, side listener)
{
    if (initiator == IN_CLUSTER && listener == IN_CLUSTER)
        return false;
    if (initiator != UNKNOWN)
        return initiator != side_of_role(entry->from);
    return listener != UNKNOWN && side_of_role(entry->from) != side_of_role(entry->to)
           && listener != side_of_role(entry->to);
}

/* How the flow was really opened: by the roles, unless known ends say otherwise. */
static impsvc_flow flow_of(bool same_host, side initiator, side listener)
{
    if (same_host)
        return IMPSVC_FLOW_LOCALHOST;
    if (initiator == OUTSIDE)
        return IMPSVC_FLOW_INBOUND;
    return listener == IN_CLUSTER ? IMPSVC_FLOW_INTRACLUSTER : IMPSVC_FLOW_OUTBOUND;
}

static bool is_configured_node(const impsvc_end *end)
{
    return end->node.is_node && end->node.source == IMPSVC_NODE_CONFIGURED;
}

static impsvc_confidence confidence_of(const impsvc_identity *identity)
{
    if (is_configured_node(&identity->initiator) || is_configured_node(&identity->listener))
        return IMPSVC_CONFIDENCE_CONFIGURED;
    if (identity->initiator.node.is_node || identity->listener.node.is_node)
        return IMPSVC_CONFIDENCE_LEARNED;
    return identity->match.payload_agrees ? IMPSVC_CONFIDENCE_PAYLOAD : IMPSVC_CONFIDENCE_PORT;
}

/* The sides as the row, or better knowledge, has them. */
static void tell_roles(impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;
    side initiator = side_of(&identity->initiator.node);
    side listener = side_of(&identity->listener.node);
    bool turned = other_way_round(entry, initiator, listener);

    identity->initiator.role = turned && entry->bidirectional ? entry->to : entry->from;
    identity->listener.role = turned && entry->bidirectional ? entry->from : entry->to;
    identity->reversed = turned && !entry->bidirectional;
    if (initiator == UNKNOWN)
        initiator = identity->reversed && listener == IN_CLUSTER ? OUTSIDE : side_of_role(identity->initiator.role);
    if (listener == UNKNOWN)
        listener = identity->reversed ? OUTSIDE : side_of_role(identity->listener.role);
    identity->flow = flow_of(impsvc_is_same_host(identity->initiator.address, identity->listener.address), initiator, listener);
}

static impsvc_end end_at(const address *addr, uint32_t port, bool has_port)
{
    impsvc_end end = { .address = addr, .port = has_port ? (uint16_t)port : 0 };

    if (impsvc_nodes_known())
        end.node = impsvc_node_at(addr);
    return end;
}

void impsvc_ends_tell(const impsvc_ports_and_addresses *ends, impsvc_identity *identity)
{
    bool has_ports = identity->carrier != IMPSVC_ICMP;
    impsvc_end src = end_at(ends->src, ends->src_port, has_ports);
    impsvc_end dst = end_at(ends->dst, ends->dst_port, has_ports);
    bool request = identity->match.direction == IMPSVC_REQUEST;

    identity->initiator = request ? src : dst;
    identity->listener = request ? dst : src;
    tell_roles(identity);
    identity->confidence = confidence_of(identity);
}
