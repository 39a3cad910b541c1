/* evidence.h
 * Why a packet is said to belong to an entry, in words a person can check
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_EVIDENCE_H
#define IMPSVC_EVIDENCE_H

#include "identify/identity.h"

/** The text of impsvc.evidence in a language; memory of the pool. */
const char *impsvc_evidence(wmem_allocator_t *pool, const impsvc_identity *identity, impsvc_language language);

#endif /* IMPSVC_EVIDENCE_H */
