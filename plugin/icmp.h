/* icmp.h
 * What an ICMP message is about, kept for the annotation
 *
 * Wireshark's ICMP dissectors do not hand their type on. Ours stands before
 * them in ip.proto, notes type and code, and calls them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_ICMP_H
#define IMPSVC_ICMP_H

#include "catalog.h"
#include "compat.h"

typedef enum {
    IMPSVC_ICMP_OTHER,      /**< neighbour discovery, router advertisements, … : nobody's service */
    IMPSVC_ICMP_REQUEST,    /**< echo, timestamp, … */
    IMPSVC_ICMP_REPLY,
    IMPSVC_ICMP_ERROR       /**< quotes another packet */
} impsvc_icmp_kind;

/** An ICMP message's head, and of an error the ends of the packet it quotes. */
typedef struct {
    bool     v6;
    uint8_t  type;
    uint8_t  code;
    uint8_t  quoted_protocol;   /**< IP protocol of the quoted packet; 0 when its ports were not captured */
    uint16_t quoted_src_port;
    uint16_t quoted_dst_port;
    address  quoted_src;
    address  quoted_dst;
} impsvc_icmp;

/** Stand before icmp and icmpv6. Call when their handoffs have run. */
void impsvc_icmp_handoff(void);

/** Whether the packet that is being dissected has any: a quick no for nearly all. */
bool impsvc_icmp_is_in(const packet_info *pinfo);

/** The packet's outermost ICMP message, or NULL. */
const impsvc_icmp *impsvc_icmp_find(packet_info *pinfo);

impsvc_icmp_kind impsvc_icmp_kind_of(const impsvc_icmp *icmp);

/** What an error says in a language, e.g. "Destination unreachable (port unreachable)"; memory of the pool. */
const char *impsvc_icmp_error_text(wmem_allocator_t *pool, const impsvc_icmp *icmp, impsvc_language language);

#endif /* IMPSVC_ICMP_H */
