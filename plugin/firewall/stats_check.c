/* stats_check.c
 * Statistics > IM and Presence firewall check, and tshark -z impsvc,check
 *
 * A row for each path: whether it gets through, who stops it, and what that rests on. A verdict depends on the whole capture, so rows
 * are written when it ends (at_end.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "firewall/stats_check.h"

#include "wireshark/compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "firewall/check_plan.h"
#include "firewall/check_words.h"
#include "flows/flow_paths.h"
#include "flows/verdict.h"
#include "identify/node_table.h"
#include "language/dscp_text.h"
#include "language/language.h"
#include "language/result_text.h"
#include "statistics/at_end.h"
#include "statistics/flow_feed.h"
#include "statistics/table_rows.h"
#include "wireshark/capture_end.h"

enum {
    COLUMN_NUMBER, COLUMN_RESULT, COLUMN_ENTRY, COLUMN_SERVICE, COLUMN_FROM, COLUMN_TO, COLUMN_BY, COLUMN_TRIES, COLUMN_ANSWERED,
    COLUMN_DSCP_TO, COLUMN_DSCP_BACK, COLUMN_EVIDENCE, COLUMN_TRANSPORT, COLUMN_BLOCKED, COLUMNS
};

#define NUMBER(name) { TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, name, NULL }
#define TEXT(name)   { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, name, NULL }

/* The window sorts by the first column, so that is the order: worst first. */
static stat_tap_table_item columns[COLUMNS] = {
    [COLUMN_NUMBER]    = NUMBER("No."),
    [COLUMN_RESULT]    = TEXT("Result"),
    [COLUMN_ENTRY]     = TEXT("Entry"),
    [COLUMN_SERVICE]   = TEXT("Service"),
    [COLUMN_FROM]      = TEXT("From"),
    [COLUMN_TO]        = TEXT("To"),
    [COLUMN_BY]        = TEXT("By"),
    [COLUMN_TRIES]     = NUMBER("Tries"),
    [COLUMN_ANSWERED]  = NUMBER("Answered"),
    [COLUMN_DSCP_TO]   = TEXT("DSCP to"),
    [COLUMN_DSCP_BACK] = TEXT("DSCP back"),
    [COLUMN_EVIDENCE]  = TEXT("Evidence"),
    [COLUMN_TRANSPORT] = TEXT("Transport"),
    [COLUMN_BLOCKED]   = TEXT("Blocked")
};

static impsvc_column_width widths[COLUMNS];
static impsvc_table_rows rows = { .columns = columns, .widths = widths, .count = COLUMNS,
                                  .asked_twice = "impsvc,check: Wireshark has room for one firewall check at a time; "
                                                 "only one of the filters counts" };

/* What is counted while somebody looks at the table. */
static impsvc_flow_capture *flows;
static impsvc_interface_names interfaces;
static stat_tap_table *shown_in;    /* the table */
static bool for_people;             /* a window or tshark, not a program */
static bool is_new;                 /* rows would say more than they do */
static impsvc_at_end at_end;

static void forget_flows(void)
{
    impsvc_flow_capture_free(flows);
    flows = NULL;
    shown_in = NULL;
    is_new = false;
    impsvc_interface_names_forget(&interfaces);
}

static void forget(void)
{
    impsvc_at_end_forget(&at_end);
    forget_flows();
    impsvc_table_rows_forget(&rows);
}

static void empty(stat_tap_table *table)
{
    impsvc_table_rows_cut(&rows, table, 0);
    impsvc_table_rows_narrow(&rows);
    forget_flows();
    flows = impsvc_flow_capture_new();
    rows.listener = NULL;
}

/* Wireshark calls this each time somebody opens the table. */
static void begin(stat_tap_table_ui *ui)
{
    if (ui->tables == NULL || ui->tables->len == 0) {
        forget();
        stat_tap_add_table(ui, stat_tap_init_table("IM and Presence firewall check", COLUMNS, 0, NULL));
    }
    impsvc_identity_want_others(IMPSVC_OTHERS_OF_AN_EMPTY_FILE);
    empty(g_array_index(ui->tables, stat_tap_table *, 0));
}

