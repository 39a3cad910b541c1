/* finder.h
 * Finding services on ports the document does not list
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FINDER_H
#define IMPSVC_FINDER_H

#include "core/catalog.h"
#include "wireshark/compat.h"

/**
 * Find a table's service in a payload on unlisted ports, and note it with the packet's conversation.
 * @param carrier IMPSVC_TCP, IMPSVC_UDP, or IMPSVC_TLS for what TLS decrypted
 * @return the entry found in this or an earlier payload of the conversation, to decode it; or NULL
 */
const impsvc_entry *impsvc_find_in_payload(uint8_t table, uint8_t carrier, tvbuff_t *tvb, packet_info *pinfo);

/**
 * Find a service in a payload on an unlisted port that the user gave to IM&P (Decode As), and note it. That
 * one of the ends is a node is taken from the user, who knows more than the capture tells.
 * @param carrier IMPSVC_TCP or IMPSVC_UDP
 * @param port the listener's
 * @return the entry found in this or an earlier payload of the conversation, or NULL
 */
const impsvc_entry *impsvc_find_on_chosen_port(uint8_t carrier, uint16_t port, tvbuff_t *tvb, packet_info *pinfo);

/**
 * Find a service in a packet on unlisted ports when its dissection is over, and note it.
 * Wireshark does not ask our heuristics first: its own ones move to the front of its lists
 * once they found something, and TLS hands HTTP on by what its ends agreed on (ALPN).
 * @param transport IMPSVC_TCP or IMPSVC_UDP
 * @return whether something was found
 */
bool impsvc_find_afterwards(packet_info *pinfo, uint8_t transport);

#endif /* IMPSVC_FINDER_H */
