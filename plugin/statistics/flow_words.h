/* flow_words.h
 * What is said of a flow, in words
 *
 * All in the user's language, and in memory of the pool or none that need be freed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_WORDS_H
#define IMPSVC_FLOW_WORDS_H

#include "flows/flow.h"
#include "identify/identity.h"

/** "10.1.0.11:7400", "[2001:db8::1]:7400". */
const char *impsvc_flow_end_text(wmem_allocator_t *pool, const impsvc_end *end);

/** A display filter that shows the packets counted in a flow's record; identity: one of its packets. */
const char *impsvc_flow_filter_text(wmem_allocator_t *pool, const impsvc_identity *identity, const impsvc_flow_record *record);

/** How a flow began. */
const char *impsvc_flow_handshake_text(wmem_allocator_t *pool, const impsvc_flow_record *record);

/** The same for programs: one word or two, English, "ICMP error" for any of those; NULL where there is nothing to say. */
const char *impsvc_flow_handshake_word(impsvc_flow_handshake how);

/** How it ended. */
const char *impsvc_flow_ending_text(wmem_allocator_t *pool, const impsvc_flow_record *record);

/** The same for programs. */
const char *impsvc_flow_ending_word(impsvc_flow_ending how);

#endif /* IMPSVC_FLOW_WORDS_H */
