/* icmp_head.h
 * The head of an ICMP message, and what kind of message it is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_ICMP_HEAD_H
#define IMPSVC_ICMP_HEAD_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    IMPSVC_ICMP_OTHER,      /**< neighbour discovery, router advertisements, … : nobody's service */
    IMPSVC_ICMP_REQUEST,    /**< echo, timestamp, … */
    IMPSVC_ICMP_REPLY,
    IMPSVC_ICMP_ERROR       /**< quotes another packet */
} impsvc_icmp_kind;

/** Version, type and code: RFC 792, RFC 1122 (3.2.2.1) and RFC 1812 (5.2.7.1) for IPv4, RFC 4443 for IPv6. */
typedef struct {
    bool    v6;
    uint8_t type;
    uint8_t code;
} impsvc_icmp_head;

/** What kind of message a head is of. */
impsvc_icmp_kind impsvc_icmp_kind_of(const impsvc_icmp_head *head);

#endif /* IMPSVC_ICMP_HEAD_H */
