/* stats_unlisted.c
 * Statistics > IM and Presence > Ports that the list lacks, and tshark -z impsvc_unlisted,tree
 *
 * Node > port > what another release, or a fact of one, says of it. Before the nodes stand the releases whose list explains more. A
 * node may be known only when its packets are over: so ports of all hosts are counted, and the tree is written when all is read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/stats_unlisted.h"

#include "statistics/at_end.h"
#include "statistics/host_order.h"
#include "statistics/stats_tree.h"
#include "statistics/unlisted.h"

#include <epan/tap.h>

#include "core/catalog_index.h"
#include "identify/identity.h"
#include "language/language.h"
#include "lists/better_list.h"
#include "lists/port_uses.h"
#include "wireshark/addresses.h"
#include "wireshark/capture_end.h"
#include "wireshark/own_protocol.h"

#define TITLE IMPSVC_NAME IMPSVC_MENU_SEPARATOR "Ports that the list lacks"

/* One tree: there may be several, each with a filter of its own. */
typedef struct {
    stats_tree       *st;
    impsvc_port_uses *uses;
    int              *hints;    /* the line of each release, by its number; 0 if it has none */
    bool              is_new;   /* the tree would say more than it does */
} asked;

static void free_asked(void *of)
{
    asked *one = (asked *)of;

    impsvc_port_uses_free(one->uses);
    g_free(one->hints);
    g_free(one);
}

static void *make_asked(stats_tree *st)
{
    asked *one = g_new0(asked, 1);

    one->st = st;
    one->uses = impsvc_port_uses_new();
    one->hints = g_new0(int, impsvc_release_count);
    return one;
}

static impsvc_stats_kept all = { make_asked, free_asked, NULL };     /* of asked */
static impsvc_at_end at_end;

/* Wireshark begins a tree when it is opened, and whenever it reads the packets again. */
static void begin(stats_tree *st)
{
    impsvc_identity_want_others(IMPSVC_ALL_OTHERS);
    impsvc_stats_kept_drop(&all, st);
}

static void finish(stats_tree *st)
{
    impsvc_stats_kept_drop(&all, st);
}

static void forget(void)
{
    impsvc_at_end_forget(&at_end);
    impsvc_stats_kept_forget(&all);
}

/* --- what is written when all is read --- */

static bool is_node(const impsvc_ip *host)
{
    return impsvc_node_of(host).is_node;
}

/* "TCP 5280: listens" */
static const char *use_name(wmem_allocator_t *pool, const impsvc_port_use *use)
{
    return wmem_strdup_printf(pool, "%s %u: %s", use->transport == IMPSVC_UDP ? "UDP" : "TCP", use->port,
                              use->listens ? IMPSVC_SAY("listens", "待ち受け") : IMPSVC_SAY("asks", "要求"));
}

/* Where explanations of a row go. */
typedef struct {
    stats_tree            *st;
    wmem_allocator_t      *pool;
    const impsvc_host_use *of;
    int                    node;
    int                    count;
} explaining;

static void write_line(explaining *to, const char *line)
{
    int node = impsvc_stats_node(to->st, g_strdelimit(wmem_strdup(to->pool, line), "/", '|'), to->node);

    impsvc_stats_place(to->st, node, to->count++);
    impsvc_stats_set(to->st, node, &to->of->packets);
}

/* ", 7335 here": the list at hand has the service, too, with another port. */
static const char *here(wmem_allocator_t *pool, const impsvc_entry *entry)
{
    const impsvc_entry *own = impsvc_entry_find(entry->id);

    if (own == NULL || own->port_count == 0)
        return "";
    return wmem_strdup_printf(pool, IMPSVC_SAY(", on %u in the chosen list", "、選択中の一覧では %u"), own->ports[0]);
}

static const char *name_of_release(const char *id)
{
    return impsvc_release_find(id)->name;
}

static void write_explanation(const impsvc_explanation *explanation, void *data)
{
    explaining *to = (explaining *)data;

    if (explanation->entry != NULL)
        write_line(to, wmem_strdup_printf(to->pool, IMPSVC_SAY("listed in %s as %s%s", "%s の一覧では %s%s"),
                                          name_of_release(explanation->entry->release), impsvc_stats_entry_name(explanation->entry),
                                          here(to->pool, explanation->entry)));
    else
        write_line(to, wmem_strdup_printf(to->pool, "%s: %s", explanation->fact->release->name, impsvc_shown(&explanation->fact->what)));
}

