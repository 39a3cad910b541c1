/* dscp_text.h
 * DSCP values in words, and where they were seen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_DSCP_TEXT_H
#define IMPSVC_DSCP_TEXT_H

#include "flows/flow_numbers.h"
#include "language/interface_names.h"

/** A set of values by their names, "AF31, EF, 5"; "-" for none. */
const char *impsvc_dscp_text(wmem_allocator_t *pool, uint64_t values);

/** What was seen on each interface, in the user's language: "CS3 on outside, CS0 on inside". */
const char *impsvc_dscp_places_text(wmem_allocator_t *pool, const impsvc_flow_marks *marks, const impsvc_interface_names *names);

#endif /* IMPSVC_DSCP_TEXT_H */
