/* plan.c
 * The plan of the firewall check: every path that the port list documents between configured hosts
 *
 * Paths are counted by role: how many nodes a cluster has, and how many of them each host outside has to do with, is added up
 * once. 200 nodes and 2 000 hosts have more than two million paths.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/plan.h"

#include "core/roles.h"
#include "flows/plan_lanes.h"

/* A host as the plan needs it. */
typedef struct {
    size_t    number;   /* as the caller counts */
    impsvc_ip first;
    uint8_t   length;
    bool      is_node;
    uint8_t   role;     /* IMPSVC_NO_ROLE of a node */
    uint32_t  cluster;
    uint8_t   kind;     /* of a node, an impsvc_node_kind */
    bool      is_v4;
} planned;

/* Nodes of one cluster and address family. */
typedef struct {
    uint64_t all;
    uint64_t prefixes;  /* those that are more than one address, and so may talk to themselves */
} tally;

struct impsvc_plan {
    GArray     *nodes;          /* of planned */
    GArray     *others;         /* of planned */
    GArray     *lanes;          /* of impsvc_plan_lane */
    GHashTable *node_at;        /* the nodes by prefix */
    GHashTable *kinds;          /* which kinds of node a cluster has, as bits, by cluster */
    GHashTable *clusters[2];    /* of a family: tally by cluster */
    tally       family[2];      /* of all clusters */
    uint64_t    outside[UINT8_MAX + 1];     /* pairs of a node and a host outside, by the host's role */
};

static unsigned hash_of(const void *key)
{
    const planned *host = (const planned *)key;

    return impsvc_ip_hash(&host->first) * 31u + host->length * 257u + host->role;
}

static gboolean is_same(const void *a, const void *b)
{
    const planned *one = (const planned *)a;
    const planned *other = (const planned *)b;

    return one->length == other->length && one->role == other->role && impsvc_ip_equal(&one->first, &other->first);
}

static planned planned_of(const impsvc_plan_host *host, size_t number)
{
    return (planned){ .number = number, .first = impsvc_prefix_first(&host->prefix), .length = host->prefix.length,
                      .is_node = host->is_node, .role = host->is_node ? IMPSVC_NO_ROLE : host->role, .cluster = host->cluster,
                      .kind = host->kind, .is_v4 = impsvc_prefix_is_v4(&host->prefix) };
}

/* The last of the rows that say the same stays in its place. */
static void take_hosts(impsvc_plan *plan, const impsvc_plan_host *hosts, size_t count)
{
    planned *all = g_new(planned, count + 1);
    GHashTable *last = g_hash_table_new(hash_of, is_same);

    for (size_t i = 0; i < count; i++) {
        all[i] = planned_of(&hosts[i], i);
        g_hash_table_replace(last, &all[i], &all[i]);
    }
    for (size_t i = 0; i < count; i++)
        if (g_hash_table_lookup(last, &all[i]) == &all[i])
            g_array_append_val(all[i].is_node ? plan->nodes : plan->others, all[i]);
    g_hash_table_destroy(last);
    g_free(all);
}

/* A path from one address to itself leaves no host; within a prefix there are several hosts. */
static bool is_apart(const planned *one, const planned *other)
{
    return one->length < 128 || other->length < 128 || !impsvc_ip_equal(&one->first, &other->first);
}

static bool serves(const planned *outside, const planned *node)
{
    return outside->cluster == IMPSVC_NO_CLUSTER || outside->cluster == node->cluster;
}

static tally *tally_of(const impsvc_plan *plan, bool is_v4, uint32_t cluster)
{
    return (tally *)g_hash_table_lookup(plan->clusters[is_v4], GUINT_TO_POINTER(cluster));
}

static unsigned kinds_of(const impsvc_plan *plan, uint32_t cluster)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(plan->kinds, GUINT_TO_POINTER(cluster)));
}

static void count_node(impsvc_plan *plan, planned *node)
{
    tally *cluster = tally_of(plan, node->is_v4, node->cluster);

    if (cluster == NULL) {
        cluster = g_new0(tally, 1);
        g_hash_table_insert(plan->clusters[node->is_v4], GUINT_TO_POINTER(node->cluster), cluster);
    }
    cluster->all++;
    cluster->prefixes += node->length < 128;
    plan->family[node->is_v4].all++;
    plan->family[node->is_v4].prefixes += node->length < 128;
    g_hash_table_insert(plan->node_at, node, node);
    g_hash_table_insert(plan->kinds, GUINT_TO_POINTER(node->cluster), GUINT_TO_POINTER(kinds_of(plan, node->cluster) | 1u << node->kind));
}

static void count_other(impsvc_plan *plan, const planned *other)
{
    const tally *nodes = other->cluster == IMPSVC_NO_CLUSTER ? &plan->family[other->is_v4]
                                                             : tally_of(plan, other->is_v4, other->cluster);
    planned as_node = *other;
    const planned *itself;

    if (nodes == NULL)
        return;
    as_node.role = IMPSVC_NO_ROLE;
    itself = (const planned *)g_hash_table_lookup(plan->node_at, &as_node);
    plan->outside[other->role] += nodes->all - (itself != NULL && serves(other, itself) && !is_apart(other, itself));
}

impsvc_plan *impsvc_plan_new(const impsvc_plan_host *hosts, size_t count)
{
    impsvc_plan *plan = g_new0(impsvc_plan, 1);

    plan->nodes = g_array_new(FALSE, FALSE, sizeof(planned));
    plan->others = g_array_new(FALSE, FALSE, sizeof(planned));
    plan->lanes = impsvc_plan_lanes();
    plan->node_at = g_hash_table_new(hash_of, is_same);
    plan->kinds = g_hash_table_new(NULL, NULL);
    for (unsigned is_v4 = 0; is_v4 < 2; is_v4++)
        plan->clusters[is_v4] = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    take_hosts(plan, hosts, count);
    for (unsigned i = 0; i < plan->nodes->len; i++)
        count_node(plan, &g_array_index(plan->nodes, planned, i));
    for (unsigned i = 0; i < plan->others->len; i++)
        count_other(plan, &g_array_index(plan->others, planned, i));
    return plan;
}

