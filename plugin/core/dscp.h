/* dscp.h
 * DSCP values and their names
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_DSCP_H
#define IMPSVC_DSCP_H

#include <stdbool.h>
#include <stdint.h>

/** DSCP values are 0 to 63: a set of them is 64 bits. */
#define IMPSVC_DSCP_VALUES 64

/** "CS3", "AF41", "EF", …, or the number of a value without a name. */
const char *impsvc_dscp_name(unsigned value);

/**
 * The values in a text: names or numbers with commas between them, "CS3" or "AF31, 28". Capital letters do not matter; names that
 * Wireshark and Cisco's commands have count, too.
 * @param values a set of at least one, as bits
 * @param wrong  the part that is no value, to be freed by the caller; NULL if all are
 * @return whether all of them are
 */
bool impsvc_dscp_parse(const char *text, uint64_t *values, char **wrong);

#endif /* IMPSVC_DSCP_H */
