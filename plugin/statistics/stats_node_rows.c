/* stats_node_rows.c
 * tshark -z impsvc,nodes: what was learned, as rows of the table of nodes
 *
 * In the format of the table's own file, impsvc_nodes. Nodes are rows; what is less certain is there for the user to
 * decide, as comments: servers that nodes use, and hosts that look like a node.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/stats_node_rows.h"

#include "wireshark/compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "core/learned_list.h"
#include "identify/node_table.h"
#include "language/language.h"
#include "statistics/looks.h"
#include "wireshark/addresses.h"
#include "wireshark/command_line.h"

#define NAME "impsvc,nodes"

static GHashTable *suspects;    /* of a suspect by its address */

/* A host that looks like a node, and the entries that it answers on, in the order in which that was seen. */
typedef struct {
    impsvc_ip  address;
    GPtrArray *entries;
} suspect;

static unsigned hash_of(const void *ip)
{
    return impsvc_ip_hash((const impsvc_ip *)ip);
}

static gboolean is_same(const void *one, const void *other)
{
    return impsvc_ip_equal((const impsvc_ip *)one, (const impsvc_ip *)other);
}

static suspect *suspect_at(const impsvc_ip *ip)
{
    suspect *one = (suspect *)g_hash_table_lookup(suspects, ip);

    if (one == NULL) {
        one = g_new0(suspect, 1);
        one->address = *ip;
        one->entries = g_ptr_array_new();
        g_hash_table_insert(suspects, &one->address, one);
    }
    return one;
}

static void free_suspect(void *one)
{
    g_ptr_array_free(((suspect *)one)->entries, TRUE);
    g_free(one);
}

static tap_packet_status packet(void *tapdata _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                tap_flags_t flags _U_)
{
    const impsvc_identity *identity = (const impsvc_identity *)data;
    void *entry = (void *)identity->match.entry;
    impsvc_ip ip;
    suspect *one;

    if (!impsvc_listener_looks_like_node(pinfo, identity) || !impsvc_ip_from_address(identity->listener.address, &ip))
        return TAP_PACKET_DONT_REDRAW;
    one = suspect_at(&ip);
    if (!g_ptr_array_find(one->entries, entry, NULL))
        g_ptr_array_add(one->entries, entry);
    return TAP_PACKET_REDRAW;
}

static int by_frame(const void *a, const void *b)
{
    uint32_t one = (*(const impsvc_learned *const *)a)->frame;
    uint32_t other = (*(const impsvc_learned *const *)b)->frame;

    return one < other ? -1 : one > other;
}

/* The learned nodes, or the servers that they use, in the order in which they were learned. */
static GPtrArray *all_learned(bool nodes)
{
    GPtrArray *all = g_ptr_array_new();
    const impsvc_learned *learned;

    for (size_t at = 0; impsvc_nodes_learn() && (learned = impsvc_learned_next(&at)) != NULL; )
        if (impsvc_learned_is_node(learned) == nodes)
            g_ptr_array_add(all, (void *)learned);
    g_ptr_array_sort(all, by_frame);
    return all;
}

static const char *nodes_role(void)
{
    return impsvc_configured_role_name(IMPSVC_SUBSCRIBER)->in[IMPSVC_ENGLISH];
}

/* What the table of nodes calls it. A row that goes both ways may have the server's role on its first side. */
static const char *role_of(const impsvc_learned *learned)
{
    const impsvc_entry *entry = learned->entry;

    if (impsvc_learned_is_node(learned))
        return nodes_role();
    return impsvc_roles[impsvc_roles[entry->to].in_cluster ? entry->from : entry->to].name.in[IMPSVC_ENGLISH];
}

static void print_row(const char *before, const char *ip, const char *role)
{
    impsvc_print("%s\"%s\",\"%s\",\"\"\n", before, ip, role);
}

