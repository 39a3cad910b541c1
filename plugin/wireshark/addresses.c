/* addresses.c
 * Questions about Wireshark's addresses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/addresses.h"

#include <epan/to_str.h>

bool impsvc_ip_from_address(const address *addr, impsvc_ip *ip)
{
    if (addr->type == AT_IPv4 && addr->len == 4)
        *ip = impsvc_ip_from_v4((const uint8_t *)addr->data);
    else if (addr->type == AT_IPv6 && addr->len == 16)
        *ip = impsvc_ip_from_v6((const uint8_t *)addr->data);
    else
        return false;
    return true;
}

char *impsvc_ip_to_str(wmem_allocator_t *pool, const impsvc_ip *ip)
{
    address addr;

    if (impsvc_ip_is_v4(ip))
        set_address(&addr, AT_IPv4, 4, ip->bytes + IMPSVC_IP_V4_BITS / 8);
    else
        set_address(&addr, AT_IPv6, sizeof ip->bytes, ip->bytes);
    return address_to_str(pool, &addr);
}

bool impsvc_is_loopback(const address *addr)
{
    static const uint8_t v6_loopback[16] = { [15] = 1 };

    if (addr->type == AT_IPv4)
        return addr->len == 4 && *(const uint8_t *)addr->data == 127;
    return addr->type == AT_IPv6 && addr->len == 16 && memcmp(addr->data, v6_loopback, 16) == 0;
}

bool impsvc_is_same_host(const address *src, const address *dst)
{
    return addresses_equal(src, dst) || (impsvc_is_loopback(src) && impsvc_is_loopback(dst));
}

bool impsvc_is_group(const address *addr)
{
    const uint8_t *bytes = (const uint8_t *)addr->data;

    if (addr->type == AT_IPv4 && addr->len == 4)
        return bytes[0] >= 224;
    return addr->type == AT_IPv6 && addr->len == 16 && bytes[0] == 0xff;
}
