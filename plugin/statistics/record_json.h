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
#include "wireshark/compat.h"

/** What the capture's interfaces are called, by their numbers; NULL where that is not known. The last is for all further ones. */
typedef struct {
    char *name[32];
} impsvc_record_interfaces;

/** Write one object. Memory of the pool may be freed after it. */
void impsvc_record_json(json_dumper *out, wmem_allocator_t *pool, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict,
                        const impsvc_record_interfaces *interfaces);

#endif /* IMPSVC_RECORD_JSON_H */
