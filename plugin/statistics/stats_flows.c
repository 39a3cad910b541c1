/* stats_flows.c
 * Statistics > IM and Presence flows, and tshark -z impsvc,flows
 *
 * A row for each flow: flow_feed.c counts, this writes the rows. Wireshark keeps one such table for all its windows, and its
 * windows keep pointers into the rows, which is why rows and texts live until it
 * frees the table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/stats_flows.h"

#include "wireshark/compat.h"

#include <math.h>

#include <epan/stat_tap_ui.h>
#include <wsutil/report_message.h>
#include <wsutil/str_util.h>

#include "language/language.h"
#include "statistics/flow_feed.h"
#include "statistics/flow_words.h"
#include "statistics/unlisted.h"

enum {
    COLUMN_FLOW, COLUMN_ENTRY, COLUMN_SERVICE, COLUMN_INITIATOR, COLUMN_LISTENER, COLUMN_HANDSHAKE, COLUMN_END, COLUMN_FILTER,
    COLUMN_PACKETS_TO, COLUMN_BYTES_TO, COLUMN_PACKETS_BACK, COLUMN_BYTES_BACK, COLUMN_FIRST, COLUMN_LAST, COLUMN_DURATION,
    COLUMN_TRANSPORT, COLUMNS
};

#define FORMAT_SIZE 16
#define UNLISTED_LENGTH 120     /* where no packet fits, ports are named up to here */

/* How tshark prints the columns: as wide as their widest text, by formats[]. */
static char formats[COLUMNS][FORMAT_SIZE];
static int widths[COLUMNS];

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

/* What is in the table while somebody looks at it. */
static impsvc_flow_capture *flows;
static GStringChunk *texts;
static GString *unlisted;           /* what is said where no packet fits the list */
static GPtrArray *old_rows;         /* of a table that was emptied */
static const void *listener;        /* the tap listener that Wireshark counts for */
static bool warned;
static int64_t start;               /* of the capture, in nanoseconds since 1970: times are shown from there on */

static void forget(void)
{
    impsvc_flow_capture_free(flows);
    flows = NULL;
    if (texts != NULL)
        g_string_chunk_free(texts);
    texts = NULL;
    if (unlisted != NULL)
        g_string_free(unlisted, TRUE);
    unlisted = NULL;
    if (old_rows != NULL)
        g_ptr_array_free(old_rows, TRUE);
    old_rows = NULL;
}

/* Room for a text in the column, and for its name. */
static void widen(int column, int width)
{
    if (width <= widths[column])
        return;
    widths[column] = width;
    if (columns[column].type == TABLE_ITEM_UINT)
        (void)snprintf(formats[column], FORMAT_SIZE, "%%%du", width);
    else if (columns[column].type == TABLE_ITEM_FLOAT)
        (void)snprintf(formats[column], FORMAT_SIZE, "%%%d.6f", width);
    else
        (void)snprintf(formats[column], FORMAT_SIZE, "%%-%ds", width);
}

static void narrow_all(void)
{
    for (int i = 0; i < COLUMNS; i++) {
        widths[i] = 0;
        widen(i, (int)strlen(columns[i].column_name));
        columns[i].field_format = formats[i];
    }
}

/* Rows that a window still shows stay until the table is freed. */
static void empty(stat_tap_table *table)
{
    if (old_rows == NULL)
        old_rows = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < table->num_elements; i++)
        g_ptr_array_add(old_rows, table->elements[i]);
    table->num_elements = 0;
    impsvc_flow_capture_free(flows);
    flows = impsvc_flow_capture_new();
    listener = NULL;
    narrow_all();
}

/* Wireshark calls this each time somebody opens the table. */
static void begin(stat_tap_table_ui *ui)
{
    if (ui->tables == NULL || ui->tables->len == 0) {
        forget();
        stat_tap_add_table(ui, stat_tap_init_table("IM and Presence flows", COLUMNS, 0, NULL));
    }
    if (texts == NULL)
        texts = g_string_chunk_new(4096);
    if (unlisted == NULL)
        unlisted = g_string_new(NULL);
    impsvc_identity_want_others();
    empty(g_array_index(ui->tables, stat_tap_table *, 0));
}

