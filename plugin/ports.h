/* ports.h
 * The dissectors on the catalog's ports
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PORTS_H
#define IMPSVC_PORTS_H

#include "compat.h"

/** Register a dissector for every port of every entry. Call when all other handoffs have run. */
void impsvc_ports_handoff(void);

/**
 * Register one for a port.
 * @param transports a set of IMPSVC_TCP, IMPSVC_UDP, IMPSVC_TLS (which means TCP)
 */
void impsvc_ports_add(uint8_t transports, uint16_t port);

/** Give a port back to whoever had it. */
void impsvc_ports_remove(uint8_t transports, uint16_t port);

/** The first payload of this packet that our dissector on a catalogue port was given, whoever decoded it; or NULL. */
tvbuff_t *impsvc_ports_seen(packet_info *pinfo);

/** Payload of this packet that nobody but this plugin shows: tvbuff_t, or NULL. */
tvbuff_t *impsvc_ports_payload(packet_info *pinfo);

#endif /* IMPSVC_PORTS_H */
