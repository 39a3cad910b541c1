/* roles.c
 * What the ends of a service are, which way its flow goes, and how sure that is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/roles.h"

#include <string.h>

/* On which side of the cluster's border an end stands. A learned peer, a server that nodes use, may be a node that is not
 * known yet: publishers tell their subscribers the time before they are known. */
typedef enum { UNKNOWN, IN_CLUSTER, OUTSIDE } side;

static side side_of(const impsvc_known *end)
{
    if (end->is_node)
        return IN_CLUSTER;
    return end->is_configured ? OUTSIDE : UNKNOWN;
}

static side side_of_role(uint8_t role)
{
    return impsvc_roles[role].in_cluster ? IN_CLUSTER : OUTSIDE;
}

/* Whether what is known of the ends says that the initiator is not whom the row
 * names first: it stands on the other side of the border or, where nothing is
 * known of it, the listener does. What one node asks of another is never called
 * so: nodes are each other's browsers and clients, too. */
static bool other_way_round(uint8_t from, uint8_t to, side initiator, side listener)
{
    if (initiator == IN_CLUSTER && listener == IN_CLUSTER)
        return false;
    if (initiator != UNKNOWN)
        return initiator != side_of_role(from);
    return listener != UNKNOWN && side_of_role(from) != side_of_role(to) && listener != side_of_role(to);
}

/* The role of a node's process about which the port list says nothing more. */
static uint8_t plain_node(void)
{
    for (size_t i = 0; i < impsvc_role_count; i++)
        if (strcmp(impsvc_roles[i].name.in[IMPSVC_ENGLISH], "IM and Presence") == 0)
            return (uint8_t)i;
    return 0;
}

/* The row's role for an end, unless what is known of the end says otherwise: a node is never called one of the outside, a host
 * of the outside is what the user says, and nobody is a node's process who is no node. */
static uint8_t role_of(uint8_t listed, const impsvc_known *end, bool nodes_configured)
{
    if (end->is_node)
        return impsvc_roles[listed].in_cluster ? listed : plain_node();
    if (end->is_configured)
        return end->role;
    return nodes_configured && impsvc_roles[listed].in_cluster ? IMPSVC_UNKNOWN_HOST : listed;
}

/* Who is known decides; where nobody is, the row does. */
static impsvc_flow flow_of(side initiator, side listener, uint8_t from, uint8_t to)
{
    if (initiator == UNKNOWN && listener == UNKNOWN) {
        initiator = side_of_role(from);
        listener = side_of_role(to);
    }
    if (initiator == IN_CLUSTER)
        return listener == IN_CLUSTER ? IMPSVC_FLOW_INTRACLUSTER : IMPSVC_FLOW_OUTBOUND;
    if (listener == OUTSIDE && initiator == UNKNOWN)
        return IMPSVC_FLOW_OUTBOUND;
    return IMPSVC_FLOW_INBOUND;
}

static bool are_of_two_clusters(const impsvc_known *one, const impsvc_known *other)
{
    return one->is_node && other->is_node && one->cluster != other->cluster && one->cluster != IMPSVC_NO_CLUSTER
           && other->cluster != IMPSVC_NO_CLUSTER;
}

static impsvc_flow flow_between(const impsvc_known *initiator, const impsvc_known *listener, uint8_t from, uint8_t to)
{
    if (are_of_two_clusters(initiator, listener))
        return IMPSVC_FLOW_INTERCLUSTER;
    return flow_of(side_of(initiator), side_of(listener), from, to);
}

bool impsvc_is_known_as(bool is_node, uint8_t role, uint8_t listed)
{
    return is_node ? impsvc_roles[listed].in_cluster : role == listed;
}

bool impsvc_is_an_end(const impsvc_entry *entry, bool is_node, uint8_t role)
{
    bool is_one = impsvc_is_known_as(is_node, role, entry->from) || impsvc_is_known_as(is_node, role, entry->to);

    for (uint8_t i = 0; i < entry->path_count && !is_one; i++)
        is_one = impsvc_is_known_as(is_node, role, entry->paths[i].from) || impsvc_is_known_as(is_node, role, entry->paths[i].to);
    return is_one;
}

static bool is_end_of_path(const impsvc_known *end, uint8_t listed)
{
    if (!end->is_node && !end->is_configured)
        return false;
    return impsvc_is_known_as(end->is_node, end->role, listed)
           && (!end->is_node || impsvc_roles[listed].kind == IMPSVC_KIND_ANY || (end->kinds >> impsvc_roles[listed].kind & 1));
}

const impsvc_path *impsvc_path_between(const impsvc_entry *entry, uint8_t carrier, const impsvc_known *initiator,
                                       const impsvc_known *listener)
{
    for (uint8_t i = 0; i < entry->path_count; i++) {
        const impsvc_path *path = &entry->paths[i];

        if ((path->transports & carrier) == 0)
            continue;
        if (is_end_of_path(initiator, path->from) && is_end_of_path(listener, path->to))
            return path;
        if (path->bidirectional && is_end_of_path(initiator, path->to) && is_end_of_path(listener, path->from))
            return path;
    }
    return NULL;
}

/* Of whom nothing is known may be what the row has. */
static bool may_stand_for(const impsvc_known *end, uint8_t listed)
{
    return (!end->is_node && !end->is_configured) || impsvc_is_known_as(end->is_node, end->role, listed);
}

/* Whether the row itself may have these ends. */
static bool has_ends(const impsvc_entry *entry, const impsvc_known *initiator, const impsvc_known *listener)
{
    if (may_stand_for(initiator, entry->from) && may_stand_for(listener, entry->to))
        return true;
    return entry->bidirectional && may_stand_for(initiator, entry->to) && may_stand_for(listener, entry->from);
}

/* What a row or a path has at the ends of a flow that began at one of them. */
static impsvc_roles_told told_by(uint8_t from, uint8_t to, bool bidirectional, const impsvc_known *initiator,
                                 const impsvc_known *listener, bool nodes_configured)
{
    bool turned = other_way_round(from, to, side_of(initiator), side_of(listener));
    bool swapped = turned && bidirectional;

    return (impsvc_roles_told){
        .initiator = role_of(swapped ? to : from, initiator, nodes_configured),
        .listener = role_of(swapped ? from : to, listener, nodes_configured),
        .reversed = turned && !bidirectional,
        .flow = flow_between(initiator, listener, swapped ? to : from, swapped ? from : to)
    };
}

impsvc_roles_told impsvc_tell_roles(const impsvc_entry *entry, uint8_t carrier, const impsvc_known *initiator,
                                    const impsvc_known *listener, bool same_host, bool nodes_configured)
{
    impsvc_roles_told told = told_by(entry->from, entry->to, entry->bidirectional, initiator, listener, nodes_configured);
    const impsvc_path *path = NULL;

    if (entry->path_count > 0 && !same_host && (entry->reach == IMPSVC_REACH_LOCALHOST || !has_ends(entry, initiator, listener)))
        path = impsvc_path_between(entry, carrier, initiator, listener);
    if (path != NULL)
        told = told_by(path->from, path->to, path->bidirectional, initiator, listener, nodes_configured);
    told.path = path;
    if (same_host)
        told.flow = IMPSVC_FLOW_LOCALHOST;
    return told;
}

const impsvc_text *impsvc_role_name(uint8_t role)
{
    static const impsvc_text unknown = { { "Unknown host", "不明なホスト" } };

    return role < impsvc_role_count ? &impsvc_roles[role].name : &unknown;
}