void impsvc_plan_free(impsvc_plan *plan)
{
    if (plan == NULL)
        return;
    g_array_free(plan->nodes, TRUE);
    g_array_free(plan->others, TRUE);
    g_array_free(plan->lanes, TRUE);
    g_hash_table_destroy(plan->node_at);
    g_hash_table_destroy(plan->kinds);
    for (unsigned is_v4 = 0; is_v4 < 2; is_v4++)
        g_hash_table_destroy(plan->clusters[is_v4]);
    g_free(plan);
}

static bool is_between_nodes(const impsvc_plan_lane *lane)
{
    return impsvc_roles[lane->from].in_cluster && impsvc_roles[lane->to].in_cluster;
}

/* Ordered pairs; a single address is none with itself. */
static uint64_t pairs_of(const tally *nodes)
{
    return nodes->all * nodes->all - (nodes->all - nodes->prefixes);
}

static uint64_t pairs_within_clusters(const impsvc_plan *plan)
{
    uint64_t pairs = 0;
    GHashTableIter each;
    void *nodes;

    for (unsigned is_v4 = 0; is_v4 < 2; is_v4++) {
        g_hash_table_iter_init(&each, plan->clusters[is_v4]);
        while (g_hash_table_iter_next(&each, NULL, &nodes))
            pairs += pairs_of((const tally *)nodes);
    }
    return pairs;
}

/* Whether a host can be what a lane has at an end. Of a kind of node that its cluster does not have, each node may be one. */
static bool can_be(const impsvc_plan *plan, const planned *host, uint8_t role)
{
    uint8_t kind = impsvc_roles[role].kind;

    if (!impsvc_is_known_as(host->is_node, host->role, role))
        return false;
    return kind == IMPSVC_KIND_ANY || host->kind == kind || (kinds_of(plan, host->cluster) & 1u << kind) == 0;
}

/* Whether a path leads from one host to another, each of which can be what the lane has there. */
static bool leads(const impsvc_plan_lane *lane, const planned *initiator, const planned *listener)
{
    if (initiator->is_v4 != listener->is_v4 || !is_apart(initiator, listener))
        return false;
    if (initiator->is_node && listener->is_node)
        return lane->entry->between_clusters || initiator->cluster == listener->cluster;
    return initiator->is_node ? serves(listener, initiator) : serves(initiator, listener);
}

static GPtrArray *who_can_be(const impsvc_plan *plan, uint8_t role)
{
    const GArray *hosts = impsvc_roles[role].in_cluster ? plan->nodes : plan->others;
    GPtrArray *found = g_ptr_array_new();

    for (unsigned i = 0; i < hosts->len; i++)
        if (can_be(plan, &g_array_index(hosts, planned, i), role))
            g_ptr_array_add(found, &g_array_index(hosts, planned, i));
    return found;
}

/* Calls visit, unless it is NULL, for each path of a lane; how many there are. */
static uint64_t each_of_lane(const impsvc_plan *plan, const impsvc_plan_lane *lane, void (*visit)(const impsvc_plan_path *path, void *data),
                             void *data)
{
    GPtrArray *initiators = who_can_be(plan, lane->from);
    GPtrArray *listeners = who_can_be(plan, lane->to);
    uint64_t count = 0;

    for (unsigned from = 0; from < initiators->len; from++)
        for (unsigned to = 0; to < listeners->len; to++) {
            const planned *initiator = (const planned *)g_ptr_array_index(initiators, from);
            const planned *listener = (const planned *)g_ptr_array_index(listeners, to);
            impsvc_plan_path path = { lane->entry, initiator->number, listener->number, lane->port, lane->transports,
                                      lane->sources };

            if (!leads(lane, initiator, listener))
                continue;
            count++;
            if (visit != NULL)
                visit(&path, data);
        }
    g_ptr_array_free(initiators, TRUE);
    g_ptr_array_free(listeners, TRUE);
    return count;
}

static bool is_for_one_kind(const impsvc_plan_lane *lane)
{
    return impsvc_roles[lane->from].kind != IMPSVC_KIND_ANY || impsvc_roles[lane->to].kind != IMPSVC_KIND_ANY;
}

uint64_t impsvc_plan_count(const impsvc_plan *plan)
{
    uint64_t within = pairs_within_clusters(plan);
    uint64_t all = pairs_of(&plan->family[false]) + pairs_of(&plan->family[true]);
    uint64_t count = 0;

    for (unsigned i = 0; i < plan->lanes->len; i++) {
        const impsvc_plan_lane *lane = &g_array_index(plan->lanes, impsvc_plan_lane, i);

        if (is_for_one_kind(lane))
            count += each_of_lane(plan, lane, NULL, NULL);
        else if (is_between_nodes(lane))
            count += lane->entry->between_clusters ? all : within;
        else
            count += plan->outside[impsvc_roles[lane->from].in_cluster ? lane->to : lane->from];
    }
    return count;
}

void impsvc_plan_each(const impsvc_plan *plan, void (*visit)(const impsvc_plan_path *path, void *data), void *data)
{
    for (unsigned i = 0; i < plan->lanes->len; i++)
        (void)each_of_lane(plan, &g_array_index(plan->lanes, impsvc_plan_lane, i), visit, data);
}
