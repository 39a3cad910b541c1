/* stats_tree.h
 * What the statistics trees share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_STATS_TREE_H
#define IMPSVC_STATS_TREE_H

#include "core/catalog.h"
#include "wireshark/compat.h"

/** The number of the node that every tree begins with; it is not shown. */
#define IMPSVC_STATS_ALL 0

/** Count a packet, with its bytes on the wire, in a node below another; the node's number. */
int impsvc_stats_count(stats_tree *st, const char *name, int parent, bool has_children, const packet_info *pinfo);

/** "22.4 XCP router master access", in the user's language; never freed. */
const char *impsvc_stats_entry_name(const impsvc_entry *entry);

/** There is nothing to prepare, but Wireshark's window calls this without asking whether it is there. */
void impsvc_stats_init(stats_tree *st);

#endif /* IMPSVC_STATS_TREE_H */
