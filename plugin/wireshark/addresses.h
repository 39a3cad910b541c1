/* addresses.h
 * Questions about Wireshark's addresses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_ADDRESSES_H
#define IMPSVC_ADDRESSES_H

#include "core/ip_address.h"
#include "wireshark/compat.h"

/** An address of Wireshark in plain form; false when it is no IP address, and then ip is left as it was. */
bool impsvc_ip_from_address(const address *addr, impsvc_ip *ip);

/** Whether an address is a group's: IP multicast or broadcast. */
bool impsvc_is_group(const address *addr);

/** Whether two addresses are one host's for sure: the same, or both loopback ones. */
bool impsvc_is_same_host(const address *src, const address *dst);

#endif /* IMPSVC_ADDRESSES_H */
