/* result_text.h
 * Who stopped a flow, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RESULT_TEXT_H
#define IMPSVC_RESULT_TEXT_H

#include "flows/result.h"
#include "language/language.h"

/** Who stopped a flow, as far as somebody said so: "10.1.0.12", "a device in between (TTL 61, the host's others 64)"; NULL for nobody. */
const char *impsvc_result_by(wmem_allocator_t *pool, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict,
                             impsvc_language language);

#endif /* IMPSVC_RESULT_TEXT_H */
