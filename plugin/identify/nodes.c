/* nodes.c
 * What is known of an address: configured by the user, or learned from the capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/nodes.h"

#include <epan/prefs.h>

#include "core/roles.h"
#include "identify/node_table.h"
#include "wireshark/addresses.h"

static impsvc_bool learn_nodes = true;

/* What a file's first packet looks like: it tells whether the same file is dissected once more. */
typedef struct {
    nstime_t when;
    uint32_t length;
} first_packet;

static first_packet first;
static bool         is_open;    /* a file is */
static bool         keep;       /* … and will be dissected once more */
static bool         kept;       /* what was learned is of the dissection before this one */

static void begin_file(void)
{
    kept = keep;
    impsvc_node_table_begin_file();     /* which may find that the table has changed */
    keep = false;
    if (!kept)
        impsvc_learning_forget();
    is_open = true;
}

static void end_file(void)
{
    is_open = false;
}

void impsvc_nodes_keep(void)
{
    keep = is_open;
}

void impsvc_nodes_forget(void)
{
    keep = false;
    impsvc_learning_forget();
}

void impsvc_nodes_see_first(const packet_info *pinfo)
{
    first_packet now = { pinfo->abs_ts, pinfo->fd->pkt_len };

    if (kept && (nstime_cmp(&now.when, &first.when) != 0 || now.length != first.length))
        impsvc_learning_forget();
    kept = false;
    first = now;
}

void impsvc_nodes_register(module_t *preferences)
{
    impsvc_node_table_register(preferences, impsvc_nodes_keep);
    prefs_register_bool_preference(preferences, "learn_nodes", "Learn nodes from the capture",
        "Take an address for a node of IM and Presence if its XCP router has accepted a component and it answers on another "
        "port that only IM and Presence uses, or if it answers on several such ports. Packets of learned nodes get confidence 3.",
        &learn_nodes);
    register_init_routine(begin_file);
    register_cleanup_routine(end_file);
}

bool impsvc_nodes_known(void)
{
    return impsvc_configured_count() > 0 || impsvc_learning_any();
}

bool impsvc_nodes_learn(void)
{
    return learn_nodes;
}

static impsvc_node learned_node(const impsvc_ip *ip)
{
    impsvc_node node = { .source = IMPSVC_NODE_UNKNOWN, .learned = learn_nodes ? impsvc_learned_find(ip) : NULL };

    if (node.learned != NULL) {
        node.source = IMPSVC_NODE_LEARNED;
        node.is_node = impsvc_learned_is_node(node.learned);
        node.kinds = IMPSVC_KINDS_ALL;
    }
    return node;
}

impsvc_node impsvc_node_of(const impsvc_ip *ip)
{
    size_t row = impsvc_configured_find(ip, !impsvc_ip_is_v4(ip));
    impsvc_node node = { .source = IMPSVC_NODE_CONFIGURED };

    if (row == IMPSVC_NOT_CONFIGURED)
        return learned_node(ip);
    for (; row != IMPSVC_NOT_CONFIGURED; row = impsvc_configured_at(row).earlier) {
        node.is_node = node.is_node || impsvc_configured_at(row).is_node;
        node.name = node.name == NULL ? impsvc_configured_at(row).name : node.name;
    }
    return node;
}

bool impsvc_is_node_at(const address *addr)
{
    impsvc_ip ip;
    size_t row;

    if (impsvc_configured_count() == 0 && (addr->len <= 0 || !impsvc_learned_may_end_in(((const uint8_t *)addr->data)[addr->len - 1])))
        return false;
    if (!impsvc_ip_from_address(addr, &ip))
        return false;
    row = impsvc_configured_find(&ip, addr->type == AT_IPv6);
    if (row == IMPSVC_NOT_CONFIGURED)
        return learned_node(&ip).is_node;
    for (; row != IMPSVC_NOT_CONFIGURED; row = impsvc_configured_at(row).earlier)
        if (impsvc_configured_at(row).is_node)
            return true;
    return false;
}

/* Of a host's rows, from the last one on, the one that fits an entry; without such a row the last. */
static impsvc_configured_host host_that_fits(size_t last, const impsvc_entry *entry, bool listens)
{
    size_t best = last;
    bool is_an_end = false;
    size_t earlier;

    for (size_t row = last; row != IMPSVC_NOT_CONFIGURED; row = earlier) {
        impsvc_configured_host host = impsvc_configured_at(row);
        uint8_t role = impsvc_configured_role_of(host.role);

        if (impsvc_is_known_as(host.is_node, role, listens ? entry->to : entry->from))
            return host;
        if (!is_an_end && impsvc_is_an_end(entry, host.is_node, role)) {
            best = row;
            is_an_end = true;
        }
        earlier = host.earlier;
    }
    return impsvc_configured_at(best);
}

/* What the user calls a host need not stand in each of its rows. */
static const char *name_in_any(size_t last)
{
    const char *name = NULL;

    for (size_t row = last; row != IMPSVC_NOT_CONFIGURED && name == NULL; row = impsvc_configured_at(row).earlier)
        name = impsvc_configured_at(row).name;
    return name;
}

static impsvc_node configured_node(size_t row, const impsvc_entry *entry, bool listens)
{
    impsvc_configured_host host = host_that_fits(row, entry, listens);

    return (impsvc_node){ .source = IMPSVC_NODE_CONFIGURED, .is_node = host.is_node, .role = host.role,
                          .name = host.name == NULL ? name_in_any(row) : host.name, .cluster = host.cluster, .kinds = host.kinds };
}

impsvc_node impsvc_node_at(const address *addr, const impsvc_entry *entry, bool listens)
{
    impsvc_ip ip;
    size_t row;

    if (!impsvc_ip_from_address(addr, &ip))
        return (impsvc_node){ .source = IMPSVC_NODE_UNKNOWN };
    row = impsvc_configured_find(&ip, addr->type == AT_IPv6);
    return row == IMPSVC_NOT_CONFIGURED ? learned_node(&ip) : configured_node(row, entry, listens);
}
