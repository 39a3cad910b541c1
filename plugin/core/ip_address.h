/* ip_address.h
 * An IP address of either family in one form
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_IP_ADDRESS_H
#define IMPSVC_IP_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/** IPv6, or IPv4 mapped into it (::ffff:a.b.c.d, RFC 4291, 2.5.5.2). */
typedef struct {
    uint8_t bytes[16];
} impsvc_ip;

/** How many bits of an impsvc_ip come before an IPv4 address. */
#define IMPSVC_IP_V4_BITS 96

static inline impsvc_ip impsvc_ip_from_v4(const uint8_t *v4)
{
    impsvc_ip ip = { { [10] = 0xff, [11] = 0xff } };

    memcpy(ip.bytes + 12, v4, 4);
    return ip;
}

static inline impsvc_ip impsvc_ip_from_v6(const uint8_t *v6)
{
    impsvc_ip ip;

    memcpy(ip.bytes, v6, sizeof ip.bytes);
    return ip;
}

/** Whether it is an IPv4 address. */
static inline bool impsvc_ip_is_v4(const impsvc_ip *ip)
{
    static const uint8_t mapped[IMPSVC_IP_V4_BITS / 8] = { [10] = 0xff, [11] = 0xff };

    return memcmp(ip->bytes, mapped, sizeof mapped) == 0;
}

/** Whether it is the address of a multicast group, or of all hosts. */
static inline bool impsvc_ip_is_group(const impsvc_ip *ip)
{
    return impsvc_ip_is_v4(ip) ? ip->bytes[IMPSVC_IP_V4_BITS / 8] >= 224 : ip->bytes[0] == 0xff;
}

static inline int impsvc_ip_compare(const impsvc_ip *a, const impsvc_ip *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static inline bool impsvc_ip_equal(const impsvc_ip *a, const impsvc_ip *b)
{
    return impsvc_ip_compare(a, b) == 0;
}

static inline uint32_t impsvc_ip_hash(const impsvc_ip *ip)
{
    uint32_t words[4];
    uint32_t value = 0;

    memcpy(words, ip->bytes, sizeof words);
    for (unsigned i = 0; i < 4; i++)
        value = (value ^ words[i]) * UINT32_C(0x9e3779b1);
    return value ^ value >> 15;
}

#endif /* IMPSVC_IP_ADDRESS_H */
