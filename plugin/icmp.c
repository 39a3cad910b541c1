/* icmp.c
 * What an ICMP message is about, kept for the annotation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "icmp.h"

#include <epan/ipproto.h>
#include <epan/proto_data.h>

#include "language.h"
#include "own_protocol.h"
#include "owners.h"

/* Of our only data that stays with a packet as long as its tree. The window asks for it when the packet is selected. */
#define KEY 0

/* Types and codes: RFC 792, RFC 1122 (3.2.2.1), RFC 1812 (5.2.7.1) and RFC 4443. */

typedef struct {
    uint8_t     code;
    impsvc_text text;
} icmp_code;

/* Each ends with a row without text. */

static const icmp_code unreachable_v4[] = {
    { 0,  { { "network unreachable", "ネットワーク到達不能" } } },
    { 1,  { { "host unreachable", "ホスト到達不能" } } },
    { 2,  { { "protocol unreachable", "プロトコル到達不能" } } },
    { 3,  { { "port unreachable", "ポート到達不能" } } },
    { 4,  { { "fragmentation needed", "フラグメント化が必要" } } },
    { 5,  { { "source route failed", "ソース ルート失敗" } } },
    { 9,  { { "network administratively prohibited", "ネットワークへの通信は管理者により禁止" } } },
    { 10, { { "host administratively prohibited", "ホストへの通信は管理者により禁止" } } },
    { 13, { { "communication administratively prohibited", "管理者により通信禁止" } } },
    { 0,  { { NULL, NULL } } }
};

static const icmp_code unreachable_v6[] = {
    { 0, { { "no route", "経路なし" } } },
    { 1, { { "administratively prohibited", "管理者により通信禁止" } } },
    { 2, { { "beyond scope of source address", "送信元アドレスのスコープ外" } } },
    { 3, { { "address unreachable", "アドレス到達不能" } } },
    { 4, { { "port unreachable", "ポート到達不能" } } },
    { 5, { { "source address failed policy", "送信元アドレスがポリシー違反" } } },
    { 6, { { "route rejected", "経路拒否" } } },
    { 0, { { NULL, NULL } } }
};

static const icmp_code time_exceeded[] = {
    { 0, { { "in transit", "転送中" } } },
    { 1, { { "while reassembling", "再構成中" } } },
    { 0, { { NULL, NULL } } }
};

typedef struct {
    bool             v6;
    uint8_t          type;
    impsvc_icmp_kind kind;
    impsvc_text      name;      /* of an error */
    const icmp_code *codes;
} icmp_type;

#define NOT_AN_ERROR { { NULL, NULL } }, NULL

static const icmp_type types[] = {
    { false, 0,   IMPSVC_ICMP_REPLY,   NOT_AN_ERROR },  /* echo */
    { false, 8,   IMPSVC_ICMP_REQUEST, NOT_AN_ERROR },
    { false, 13,  IMPSVC_ICMP_REQUEST, NOT_AN_ERROR },  /* timestamp */
    { false, 14,  IMPSVC_ICMP_REPLY,   NOT_AN_ERROR },
    { false, 15,  IMPSVC_ICMP_REQUEST, NOT_AN_ERROR },  /* information */
    { false, 16,  IMPSVC_ICMP_REPLY,   NOT_AN_ERROR },
    { false, 17,  IMPSVC_ICMP_REQUEST, NOT_AN_ERROR },  /* address mask */
    { false, 18,  IMPSVC_ICMP_REPLY,   NOT_AN_ERROR },
    { false, 3,   IMPSVC_ICMP_ERROR,   { { "Destination unreachable", "宛先到達不能" } }, unreachable_v4 },
    { false, 4,   IMPSVC_ICMP_ERROR,   { { "Source quench", "送信抑制" } }, NULL },
    { false, 5,   IMPSVC_ICMP_ERROR,   { { "Redirect", "リダイレクト" } }, NULL },
    { false, 11,  IMPSVC_ICMP_ERROR,   { { "Time exceeded", "時間超過" } }, time_exceeded },
    { false, 12,  IMPSVC_ICMP_ERROR,   { { "Parameter problem", "パラメータ異常" } }, NULL },
    { true,  128, IMPSVC_ICMP_REQUEST, NOT_AN_ERROR },  /* echo */
    { true,  129, IMPSVC_ICMP_REPLY,   NOT_AN_ERROR },
    { true,  1,   IMPSVC_ICMP_ERROR,   { { "Destination unreachable", "宛先到達不能" } }, unreachable_v6 },
    { true,  2,   IMPSVC_ICMP_ERROR,   { { "Packet too big", "パケット過大" } }, NULL },
    { true,  3,   IMPSVC_ICMP_ERROR,   { { "Time exceeded", "時間超過" } }, time_exceeded },
    { true,  4,   IMPSVC_ICMP_ERROR,   { { "Parameter problem", "パラメータ異常" } }, NULL }
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

/* The last packet that had an ICMP message. */
static uint32_t last_frame;

bool impsvc_icmp_is_in(const packet_info *pinfo)
{
    return last_frame == pinfo->num;
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

impsvc_icmp_kind impsvc_icmp_kind_of(const impsvc_icmp *icmp)
{
    const icmp_type *type = find_type(icmp);

    return type == NULL ? IMPSVC_ICMP_OTHER : type->kind;
}

static const icmp_code *find_code(const icmp_type *type, uint8_t code)
{
    for (const icmp_code *one = type->codes; one != NULL && one->text.in[IMPSVC_ENGLISH] != NULL; one++)
        if (one->code == code)
            return one;
    return NULL;
}

const char *impsvc_icmp_error_text(wmem_allocator_t *pool, const impsvc_icmp *icmp, impsvc_language language)
{
    const icmp_type *type = find_type(icmp);
    const icmp_code *code;

    if (type == NULL || type->kind != IMPSVC_ICMP_ERROR)
        return wmem_strdup_printf(pool, IMPSVC_IN(language, "ICMP type %u, code %u", "ICMP タイプ %u、コード %u"), icmp->type,
                                  icmp->code);
    code = find_code(type, icmp->code);
    if (code == NULL)
        return wmem_strdup_printf(pool, IMPSVC_IN(language, "%s (code %u)", "%s (コード %u)"), type->name.in[language], icmp->code);
    return wmem_strdup_printf(pool, "%s (%s)", type->name.in[language], code->text.in[language]);
}
