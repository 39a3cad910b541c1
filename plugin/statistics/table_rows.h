/* table_rows.h
 * The rows of one of Wireshark's tables of statistics: texts and numbers in them, how wide tshark prints them, and for whom they are counted
 *
 * Wireshark keeps one table for all its windows, and its windows keep pointers into the rows, which is why rows and texts live until
 * it frees the table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_TABLE_ROWS_H
#define IMPSVC_TABLE_ROWS_H

#include "wireshark/compat.h"

#include <epan/stat_tap_ui.h>

#define IMPSVC_FORMAT_SIZE 16

/** How tshark prints a column: as wide as its widest text. */
typedef struct {
    char format[IMPSVC_FORMAT_SIZE];
    int  width;
} impsvc_column_width;

typedef struct {
    stat_tap_table_item *columns;       /**< given by who makes it, for good … */
    impsvc_column_width *widths;        /**< … as these, one for each column */
    unsigned             count;         /**< of columns */
    const char          *asked_twice;   /**< … and this, to be said when users ask for the table twice */
    const void          *listener;      /**< the tap listener that Wireshark counts for; NULL: whichever comes first */
    bool                 warned;
    GStringChunk        *texts;
    GPtrArray           *old;           /**< rows that a window may still show */
    GString             *unlisted;      /**< what is said where no packet fits the list */
} impsvc_table_rows;

/** Columns as wide as their names. Before the table is registered, and whenever it is filled anew. */
void impsvc_table_rows_narrow(impsvc_table_rows *rows);

/** Take all rows from a table, from a number on; they live on as long as a window may show them. */
void impsvc_table_rows_cut(impsvc_table_rows *rows, stat_tap_table *table, unsigned from);

/** Free all texts and rows. */
void impsvc_table_rows_forget(impsvc_table_rows *rows);

/** A row by its number; a new one if the table ends before it. */
stat_tap_table_item_type *impsvc_table_row(const impsvc_table_rows *rows, stat_tap_table *table, unsigned number);

/** Keep a text as long as the rows; NULL is allowed. */
const char *impsvc_table_text(impsvc_table_rows *rows, const char *text);

/** Put a text into a cell. */
void impsvc_cell_text(impsvc_table_rows *rows, stat_tap_table_item_type *row, unsigned column, const char *text);

/** The same for a number. The window and tshark have 32 bits for it: anything larger is shown as the largest. */
void impsvc_cell_number(impsvc_table_rows *rows, stat_tap_table_item_type *row, unsigned column, uint64_t number);

/** The same for seconds. */
void impsvc_cell_seconds(impsvc_table_rows *rows, stat_tap_table_item_type *row, unsigned column, double seconds);

/** Put "-" or 0 into all cells of a row. */
void impsvc_table_row_clear(impsvc_table_rows *rows, stat_tap_table_item_type *row);

/** Say in the first row that no packet fits the list, and which ports are used instead: in one column the sentence, in another how many
 *  packets there were. */
void impsvc_table_rows_unlisted(impsvc_table_rows *rows, stat_tap_table *table, packet_info *pinfo, unsigned sentence, unsigned packets);

/** Whether a packet is counted for another listener already, which is said once: tshark lets users ask for a table twice, and then counts
 *  every packet twice in the one table it has. */
bool impsvc_table_is_asked_twice(impsvc_table_rows *rows, const void *tapdata);

/** An entry as the window sorts it, as text: "2.1" goes before "10.1" if both take as much room. Memory of the pool. */
const char *impsvc_entry_to_sort(wmem_allocator_t *pool, const char *id);

#endif /* IMPSVC_TABLE_ROWS_H */
