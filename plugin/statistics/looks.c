/* looks.c
 * Hosts that look like a node, for which nothing proves it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/looks.h"

#include "core/catalog_index.h"
#include "flows/flow_packet.h"
#include "wireshark/addresses.h"
#include "wireshark/packet_heads.h"

/* An RST comes from a port that nobody listens on, an ICMP error from anywhere. */
static bool answers(const packet_info *pinfo, const impsvc_identity *identity)
{
    return identity->match.direction == IMPSVC_REPLY && identity->icmp_error == NULL
           && !impsvc_packet_has_flags(pinfo, IMPSVC_FLAG_RST);
}

bool impsvc_listener_looks_like_node(const packet_info *pinfo, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;
    impsvc_ip ip;

    return entry != NULL && entry->distinctive && identity->flow != IMPSVC_FLOW_LOCALHOST
           && entry->reach != IMPSVC_REACH_LOCALHOST && impsvc_roles[entry->to].in_cluster
           && !impsvc_is_moved(entry, identity->match.port) && answers(pinfo, identity)
           && identity->listener.node.source == IMPSVC_NODE_UNKNOWN
           && impsvc_ip_from_address(identity->listener.address, &ip) && !impsvc_learning_denies(&ip);
}
