/* icmp_text.h
 * What ICMP errors are called
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_ICMP_TEXT_H
#define IMPSVC_ICMP_TEXT_H

#include "core/icmp_head.h"
#include "language/language.h"

/** What an error says in a language, e.g. "Destination unreachable (port unreachable)"; memory of the pool. */
const char *impsvc_icmp_error_text(wmem_allocator_t *pool, const impsvc_icmp_head *error, impsvc_language language);

/** The same in fewer words, and who says it: "prohibited by 10.10.0.1", "port unreachable, says 10.1.0.12". */
const char *impsvc_icmp_error_short(wmem_allocator_t *pool, const impsvc_icmp_head *error, const char *sender,
                                    impsvc_language language);

#endif /* IMPSVC_ICMP_TEXT_H */
