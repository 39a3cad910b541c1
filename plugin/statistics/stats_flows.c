/* stats_flows.c
 * Statistics > IM and Presence flows, and tshark -z impsvc,flows
 *
 * A row for each flow: flow_feed.c counts, this writes the rows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/stats_flows.h"

#include "wireshark/compat.h"

#include <epan/stat_tap_ui.h>

#include "language/language.h"
#include "statistics/flow_feed.h"
#include "statistics/flow_words.h"
#include "statistics/table_rows.h"
#include "wireshark/times.h"

enum {
    COLUMN_FLOW, COLUMN_ENTRY, COLUMN_SERVICE, COLUMN_INITIATOR, COLUMN_LISTENER, COLUMN_HANDSHAKE, COLUMN_END, COLUMN_FILTER,
    COLUMN_PACKETS_TO, COLUMN_BYTES_TO, COLUMN_PACKETS_BACK, COLUMN_BYTES_BACK, COLUMN_FIRST, COLUMN_LAST, COLUMN_DURATION,
    COLUMN_TRANSPORT, COLUMNS
};

#define NUMBER(name)  { TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, name, NULL }
#define SECONDS(name) { TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, name, NULL }
#define TEXT(name)    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, name, NULL }

/* What one looks for first comes first: a window shows some 1 200 pixels of it. */
static stat_tap_table_item columns[COLUMNS] = {
    [COLUMN_FLOW]         = NUMBER("Flow"),
    [COLUMN_ENTRY]        = TEXT("Entry"),
    [COLUMN_SERVICE]      = TEXT("Service"),
    [COLUMN_INITIATOR]    = TEXT("Initiator"),
    [COLUMN_LISTENER]     = TEXT("Listener"),
    [COLUMN_HANDSHAKE]    = TEXT("Handshake"),
    [COLUMN_END]          = TEXT("End"),
    [COLUMN_FILTER]       = TEXT("Filter"),
    [COLUMN_PACKETS_TO]   = NUMBER("Packets to"),
    [COLUMN_BYTES_TO]     = NUMBER("Bytes to"),
    [COLUMN_PACKETS_BACK] = NUMBER("Packets back"),
    [COLUMN_BYTES_BACK]   = NUMBER("Bytes back"),
    [COLUMN_FIRST]        = SECONDS("First"),
    [COLUMN_LAST]         = SECONDS("Last"),
    [COLUMN_DURATION]     = SECONDS("Duration"),
    [COLUMN_TRANSPORT]    = TEXT("Transport")
};

static impsvc_column_width widths[COLUMNS];
static impsvc_table_rows rows = { .columns = columns, .widths = widths, .count = COLUMNS,
                                  .asked_twice = "impsvc,flows: Wireshark has room for one table of flows at a time; "
                                                 "only one of the filters counts" };

/* What is in the table while somebody looks at it. */
static impsvc_flow_capture *flows;
static int64_t start;               /* of the capture, in nanoseconds since 1970: times are shown from there on */

static void forget(void)
{
    impsvc_flow_capture_free(flows);
    flows = NULL;
    impsvc_table_rows_forget(&rows);
}

static void empty(stat_tap_table *table)
{
    impsvc_table_rows_cut(&rows, table, 0);
    impsvc_table_rows_narrow(&rows);
    impsvc_flow_capture_free(flows);
    flows = impsvc_flow_capture_new();
    rows.listener = NULL;
}

/* Wireshark calls this each time somebody opens the table. */
static void begin(stat_tap_table_ui *ui)
{
    if (ui->tables == NULL || ui->tables->len == 0) {
        forget();
        stat_tap_add_table(ui, stat_tap_init_table("IM and Presence flows", COLUMNS, 0, NULL));
    }
    impsvc_identity_want_others(IMPSVC_OTHERS_OF_AN_EMPTY_FILE);
    empty(g_array_index(ui->tables, stat_tap_table *, 0));
}

/* Wireshark frees the rows when nobody looks at them any more. */
static void free_item(stat_tap_table *table _U_, unsigned row _U_, unsigned column _U_, stat_tap_table_item_type *item _U_)
{
    forget();
}

static double seconds_of(int64_t nanoseconds)
{
    return (double)nanoseconds / 1e9;
}

