/* ports.h
 * The dissectors on the catalog's ports
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PORTS_H
#define IMPSVC_PORTS_H

#include "core/release.h"
#include "wireshark/compat.h"

/** Register a dissector for every port of every entry of the list. Call when all other handoffs have run. */
void impsvc_ports_handoff(void);

/** Another list is at hand: ports that only the one before had are given back, and those that only this one has are taken. */
void impsvc_ports_follow(const impsvc_release *before);

/**
 * Register one for a port.
 * @param transports a set of IMPSVC_TCP, IMPSVC_UDP, IMPSVC_TLS (which means TCP)
 */
void impsvc_ports_add(uint8_t transports, uint16_t port);

/** Give a port back to whoever had it. */
void impsvc_ports_remove(uint8_t transports, uint16_t port);

#endif /* IMPSVC_PORTS_H */
