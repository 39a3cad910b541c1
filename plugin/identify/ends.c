/* ends.c
 * Who stands at each end of a packet: nodes, roles, flow, and how sure that makes the match
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/ends.h"

#include "core/roles.h"
#include "identify/node_table.h"
#include "wireshark/addresses.h"

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

static impsvc_known known_of(const impsvc_end *end)
{
    bool is_configured = end->node.source == IMPSVC_NODE_CONFIGURED;

    return (impsvc_known){ .is_node = end->node.is_node, .is_configured = is_configured,
                           .role = is_configured ? impsvc_configured_role_of(end->node.role) : IMPSVC_NO_ROLE,
                           .cluster = end->node.cluster, .kinds = end->node.kinds };
}

static void tell_roles(impsvc_identity *identity)
{
    impsvc_known initiator = known_of(&identity->initiator);
    impsvc_known listener = known_of(&identity->listener);
    impsvc_roles_told told = impsvc_tell_roles(identity->match.entry, identity->carrier, &initiator, &listener,
                                               impsvc_is_same_host(identity->initiator.address, identity->listener.address),
                                               impsvc_nodes_configured() && !impsvc_is_loopback(identity->initiator.address));

    identity->initiator.role = told.initiator;
    identity->listener.role = told.listener;
    identity->reversed = told.reversed;
    identity->path = told.path;
    identity->flow = told.flow;
}

static impsvc_end end_at(const address *addr, uint32_t port, const impsvc_entry *entry, bool listens)
{
    impsvc_end end = { .address = addr, .port = (uint16_t)port };

    if (impsvc_nodes_known())
        end.node = impsvc_node_at(addr, entry, listens);
    return end;
}

void impsvc_ends_tell(const impsvc_ports_and_addresses *ends, impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;
    bool has_ports = identity->carrier != IMPSVC_ICMP;
    uint32_t src_port = has_ports ? ends->src_port : 0;
    uint32_t dst_port = has_ports ? ends->dst_port : 0;
    bool request = identity->match.direction == IMPSVC_REQUEST;

    identity->initiator = end_at(request ? ends->src : ends->dst, request ? src_port : dst_port, entry, false);
    identity->listener = end_at(request ? ends->dst : ends->src, request ? dst_port : src_port, entry, true);
    tell_roles(identity);
    identity->confidence = confidence_of(identity);
}

bool impsvc_ends_have_source(const impsvc_identity *identity)
{
    uint16_t fixed = impsvc_fixed_source(identity->match.entry);

    return fixed == 0 || identity->match.entry->path_count == 0 || identity->initiator.port == fixed || identity->path != NULL;
}
