/* table_rows.c
 * The rows of one of Wireshark's tables of statistics: texts and numbers in them, and how wide tshark prints them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/table_rows.h"

#include <math.h>

#include <wsutil/report_message.h>
#include <wsutil/str_util.h>

#include "statistics/unlisted.h"

#define UNLISTED_LENGTH 120     /* where no packet fits, ports are named up to here */
#define TEXTS_SIZE 4096

/* Room for a text in the column, and for its name. */
static void widen(impsvc_table_rows *rows, unsigned column, int width)
{
    impsvc_column_width *known = &rows->widths[column];

    if (width <= known->width)
        return;
    known->width = width;
    if (rows->columns[column].type == TABLE_ITEM_UINT)
        (void)snprintf(known->format, IMPSVC_FORMAT_SIZE, "%%%du", width);
    else if (rows->columns[column].type == TABLE_ITEM_FLOAT)
        (void)snprintf(known->format, IMPSVC_FORMAT_SIZE, "%%%d.6f", width);
    else
        (void)snprintf(known->format, IMPSVC_FORMAT_SIZE, "%%-%ds", width);
}

void impsvc_table_rows_narrow(impsvc_table_rows *rows)
{
    for (unsigned i = 0; i < rows->count; i++) {
        rows->widths[i].width = 0;
        widen(rows, i, (int)strlen(rows->columns[i].column_name));
        rows->columns[i].field_format = rows->widths[i].format;
    }
}

void impsvc_table_rows_cut(impsvc_table_rows *rows, stat_tap_table *table, unsigned from)
{
    if (rows->old == NULL)
        rows->old = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = from; i < table->num_elements; i++)
        g_ptr_array_add(rows->old, table->elements[i]);
    if (from < table->num_elements)
        table->num_elements = from;
}

void impsvc_table_rows_forget(impsvc_table_rows *rows)
{
    if (rows->texts != NULL)
        g_string_chunk_free(rows->texts);
    rows->texts = NULL;
    if (rows->unlisted != NULL)
        g_string_free(rows->unlisted, TRUE);
    rows->unlisted = NULL;
    if (rows->old != NULL)
        g_ptr_array_free(rows->old, TRUE);
    rows->old = NULL;
}

stat_tap_table_item_type *impsvc_table_row(const impsvc_table_rows *rows, stat_tap_table *table, unsigned number)
{
    if (number >= table->num_elements) {
        stat_tap_table_item_type *nothing = g_new0(stat_tap_table_item_type, rows->count);

        stat_tap_init_table_row(table, number, rows->count, nothing);
        g_free(nothing);
    }
    return stat_tap_get_field_data(table, number, 0);
}

const char *impsvc_table_text(impsvc_table_rows *rows, const char *text)
{
    if (text == NULL)
        return NULL;
    if (rows->texts == NULL)
        rows->texts = g_string_chunk_new(TEXTS_SIZE);
    return g_string_chunk_insert_const(rows->texts, text);
}

/* Most packets change nothing in their row. */
void impsvc_cell_text(impsvc_table_rows *rows, stat_tap_table_item_type *row, unsigned column, const char *text)
{
    if (row[column].type == TABLE_ITEM_STRING && strcmp(row[column].value.string_value, text) == 0)
        return;
    row[column].type = TABLE_ITEM_STRING;
    row[column].value.string_value = impsvc_table_text(rows, text);
    widen(rows, column, (int)strlen(text));
}

static int digits_of(uint64_t number)
{
    int digits = 1;

    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

void impsvc_cell_number(impsvc_table_rows *rows, stat_tap_table_item_type *row, unsigned column, uint64_t number)
{
    row[column].type = TABLE_ITEM_UINT;
    row[column].value.uint_value = number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
    widen(rows, column, digits_of(row[column].value.uint_value));
}

void impsvc_cell_seconds(impsvc_table_rows *rows, stat_tap_table_item_type *row, unsigned column, double seconds)
{
    row[column].type = TABLE_ITEM_FLOAT;
    row[column].value.float_value = seconds;
    widen(rows, column, (seconds < 0 ? 1 : 0) + digits_of((uint64_t)fabs(seconds)) + (int)strlen(".000000"));
}

void impsvc_table_row_clear(impsvc_table_rows *rows, stat_tap_table_item_type *row)
{
    for (unsigned i = 0; i < rows->count; i++)
        if (rows->columns[i].type == TABLE_ITEM_STRING)
            impsvc_cell_text(rows, row, i, "-");
        else if (rows->columns[i].type == TABLE_ITEM_UINT)
            impsvc_cell_number(rows, row, i, 0);
        else
            impsvc_cell_seconds(rows, row, i, 0);
}

void impsvc_table_rows_unlisted(impsvc_table_rows *rows, stat_tap_table *table, packet_info *pinfo, unsigned sentence, unsigned packets)
{
    stat_tap_table_item_type *row = impsvc_table_row(rows, table, 0);
    const char *port = wmem_strconcat(pinfo->pool, " ", impsvc_unlisted_port(pinfo), NULL);     /* "99/TCP" is none of "999/TCP" */
    uint32_t before = row[packets].type == TABLE_ITEM_NONE ? 0 : row[packets].value.uint_value;

    if (rows->unlisted == NULL)
        rows->unlisted = g_string_new(NULL);
    if (before == 0) {
        g_string_assign(rows->unlisted, impsvc_unlisted_sentence());
        impsvc_table_row_clear(rows, row);
    }
    if (strstr(rows->unlisted->str, port) == NULL && rows->unlisted->len < UNLISTED_LENGTH)
        g_string_append_printf(rows->unlisted, "%s%s", before == 0 ? ":" : ",", port);
    impsvc_cell_text(rows, row, sentence, rows->unlisted->str);
    impsvc_cell_number(rows, row, packets, (uint64_t)before + 1);
}

bool impsvc_table_is_asked_twice(impsvc_table_rows *rows, const void *tapdata)
{
    if (rows->listener == NULL)
        rows->listener = tapdata;
    if (rows->listener == tapdata)
        return false;
    if (!rows->warned)
        report_warning("%s", rows->asked_twice);
    rows->warned = true;
    return true;
}

const char *impsvc_entry_to_sort(wmem_allocator_t *pool, const char *id)
{
    return id[1] == '.' ? wmem_strconcat(pool, " ", id, NULL) : id;
}
