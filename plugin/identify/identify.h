/* identify.h
 * From Wireshark's packet to a match of the catalog
 *
 * Collects what classify.c wants to know of a packet: ports, handshake, who spoke
 * first, protocols seen, nodes; asks it; and completes its answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_IDENTIFY_H
#define IMPSVC_IDENTIFY_H

#include "identify/identity.h"

/**
 * Tell which entry a payload belongs to while the packet is being dissected.
 * @param tvb the payload
 * @param expected protocols the payload will be found to be
 * @param identity filled only when the answer is true, and then only as far as the match
 * @return false when the packet belongs to no entry
 */
bool impsvc_identify_payload(packet_info *pinfo, tvbuff_t *tvb, uint32_t expected, impsvc_identity *identity);

/**
 * Look whether a packet may belong to an entry: it has a port that is listed, or that a service was found on, or is an
 * ICMP message. Nearly all others end here. In a first pass a service that shows on an unlisted port is noted with the
 * packet's conversation.
 */
bool impsvc_look_for_entry(packet_info *pinfo);

/**
 * Tell what a packet is that may belong to an entry, when its dissection is over, and learn from it. Call once a packet.
 * @param seen what Wireshark found in it, from impsvc_protocols_seen()
 * @param identity filled only when the answer is true
 * @return false when the packet belongs to no entry
 */
bool impsvc_identify(packet_info *pinfo, uint32_t seen, impsvc_identity *identity);

#endif /* IMPSVC_IDENTIFY_H */