static void write_row(asked *one, wmem_allocator_t *pool, const impsvc_host_use *of, int host, int place)
{
    explaining to = { .st = one->st, .pool = pool, .of = of };

    to.node = impsvc_stats_node(one->st, use_name(pool, &of->use), host);
    impsvc_stats_place(one->st, to.node, place);
    impsvc_stats_set(one->st, to.node, &of->packets);
    impsvc_explain(&of->use, write_explanation, &to);
    if (to.count == 0)
        write_line(&to, IMPSVC_SAY("in no list that is known", "既知のどの一覧にもなし"));
}

/* The number of its line in the tree. */
static int write_host(asked *one, wmem_allocator_t *pool, const impsvc_ip *host, int place)
{
    const char *name = impsvc_host_name(pool, impsvc_ip_to_str(pool, host), impsvc_node_of(host).name);
    int node = impsvc_stats_node(one->st, name, IMPSVC_STATS_ALL);

    impsvc_stats_place(one->st, node, place);
    return node;
}

/* rows: unlisted ones; those of a host stand together. */
static void write_rows(asked *one, wmem_allocator_t *pool, const GPtrArray *rows)
{
    impsvc_packet_sum of_host = { 0 }, of_all = { 0 };
    const impsvc_host_use *before = NULL;
    int host = IMPSVC_STATS_ALL;

    for (unsigned i = 0; i < rows->len; i++) {
        const impsvc_host_use *of = (const impsvc_host_use *)g_ptr_array_index(rows, i);

        if (before == NULL || !impsvc_ip_equal(&before->host, &of->host)) {
            host = write_host(one, pool, &of->host, (int)(impsvc_release_count + i));
            of_host = (impsvc_packet_sum){ 0 };
        }
        before = of;
        impsvc_packet_sum_add(&of_host, &of->packets);
        impsvc_packet_sum_add(&of_all, &of->packets);
        impsvc_stats_set(one->st, host, &of_host);
        write_row(one, pool, of, host, (int)i);
    }
    impsvc_stats_set(one->st, IMPSVC_STATS_ALL, &of_all);
}

/* The packets that a release explains. */
static impsvc_packet_sum packets_explained(const impsvc_release *release, const GPtrArray *unlisted)
{
    impsvc_packet_sum packets = { 0 };

    for (unsigned i = 0; i < unlisted->len; i++) {
        const impsvc_host_use *of = (const impsvc_host_use *)g_ptr_array_index(unlisted, i);

        if (impsvc_release_explains(release, &of->use))
            impsvc_packet_sum_add(&packets, &of->packets);
    }
    return packets;
}

/* "17 of 19 unlisted ports are listed in 12.5(1)SU3": one line for each release, whatever it says. */
static void write_hint(asked *one, wmem_allocator_t *pool, size_t number, const impsvc_list_score *score, const GPtrArray *unlisted)
{
    const impsvc_release *release = &impsvc_releases[number];
    const char *line = wmem_strdup_printf(pool, IMPSVC_SAY("%u of %u unlisted ports are listed in %s",
                                                           "%u 個 (一覧外 %u 個のうち) は %s の一覧にあり"),
                                          score->gained, score->unlisted, release->name);
    impsvc_packet_sum packets = packets_explained(release, unlisted);

    if (one->hints[number] == 0) {
        one->hints[number] = impsvc_stats_node(one->st, line, IMPSVC_STATS_ALL);
        impsvc_stats_place(one->st, one->hints[number], (int)number);
    } else {
        impsvc_stats_rename(one->st, one->hints[number], line);
    }
    impsvc_stats_set(one->st, one->hints[number], &packets);
}

/* rows: listed ones as well, which another list may lack. */
static void write_hints(asked *one, wmem_allocator_t *pool, const GPtrArray *rows, const GPtrArray *unlisted)
{
    GArray *uses = impsvc_distinct_uses(rows);

    for (size_t i = 0; i < impsvc_release_count; i++) {
        impsvc_list_score score = impsvc_score_list(&impsvc_releases[i], (const impsvc_port_use *)(void *)uses->data, uses->len);

        if (&impsvc_releases[i] != impsvc_list && (impsvc_list_is_better(&score) || one->hints[i] != 0))
            write_hint(one, pool, i, &score, unlisted);
    }
    g_array_free(uses, TRUE);
}

