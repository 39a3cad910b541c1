/* dscp_table.h
 * The user's table impsvc_dscp: which DSCP values services should have
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_DSCP_TABLE_H
#define IMPSVC_DSCP_TABLE_H

#include "core/classify.h"
#include "wireshark/compat.h"

/** What a row is for, from the widest on. */
typedef enum {
    IMPSVC_DSCP_OF_NOTHING,
    IMPSVC_DSCP_OF_GROUP,
    IMPSVC_DSCP_OF_TABLE,
    IMPSVC_DSCP_OF_ENTRY
} impsvc_dscp_scope;

/** What is expected of an entry's packets in one direction. */
typedef struct {
    impsvc_dscp_scope scope;    /**< of the row that says so */
    uint64_t          values;   /**< any of these, as bits */
} impsvc_expected_dscp;

/** Register the table. */
void impsvc_dscp_table_register(module_t *preferences);

/** What the user expects; scope is IMPSVC_DSCP_OF_NOTHING if no row says anything. A row for the entry counts before one for its table,
 *  that before one for its group, and of two alike the last. */
impsvc_expected_dscp impsvc_dscp_expected(const impsvc_entry *entry, impsvc_direction direction);

#endif /* IMPSVC_DSCP_TABLE_H */
