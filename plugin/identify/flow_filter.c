/* flow_filter.c
 * Display filters for what goes on between the two ends of a service
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/flow_filter.h"

#include <epan/to_str.h>

const char *impsvc_address_field(wmem_allocator_t *pool, const address *addr, const char *part)
{
    return wmem_strdup_printf(pool, "%s.%s", addr->type == AT_IPv6 ? "ipv6" : "ip", part);
}

const char *impsvc_port_layer(const impsvc_identity *identity)
{
    return identity->carrier == IMPSVC_UDP ? "udp" : "tcp";
}

/* What shows one direction; of pings only the requests, or the replies. */
static const char *one_way(wmem_allocator_t *pool, const impsvc_identity *identity, impsvc_direction direction)
{
    const impsvc_end *from = direction == IMPSVC_REQUEST ? &identity->initiator : &identity->listener;
    const impsvc_end *to = direction == IMPSVC_REQUEST ? &identity->listener : &identity->initiator;
    const char *hosts = wmem_strdup_printf(pool, "%s == %s and %s == %s", impsvc_address_field(pool, from->address, "src"),
                                           address_to_str(pool, from->address), impsvc_address_field(pool, to->address, "dst"),
                                           address_to_str(pool, to->address));
    const char *layer = impsvc_port_layer(identity);

    if (identity->carrier == IMPSVC_ICMP)
        return wmem_strdup_printf(pool, "(%s and impsvc.transport == \"ICMP\" and impsvc.direction == %d)", hosts, direction);
    return wmem_strdup_printf(pool, "(%s and %s.srcport == %u and %s.dstport == %u)", hosts, layer, from->port, layer, to->port);
}

const char *impsvc_flow_filter(wmem_allocator_t *pool, const impsvc_identity *identity)
{
    return wmem_strdup_printf(pool, "%s or %s", one_way(pool, identity, IMPSVC_REQUEST), one_way(pool, identity, IMPSVC_REPLY));
}