/* A later packet may show more about a flow: which entry it is on 8443, and so who has which role. */
static void write_row(stat_tap_table_item_type *row, wmem_allocator_t *pool, const impsvc_identity *identity,
                      const impsvc_flow_record *record, bool shown)
{
    if (row[COLUMN_FLOW].type == TABLE_ITEM_NONE || identity->icmp_error != NULL)
        impsvc_cell_text(&rows, row, COLUMN_FILTER, impsvc_flow_filter_text(pool, identity, record));
    impsvc_cell_number(&rows, row, COLUMN_FLOW, record->number);
    impsvc_cell_text(&rows, row, COLUMN_ENTRY, shown ? impsvc_entry_to_sort(pool, record->entry->id) : record->entry->id);
    impsvc_cell_text(&rows, row, COLUMN_SERVICE, impsvc_shown(&record->entry->service));
    impsvc_cell_text(&rows, row, COLUMN_INITIATOR, impsvc_flow_end_text(pool, &identity->initiator));
    impsvc_cell_text(&rows, row, COLUMN_LISTENER, impsvc_flow_end_text(pool, &identity->listener));
    impsvc_cell_text(&rows, row, COLUMN_HANDSHAKE, impsvc_flow_handshake_text(pool, record));
    impsvc_cell_text(&rows, row, COLUMN_END, impsvc_flow_ending_text(pool, record));
    impsvc_cell_number(&rows, row, COLUMN_PACKETS_TO, impsvc_flow_initiator(record)->packets);
    impsvc_cell_number(&rows, row, COLUMN_BYTES_TO, impsvc_flow_initiator(record)->bytes);
    impsvc_cell_number(&rows, row, COLUMN_PACKETS_BACK, impsvc_flow_listener(record)->packets);
    impsvc_cell_number(&rows, row, COLUMN_BYTES_BACK, impsvc_flow_listener(record)->bytes);
    impsvc_cell_seconds(&rows, row, COLUMN_FIRST, seconds_of(record->activity.first - start));
    impsvc_cell_seconds(&rows, row, COLUMN_LAST, seconds_of(record->activity.last - start));
    impsvc_cell_seconds(&rows, row, COLUMN_DURATION, seconds_of(record->activity.last - record->activity.first));
    impsvc_cell_text(&rows, row, COLUMN_TRANSPORT, impsvc_carrier_name(record->carrier));
}

static tap_packet_status packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                tap_flags_t flags _U_)
{
    const impsvc_identity *identity = (const impsvc_identity *)data;
    const stat_data_t *asked = (const stat_data_t *)tapdata;
    stat_tap_table *table = g_array_index(asked->stat_tap_data->tables, stat_tap_table *, 0);
    bool shown = asked->user_data != NULL;
    const impsvc_flow_record *record;

    if (flows == NULL || impsvc_table_is_asked_twice(&rows, tapdata))
        return TAP_PACKET_DONT_REDRAW;
    if (identity->match.entry == NULL) {
        if (shown)
            impsvc_table_rows_unlisted(&rows, table, pinfo, COLUMN_SERVICE, COLUMN_PACKETS_TO);
        return TAP_PACKET_REDRAW;
    }
    if (impsvc_flow_list_size(impsvc_flow_capture_flows(flows)) == 0) {
        if (table->num_elements > 0)
            empty(table);
        start = impsvc_nanoseconds(&pinfo->abs_ts) - impsvc_nanoseconds(&pinfo->rel_ts);
    }
    record = impsvc_flow_feed(flows, pinfo, identity);
    write_row(impsvc_table_row(&rows, table, record->number - 1), pinfo->pool, identity, record, shown);
    return TAP_PACKET_REDRAW;
}

void impsvc_stats_flows_register(void)
{
    static stat_tap_table_ui ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED, .title = "IM and Presence flows", .tap_name = "impsvc",
        .cli_string = "impsvc,flows", .stat_tap_init_cb = begin, .packet_func = packet, .stat_tap_reset_table_cb = empty,
        .stat_tap_free_table_item_cb = free_item, .nfields = COLUMNS, .fields = columns
    };

    impsvc_table_rows_narrow(&rows);
    register_shutdown_routine(forget);
    register_stat_tap_table_ui(&ui);
}
