/* heuristics.h
 * Services on ports the document does not list: one heuristic a table and carrier
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_HEURISTICS_H
#define IMPSVC_HEURISTICS_H

#include "wireshark/compat.h"

/**
 * Register them, "impsvc_<table's slug>_<tcp|udp|tls|icmp>", in Wireshark's lists.
 * Call when all other handoffs have run.
 * @return false when the catalog has more tables and carriers than there is room for
 */
bool impsvc_heuristics_handoff(void);

#endif /* IMPSVC_HEURISTICS_H */
