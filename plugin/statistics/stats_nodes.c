/* stats_nodes.c
 * Statistics > IM and Presence > Nodes and roles, and tshark -z impsvc_nodes,tree
 *
 * Host > role > what it was seen doing; and before the roles, how the host is known. Hosts are nodes, configured ones and the
 * servers that nodes use, in this order and by address; not a node's many clients. A packet counts for both its ends if both
 * are such hosts. As long as no node is known, the hosts that look like one stand here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/stats_nodes.h"

#include "statistics/stats_tree.h"

#include <epan/to_str.h>
#include <wsutil/str_util.h>

#include "core/catalog_index.h"
#include "identify/identity.h"
#include "identify/node_table.h"
#include "language/language.h"
#include "statistics/host_order.h"
#include "statistics/looks.h"
#include "statistics/unlisted.h"
#include "wireshark/own_protocol.h"

#define TITLE IMPSVC_NAME IMPSVC_MENU_SEPARATOR "Nodes and roles"

static const char *host_name(packet_info *pinfo, const impsvc_end *end)
{
    return impsvc_host_name(pinfo->pool, address_to_str(pinfo->pool, end->address), end->node.name);
}

/* "learned: XCP component logged on, and another service (frame 12)", "configured: IM and Presence publisher" */
static const char *how_known(packet_info *pinfo, const impsvc_node *node)
{
    if (node->source == IMPSVC_NODE_CONFIGURED)
        return wmem_strdup_printf(pinfo->pool, IMPSVC_SAY("configured: %s", "設定: %s"),
                                  impsvc_shown(impsvc_configured_role_name(node->role)));
    return wmem_strdup_printf(pinfo->pool, IMPSVC_SAY("learned: %s (frame %u)", "学習: %s (フレーム %u)"),
                              impsvc_shown(impsvc_learned_by_name(node->learned->by)), node->learned->frame);
}

static const char *activity_name(packet_info *pinfo, const impsvc_identity *identity, bool listens)
{
    return wmem_strconcat(pinfo->pool, impsvc_stats_entry_name(identity->match.entry), ": ",
                          listens ? IMPSVC_SAY("listens", "待ち受け") : IMPSVC_SAY("asks", "要求"), NULL);
}

static void count_end(stats_tree *st, packet_info *pinfo, const impsvc_identity *identity, const impsvc_end *end)
{
    bool listens = end == &identity->listener;
    int host, known, role, activity;

    if (end->node.source == IMPSVC_NODE_UNKNOWN)
        return;
    host = impsvc_stats_count(st, host_name(pinfo, end), IMPSVC_STATS_ALL, true, pinfo);
    impsvc_host_order_place(st, host, end->node.is_node);
    known = impsvc_stats_count(st, how_known(pinfo, &end->node), host, true, pinfo);
    impsvc_stats_place(st, known, 0);
    role = impsvc_stats_count(st, impsvc_shown(impsvc_role_name(end->role)), host, true, pinfo);
    impsvc_stats_place(st, role, 1 + end->role);
    activity = impsvc_stats_count(st, activity_name(pinfo, identity, listens), role, true, pinfo);
    impsvc_stats_place(st, activity, (int)impsvc_entry_place(identity->match.entry) * 2 + listens);
}

static void say_nobody_is_known(stats_tree *st, packet_info *pinfo, const impsvc_identity *identity)
{
    const char *suspect = NULL;

    if (impsvc_listener_looks_like_node(pinfo, identity))
        suspect = wmem_strdup_printf(pinfo->pool, IMPSVC_SAY("%s looks like one: %s", "%s はノードらしい: %s"),
                                     host_name(pinfo, &identity->listener), impsvc_stats_entry_name(identity->match.entry));
    impsvc_stats_say(st, impsvc_nobody_is_known_sentence(), suspect, pinfo);
}

static tap_packet_status packet(stats_tree *st, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                tap_flags_t flags _U_)
{
    const impsvc_identity *identity = (const impsvc_identity *)data;

    if (identity->match.entry == NULL)
        impsvc_stats_say(st, impsvc_unlisted_sentence(), impsvc_unlisted_port(pinfo), pinfo);
    else if (!impsvc_nodes_known())
        say_nobody_is_known(st, pinfo, identity);
    else if (identity->confidence < IMPSVC_CONFIDENCE_LEARNED)
        return TAP_PACKET_DONT_REDRAW;
    else {
        impsvc_stats_take_back(st);
        count_end(st, pinfo, identity, impsvc_sender(identity));
        count_end(st, pinfo, identity, impsvc_receiver(identity));
    }
    return TAP_PACKET_REDRAW;
}

static void begin(stats_tree *st)
{
    impsvc_stats_init(st);
}

void impsvc_stats_nodes_register(void)
{
    stats_tree_register_plugin("impsvc", "impsvc_nodes", TITLE, 0, packet, begin, NULL);
}