/* Wireshark frees the rows when nobody looks at them any more. */
static void free_item(stat_tap_table *table _U_, unsigned row _U_, unsigned column _U_, stat_tap_table_item_type *item _U_)
{
    forget();
}

static int64_t nanoseconds_of(const nstime_t *when)
{
    return (int64_t)when->secs * 1000000000 + when->nsecs;
}

static double seconds_of(int64_t nanoseconds)
{
    return (double)nanoseconds / 1e9;
}

static int digits_of(uint64_t number)
{
    int digits = 1;

    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

/* The window sorts it as text: "2.1" goes before "10.1" if both take as much room. Programs (sharkd, which has nothing to show)
 * get it as it is. */
static const char *entry_text(wmem_allocator_t *pool, const char *id, bool shown)
{
    return shown && id[1] == '.' ? wmem_strconcat(pool, " ", id, NULL) : id;
}

/* Most packets change nothing in their flow's row. */
static void set_text(stat_tap_table_item_type *row, int column, const char *text)
{
    if (row[column].type == TABLE_ITEM_STRING && strcmp(row[column].value.string_value, text) == 0)
        return;
    row[column].type = TABLE_ITEM_STRING;
    row[column].value.string_value = g_string_chunk_insert_const(texts, text);
    widen(column, (int)strlen(text));
}

/* The window and tshark have 32 bits for a number: anything larger is shown as the largest. */
static void set_number(stat_tap_table_item_type *row, int column, uint64_t number)
{
    row[column].type = TABLE_ITEM_UINT;
    row[column].value.uint_value = number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
    widen(column, digits_of(row[column].value.uint_value));
}

static void set_seconds(stat_tap_table_item_type *row, int column, double seconds)
{
    row[column].type = TABLE_ITEM_FLOAT;
    row[column].value.float_value = seconds;
    widen(column, (seconds < 0 ? 1 : 0) + digits_of((uint64_t)fabs(seconds)) + (int)strlen(".000000"));
}

static stat_tap_table_item_type *row_at(stat_tap_table *table, unsigned row)
{
    static const stat_tap_table_item_type nothing[COLUMNS];

    if (row >= table->num_elements)
        stat_tap_init_table_row(table, row, COLUMNS, nothing);
    return stat_tap_get_field_data(table, row, 0);
}

/* A later packet may show more about a flow: which entry it is on 8443, and so who has which role. */
static void write_row(stat_tap_table_item_type *row, wmem_allocator_t *pool, const impsvc_identity *identity,
                      const impsvc_flow_record *record, bool shown)
{
    if (row[COLUMN_FLOW].type == TABLE_ITEM_NONE || identity->icmp_error != NULL)
        set_text(row, COLUMN_FILTER, impsvc_flow_filter_text(pool, identity, record));
    set_number(row, COLUMN_FLOW, record->number);
    set_text(row, COLUMN_ENTRY, entry_text(pool, record->entry->id, shown));
    set_text(row, COLUMN_SERVICE, impsvc_shown(&record->entry->service));
    set_text(row, COLUMN_INITIATOR, impsvc_flow_end_text(pool, &identity->initiator));
    set_text(row, COLUMN_LISTENER, impsvc_flow_end_text(pool, &identity->listener));
    set_text(row, COLUMN_HANDSHAKE, impsvc_flow_handshake_text(pool, record));
    set_text(row, COLUMN_END, impsvc_flow_ending_text(pool, record));
    set_number(row, COLUMN_PACKETS_TO, impsvc_flow_initiator(record)->packets);
    set_number(row, COLUMN_BYTES_TO, impsvc_flow_initiator(record)->bytes);
    set_number(row, COLUMN_PACKETS_BACK, impsvc_flow_listener(record)->packets);
    set_number(row, COLUMN_BYTES_BACK, impsvc_flow_listener(record)->bytes);
    set_seconds(row, COLUMN_FIRST, seconds_of(record->activity.first - start));
    set_seconds(row, COLUMN_LAST, seconds_of(record->activity.last - start));
    set_seconds(row, COLUMN_DURATION, seconds_of(record->activity.last - record->activity.first));
    set_text(row, COLUMN_TRANSPORT, impsvc_carrier_name(record->carrier));
}

/* Where no packet fits, a row says so to people; programs get no rows. */
static void write_unlisted(stat_tap_table *table, packet_info *pinfo)
{
    stat_tap_table_item_type *row = row_at(table, 0);
    const char *port = wmem_strconcat(pinfo->pool, " ", impsvc_unlisted_port(pinfo), NULL);     /* "99/TCP" is none of "999/TCP" */
    uint32_t packets = row[COLUMN_PACKETS_TO].type == TABLE_ITEM_NONE ? 0 : row[COLUMN_PACKETS_TO].value.uint_value;

    if (packets == 0) {
        g_string_assign(unlisted, impsvc_unlisted_sentence());
        for (int i = 0; i < COLUMNS; i++)
            if (columns[i].type == TABLE_ITEM_STRING)
                set_text(row, i, "-");
            else if (columns[i].type == TABLE_ITEM_UINT)
                set_number(row, i, 0);
            else
                set_seconds(row, i, 0);
    }
    if (strstr(unlisted->str, port) == NULL && unlisted->len < UNLISTED_LENGTH)
        g_string_append_printf(unlisted, "%s%s", packets == 0 ? ":" : ",", port);
    set_text(row, COLUMN_SERVICE, unlisted->str);
    set_number(row, COLUMN_PACKETS_TO, packets + 1);
}

/* tshark lets users ask for the table twice, and then counts every packet twice in the one table it has. */
static bool is_asked_twice(const void *tapdata)
{
    if (listener == NULL)
        listener = tapdata;
    if (listener == tapdata)
        return false;
    if (!warned)
        report_warning("impsvc,flows: Wireshark has room for one table of flows at a time; only one of the filters counts");
    warned = true;
    return true;
}

static tap_packet_status packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                tap_flags_t flags _U_)
{
    const impsvc_identity *identity = (const impsvc_identity *)data;
    const stat_data_t *asked = (const stat_data_t *)tapdata;
    stat_tap_table *table = g_array_index(asked->stat_tap_data->tables, stat_tap_table *, 0);
    bool shown = asked->user_data != NULL;
    const impsvc_flow_record *record;

    if (flows == NULL || is_asked_twice(tapdata))
        return TAP_PACKET_DONT_REDRAW;
    if (identity->match.entry == NULL) {
        if (shown)
            write_unlisted(table, pinfo);
        return TAP_PACKET_REDRAW;
    }
    if (impsvc_flow_list_size(impsvc_flow_capture_flows(flows)) == 0) {
        if (table->num_elements > 0)
            empty(table);
        start = nanoseconds_of(&pinfo->abs_ts) - nanoseconds_of(&pinfo->rel_ts);
    }
    record = impsvc_flow_feed(flows, pinfo, identity);
    write_row(row_at(table, record->number - 1), pinfo->pool, identity, record, shown);
    return TAP_PACKET_REDRAW;
}

void impsvc_stats_flows_register(void)
{
    static stat_tap_table_ui ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED, .title = "IM and Presence flows", .tap_name = "impsvc",
        .cli_string = "impsvc,flows", .stat_tap_init_cb = begin, .packet_func = packet, .stat_tap_reset_table_cb = empty,
        .stat_tap_free_table_item_cb = free_item, .nfields = COLUMNS, .fields = columns
    };

    narrow_all();
    register_shutdown_routine(forget);
    register_stat_tap_table_ui(&ui);
}