/* before: what makes a row a comment, or nothing. */
static void print_learned(const GPtrArray *all, const char *before)
{
    for (unsigned i = 0; i < all->len; i++) {
        const impsvc_learned *learned = (const impsvc_learned *)g_ptr_array_index(all, i);
        char *ip = impsvc_ip_to_str(NULL, &learned->address);

        impsvc_print(IMPSVC_SAY("# %s (frame %u, entry %s)\n", "# %s (フレーム %u, 項目 %s)\n"),
                     impsvc_shown(impsvc_learned_by_name(learned->by)), learned->frame,
                     learned->entry->id);
        print_row(before, ip, role_of(learned));
        wmem_free(NULL, ip);
    }
}

static int by_address(const void *one, const void *other)
{
    return impsvc_ip_compare(&((const suspect *)one)->address, &((const suspect *)other)->address);
}

static void print_suspect(const suspect *one)
{
    char *ip = impsvc_ip_to_str(NULL, &one->address);

    impsvc_print(IMPSVC_SAY("# answers on", "# 応答した項目:"));
    for (unsigned i = 0; i < one->entries->len; i++) {
        const impsvc_entry *entry = (const impsvc_entry *)g_ptr_array_index(one->entries, i);

        impsvc_print("%s %s (%s)", i == 0 ? "" : ",", impsvc_shown(&entry->service), entry->id);
    }
    impsvc_print("\n");
    print_row("# ", ip, nodes_role());
    wmem_free(NULL, ip);
}

/* What is known in the end counts: in one pass a node looks like one before it is learned. */
static bool is_still_unknown(const suspect *one)
{
    return (!impsvc_nodes_learn() || impsvc_learned_find(&one->address) == NULL) && !impsvc_learning_denies(&one->address);
}

static void print_suspects(void)
{
    GList *hosts = g_list_sort(g_hash_table_get_values(suspects), by_address);
    bool any = false;

    for (GList *at = hosts; at != NULL; at = at->next) {
        if (!is_still_unknown((const suspect *)at->data))
            continue;
        if (!any)
            impsvc_print(IMPSVC_SAY("# These hosts look like a node. Remove the \"# \" before those that are.\n",
                                    "# ノードらしいホストです。ノードであれば行頭の \"# \" を消してください。\n"));
        any = true;
        print_suspect((const suspect *)at->data);
    }
    g_list_free(hosts);
}

static void print_all(void *tapdata _U_)
{
    GPtrArray *nodes = all_learned(true);
    GPtrArray *servers = all_learned(false);

    if (nodes->len == 0)
        impsvc_print(IMPSVC_SAY("# No node was learned from this capture.\n",
                                "# このキャプチャからノードは学習できませんでした。\n"));
    else
        impsvc_print(IMPSVC_SAY("# Which of the nodes is the publisher does not show: change its role. "
                                "The last column is for names.\n",
                                "# どのノードがパブリッシャかは分かりません。役割を直してください。最後の列は名前です。\n"));
    print_learned(nodes, "");
    if (servers->len > 0)
        impsvc_print(IMPSVC_SAY("# Servers that nodes use. Remove the \"# \" before those that have this role only.\n",
                                "# ノードが使うサーバです。この役割だけであれば行頭の \"# \" を消してください。\n"));
    print_learned(servers, "# ");
    print_suspects();
    g_ptr_array_free(nodes, TRUE);
    g_ptr_array_free(servers, TRUE);
}

static void forget(void *tapdata _U_)
{
    g_hash_table_remove_all(suspects);
}

static impsvc_begun begin(const char *argument, void *userdata _U_)
{
    GString *error;

    if (strcmp(argument, NAME) != 0)
        impsvc_refuse("-z %s: takes nothing behind it (\"%s\")", NAME, argument + strlen(NAME));
    if (suspects == NULL)
        suspects = g_hash_table_new_full(hash_of, is_same, NULL, free_suspect);
    error = register_tap_listener("impsvc", suspects, NULL, TL_REQUIRES_NOTHING, forget, packet, print_all, NULL);
    if (error != NULL)
        impsvc_refuse("-z %s: %s", NAME, error->str);
    return IMPSVC_BEGUN;
}

void impsvc_stats_node_rows_register(void)
{
    static stat_tap_ui ui = { REGISTER_STAT_GROUP_GENERIC, NULL, NAME, begin, 0, NULL };

    register_stat_tap_ui(&ui, NULL);
}
