/* community_id.c
 * The Community ID of a flow, by which Zeek, Suricata, Arkime and others name the same flow
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/community_id.h"

#include <stdio.h>

#include <glib.h>

enum { ICMP = 1, TCP = 6, UDP = 17, ICMPV6 = 58 };
enum { ECHO = 8, ECHO_V6 = 128 };

/* ICMP's types that come in pairs; the type of the one stands for the other one's port. */
static const struct {
    uint8_t protocol;
    uint8_t type;
    uint8_t other;
} pairs[] = {
    { ICMP, 0, 8 },         /* echo */
    { ICMP, 9, 10 },        /* router advertisement and solicitation */
    { ICMP, 13, 14 },       /* timestamp */
    { ICMP, 15, 16 },       /* information */
    { ICMP, 17, 18 },       /* address mask */
    { ICMPV6, 128, 129 },   /* echo */
    { ICMPV6, 130, 131 },   /* multicast listeners */
    { ICMPV6, 133, 134 },   /* router solicitation and advertisement */
    { ICMPV6, 135, 136 },   /* neighbour solicitation and advertisement */
    { ICMPV6, 139, 140 },   /* node information */
    { ICMPV6, 144, 145 }    /* home agent address discovery */
};

/* Whether a message of this type has an opposite; which one then replaces the code. */
static bool has_opposite(uint8_t protocol, uint16_t type, uint16_t *opposite)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (pairs[i].protocol == protocol && (pairs[i].type == type || pairs[i].other == type)) {
            *opposite = pairs[i].type == type ? pairs[i].other : pairs[i].type;
            return true;
        }
    return false;
}

static bool is_in_order(const impsvc_endpoint *src, const impsvc_endpoint *dst)
{
    int order = impsvc_ip_compare(&src->address, &dst->address);

    return order < 0 || (order == 0 && src->port < dst->port);
}

static void put_address(GByteArray *bytes, const impsvc_ip *address)
{
    if (impsvc_ip_is_v4(address))
        g_byte_array_append(bytes, address->bytes + IMPSVC_IP_V4_BITS / 8, 4);
    else
        g_byte_array_append(bytes, address->bytes, sizeof address->bytes);
}

static void put_number(GByteArray *bytes, uint16_t number)
{
    const uint8_t octets[] = { (uint8_t)(number >> 8), (uint8_t)number };

    g_byte_array_append(bytes, octets, sizeof octets);
}

void impsvc_community_id(uint8_t protocol, const impsvc_endpoint *src, const impsvc_endpoint *dst, char id[IMPSVC_COMMUNITY_ID_SIZE])
{
    impsvc_endpoint ends[] = { *src, *dst };
    bool two_ways = (protocol != ICMP && protocol != ICMPV6) || has_opposite(protocol, src->port, &ends[1].port);
    bool turn = two_ways && !is_in_order(&ends[0], &ends[1]);
    GByteArray *bytes = g_byte_array_new();
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA1);
    uint8_t digest[20];
    size_t length = sizeof digest;
    char *text;

    put_number(bytes, 0);       /* the seed */
    put_address(bytes, &ends[turn].address);
    put_address(bytes, &ends[!turn].address);
    put_number(bytes, (uint16_t)(protocol << 8));
    put_number(bytes, ends[turn].port);
    put_number(bytes, ends[!turn].port);
    g_checksum_update(checksum, bytes->data, (gssize)bytes->len);
    g_checksum_get_digest(checksum, digest, &length);
    text = g_base64_encode(digest, length);
    (void)snprintf(id, IMPSVC_COMMUNITY_ID_SIZE, "1:%s", text);
    g_free(text);
    g_checksum_free(checksum);
    g_byte_array_free(bytes, TRUE);
}

void impsvc_community_id_of(const impsvc_flow_record *record, char id[IMPSVC_COMMUNITY_ID_SIZE])
{
    impsvc_endpoint initiator = impsvc_flow_initiator(record)->at;
    impsvc_endpoint listener = impsvc_flow_listener(record)->at;
    bool v4 = impsvc_ip_is_v4(&initiator.address);

    if (record->transport == IMPSVC_ICMP) {
        initiator.port = record->ping != 0 ? record->ping - 1 : v4 ? ECHO : ECHO_V6;
        impsvc_community_id(v4 ? ICMP : ICMPV6, &initiator, &listener, id);
        return;
    }
    impsvc_community_id(record->transport == IMPSVC_UDP ? UDP : TCP, &initiator, &listener, id);
}
