/* packet_ends.h
 * The two ends of an annotated packet, as initiator and listener, with their ports
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PACKET_ENDS_H
#define IMPSVC_PACKET_ENDS_H

#include "identify/identity.h"

typedef struct {
    const address *initiator;
    const address *listener;
    uint16_t       initiator_port;  /**< 0 where the service has no ports */
    uint16_t       listener_port;
} impsvc_packet_ends;

/** Tell them; of an ICMP error, the ends of the packet it quotes. The addresses are the packet's. */
impsvc_packet_ends impsvc_packet_ends_of(const packet_info *pinfo, const impsvc_identity *identity);

/** The field that filters by an address: "ip.addr", or with the part "src" "ip.src"; "ipv6…" for IPv6. Memory of the pool. */
const char *impsvc_address_field(wmem_allocator_t *pool, const address *addr, const char *part);

/** "tcp" or "udp": the layer whose fields filter by ports. */
const char *impsvc_port_layer(const impsvc_identity *identity);

/** A display filter for what goes on between them, errors that quote it included; memory of the pool. */
const char *impsvc_packet_ends_filter(wmem_allocator_t *pool, const impsvc_identity *identity, const impsvc_packet_ends *ends);

#endif /* IMPSVC_PACKET_ENDS_H */
