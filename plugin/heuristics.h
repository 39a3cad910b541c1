/* heuristics.h
 * Services on ports the document does not list: one heuristic a table and carrier
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_HEURISTICS_H
#define IMPSVC_HEURISTICS_H

#include "compat.h"

/**
 * Register them, "impsvc_<table's slug>_<tcp|udp|tls|icmp>", in Wireshark's lists.
 * Call when all other handoffs have run.
 * @return false when the catalog has more tables and carriers than there is room for
 */
bool impsvc_heuristics_handoff(void);

/**
 * Ask the heuristics about a packet on unlisted ports when its dissection is over.
 * Wireshark does not ask ours first: its own ones move to the front of its lists once
 * they found something, and TLS hands HTTP on by what its ends agreed on (ALPN).
 * @param transport IMPSVC_TCP or IMPSVC_UDP
 * @param seen protocols that Wireshark found in it, bits of impsvc_protocol_name()
 * @return whether something was found, and noted
 */
bool impsvc_heuristics_ask_afterwards(packet_info *pinfo, uint8_t transport, uint32_t seen);

#endif /* IMPSVC_HEURISTICS_H */
