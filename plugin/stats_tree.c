/* stats_tree.c
 * What the statistics trees share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "stats_tree.h"

#include "language.h"

int impsvc_stats_count(stats_tree *st, const char *name, int parent, bool has_children, const packet_info *pinfo)
{
    return avg_stat_node_add_value_int(st, name, parent, has_children, (int)pinfo->fd->pkt_len);
}

const char *impsvc_stats_entry_name(wmem_allocator_t *pool, const impsvc_entry *entry)
{
    return wmem_strdup_printf(pool, "%s %s", entry->id, impsvc_shown(&entry->service));
}

void impsvc_stats_init(stats_tree *st _U_)
{
}
