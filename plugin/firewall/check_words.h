/* check_words.h
 * What the firewall check says of a path, in words
 *
 * All in the user's language, and in memory of the pool or none that need be freed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_CHECK_WORDS_H
#define IMPSVC_CHECK_WORDS_H

#include "firewall/check_plan.h"
#include "flows/flow_paths.h"
#include "language/interface_names.h"

/** What a verdict rests on: "SYN in frame 4, 3 tries, nothing came back; the host answers elsewhere in this capture". Where results of
 *  the path differ, that comes first: "open 12, no answer 3; last: no answer; …". */
const char *impsvc_check_evidence(wmem_allocator_t *pool, const impsvc_flow_path *path, const impsvc_interface_names *interfaces);

/** A host with its port, if it has one: "10.1.0.11:7400", "[2001:db8::1]:7400", "10.1.0.11". */
const char *impsvc_check_host(wmem_allocator_t *pool, const impsvc_ip *host, uint16_t port);

/** What became of the plan: "of 40 planned paths 12 get through, 3 are blocked, 25 were not seen". */
const char *impsvc_check_plan_sentence(wmem_allocator_t *pool, uint64_t size, const impsvc_plan_counts *counts);

/** A set of transports, "TCP, UDP". */
const char *impsvc_check_transports(wmem_allocator_t *pool, uint8_t transports);

#endif /* IMPSVC_CHECK_WORDS_H */
