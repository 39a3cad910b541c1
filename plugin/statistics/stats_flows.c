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
#include "wireshark/tcp_flags.h"

#include <math.h>

#include <epan/stat_tap_ui.h>
#include <epan/to_str.h>
#include <wsutil/report_message.h>

#include "identify/flow_filter.h"
#include "language/icmp_text.h"
#include "language/language.h"
#include "statistics/flow_feed.h"

enum {
    COLUMN_FLOW, COLUMN_ENTRY, COLUMN_SERVICE, COLUMN_TRANSPORT, COLUMN_INITIATOR, COLUMN_LISTENER, COLUMN_PACKETS_TO,
    COLUMN_BYTES_TO, COLUMN_PACKETS_BACK, COLUMN_BYTES_BACK, COLUMN_FIRST, COLUMN_LAST, COLUMN_DURATION, COLUMN_HANDSHAKE,
    COLUMN_END, COLUMN_FILTER, COLUMNS
};

#define FORMAT_SIZE 16

/* How tshark prints the columns: as wide as their widest text, by formats[]. */
static char formats[COLUMNS][FORMAT_SIZE];
static int widths[COLUMNS];

#define NUMBER(name)  { TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, name, NULL }
#define SECONDS(name) { TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, name, NULL }
#define TEXT(name)    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, name, NULL }

static stat_tap_table_item columns[COLUMNS] = {
    [COLUMN_FLOW]         = NUMBER("Flow"),
    [COLUMN_ENTRY]        = TEXT("Entry"),
    [COLUMN_SERVICE]      = TEXT("Service"),
    [COLUMN_TRANSPORT]    = TEXT("Transport"),
    [COLUMN_INITIATOR]    = TEXT("Initiator"),
    [COLUMN_LISTENER]     = TEXT("Listener"),
    [COLUMN_PACKETS_TO]   = NUMBER("Packets to"),
    [COLUMN_BYTES_TO]     = NUMBER("Bytes to"),
    [COLUMN_PACKETS_BACK] = NUMBER("Packets back"),
    [COLUMN_BYTES_BACK]   = NUMBER("Bytes back"),
    [COLUMN_FIRST]        = SECONDS("First"),
    [COLUMN_LAST]         = SECONDS("Last"),
    [COLUMN_DURATION]     = SECONDS("Duration"),
    [COLUMN_HANDSHAKE]    = TEXT("Handshake"),
    [COLUMN_END]          = TEXT("End"),
    [COLUMN_FILTER]       = TEXT("Filter")
};

/* What is in the table while somebody looks at it. */
static impsvc_flow_list *flows;
static GStringChunk *texts;
static GPtrArray *old_rows;         /* of a table that was emptied */
static const void *listener;        /* the tap listener that Wireshark counts for */
static bool warned;
static int64_t start;               /* of the capture, in nanoseconds since 1970: times are shown from there on */

