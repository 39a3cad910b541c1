/* packet_ends.c
 * The two ends of an annotated packet, as initiator and listener, with their ports
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/packet_ends.h"

#include <epan/to_str.h>

impsvc_packet_ends impsvc_packet_ends_of(const packet_info *pinfo, const impsvc_identity *identity)
{
    const impsvc_icmp *error = identity->icmp_error;
    /* An error goes the other way than the packet it quotes, as identity->src and dst do. */
    uint16_t src_port = error != NULL ? error->quoted_dst_port : (uint16_t)pinfo->srcport;
    uint16_t dst_port = error != NULL ? error->quoted_src_port : (uint16_t)pinfo->destport;

    if (identity->carrier == IMPSVC_ICMP)
        src_port = dst_port = 0;
    if (identity->match.direction == IMPSVC_REQUEST)
        return (impsvc_packet_ends){ identity->src, identity->dst, src_port, dst_port };
    return (impsvc_packet_ends){ identity->dst, identity->src, dst_port, src_port };
}

const char *impsvc_address_field(wmem_allocator_t *pool, const address *addr, const char *part)
{
    return wmem_strdup_printf(pool, "%s.%s", addr->type == AT_IPv6 ? "ipv6" : "ip", part);
}

const char *impsvc_port_layer(const impsvc_identity *identity)
{
    return identity->carrier == IMPSVC_UDP ? "udp" : "tcp";
}

/* What shows one direction; of pings only the requests, or the replies. */
static const char *one_way(wmem_allocator_t *pool, const impsvc_identity *identity, const impsvc_packet_ends *ends,
                           impsvc_direction direction)
{
    const char *src = address_to_str(pool, direction == IMPSVC_REQUEST ? ends->initiator : ends->listener);
    const char *dst = address_to_str(pool, direction == IMPSVC_REQUEST ? ends->listener : ends->initiator);
    const char *hosts = wmem_strdup_printf(pool, "%s == %s and %s == %s", impsvc_address_field(pool, ends->initiator, "src"), src,
                                           impsvc_address_field(pool, ends->initiator, "dst"), dst);
    const char *layer = impsvc_port_layer(identity);

    if (identity->carrier == IMPSVC_ICMP)
        return wmem_strdup_printf(pool, "(%s and impsvc.transport == \"ICMP\" and impsvc.direction == %d)", hosts, direction);
    return wmem_strdup_printf(pool, "(%s and %s.srcport == %u and %s.dstport == %u)", hosts, layer,
                              direction == IMPSVC_REQUEST ? ends->initiator_port : ends->listener_port, layer,
                              direction == IMPSVC_REQUEST ? ends->listener_port : ends->initiator_port);
}

const char *impsvc_packet_ends_filter(wmem_allocator_t *pool, const impsvc_identity *identity, const impsvc_packet_ends *ends)
{
    return wmem_strdup_printf(pool, "%s or %s", one_way(pool, identity, ends, IMPSVC_REQUEST),
                              one_way(pool, identity, ends, IMPSVC_REPLY));
}
