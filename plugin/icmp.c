/* icmp.c
 * What an ICMP message is about, kept for the annotation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "icmp.h"

#include <epan/ipproto.h>
#include <epan/proto_data.h>

#include "owners.h"
#include "plugin.h"

/* Of our only data that stays with a packet as long as its tree. The window asks for it when the packet is selected. */
#define KEY 0

/* Types and codes: RFC 792, RFC 1122 (3.2.2.1), RFC 1812 (5.2.7.1) and RFC 4443. */

static const value_string unreachable_v4[] = {
    { 0,  "network unreachable" },
    { 1,  "host unreachable" },
    { 2,  "protocol unreachable" },
    { 3,  "port unreachable" },
    { 4,  "fragmentation needed" },
    { 5,  "source route failed" },
    { 9,  "network administratively prohibited" },
    { 10, "host administratively prohibited" },
    { 13, "communication administratively prohibited" },
    { 0,  NULL }
};

static const value_string unreachable_v6[] = {
    { 0, "no route" },
    { 1, "administratively prohibited" },
    { 2, "beyond scope of source address" },
    { 3, "address unreachable" },
    { 4, "port unreachable" },
    { 5, "source address failed policy" },
    { 6, "route rejected" },
    { 0, NULL }
};

static const value_string time_exceeded[] = {
    { 0, "in transit" },
    { 1, "while reassembling" },
    { 0, NULL }
};

typedef struct {
    bool                v6;
    uint8_t             type;
    impsvc_icmp_kind    kind;
    const char         *name;   /* of an error */
    const value_string *codes;
} icmp_type;

static const icmp_type types[] = {
    { false, 0,   IMPSVC_ICMP_REPLY,   NULL, NULL },    /* echo */
    { false, 8,   IMPSVC_ICMP_REQUEST, NULL, NULL },
    { false, 13,  IMPSVC_ICMP_REQUEST, NULL, NULL },    /* timestamp */
    { false, 14,  IMPSVC_ICMP_REPLY,   NULL, NULL },
    { false, 15,  IMPSVC_ICMP_REQUEST, NULL, NULL },    /* information */
    { false, 16,  IMPSVC_ICMP_REPLY,   NULL, NULL },
    { false, 17,  IMPSVC_ICMP_REQUEST, NULL, NULL },    /* address mask */
    { false, 18,  IMPSVC_ICMP_REPLY,   NULL, NULL },
    { false, 3,   IMPSVC_ICMP_ERROR,   "Destination unreachable", unreachable_v4 },
    { false, 4,   IMPSVC_ICMP_ERROR,   "Source quench", NULL },
    { false, 5,   IMPSVC_ICMP_ERROR,   "Redirect", NULL },
    { false, 11,  IMPSVC_ICMP_ERROR,   "Time exceeded", time_exceeded },
    { false, 12,  IMPSVC_ICMP_ERROR,   "Parameter problem", NULL },
    { true,  128, IMPSVC_ICMP_REQUEST, NULL, NULL },    /* echo */
    { true,  129, IMPSVC_ICMP_REPLY,   NULL, NULL },
    { true,  1,   IMPSVC_ICMP_ERROR,   "Destination unreachable", unreachable_v6 },
    { true,  2,   IMPSVC_ICMP_ERROR,   "Packet too big", NULL },
    { true,  3,   IMPSVC_ICMP_ERROR,   "Time exceeded", time_exceeded },
    { true,  4,   IMPSVC_ICMP_ERROR,   "Parameter problem", NULL }
};

static const icmp_type *find_type(const impsvc_icmp *icmp)
{
    for (size_t i = 0; i < array_length(types); i++)
        if (types[i].v6 == icmp->v6 && types[i].type == icmp->type)
            return &types[i];
    return NULL;
}

/* Whether what is quoted is a packet of the family, and not a fragment behind the first. */
static bool has_ports(tvbuff_t *tvb, int quoted, bool v6)
{
    unsigned version_and_length = tvb_get_ntohs(tvb, quoted) >> 8;

    if (v6)
        return version_and_length >> 4 == 6;
    return version_and_length >> 4 == 4 && (version_and_length & 0x0f) >= 5
           && (tvb_get_ntohs(tvb, quoted + 6) & 0x1fff) == 0;
}

/* The ends of the packet that an error quotes behind its own eight bytes.
 * Wireshark 4.0 leaves them in pinfo, later versions do not. A quoted packet with
 * IPv6 extension headers has none for us. */
static void note_quoted(tvbuff_t *tvb, impsvc_icmp *icmp)
{
    const int quoted = 8;
    int ports;

    if (!tvb_bytes_exist(tvb, quoted, icmp->v6 ? 40 : 20) || !has_ports(tvb, quoted, icmp->v6))
        return;
    ports = quoted + (icmp->v6 ? 40 : (tvb_get_ntohs(tvb, quoted) >> 8 & 0x0f) * 4);
    if (!tvb_bytes_exist(tvb, ports, 4))
        return;
    icmp->quoted_protocol = (uint8_t)(tvb_get_ntohs(tvb, quoted + (icmp->v6 ? 6 : 8)) >> (icmp->v6 ? 8 : 0));
    icmp->quoted_src_port = tvb_get_ntohs(tvb, ports);
    icmp->quoted_dst_port = tvb_get_ntohs(tvb, ports + 2);
    set_address_tvb(&icmp->quoted_src, icmp->v6 ? AT_IPv6 : AT_IPv4, icmp->v6 ? 16 : 4, tvb, quoted + (icmp->v6 ? 8 : 12));
    set_address_tvb(&icmp->quoted_dst, icmp->v6 ? AT_IPv6 : AT_IPv4, icmp->v6 ? 16 : 4, tvb, quoted + (icmp->v6 ? 24 : 16));
}

/* Note the head of the outermost message, then let the owner work. */
static int dissect_icmp_head(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data, void *owner)
{
    if (tvb_captured_length(tvb) >= 2 && impsvc_icmp_find(pinfo) == NULL) {
        impsvc_icmp *icmp = wmem_new0(pinfo->pool, impsvc_icmp);
        uint16_t head = tvb_get_ntohs(tvb, 0);

        icmp->v6 = pinfo->match_uint == IP_PROTO_ICMPV6;
        icmp->type = (uint8_t)(head >> 8);
        icmp->code = (uint8_t)head;
        if (impsvc_icmp_kind_of(icmp) == IMPSVC_ICMP_ERROR)
            note_quoted(tvb, icmp);
        p_add_proto_data(pinfo->pool, pinfo, impsvc_proto(), KEY, icmp);
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

impsvc_icmp_kind impsvc_icmp_kind_of(const impsvc_icmp *icmp)
{
    const icmp_type *type = find_type(icmp);

    return type == NULL ? IMPSVC_ICMP_OTHER : type->kind;
}

const char *impsvc_icmp_error_text(wmem_allocator_t *pool, const impsvc_icmp *icmp)
{
    const icmp_type *type = find_type(icmp);
    const char *code;

    if (type == NULL || type->name == NULL)
        return wmem_strdup_printf(pool, "ICMP type %u, code %u", icmp->type, icmp->code);
    code = type->codes == NULL ? NULL : try_val_to_str(icmp->code, type->codes);
    if (code == NULL)
        return wmem_strdup_printf(pool, "%s (code %u)", type->name, icmp->code);
    return wmem_strdup_printf(pool, "%s (%s)", type->name, code);
}
