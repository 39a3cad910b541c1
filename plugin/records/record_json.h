/* record_json.h
 * The record of a flow, and the verdict on it, as JSON for other programs
 *
 * Names and words are English in any language, and what is not known is left out. plugin/REFERENCE.md has every name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RECORD_JSON_H
#define IMPSVC_RECORD_JSON_H

#include <wsutil/json_dumper.h>

#include "flows/result.h"
#include "language/interface_names.h"

/** Write one object. Memory of the pool may be freed after it. */
void impsvc_record_json(json_dumper *out, wmem_allocator_t *pool, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict,
                        const impsvc_interface_names *interfaces);

#endif /* IMPSVC_RECORD_JSON_H */
