/* nodes.c
 * What is known of an address: configured by the user, or learned from the capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/nodes.h"

#include <epan/prefs.h>

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

bool impsvc_is_node_at(const address *addr)
{
    if (impsvc_configured_count() == 0 && (addr->len <= 0 || !impsvc_learned_may_end_in(((const uint8_t *)addr->data)[addr->len - 1])))
        return false;
    return impsvc_node_at(addr).is_node;
}

impsvc_node impsvc_node_at(const address *addr)
{
    impsvc_node node = { .source = IMPSVC_NODE_UNKNOWN };
    impsvc_ip ip;
    size_t row;

    if (!impsvc_ip_from_address(addr, &ip))
        return node;
    row = impsvc_configured_find(&ip, addr->type == AT_IPv6);
    if (row != IMPSVC_NOT_CONFIGURED) {
        impsvc_configured_host host = impsvc_configured_at(row);

        node.source = IMPSVC_NODE_CONFIGURED;
        node.is_node = host.is_node;
        node.role = host.role;
        node.name = host.name;
        return node;
    }
    node.learned = learn_nodes ? impsvc_learned_find(&ip) : NULL;
    if (node.learned != NULL) {
        node.source = IMPSVC_NODE_LEARNED;
        node.is_node = impsvc_learned_is_node(node.learned);
    }
    return node;
}
