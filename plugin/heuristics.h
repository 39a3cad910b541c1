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
 * Ask the heuristics about what TLS decrypted in a packet, when dissection is over:
 * TLS hands HTTP on by what its ends agreed on (ALPN), without asking anybody. Costs
 * next to nothing for a packet in which nothing was decrypted.
 * @return whether something was found, and noted
 */
bool impsvc_heuristics_ask_decrypted(packet_info *pinfo);

#endif /* IMPSVC_HEURISTICS_H */