/* Wireshark frees the rows when nobody looks at them any more. */
static void free_item(stat_tap_table *table _U_, unsigned row _U_, unsigned column _U_, stat_tap_table_item_type *item _U_)
{
    forget();
}

static void write_row(stat_tap_table_item_type *row, wmem_allocator_t *pool, const impsvc_flow_path *path, unsigned number)
{
    const char *by = impsvc_result_by(pool, path->record, &path->verdict, impsvc_user_language());

    impsvc_cell_number(&rows, row, COLUMN_NUMBER, number);
    impsvc_cell_text(&rows, row, COLUMN_RESULT, impsvc_result_name(path->result));
    impsvc_cell_text(&rows, row, COLUMN_ENTRY, for_people ? impsvc_entry_to_sort(pool, path->entry->id) : path->entry->id);
    impsvc_cell_text(&rows, row, COLUMN_SERVICE, impsvc_shown(&path->entry->service));
    impsvc_cell_text(&rows, row, COLUMN_FROM, impsvc_check_host(pool, &path->initiator, 0));
    impsvc_cell_text(&rows, row, COLUMN_TO, impsvc_check_host(pool, &path->listener, path->port));
    impsvc_cell_text(&rows, row, COLUMN_BY, by == NULL ? "-" : by);
    impsvc_cell_number(&rows, row, COLUMN_TRIES, path->tries);
    impsvc_cell_number(&rows, row, COLUMN_ANSWERED, path->answered);
    impsvc_cell_text(&rows, row, COLUMN_DSCP_TO, impsvc_dscp_text(pool, path->dscp_to));
    impsvc_cell_text(&rows, row, COLUMN_DSCP_BACK, impsvc_dscp_text(pool, path->dscp_back));
    impsvc_cell_text(&rows, row, COLUMN_EVIDENCE, impsvc_check_evidence(pool, path, &interfaces));
    impsvc_cell_text(&rows, row, COLUMN_TRANSPORT, impsvc_carrier_name(path->record->carrier));
    impsvc_cell_text(&rows, row, COLUMN_BLOCKED, impsvc_verdict_is_blocked(&path->verdict) ? "yes" : "-");
}

/* Where rows are being written. */
typedef struct {
    wmem_allocator_t *pool;     /* for the row at hand */
    unsigned          number;   /* of the last row */
} writing;

static stat_tap_table_item_type *next_row(writing *at)
{
    wmem_free_all(at->pool);
    return impsvc_table_row(&rows, shown_in, at->number++);
}

/* "10.1.0.0/24", "[2001:db8::1]:7400" */
static const char *configured_text(wmem_allocator_t *pool, size_t row, uint16_t port)
{
    impsvc_configured_host host = impsvc_configured_at(row);

    if (port == 0)
        return host.address;
    return wmem_strdup_printf(pool, host.is_v6 ? "[%s]:%u" : "%s:%u", host.address, port);
}

static void write_planned(const impsvc_plan_path *path, void *data)
{
    writing *at = (writing *)data;
    stat_tap_table_item_type *row = next_row(at);
    const char *id = path->entry->id;

    impsvc_table_row_clear(&rows, row);
    impsvc_cell_number(&rows, row, COLUMN_NUMBER, at->number);
    impsvc_cell_text(&rows, row, COLUMN_RESULT, impsvc_result_name(IMPSVC_RESULT_NOT_SEEN));
    impsvc_cell_text(&rows, row, COLUMN_ENTRY, for_people ? impsvc_entry_to_sort(at->pool, id) : id);
    impsvc_cell_text(&rows, row, COLUMN_SERVICE, impsvc_shown(&path->entry->service));
    impsvc_cell_text(&rows, row, COLUMN_FROM, configured_text(at->pool, path->initiator, 0));
    impsvc_cell_text(&rows, row, COLUMN_TO, configured_text(at->pool, path->listener, path->port));
    impsvc_cell_text(&rows, row, COLUMN_EVIDENCE, IMPSVC_SAY("planned, but not in this capture: that says nothing of the firewall",
                                                             "計画にあるが、このキャプチャにない: ファイアウォールについては何も言えない"));
    impsvc_cell_text(&rows, row, COLUMN_TRANSPORT, impsvc_check_transports(at->pool, path->transports));
}