static GPtrArray *unlisted_of(const GPtrArray *rows)
{
    GPtrArray *unlisted = g_ptr_array_new();

    for (unsigned i = 0; i < rows->len; i++)
        if (!((const impsvc_host_use *)g_ptr_array_index(rows, i))->is_listed)
            g_ptr_array_add(unlisted, g_ptr_array_index(rows, i));
    return unlisted;
}

static void say_why_nothing(stats_tree *st)
{
    impsvc_stats_say_at_end(st, impsvc_nodes_known()
                            ? IMPSVC_SAY("Nodes use no port that the list lacks", "ノードは一覧にないポートを使っていません")
                            : impsvc_nobody_is_known_sentence());
}

static void write_tree(void *kept)
{
    asked *one = (asked *)kept;
    wmem_allocator_t *pool;
    GPtrArray *rows, *unlisted;

    if (!one->is_new)
        return;
    one->is_new = false;
    pool = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK_FAST);
    rows = impsvc_port_uses_of(one->uses, is_node);
    unlisted = unlisted_of(rows);
    impsvc_stats_take_back(one->st);
    if (unlisted->len == 0)
        say_why_nothing(one->st);
    write_hints(one, pool, rows, unlisted);
    write_rows(one, pool, unlisted);
    g_ptr_array_free(unlisted, TRUE);
    g_ptr_array_free(rows, TRUE);
    wmem_destroy_allocator(pool);
}

static void write_all(void)
{
    impsvc_stats_kept_each(&all, write_tree);
}

/* --- what is counted packet by packet --- */

static void count(asked *one, const packet_info *pinfo, const address *host, const impsvc_port_use *use, bool is_listed)
{
    impsvc_host_use seen = { .use = *use, .is_listed = is_listed, .packets = impsvc_packet_sum_of(pinfo->fd->pkt_len) };

    if (!impsvc_ip_from_address(host, &seen.host))
        return;
    impsvc_port_uses_add(one->uses, &seen, is_node);
    one->is_new = true;
}

/* A packet of an entry on its port. What was moved, or found, is not where the list has it, and no news: it is left out. */
static void count_listed(asked *one, const packet_info *pinfo, const impsvc_identity *identity)
{
    impsvc_port_use use = { identity->carrier == IMPSVC_UDP ? IMPSVC_UDP : IMPSVC_TCP, identity->match.port, true };

    if (use.port == 0 || impsvc_is_moved(identity->match.entry, use.port) || identity->icmp_error != NULL)
        return;
    count(one, pinfo, identity->listener.address, &use, true);
    use.listens = false;
    count(one, pinfo, identity->initiator.address, &use, true);
}

static void count_unlisted(asked *one, const packet_info *pinfo)
{
    impsvc_side listener = impsvc_unlisted_listener(pinfo);
    bool src_listens = listener == IMPSVC_SIDE_SRC;
    impsvc_port_use use = { pinfo->ptype == PT_UDP ? IMPSVC_UDP : IMPSVC_TCP, (uint16_t)(src_listens ? pinfo->srcport : pinfo->destport), true };

    if (impsvc_port_find(use.transport, use.port) != NULL)
        return;     /* listed, but for something else than this packet */
    count(one, pinfo, src_listens ? &pinfo->src : &pinfo->dst, &use, false);
    use.listens = false;
    count(one, pinfo, src_listens ? &pinfo->dst : &pinfo->src, &use, false);
}

static tap_packet_status packet(stats_tree *st, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                tap_flags_t flags _U_)
{
    const impsvc_identity *identity = (const impsvc_identity *)data;
    asked *one = (asked *)impsvc_stats_kept_of(&all, st);

    impsvc_at_end_watch(&at_end);
    if (identity->match.entry == NULL)
        count_unlisted(one, pinfo);
    else
        count_listed(one, pinfo, identity);
    if (impsvc_is_last_frame(pinfo))
        write_tree(one);
    return TAP_PACKET_REDRAW;
}

void impsvc_stats_unlisted_register(void)
{
    at_end = (impsvc_at_end){ .name = "impsvc_unlisted", .write = write_all };
    register_shutdown_routine(forget);
    stats_tree_register_plugin("impsvc_all", "impsvc_unlisted", TITLE, 0, packet, begin, finish);
}
