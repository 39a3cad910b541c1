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

static impsvc_confidence confidence_of(const impsvc_identity *identity)
{
    const impsvc_node *src = &identity->node_src;
    const impsvc_node *dst = &identity->node_dst;

    if ((src->is_node && src->source == IMPSVC_NODE_CONFIGURED) || (dst->is_node && dst->source == IMPSVC_NODE_CONFIGURED))
        return IMPSVC_CONFIDENCE_CONFIGURED;
    if (src->is_node || dst->is_node)
        return IMPSVC_CONFIDENCE_LEARNED;
    return identity->match.payload_agrees ? IMPSVC_CONFIDENCE_PAYLOAD : IMPSVC_CONFIDENCE_PORT;
}

/* The sides as the row, or better knowledge, has them; the initiator's role and the listener's. */
static void tell_roles(impsvc_identity *identity, bool same_host, side initiator, side listener)
{
    const impsvc_entry *entry = identity->match.entry;
    bool request = identity->match.direction == IMPSVC_REQUEST;
    bool turned = other_way_round(entry, initiator, listener);
    uint8_t from = turned && entry->bidirectional ? entry->to : entry->from;
    uint8_t to = turned && entry->bidirectional ? entry->from : entry->to;

    identity->role_src = request ? from : to;
    identity->role_dst = request ? to : from;
    identity->reversed = turned && !entry->bidirectional;
    if (initiator == UNKNOWN)
        initiator = identity->reversed && listener == IN_CLUSTER ? OUTSIDE : side_of_role(from);
    if (listener == UNKNOWN)
        listener = identity->reversed ? OUTSIDE : side_of_role(to);
    identity->flow = flow_of(same_host, initiator, listener);
}

void impsvc_ends_tell(const address *src, const address *dst, impsvc_identity *identity)
{
    bool same_host = impsvc_is_same_host(src, dst);
    bool request = identity->match.direction == IMPSVC_REQUEST;

    identity->src = src;
    identity->dst = dst;

    if (impsvc_nodes_known()) {
        identity->node_src = impsvc_node_at(src);
        identity->node_dst = impsvc_node_at(dst);
    }
    tell_roles(identity, same_host, side_of(request ? &identity->node_src : &identity->node_dst),
               side_of(request ? &identity->node_dst : &identity->node_src));
    identity->confidence = confidence_of(identity);
}
