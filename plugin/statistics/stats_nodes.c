/* stats_nodes.c
 * Statistics > IM and Presence > Nodes and roles, and tshark -z impsvc_nodes,tree
 *
 * Host > role > what it was seen doing. Hosts are nodes, configured ones and the
 * servers that nodes use; not a node's many clients. A packet counts for both its
 * ends if both are such hosts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/stats_nodes.h"

#include "statistics/stats_tree.h"

#include <epan/to_str.h>
#include <wsutil/str_util.h>

#include "identify/identity.h"
#include "language/language.h"
#include "wireshark/own_protocol.h"

#define TITLE IMPSVC_NAME IMPSVC_MENU_SEPARATOR "Nodes and roles"

/* "10.1.0.11", or "10.1.0.11 pub-1" if the user has named the host. */
static const char *host_name(packet_info *pinfo, const impsvc_end *end)
{
    const char *text = address_to_str(pinfo->pool, end->address);
    char *name;

    if (end->node.name == NULL || strcmp(end->node.name, text) == 0)
        return text;
    /* Of a name in a tree only what follows its last "/" is shown. */
    name = g_strdelimit(wmem_strdup(pinfo->pool, end->node.name), "/", '|');
    return wmem_strdup_printf(pinfo->pool, "%s %s", text, name);
}

static const char *activity_name(packet_info *pinfo, const impsvc_identity *identity, bool listens)
{
    return wmem_strconcat(pinfo->pool, impsvc_stats_entry_name(identity->match.entry), ": ",
                          listens ? IMPSVC_SAY("listens", "待ち受け") : IMPSVC_SAY("asks", "要求"), NULL);
}

static void count_end(stats_tree *st, packet_info *pinfo, const impsvc_identity *identity, const impsvc_end *end)
{
    int host, role;

    if (end->node.source == IMPSVC_NODE_UNKNOWN)
        return;
    host = impsvc_stats_count(st, host_name(pinfo, end), IMPSVC_STATS_ALL, true, pinfo);
    role = impsvc_stats_count(st, impsvc_shown(impsvc_role_name(end->role)), host, true, pinfo);
    impsvc_stats_count(st, activity_name(pinfo, identity, end == &identity->listener), role, false, pinfo);
}

static tap_packet_status packet(stats_tree *st, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                tap_flags_t flags _U_)
{
    const impsvc_identity *identity = (const impsvc_identity *)data;

    if (identity->confidence < IMPSVC_CONFIDENCE_LEARNED)
        return TAP_PACKET_DONT_REDRAW;
    count_end(st, pinfo, identity, impsvc_sender(identity));
    count_end(st, pinfo, identity, impsvc_receiver(identity));
    return TAP_PACKET_REDRAW;
}

void impsvc_stats_nodes_register(void)
{
    stats_tree_register_plugin("impsvc", "impsvc_nodes", TITLE, 0, packet, impsvc_stats_init, NULL);
}
