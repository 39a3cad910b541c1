/* native.h
 * Wireshark's dissector for a payload on a port that Wireshark does not know
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_NATIVE_H
#define IMPSVC_NATIVE_H

#include "core/catalog.h"
#include "wireshark/compat.h"

/** Find the dissectors. Call when their handoffs have run, and before our port dissectors are in the tables. */
void impsvc_native_handoff(void);

/**
 * The protocol the catalog lists for a port, if a payload's first bytes are of its kind.
 * @param carrier IMPSVC_TCP, IMPSVC_UDP, or IMPSVC_TLS for payload that TLS decrypted
 * @param known protocols that were seen before in the payload's conversation
 * @return the protocol, or 0
 */
impsvc_protocols impsvc_native_recognise(uint8_t carrier, uint16_t port, impsvc_protocols known, tvbuff_t *tvb);

/** Whether the catalog lists another protocol for a port than that of the dissector that owns it. */
bool impsvc_native_differs(uint8_t carrier, uint16_t port, dissector_handle_t owner);

/** The handle that dissects a protocol on a carrier, or NULL when this Wireshark has none. */
dissector_handle_t impsvc_native_handle(impsvc_protocols protocol, uint8_t carrier);

/**
 * Give the payload to a protocol's dissector, as if the carrier had called it.
 * @param data what the carrier gave us
 * @return what the dissector returns; 0 when there is none, it is disabled or does not want it
 */
int impsvc_native_call(impsvc_protocols protocol, uint8_t carrier, tvbuff_t *tvb, packet_info *pinfo,
                       proto_tree *tree, void *data);

#endif /* IMPSVC_NATIVE_H */
