/* stats_tree.c
 * What the statistics trees share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/stats_tree.h"

#include "identify/identity.h"
#include "language/language.h"

#define OF_A_SENTENCE (-1)      /* its place */

int impsvc_stats_count(stats_tree *st, const char *name, int parent, bool has_children, const packet_info *pinfo)
{
    return avg_stat_node_add_value_int(st, name, parent, has_children, (int)pinfo->fd->pkt_len);
}

static stat_node *node_at(const stats_tree *st, int node)
{
    return (stat_node *)g_ptr_array_index(st->parents, node);
}

int impsvc_stats_node(stats_tree *st, const char *name, int parent)
{
    return stats_tree_manip_node_int(MN_SET, st, name, parent, true, 0);
}

void impsvc_stats_set(stats_tree *st, int node, const impsvc_packet_sum *packets)
{
    stat_node *of = node_at(st, node);

    of->counter = packets->packets;
    of->total.int_total = (int64_t)packets->bytes;
    of->minvalue.int_min = packets->least;
    of->maxvalue.int_max = packets->most;
    of->st_flags |= ST_FLG_AVERAGE;
}

void impsvc_stats_total(stats_tree *st)
{
    node_at(st, IMPSVC_STATS_ALL)->counter++;
}

/* Nodes with a range are always sorted by it: this keeps document order, which names ("Table 10" before "Table 2") would not.
 * They are printed in the order of their list: one is moved to its place there. */
bool impsvc_stats_place_by(stats_tree *st, int node, int place, bool (*comes_before)(const stat_node *node, const stat_node *other))
{
    stat_node *placed = node_at(st, node);
    stat_node **at = &placed->parent->children;

    if (placed->rng != NULL)
        return false;
    placed->rng = g_new0(range_pair_t, 1);
    placed->rng->floor = place;
    placed->rng->ceil = place;
    while (*at != placed)
        at = &(*at)->next;
    *at = placed->next;
    at = &placed->parent->children;
    while (*at != NULL && (*at)->rng != NULL && comes_before(*at, placed))
        at = &(*at)->next;
    placed->next = *at;
    *at = placed;
    return true;
}

static bool has_lower_place(const stat_node *node, const stat_node *other)
{
    return node->rng->floor <= other->rng->floor;
}

void impsvc_stats_place(stats_tree *st, int node, int place)
{
    (void)impsvc_stats_place_by(st, node, place, has_lower_place);
}

/* A window is filled when all is known that can be: only tshark, which shows nothing until the end, has anything to take back.
 * The node stays where Wireshark knows it by its number; nobody finds it there by its name or in the list. */
void impsvc_stats_take_back(stats_tree *st)
{
    stat_node *first = st->root.children;

    if (first == NULL || first->rng == NULL || first->rng->floor != OF_A_SENTENCE)
        return;
    st->root.children = first->next;
    (void)g_hash_table_remove(st->names, first->name);
    if (st->root.hash != NULL)
        (void)g_hash_table_remove(st->root.hash, first->name);
}

void impsvc_stats_say(stats_tree *st, const char *sentence, const char *below, const packet_info *pinfo)
{
    int node;

    if (st->root.children != NULL && strcmp(st->root.children->name, sentence) != 0)
        impsvc_stats_take_back(st);
    node = impsvc_stats_count(st, sentence, IMPSVC_STATS_ALL, true, pinfo);
    impsvc_stats_place(st, node, OF_A_SENTENCE);
    if (below != NULL)
        impsvc_stats_count(st, below, node, false, pinfo);
}

void impsvc_stats_say_at_end(stats_tree *st, const char *sentence)
{
    impsvc_stats_place(st, impsvc_stats_node(st, sentence, IMPSVC_STATS_ALL), OF_A_SENTENCE);
}

void impsvc_stats_rename(stats_tree *st, int node, const char *name)
{
    stat_node *named = node_at(st, node);
    char *before = named->name;

    (void)g_hash_table_remove(st->names, before);
    named->name = g_strdup(name);
    g_hash_table_insert(st->names, named->name, named);
    if (named->parent->hash != NULL) {
        (void)g_hash_table_remove(named->parent->hash, before);
        g_hash_table_insert(named->parent->hash, named->name, named);
    }
    g_free(before);
}

void *impsvc_stats_kept_of(impsvc_stats_kept *kept, stats_tree *st)
{
    void *one;

    if (kept->of == NULL)
        kept->of = g_hash_table_new_full(NULL, NULL, NULL, kept->free);
    one = g_hash_table_lookup(kept->of, st);
    if (one == NULL) {
        one = kept->make(st);
        g_hash_table_insert(kept->of, st, one);
    }
    return one;
}

void impsvc_stats_kept_drop(impsvc_stats_kept *kept, stats_tree *st)
{
    if (kept->of != NULL)
        (void)g_hash_table_remove(kept->of, st);
}

void impsvc_stats_kept_each(const impsvc_stats_kept *kept, void (*call)(void *kept))
{
    GHashTableIter each;
    void *one;

    if (kept->of == NULL)
        return;
    g_hash_table_iter_init(&each, kept->of);
    while (g_hash_table_iter_next(&each, NULL, &one))
        call(one);
}

void impsvc_stats_kept_forget(impsvc_stats_kept *kept)
{
    if (kept->of != NULL)
        g_hash_table_destroy(kept->of);
    kept->of = NULL;
}

/* Each packet needs one of them: all are made once, in each language. */
const char *impsvc_stats_entry_name(const impsvc_entry *entry)
{
    static char **names[IMPSVC_LANGUAGES];
    impsvc_language language = impsvc_user_language();

    if (names[language] == NULL) {
        names[language] = g_new0(char *, impsvc_all_entry_count);
        for (size_t i = 0; i < impsvc_all_entry_count; i++)
            names[language][i] = g_strdup_printf("%s %s", impsvc_all_entries[i].id,
                                                 impsvc_shown(&impsvc_all_entries[i].service));
    }
    return names[language][impsvc_entry_place(entry)];
}

void impsvc_stats_init(stats_tree *st _U_)
{
    impsvc_identity_want_others(IMPSVC_OTHERS_OF_AN_EMPTY_FILE);
}
