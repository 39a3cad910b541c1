/* stats_qos.c
 * Statistics > IM and Presence > DSCP by service, and tshark -z impsvc_qos,tree
 *
 * Entry > way > DSCP value, in packets. Before the entries stand the flows of which packets in one direction have several values, and
 * those whose values differ between the capture's interfaces. That is known when all is read, so these are written then.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/stats_qos.h"

#include "statistics/at_end.h"
#include "statistics/stats_tree.h"
#include "statistics/unlisted.h"

#include <epan/tap.h>
#include <wsutil/bits_count_ones.h>
#include <wsutil/str_util.h>

#include "core/dscp.h"
#include "identify/dscp_table.h"
#include "identify/identity.h"
#include "language/dscp_text.h"
#include "language/language.h"
#include "statistics/flow_feed.h"
#include "wireshark/addresses.h"
#include "wireshark/capture_end.h"
#include "wireshark/own_protocol.h"
#include "wireshark/packet_heads.h"

#define TITLE IMPSVC_NAME IMPSVC_MENU_SEPARATOR "DSCP by service"

/* The places of the first level's nodes. */
enum { PLACE_MIXED, PLACE_DIFFERS, PLACE_ENTRIES };

/* A node that is written when all is read. */
typedef struct {
    int                  node;
    impsvc_packet_sum packets;
} sum;

/* What the ends of a flow have sent. */
typedef struct {
    impsvc_packet_sum of[2];
} sent;

/* One tree: there may be several, each with a filter of its own. */
typedef struct {
    stats_tree            *st;
    impsvc_flow_capture   *flows;
    impsvc_interface_names interfaces;
    GArray                *flows_sent;  /* of sent, for each flow by its number */
    GHashTable            *sums;    /* of sum, by parent and name */
    bool                   is_new;  /* the sums would say more than they do */
} asked;

static void free_asked(void *of)
{
    asked *one = (asked *)of;

    impsvc_flow_capture_free(one->flows);
    impsvc_interface_names_forget(&one->interfaces);
    g_array_free(one->flows_sent, TRUE);
    g_hash_table_destroy(one->sums);
    g_free(one);
}

static void *make_asked(stats_tree *st)
{
    asked *one = g_new0(asked, 1);

    one->st = st;
    one->flows = impsvc_flow_capture_new();
    one->flows_sent = g_array_new(FALSE, TRUE, sizeof(sent));
    one->sums = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return one;
}

static impsvc_stats_kept all = { make_asked, free_asked, NULL };     /* of asked */
static impsvc_at_end at_end;

/* Wireshark begins a tree when it is opened, and whenever it reads the packets again. */
static void begin(stats_tree *st)
{
    impsvc_stats_init(st);
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

static const char *way_name(impsvc_direction direction)
{
    return direction == IMPSVC_REPLY ? IMPSVC_SAY("reply, back from the listener", "応答 (待ち受け側から)")
                                     : IMPSVC_SAY("request, to the listener", "要求 (待ち受け側へ)");
}

/* --- what is written when all is read --- */

static sum *sum_of(asked *one, int parent, const char *name, int place)
{
    char *key = g_strdup_printf("%d %s", parent, name);
    sum *of = (sum *)g_hash_table_lookup(one->sums, key);

    if (of != NULL) {
        g_free(key);
        return of;
    }
    of = g_new0(sum, 1);
    of->node = impsvc_stats_node(one->st, name, parent);
    impsvc_stats_place(one->st, of->node, place);
    g_hash_table_insert(one->sums, key, of);
    return of;
}

/* "10.20.2.60 to 10.20.1.11: CS3 on outside, CS0 on inside" */
static const char *flow_name(wmem_allocator_t *pool, const impsvc_flow_record *record, const char *values)
{
    char *name = wmem_strdup_printf(pool, IMPSVC_SAY("%s to %s: %s", "%s から %s へ: %s"),
                                    impsvc_ip_to_str(pool, &impsvc_flow_initiator(record)->at.address),
                                    impsvc_ip_to_str(pool, &impsvc_flow_listener(record)->at.address), values);

    /* Of a name in a tree only what follows its last "/" is shown. */
    return g_strdelimit(name, "/", '|');
}

/* Which of the ends sends the packets that go this way. */
static unsigned end_of(const impsvc_flow_record *record, impsvc_direction direction)
{
    return direction == IMPSVC_REPLY ? 1u - record->initiator : record->initiator;
}

static void add(asked *one, wmem_allocator_t *pool, const impsvc_flow_record *record, impsvc_direction direction, int kind,
                const char *values)
{
    const impsvc_packet_sum *packets = &g_array_index(one->flows_sent, sent, record->number - 1).of[end_of(record, direction)];
    int entry = (int)impsvc_entry_place(record->entry);
    const char *service = wmem_strdup_printf(pool, "%s: %s", impsvc_stats_entry_name(record->entry), way_name(direction));
    sum *first = sum_of(one, IMPSVC_STATS_ALL,
                        kind == PLACE_MIXED ? IMPSVC_SAY("Several values in one direction of a flow", "一つのフローの同じ向きに複数の値")
                                            : IMPSVC_SAY("Other values on another interface", "インタフェースによって異なる値"), kind);
    sum *second = sum_of(one, first->node, service, entry * 2 + (direction == IMPSVC_REPLY));
    sum *third = sum_of(one, second->node, flow_name(pool, record, values), (int)record->number);

    impsvc_packet_sum_add(&first->packets, packets);
    impsvc_packet_sum_add(&second->packets, packets);
    impsvc_packet_sum_add(&third->packets, packets);
}

static void add_way(asked *one, wmem_allocator_t *pool, const impsvc_flow_record *record, impsvc_direction direction)
{
    const impsvc_flow_end *end = &record->ends[end_of(record, direction)];
    impsvc_flow_marks marks = impsvc_flow_marks_of(end);

    if (impsvc_marks_are_mixed(&marks, (unsigned)ws_count_ones(end->interfaces)))
        add(one, pool, record, direction, PLACE_MIXED, impsvc_dscp_text(pool, impsvc_marks_values(&marks)));
    if (impsvc_marks_differ(&marks))
        add(one, pool, record, direction, PLACE_DIFFERS, impsvc_dscp_places_text(pool, &marks, &one->interfaces));
}

static void clear_sum(void *key _U_, void *value, void *data _U_)
{
    ((sum *)value)->packets = (impsvc_packet_sum){ 0 };
}

static void write_sum(void *key _U_, void *value, void *data)
{
    const sum *of = (const sum *)value;

    impsvc_stats_set((stats_tree *)data, of->node, &of->packets);
}

static void write_sums(void *kept)
{
    asked *one = (asked *)kept;
    impsvc_flow_list *flows = impsvc_flow_capture_flows(one->flows);
    wmem_allocator_t *pool;

    if (!one->is_new)
        return;
    one->is_new = false;
    pool = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK_FAST);
    g_hash_table_foreach(one->sums, clear_sum, NULL);
    for (uint32_t number = 1; number <= impsvc_flow_list_size(flows); number++) {
        add_way(one, pool, impsvc_flow_list_at(flows, number), IMPSVC_REQUEST);
        add_way(one, pool, impsvc_flow_list_at(flows, number), IMPSVC_REPLY);
        wmem_free_all(pool);
    }
    g_hash_table_foreach(one->sums, write_sum, one->st);
    wmem_destroy_allocator(pool);
}

