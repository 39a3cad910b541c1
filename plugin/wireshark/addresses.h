/* addresses.h
 * Questions about Wireshark's addresses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_ADDRESSES_H
#define IMPSVC_ADDRESSES_H

#include "core/ip_address.h"
#include "wireshark/compat.h"

/** Convert an address of Wireshark's to plain form; false when it is not an IP address, and then ip is left as it was. */
bool impsvc_ip_from_address(const address *addr, impsvc_ip *ip);

/** The text of an address in plain form, as Wireshark writes it; in memory of the pool. */
char *impsvc_ip_to_str(wmem_allocator_t *pool, const impsvc_ip *ip);

/** Whether an address is a host's name for itself: 127.0.0.0/8 or ::1. */
bool impsvc_is_loopback(const address *addr);

/** Whether an address is a group's: IP multicast or broadcast. */
bool impsvc_is_group(const address *addr);

/** Whether two addresses certainly belong to one host: they are the same, or both are loopback addresses. */
bool impsvc_is_same_host(const address *src, const address *dst);

#endif /* IMPSVC_ADDRESSES_H */
