/* stats_tree.h
 * What the statistics trees share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_STATS_TREE_H
#define IMPSVC_STATS_TREE_H

#include "core/catalog.h"
#include "core/packet_sum.h"
#include "wireshark/compat.h"

#include <epan/stats_tree_priv.h>

/** The number of the node that every tree begins with; it is not shown. */
#define IMPSVC_STATS_ALL 0

/** Count a packet, with its bytes on the wire, in a node below another; the node's number, or -1 if it cannot have children. */
int impsvc_stats_count(stats_tree *st, const char *name, int parent, bool has_children, const packet_info *pinfo);

/**
 * Give a node its place among those with the same parent: there it stands, whatever column the user sorts by. A node that has
 * one keeps it. Only nodes that can have children have a number, and so a place.
 */
void impsvc_stats_place(stats_tree *st, int node, int place);

/**
 * The same in an order of one's own.
 * @param comes_before whether a node that has its place belongs before another
 * @return false if the node had its place
 */
bool impsvc_stats_place_by(stats_tree *st, int node, int place,
                           bool (*comes_before)(const stat_node *node, const stat_node *other));

/** A node that can have children, made if there is none; its number. */
int impsvc_stats_node(stats_tree *st, const char *name, int parent);

/** Let a node show these packets, whatever it has shown before. */
void impsvc_stats_set(stats_tree *st, int node, const impsvc_packet_sum *packets);

/** Count a packet in the total, of which the first level's nodes show their share. */
void impsvc_stats_total(stats_tree *st);

/**
 * Count a packet that says nothing to the tree below a sentence that says why, as long as there is nothing else. One sentence
 * takes the place of another.
 * @param below what it is, or NULL
 */
void impsvc_stats_say(stats_tree *st, const char *sentence, const char *below, const packet_info *pinfo);

/** The same when all packets were read, and of none in particular. */
void impsvc_stats_say_at_end(stats_tree *st, const char *sentence);

/** Call a node on the first level something else. */
void impsvc_stats_rename(stats_tree *st, int node, const char *name);

/** There is something else: a sentence that was said is taken back. */
void impsvc_stats_take_back(stats_tree *st);

/** What a statistic keeps for each of its trees: there may be several, each with a filter of its own. */
typedef struct {
    void *(*make)(stats_tree *st);
    void  (*free)(void *kept);
    GHashTable *of;     /**< by tree; NULL as long as there is none */
} impsvc_stats_kept;

/** What is kept for a tree, made if there is nothing. */
void *impsvc_stats_kept_of(impsvc_stats_kept *kept, stats_tree *st);

/** Keep nothing for a tree: it begins again, or is closed. */
void impsvc_stats_kept_drop(impsvc_stats_kept *kept, stats_tree *st);

/** Call for what is kept for each tree. */
void impsvc_stats_kept_each(const impsvc_stats_kept *kept, void (*call)(void *kept));

/** Keep nothing any more. */
void impsvc_stats_kept_forget(impsvc_stats_kept *kept);

/** "22.4 XCP router master access", in the user's language; never freed. */
const char *impsvc_stats_entry_name(const impsvc_entry *entry);

/** What every tree begins with. Wireshark's window calls this without asking whether it is there. */
void impsvc_stats_init(stats_tree *st);

#endif /* IMPSVC_STATS_TREE_H */