static void write_all(void)
{
    impsvc_stats_kept_each(&all, write_sums);
}

/* --- what is counted packet by packet --- */

/* "CS3", "CS0 (expected CS3)" */
static const char *value_name(packet_info *pinfo, const impsvc_identity *identity, unsigned dscp)
{
    impsvc_expected_dscp expected = impsvc_dscp_expected(identity->match.entry, identity->match.direction);

    if (expected.scope == IMPSVC_DSCP_OF_NOTHING || (expected.values >> dscp & 1))
        return impsvc_dscp_name(dscp);
    return wmem_strdup_printf(pinfo->pool, IMPSVC_SAY("%s (expected %s)", "%s (期待値 %s)"), impsvc_dscp_name(dscp),
                              impsvc_dscp_text(pinfo->pool, expected.values));
}

static void count(stats_tree *st, packet_info *pinfo, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;
    impsvc_packet_heads heads = impsvc_packet_heads_of(pinfo);
    int node = impsvc_stats_count(st, impsvc_stats_entry_name(entry), IMPSVC_STATS_ALL, true, pinfo);

    impsvc_stats_place(st, node, PLACE_ENTRIES + (int)impsvc_entry_place(entry));
    node = impsvc_stats_count(st, way_name(identity->match.direction), node, true, pinfo);
    impsvc_stats_place(st, node, (int)identity->match.direction);
    node = impsvc_stats_count(st, heads.has_ip ? value_name(pinfo, identity, heads.dscp)
                                               : IMPSVC_SAY("not known", "不明"), node, true, pinfo);
    impsvc_stats_place(st, node, heads.has_ip ? heads.dscp : IMPSVC_DSCP_VALUES);
}

static void note(asked *one, packet_info *pinfo, const impsvc_identity *identity)
{
    impsvc_packet_sum this_one = impsvc_packet_sum_of(pinfo->fd->pkt_len);
    const impsvc_flow_record *record = impsvc_flow_feed(one->flows, pinfo, identity);

    if (one->flows_sent->len < record->number)
        g_array_set_size(one->flows_sent, record->number);
    impsvc_packet_sum_add(&g_array_index(one->flows_sent, sent, record->number - 1).of[end_of(record, identity->match.direction)], &this_one);
    impsvc_interface_names_note(&one->interfaces, pinfo);
    one->is_new = true;
}

/* The mark of an ICMP error is its sender's, not the service's. */
static tap_packet_status packet(stats_tree *st, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                tap_flags_t flags _U_)
{
    const impsvc_identity *identity = (const impsvc_identity *)data;
    asked *one;

    if (identity->match.entry == NULL) {
        impsvc_stats_say(st, impsvc_unlisted_sentence(), impsvc_unlisted_port(pinfo), pinfo);
        return TAP_PACKET_REDRAW;
    }
    impsvc_stats_take_back(st);
    if (identity->icmp_error != NULL)
        return TAP_PACKET_DONT_REDRAW;
    impsvc_at_end_watch(&at_end);
    one = (asked *)impsvc_stats_kept_of(&all, st);
    impsvc_stats_total(st);
    count(st, pinfo, identity);
    note(one, pinfo, identity);
    if (impsvc_is_last_frame(pinfo))
        write_sums(one);
    return TAP_PACKET_REDRAW;
}

void impsvc_stats_qos_register(void)
{
    at_end = (impsvc_at_end){ .name = "impsvc_qos", .write = write_all };
    register_shutdown_routine(forget);
    stats_tree_register_plugin("impsvc", "impsvc_qos", TITLE, 0, packet, begin, finish);
}
