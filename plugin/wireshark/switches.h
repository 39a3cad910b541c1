/* switches.h
 * What the user has switched on or off in Wireshark, as far as our dissectors depend on it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_SWITCHES_H
#define IMPSVC_SWITCHES_H

#include "core/catalog.h"
#include "wireshark/compat.h"

/**
 * The name of Wireshark's list of heuristics for a carrier, which ends the names of the heuristics in it.
 * @param carrier IMPSVC_TCP, IMPSVC_UDP, IMPSVC_TLS or IMPSVC_ICMP
 * @return "tcp", "udp", "tls" or "icmp"
 */
const char *impsvc_heuristics_list(uint8_t carrier);

/** The name of our heuristic for a table and carrier, "impsvc_<table's slug>_<tcp|udp|tls|icmp>"; g_free() it. */
char *impsvc_heuristic_name(const impsvc_table *table, uint8_t carrier);

/** Whether the user has a table's heuristic for a carrier switched on. */
bool impsvc_heuristic_is_on(uint8_t table, uint8_t carrier);

/** Whether TCP or UDP, by the user's setting, asks heuristics before the dissectors that own a packet's ports. */
bool impsvc_heuristics_come_first(uint8_t carrier);

#endif /* IMPSVC_SWITCHES_H */
