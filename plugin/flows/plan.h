/* plan.h
 * The plan of the firewall check: every path that the port list documents between configured hosts
 *
 * Between the nodes of one cluster each can be the initiator; between clusters there is only what the list has there. A row with
 * one end outside the cluster has each host or prefix of that role, both ways if the row goes both ways. Services for the local
 * host are in no plan, and neither is a path between IPv4 and IPv6. Knows nothing of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PLAN_H
#define IMPSVC_PLAN_H

#include "core/catalog.h"
#include "core/node_list.h"

/** More paths than this nobody reads: whoever wants a plan counts first, says so, and goes on without one. */
#define IMPSVC_PLAN_MOST 100000

/** A row of the user's table of nodes: a host that is several things has several. */
typedef struct {
    impsvc_prefix prefix;   /**< an address is a prefix with all its bits */
    bool          is_node;
    uint8_t       role;     /**< of a host outside the cluster, an index into impsvc_roles; not read for a node */
    uint32_t      cluster;  /**< of a node, the number of its cluster; another host's, if it is there for one only: otherwise
                                 IMPSVC_NO_CLUSTER (core/roles.h) */
    uint8_t       kind;     /**< of a node, an impsvc_node_kind. In a cluster without a publisher each node may be it, and so for
                                 subscribers */
} impsvc_plan_host;

/** A path: a service that an initiator needs to reach at a listener. */
typedef struct {
    const impsvc_entry *entry;
    size_t              initiator;  /**< which of the hosts */
    size_t              listener;
    uint16_t            port;       /**< the listener's: where the user moved the service, else as listed. 0 where the list has none */
    uint8_t             transports; /**< those of the entry's transports that have this port: a set of IMPSVC_TCP, … */
    impsvc_port_range   sources;    /**< the initiator's */
} impsvc_plan_path;

typedef struct impsvc_plan impsvc_plan;

/**
 * Make a plan. Of several rows with the same prefix and role (node, for nodes) the last one counts.
 * @param hosts are copied
 */
impsvc_plan *impsvc_plan_new(const impsvc_plan_host *hosts, size_t count);

/** Forget a plan; NULL is fine. */
void impsvc_plan_free(impsvc_plan *plan);

/** How many paths it has, without making them. */
uint64_t impsvc_plan_count(const impsvc_plan *plan);

/** Calls visit for each path: in the list's order, then by port, then in the hosts' order. */
void impsvc_plan_each(const impsvc_plan *plan, void (*visit)(const impsvc_plan_path *path, void *data), void *data);

#endif /* IMPSVC_PLAN_H */
