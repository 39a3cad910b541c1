/* stats_kept.c
 * sharkd's nstat:impsvc,kept: what is kept of a capture, to be joined with others (impsvc collect)
 *
 * One of Wireshark's tables, as sharkd has no other statistics of plugins. Each row begins with a word that says what it is: "capture"
 * (once: when it begins and ends, its packets, and the link type
 * of the first), "interface" (its number and name), or the transport of a flow. All texts, as
 * numbers of a table have 32 bits. Only sharkd has it: in the window it would be a menu item that is for nobody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "records/stats_kept.h"

#include "wireshark/compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <wiretap/wtap.h>
#include <wsutil/report_message.h>

#include "flows/flow_hosts.h"
#include "flows/flow_merge.h"
#include "joins/flow_text.h"
#include "language/interface_names.h"
#include "language/language.h"
#include "statistics/flow_feed.h"
#include "statistics/table_rows.h"
#include "wireshark/addresses.h"
#include "wireshark/times.h"

enum { COLUMN_KIND, COLUMN_ADDRESS, COLUMN_PORT, COLUMN_OTHER, COLUMN_OTHER_PORT, COLUMN_FIRST, COLUMN_LAST, COLUMN_FRAME, COLUMN_INTERFACES,
       COLUMN_RECORD, COLUMNS };

#define TEXT(name) { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, name, NULL }

static stat_tap_table_item columns[COLUMNS] = {
    [COLUMN_KIND] = TEXT("Kind"), [COLUMN_ADDRESS] = TEXT("Address"), [COLUMN_PORT] = TEXT("Port"), [COLUMN_OTHER] = TEXT("Other"),
    [COLUMN_OTHER_PORT] = TEXT("Other port"), [COLUMN_FIRST] = TEXT("First"), [COLUMN_LAST] = TEXT("Last"), [COLUMN_FRAME] = TEXT("Frame"),
    [COLUMN_INTERFACES] = TEXT("Interfaces"), [COLUMN_RECORD] = TEXT("Record")
};

static impsvc_column_width widths[COLUMNS];
static impsvc_table_rows rows = { .columns = columns, .widths = widths, .count = COLUMNS, .asked_twice = "impsvc,kept: is there once only" };

/* The capture at hand. */
static impsvc_flow_capture *flows;
static impsvc_interface_names interfaces;
static int64_t first, last;
static uint64_t packets;
static const char *link_type;      /* of the first packet: "mime" where a file is no capture, but something else that Wireshark reads */
static stat_tap_table *kept;
static char feeding, writing;       /* what stands for our two listeners */
static bool is_feeding, is_writing;

static void stop(void)
{
    if (is_feeding)
        remove_tap_listener(&feeding);
    if (is_writing)
        remove_tap_listener(&writing);
    is_feeding = is_writing = false;
}

static void forget_capture(void)
{
    impsvc_flow_capture_free(flows);
    impsvc_interface_names_forget(&interfaces);
    flows = NULL;
    packets = 0;
}

static void forget(void)
{
    stop();
    forget_capture();
    impsvc_table_rows_forget(&rows);
    kept = NULL;
}

static void free_item(stat_tap_table *table _U_, unsigned row _U_, unsigned column _U_, stat_tap_table_item_type *item _U_)
{
    forget();
}

static void empty(stat_tap_table *table)
{
    impsvc_table_rows_cut(&rows, table, 0);
    forget_capture();
    flows = impsvc_flow_capture_new();
}

static bool listen(const char *tap, void *as, tap_packet_cb packet, tap_draw_cb draw)
{
    GString *error = register_tap_listener(tap, as, NULL, TL_REQUIRES_NOTHING, NULL, packet, draw, NULL);

    if (error == NULL)
        return true;
    report_failure("impsvc,kept: %s", error->str);
    g_string_free(error, TRUE);
    return false;
}

static tap_packet_status packet(void *tapdata _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    const impsvc_identity *identity = (const impsvc_identity *)data;

    if (flows != NULL && identity->match.entry != NULL)
        (void)impsvc_flow_feed(flows, pinfo, identity);
    return TAP_PACKET_DONT_REDRAW;
}

static stat_tap_table_item_type *next_row(void)
{
    stat_tap_table_item_type *row = impsvc_table_row(&rows, kept, kept->num_elements);

    impsvc_table_row_clear(&rows, row);
    return row;
}

static void cell(stat_tap_table_item_type *row, wmem_allocator_t *pool, unsigned column, int64_t value)
{
    impsvc_cell_text(&rows, row, column, wmem_strdup_printf(pool, "%" PRId64, value));
}