/* The last row, for people: what became of the plan. */
static void write_summary(writing *at, uint64_t size, const impsvc_plan_counts *counts)
{
    stat_tap_table_item_type *row = next_row(at);

    impsvc_table_row_clear(&rows, row);
    impsvc_cell_number(&rows, row, COLUMN_NUMBER, at->number);
    impsvc_cell_text(&rows, row, COLUMN_SERVICE, IMPSVC_SAY("the plan", "計画"));
    impsvc_cell_text(&rows, row, COLUMN_EVIDENCE, impsvc_check_plan_sentence(at->pool, size, counts));
}

static void write_plan(writing *at, const impsvc_flow_paths *paths)
{
    impsvc_check_plan *plan = impsvc_check_plan_new();
    impsvc_plan_counts counts;

    if (plan == NULL)
        return;
    for (uint32_t i = 0; i < impsvc_flow_paths_size(paths); i++)
        impsvc_check_plan_see(plan, impsvc_flow_paths_at(paths, i));
    counts = impsvc_check_plan_compare(plan, write_planned, at);
    if (for_people && impsvc_check_plan_size(plan) > 0)
        write_summary(at, impsvc_check_plan_size(plan), &counts);
    impsvc_check_plan_free(plan);
}

static void write_rows(void)
{
    impsvc_flow_paths *paths;
    writing at = { 0 };

    if (!is_new)
        return;
    is_new = false;
    impsvc_flow_capture_note_time(flows, impsvc_capture_end());
    paths = impsvc_flow_paths_of(flows);
    at.pool = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK_FAST);
    for (uint32_t i = 0; i < impsvc_flow_paths_size(paths); i++)
        write_row(next_row(&at), at.pool, impsvc_flow_paths_at(paths, i), i + 1);
    write_plan(&at, paths);
    impsvc_table_rows_cut(&rows, shown_in, at.number);
    wmem_destroy_allocator(at.pool);
    impsvc_flow_paths_free(paths);
}

static tap_packet_status packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                tap_flags_t flags _U_)
{
    const impsvc_identity *identity = (const impsvc_identity *)data;
    const stat_data_t *asked = (const stat_data_t *)tapdata;
    stat_tap_table *table = g_array_index(asked->stat_tap_data->tables, stat_tap_table *, 0);

    if (flows == NULL || impsvc_table_is_asked_twice(&rows, tapdata))
        return TAP_PACKET_DONT_REDRAW;
    for_people = asked->user_data != NULL;
    if (identity->match.entry == NULL) {
        if (for_people)
            impsvc_table_rows_unlisted(&rows, table, pinfo, COLUMN_SERVICE, COLUMN_TRIES);
        return TAP_PACKET_REDRAW;
    }
    if (shown_in == NULL) {
        if (table->num_elements > 0)
            empty(table);
        rows.listener = tapdata;
        shown_in = table;
        impsvc_at_end_watch(&at_end);
    }
    impsvc_interface_names_note(&interfaces, pinfo);
    (void)impsvc_flow_feed(flows, pinfo, identity);
    is_new = true;
    if (impsvc_is_last_frame(pinfo))
        write_rows();
    return TAP_PACKET_REDRAW;
}

void impsvc_stats_check_register(void)
{
    static stat_tap_table_ui ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED, .title = "IM and Presence firewall check", .tap_name = "impsvc",
        .cli_string = "impsvc,check", .stat_tap_init_cb = begin, .packet_func = packet, .stat_tap_reset_table_cb = empty,
        .stat_tap_free_table_item_cb = free_item, .nfields = COLUMNS, .fields = columns
    };

    at_end = (impsvc_at_end){ .name = "impsvc,check", .write = write_rows };
    impsvc_table_rows_narrow(&rows);
    register_shutdown_routine(forget);
    register_stat_tap_table_ui(&ui);
}
