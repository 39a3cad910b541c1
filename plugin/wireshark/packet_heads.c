/* packet_heads.c
 * The heads of IP and TCP of the packet at hand, as they are on the wire
 *
 * Wireshark gives them to taps, which do not run in every pass. They are read from the packet's bytes instead: where its two addresses
 * stand one after the other, there is IP's head.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/packet_heads.h"

#include <epan/ipproto.h>

#include "wireshark/message.h"

#define LINK_END   256      /* the heads below IP end before this */
#define V4_LEAST   20
#define V4_PLACE   12       /* of the addresses, in IP's head */
#define V6_SIZE    40
#define V6_PLACE   8
#define TCP_FLAGS_END 14    /* what a segment cut at 68 bytes still has of TCP's head over IPv6 */

/* Where a segment's IP head ends, and what comes then. */
typedef struct {
    size_t   start;
    size_t   end;
    unsigned protocol;
    uint64_t whole;     /* bytes of the packet, from IP's head on */
} ip_part;

static unsigned word_at(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static uint32_t long_at(const uint8_t *bytes)
{
    return (uint32_t)word_at(bytes) << 16 | word_at(bytes + 2);
}

static bool has_addresses(const uint8_t *bytes, const packet_info *pinfo, size_t length)
{
    return memcmp(bytes, pinfo->src.data, length) == 0 && memcmp(bytes + length, pinfo->dst.data, length) == 0;
}

/* Whether the head of this version begins here. */
static bool begins(const impsvc_payload *data, size_t at, const packet_info *pinfo, bool v6)
{
    if (at + (v6 ? V6_SIZE : V4_LEAST) > data->length || data->bytes[at] >> 4 != (v6 ? 6 : 4))
        return false;
    return has_addresses(data->bytes + at + (v6 ? V6_PLACE : V4_PLACE), pinfo, v6 ? 16 : 4);
}

/* Of IPv6: RFC 8200, 4; RFC 4302. */
static bool is_extension(unsigned next)
{
    return next == IP_PROTO_HOPOPTS || next == IP_PROTO_ROUTING || next == IP_PROTO_DSTOPTS || next == IP_PROTO_AH || next == IP_PROTO_FRAGMENT;
}

/* Only the first fragment has what comes after IP. */
static bool skip_extension(const impsvc_payload *data, ip_part *part)
{
    const uint8_t *head = data->bytes + part->end;

    if (part->end + 8 > data->length || (part->protocol == IP_PROTO_FRAGMENT && word_at(head + 2) >> 3 != 0))
        return false;
    if (part->protocol == IP_PROTO_FRAGMENT)
        part->end += 8;
    else
        part->end += part->protocol == IP_PROTO_AH ? (size_t)(head[1] + 2) * 4 : (size_t)(head[1] + 1) * 8;
    part->protocol = head[0];
    return true;
}

static bool read_v6(const impsvc_payload *data, impsvc_packet_heads *heads, ip_part *part)
{
    const uint8_t *head = data->bytes + part->start;

    heads->ttl = head[7];
    heads->dscp = (uint8_t)(word_at(head) >> 6 & 63);
    part->protocol = head[6];
    part->end = part->start + V6_SIZE;
    part->whole = word_at(head + 4) == 0 ? 0 : word_at(head + 4) + V6_SIZE;
    while (is_extension(part->protocol))
        if (!skip_extension(data, part))
            return false;
    return true;
}

static bool read_v4(const impsvc_payload *data, impsvc_packet_heads *heads, ip_part *part)
{
    const uint8_t *head = data->bytes + part->start;

    heads->ttl = head[8];
    heads->dscp = head[1] >> 2;
    part->protocol = head[9];
    part->end = part->start + (size_t)(head[0] & 15) * 4;
    part->whole = word_at(head + 2);
    return (head[0] & 15) >= 5 && (word_at(head + 6) & 0x1fff) == 0;
}

/* A network card that cuts large packets itself leaves no length in IP's head: then the packet ends with the frame. */
static uint32_t payload_of(const impsvc_payload *data, const ip_part *part, size_t head)
{
    uint64_t whole = part->whole != 0 ? part->whole : data->whole - part->start;
    uint64_t heads = part->end - part->start + head;

    return whole > heads ? (uint32_t)(whole - heads) : 0;
}

static void read_tcp(const impsvc_payload *data, const packet_info *pinfo, const ip_part *part, impsvc_packet_heads *heads)
{
    const uint8_t *tcp = data->bytes + part->end;

    if (part->end + TCP_FLAGS_END > data->length || word_at(tcp) != pinfo->srcport || word_at(tcp + 2) != pinfo->destport)
        return;
    heads->has_tcp = true;
    heads->flags = tcp[13];
    heads->seq = long_at(tcp + 4);
    heads->ack = long_at(tcp + 8);
    heads->no_room = part->end + TCP_FLAGS_END + 2 <= data->length && word_at(tcp + TCP_FLAGS_END) == 0;
    heads->payload = payload_of(data, part, (size_t)(tcp[12] >> 4) * 4);
}

/* Whether what follows IP's head is what Wireshark found last: TCP or UDP on the packet's ports, or ICMP. */
static bool carries(const impsvc_payload *data, const packet_info *pinfo, const ip_part *part)
{
    const uint8_t *ports = data->bytes + part->end;

    if (pinfo->ptype != PT_TCP && pinfo->ptype != PT_UDP)
        return part->protocol == IP_PROTO_ICMP || part->protocol == IP_PROTO_ICMPV6;
    return part->protocol == (pinfo->ptype == PT_TCP ? IP_PROTO_TCP : IP_PROTO_UDP) && part->end + 4 <= data->length
           && word_at(ports) == pinfo->srcport && word_at(ports + 2) == pinfo->destport;
}

/* Take the head that begins here, unless there is one; whether it is surely the packet's: of a tunnel, both may have its addresses. */
static bool read_at(const impsvc_payload *data, const packet_info *pinfo, bool v6, size_t start, impsvc_packet_heads *heads)
{
    impsvc_packet_heads found = { .has_ip = true };
    ip_part part = { .start = start };
    bool is_whole, is_surely;

    if (!begins(data, start, pinfo, v6))
        return false;
    is_whole = v6 ? read_v6(data, &found, &part) : read_v4(data, &found, &part);
    is_surely = is_whole && carries(data, pinfo, &part);
    if (is_surely && part.protocol == IP_PROTO_TCP)
        read_tcp(data, pinfo, &part, &found);
    if (is_surely || !heads->has_ip)
        *heads = found;
    return is_surely;
}

/* Behind Ethernet's head it is, mostly. */
static bool read_from(const impsvc_payload *data, const packet_info *pinfo, impsvc_packet_heads *heads)
{
    const size_t ethernet = 14;
    bool v6 = pinfo->src.type == AT_IPv6;

    if (read_at(data, pinfo, v6, ethernet, heads))
        return true;
    for (size_t at = 0; at < LINK_END && at < data->length; at++)
        if (read_at(data, pinfo, v6, at, heads))
            return true;
    return false;
}

impsvc_packet_heads impsvc_packet_heads_of(const packet_info *pinfo)
{
    impsvc_packet_heads heads = { 0 };

    if (pinfo->src.type != pinfo->dst.type || (pinfo->src.type != AT_IPv4 && pinfo->src.type != AT_IPv6))
        return heads;
    for (const GSList *source = pinfo->data_src; source != NULL; source = source->next) {
        impsvc_payload data = impsvc_payload_of(get_data_source_tvb((const struct data_source *)source->data));

        if (read_from(&data, pinfo, &heads))
            break;
    }
    return heads;
}

bool impsvc_packet_has_flags(const packet_info *pinfo, uint8_t flags)
{
    impsvc_packet_heads heads = impsvc_packet_heads_of(pinfo);

    return heads.has_tcp && (heads.flags & flags) == flags;
}