static void write_capture(wmem_allocator_t *pool)
{
    stat_tap_table_item_type *row = next_row();

    impsvc_cell_text(&rows, row, COLUMN_KIND, "capture");
    cell(row, pool, COLUMN_FIRST, first);
    cell(row, pool, COLUMN_LAST, last);
    cell(row, pool, COLUMN_FRAME, (int64_t)packets);
    impsvc_cell_text(&rows, row, COLUMN_RECORD, link_type);
    for (unsigned i = 0; i < G_N_ELEMENTS(interfaces.name); i++) {
        if (interfaces.name[i] == NULL)
            continue;
        row = next_row();
        impsvc_cell_text(&rows, row, COLUMN_KIND, "interface");
        cell(row, pool, COLUMN_PORT, i);
        impsvc_cell_text(&rows, row, COLUMN_RECORD, interfaces.name[i]);
    }
}

static impsvc_flow_surroundings around(const impsvc_flow_record *record)
{
    impsvc_flow_context context = impsvc_flow_capture_context(flows, record);

    return (impsvc_flow_surroundings){ context.listener_ttls, context.answers_elsewhere, context.end };
}

static void write_flow(wmem_allocator_t *pool, GString *text, const impsvc_flow_record *record)
{
    stat_tap_table_item_type *row = next_row();
    impsvc_flow_surroundings others = around(record);
    const impsvc_flow_end *one = &record->ends[0], *other = &record->ends[1];
    impsvc_flow_key key = impsvc_flow_key_of_ends(record->transport, &one->at, &other->at);     /* has the smaller end first */

    impsvc_cell_text(&rows, row, COLUMN_KIND, impsvc_carrier_name(record->transport));
    impsvc_cell_text(&rows, row, COLUMN_ADDRESS, impsvc_ip_to_str(pool, &key.ends[0].address));
    cell(row, pool, COLUMN_PORT, key.ends[0].port);
    impsvc_cell_text(&rows, row, COLUMN_OTHER, impsvc_ip_to_str(pool, &key.ends[1].address));
    cell(row, pool, COLUMN_OTHER_PORT, key.ends[1].port);
    cell(row, pool, COLUMN_FIRST, record->activity.first);
    cell(row, pool, COLUMN_LAST, record->activity.last);
    cell(row, pool, COLUMN_FRAME, impsvc_flow_first_frame(one->frame, other->frame));
    cell(row, pool, COLUMN_INTERFACES, one->interfaces | other->interfaces);
    g_string_truncate(text, 0);
    impsvc_flow_text_append(text, record, &others);
    impsvc_cell_text(&rows, row, COLUMN_RECORD, text->str);
}

static void write_all(void *tapdata _U_)
{
    impsvc_flow_list *list = impsvc_flow_capture_flows(flows);
    wmem_allocator_t *pool = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK_FAST);
    GString *text = g_string_new(NULL);

    impsvc_table_rows_cut(&rows, kept, 0);
    impsvc_flow_capture_note_time(flows, last);
    write_capture(pool);
    for (uint32_t number = 1; number <= impsvc_flow_list_size(list); number++) {
        write_flow(pool, text, impsvc_flow_list_at(list, number));
        wmem_free_all(pool);
    }
    g_string_free(text, TRUE);
    wmem_destroy_allocator(pool);
}

static tap_packet_status nothing(void *tapdata _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *data _U_, tap_flags_t flags _U_)
{
    return TAP_PACKET_DONT_REDRAW;
}

/* Every packet of the capture. Listeners are drawn in the opposite order of their registration: the one that writes comes after sharkd's. */
static tap_packet_status frame(void *tapdata _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data _U_, tap_flags_t flags _U_)
{
    int64_t when = impsvc_nanoseconds(&pinfo->abs_ts);

    if (!is_writing)
        is_writing = listen("frame", &writing, nothing, write_all);
    if (packets == 0 || when < first)
        first = when;
    if (packets == 0 || when > last)
        last = when;
    if (packets == 0)
        link_type = wtap_encap_name(pinfo->rec->rec_header.packet_header.pkt_encap);
    packets++;
    impsvc_interface_names_note(&interfaces, pinfo);
    return TAP_PACKET_REDRAW;
}

static void begin(stat_tap_table_ui *ui)
{
    forget();
    if (ui->tables == NULL || ui->tables->len == 0)
        stat_tap_add_table(ui, stat_tap_init_table("IM and Presence flows to keep", COLUMNS, 0, NULL));
    kept = g_array_index(ui->tables, stat_tap_table *, 0);
    empty(kept);
    is_feeding = listen("impsvc", &feeding, packet, NULL);
}

void impsvc_stats_kept_register(void)
{
    static stat_tap_table_ui ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED, .title = "IM and Presence flows to keep", .tap_name = "frame",
        .cli_string = "impsvc,kept", .stat_tap_init_cb = begin, .packet_func = frame, .stat_tap_reset_table_cb = empty,
        .stat_tap_free_table_item_cb = free_item, .nfields = COLUMNS, .fields = columns
    };

    if (g_strcmp0(g_get_prgname(), "sharkd") != 0)
        return;
    impsvc_table_rows_narrow(&rows);
    register_shutdown_routine(forget);
    register_stat_tap_table_ui(&ui);
}
