/* flow_filter.h
 * Display filters for what goes on between the two ends of a service
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_FILTER_H
#define IMPSVC_FLOW_FILTER_H

#include "identify/identity.h"

/** The field that filters by an address: "ip.addr", or with the part "src" "ip.src"; "ipv6…" for IPv6. Memory of the pool. */
const char *impsvc_address_field(wmem_allocator_t *pool, const address *addr, const char *part);

/** "tcp" or "udp": the layer whose fields filter by ports. */
const char *impsvc_port_layer(const impsvc_identity *identity);

/** A display filter for what goes on between a packet's ends, errors that quote it included; memory of the pool. */
const char *impsvc_flow_filter(wmem_allocator_t *pool, const impsvc_identity *identity);

#endif /* IMPSVC_FLOW_FILTER_H */
