/* merge_table.h
 * The table that impsvc-merge writes: a line for each flow, with tabs between its columns
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_MERGE_TABLE_H
#define IMPSVC_MERGE_TABLE_H

#include "joins/flow_join.h"

/** Write the names of the columns; those after the first are columns of the table flows of impsvc collect. */
void impsvc_merge_write_columns(void);

/**
 * Write the line of a flow.
 * @param key for the first column
 * @param points names of the capture points, whose numbers the flow's interfaces are
 */
void impsvc_merge_write(const char *key, const GPtrArray *points, const impsvc_flow_joined *joined);

#endif /* IMPSVC_MERGE_TABLE_H */
