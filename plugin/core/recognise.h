/* recognise.h
 * Which protocol a payload begins like
 *
 * For payloads on a port that the catalog lists, if no heuristic of Wireshark knows
 * them. Strict, since a yes hands the payload to a dissector. Works on plain bytes, so
 * it can be tested and fuzzed without Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RECOGNISE_H
#define IMPSVC_RECOGNISE_H

#include "core/catalog.h"
#include "core/payload.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Whether a payload is of a protocol.
 * @param protocol one of IMPSVC_PROTOCOL_…
 * @param bytes the payload as far as it was captured
 * @param length of bytes
 * @param whole the payload's length on the wire, at least length
 * @return false for a protocol that has no recogniser, too
 */
bool impsvc_recognise(impsvc_protocols protocol, const uint8_t *bytes, size_t length, size_t whole);

/** Whether a payload can be the next one of a conversation that is known to be XMPP. */
bool impsvc_continues_xmpp(const impsvc_payload *p);

/** Whether a payload that is AgentX is a message with variable bindings (RFC 2741, 6.2). */
bool impsvc_agentx_has_bindings(const impsvc_payload *p);

#endif /* IMPSVC_RECOGNISE_H */
