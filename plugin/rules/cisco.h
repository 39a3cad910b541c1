/* cisco.h
 * What access lists of Cisco IOS and ASA have in common: a line for each pair of hosts, and remarks
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_CISCO_H
#define IMPSVC_CISCO_H

#include "rules/permits.h"

/** How a list is written. */
typedef struct {
    const char *remark;         /**< what a remark begins with, with the blank after it */
    const char *permit;         /**< what a line begins with, with the blank after it */
    const char *icmp_v6;        /**< what it calls ICMP of IPv6 */
    const char *echo_v6;        /**< its word for what asks there */
    const char *any_v4;         /**< what stands for all addresses of IPv4 */
    const char *any_v6;
    bool        has_wildcards;  /**< in a mask of IPv4 the bits are ones that do not matter, not those that do */
    bool        is_stateful;    /**< answers over TCP and UDP need no line of their own */
} impsvc_cisco;

/** Write the lines of all services of one address family, and remarks that say what they are for. Where answers need lines, TCP's may
 *  only come in connections that are open. */
void impsvc_cisco_services(GString *out, const impsvc_cisco *list, const impsvc_permits *permits, bool is_v4);

/** Write the lines that let ICMP errors through to all hosts of one address family that may be in a flow: path MTU discovery needs
 *  them. */
void impsvc_cisco_errors(GString *out, const impsvc_cisco *list, const impsvc_permits *permits, bool is_v4);

#endif /* IMPSVC_CISCO_H */
