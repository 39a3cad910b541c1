/* icmp.c
 * What an ICMP message is about, kept for the annotation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/icmp.h"

#include <epan/ipproto.h>
#include <epan/proto_data.h>

#include "wireshark/addresses.h"
#include "wireshark/own_protocol.h"
#include "wireshark/owners.h"

/* Of the only data of ours that stays with a packet as long as its tree. The window needs it when the packet is selected. */
#define KEY 0

/* Whether the quoted packet is of this address family, and not a fragment after the first. */
static bool has_ports(tvbuff_t *tvb, impsvc_offset quoted, bool v6)
{
    unsigned version_and_length = tvb_get_ntohs(tvb, quoted) >> 8;

    if (v6)
        return version_and_length >> 4 == 6;
    return version_and_length >> 4 == 4 && (version_and_length & 0x0f) >= 5
           && (tvb_get_ntohs(tvb, quoted + 6) & 0x1fff) == 0;
}

/* The ends of the packet that an error quotes after its own eight bytes.
 * Wireshark 4.0 leaves them in pinfo, later versions do not. A quoted packet with
 * IPv6 extension headers has none for us. */
static void note_quoted(tvbuff_t *tvb, impsvc_icmp *icmp)
{
    const impsvc_offset quoted = 8;
    impsvc_offset ports;

    if (!tvb_bytes_exist(tvb, quoted, icmp->head.v6 ? 40 : 20) || !has_ports(tvb, quoted, icmp->head.v6))
        return;
    ports = quoted + (icmp->head.v6 ? 40 : (impsvc_offset)(tvb_get_ntohs(tvb, quoted) >> 8 & 0x0f) * 4);
    if (!tvb_bytes_exist(tvb, ports, 4))
        return;
    icmp->quoted_protocol = (uint8_t)(tvb_get_ntohs(tvb, quoted + (icmp->head.v6 ? 6 : 8)) >> (icmp->head.v6 ? 8 : 0));
    icmp->quoted_src_port = tvb_get_ntohs(tvb, ports);
    icmp->quoted_dst_port = tvb_get_ntohs(tvb, ports + 2);
    set_address_tvb(&icmp->quoted_src, icmp->head.v6 ? AT_IPv6 : AT_IPv4, icmp->head.v6 ? 16 : 4, tvb, quoted + (icmp->head.v6 ? 8 : 12));
    set_address_tvb(&icmp->quoted_dst, icmp->head.v6 ? AT_IPv6 : AT_IPv4, icmp->head.v6 ? 16 : 4, tvb, quoted + (icmp->head.v6 ? 24 : 16));
}

/* The last packet that had an ICMP message. */
static uint32_t last_frame;

bool impsvc_icmp_is_in(const packet_info *pinfo)
{
    return last_frame == pinfo->num;
}

/* Note the head of the outermost message, then call the owner. */
static int dissect_icmp_head(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data, void *owner)
{
    if (tvb_captured_length(tvb) >= 2 && impsvc_icmp_find(pinfo) == NULL) {
        impsvc_icmp *icmp = wmem_new0(pinfo->pool, impsvc_icmp);
        uint16_t first = tvb_get_ntohs(tvb, 0);

        icmp->head.v6 = pinfo->match_uint == IP_PROTO_ICMPV6;
        icmp->head.type = (uint8_t)(first >> 8);
        icmp->head.code = (uint8_t)first;
        (void)impsvc_ip_from_address(&pinfo->src, &icmp->sender);
        if (impsvc_icmp_kind_of(&icmp->head) == IMPSVC_ICMP_ERROR)
            note_quoted(tvb, icmp);
        p_add_proto_data(pinfo->pool, pinfo, impsvc_proto(), KEY, icmp);
        last_frame = pinfo->num;
    }
    return impsvc_owner_call((const impsvc_owner *)owner, tvb, pinfo, tree, data);
}

void impsvc_icmp_handoff(void)
{
    impsvc_owner_displace(IMPSVC_IP_PROTOCOLS, IP_PROTO_ICMP, dissect_icmp_head);
    impsvc_owner_displace(IMPSVC_IP_PROTOCOLS, IP_PROTO_ICMPV6, dissect_icmp_head);
}

const impsvc_icmp *impsvc_icmp_find(packet_info *pinfo)
{
    return (const impsvc_icmp *)p_get_proto_data(pinfo->pool, pinfo, impsvc_proto(), KEY);
}