static void forget(void)
{
    impsvc_tcp_flags_rest();
    impsvc_flow_list_free(flows);
    flows = NULL;
    if (texts != NULL)
        g_string_chunk_free(texts);
    texts = NULL;
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
    impsvc_flow_list_free(flows);
    flows = impsvc_flow_list_new();
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
    impsvc_tcp_flags_watch();
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

static const char *keep(const char *text)
{
    return g_string_chunk_insert_const(texts, text);
}

static void set_text(stat_tap_table_item_type *row, int column, const char *text)
{
    row[column].type = TABLE_ITEM_STRING;
    row[column].value.string_value = text;
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

static const char *end_text(wmem_allocator_t *pool, const impsvc_end *end)
{
    const char *text = address_to_str(pool, end->address);

    if (end->port == 0)
        return keep(text);
    return keep(wmem_strdup_printf(pool, end->address->type == AT_IPv6 ? "[%s]:%u" : "%s:%u", text, end->port));
}

/* A display filter that shows the packets counted. TCP's stream has none of the ICMP errors that quote it. */
static const char *filter_text(wmem_allocator_t *pool, const impsvc_identity *identity, const impsvc_flow_record *record)
{
    const char *ends = impsvc_flow_filter(pool, identity);

    if (!record->key.has_stream)
        return keep(ends);
    if (!record->has_icmp_error)
        return keep(wmem_strdup_printf(pool, "tcp.stream == %u", record->key.stream));
    return keep(wmem_strdup_printf(pool, "tcp.stream == %u or (impsvc.icmp_error and (%s))", record->key.stream, ends));
}

static const char *icmp_text(wmem_allocator_t *pool, const impsvc_flow_record *record)
{
    return keep(impsvc_icmp_error_text(pool, &record->icmp_error, impsvc_user_language()));
}

static const char *handshake_text(wmem_allocator_t *pool, const impsvc_flow_record *record)
{
    static const impsvc_text words[] = {
        [IMPSVC_HANDSHAKE_NONE]         = { { "-", "-" } },
        [IMPSVC_HANDSHAKE_NOT_CAPTURED] = { { "not captured", "キャプチャ前" } },
        [IMPSVC_HANDSHAKE_COMPLETE]     = { { "complete", "完了" } },
        [IMPSVC_HANDSHAKE_ANSWERED]     = { { "answered", "応答のみ" } },
        [IMPSVC_HANDSHAKE_REFUSED]      = { { "refused", "拒否" } },
        [IMPSVC_HANDSHAKE_NO_ANSWER]    = { { "no answer", "応答なし" } }
    };
    impsvc_flow_handshake how = impsvc_flow_handshake_of(record);

    return how == IMPSVC_HANDSHAKE_ICMP ? icmp_text(pool, record) : impsvc_shown(&words[how]);
}

static const char *ending_text(wmem_allocator_t *pool, const impsvc_flow_record *record)
{
    static const impsvc_text words[] = {
        [IMPSVC_ENDING_NONE]             = { { "-", "-" } },
        [IMPSVC_ENDING_OPEN]             = { { "open", "継続中" } },
        [IMPSVC_ENDING_CLOSED]           = { { "closed", "終了" } },
        [IMPSVC_ENDING_CLOSED_AND_RESET] = { { "closed, reset", "終了、リセット" } },
        [IMPSVC_ENDING_RESET]            = { { "reset", "リセット" } }
    };
    impsvc_flow_ending how = impsvc_flow_ending_of(record);

    return how == IMPSVC_ENDING_ICMP ? icmp_text(pool, record) : impsvc_shown(&words[how]);
}

static stat_tap_table_item_type *row_of(stat_tap_table *table, const impsvc_flow_record *record)
{
    static const stat_tap_table_item_type nothing[COLUMNS];

    if (record->number > table->num_elements)
        stat_tap_init_table_row(table, record->number - 1, COLUMNS, nothing);
    return stat_tap_get_field_data(table, record->number - 1, 0);
}

/* A later packet may show more about a flow: which entry it is on 8443, and so who has which role. */
static void write_row(stat_tap_table_item_type *row, packet_info *pinfo, const impsvc_identity *identity,
                      const impsvc_flow_record *record)
{
    if (row[COLUMN_FLOW].type == TABLE_ITEM_NONE || identity->icmp_error != NULL)
        set_text(row, COLUMN_FILTER, filter_text(pinfo->pool, identity, record));
    set_number(row, COLUMN_FLOW, record->number);
    set_text(row, COLUMN_ENTRY, record->entry->id);
    set_text(row, COLUMN_SERVICE, impsvc_shown(&record->entry->service));
    set_text(row, COLUMN_TRANSPORT, impsvc_carrier_name(record->carrier));
    set_text(row, COLUMN_INITIATOR, end_text(pinfo->pool, &identity->initiator));
    set_text(row, COLUMN_LISTENER, end_text(pinfo->pool, &identity->listener));
    set_number(row, COLUMN_PACKETS_TO, record->requests.packets);
    set_number(row, COLUMN_BYTES_TO, record->requests.bytes);
    set_number(row, COLUMN_PACKETS_BACK, record->replies.packets);
    set_number(row, COLUMN_BYTES_BACK, record->replies.bytes);
    set_seconds(row, COLUMN_FIRST, seconds_of(record->first - start));
    set_seconds(row, COLUMN_LAST, seconds_of(record->last - start));
    set_seconds(row, COLUMN_DURATION, seconds_of(record->last - record->first));
    set_text(row, COLUMN_HANDSHAKE, handshake_text(pinfo->pool, record));
    set_text(row, COLUMN_END, ending_text(pinfo->pool, record));
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
    stat_tap_table *table = g_array_index(((stat_data_t *)tapdata)->stat_tap_data->tables, stat_tap_table *, 0);
    const impsvc_flow_record *record;

    if (flows == NULL || is_asked_twice(tapdata))
        return TAP_PACKET_DONT_REDRAW;
    if (impsvc_flow_list_size(flows) == 0)
        start = nanoseconds_of(&pinfo->abs_ts) - nanoseconds_of(&pinfo->rel_ts);
    record = impsvc_flow_feed(flows, pinfo, identity);
    write_row(row_of(table, record), pinfo, identity, record);
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
