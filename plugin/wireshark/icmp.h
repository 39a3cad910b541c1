/* icmp.h
 * What an ICMP message is about, kept for the annotation
 *
 * Wireshark's ICMP dissectors do not pass on the message's type. Ours takes their
 * place in ip.proto, notes type and code, and calls them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_ICMP_H
#define IMPSVC_ICMP_H

#include "core/icmp_head.h"
#include "core/ip_address.h"
#include "wireshark/compat.h"

/** An ICMP message's head, and of an error the ends of the packet it quotes. */
typedef struct {
    impsvc_icmp_head head;
    impsvc_ip        sender;            /**< who sent the message; all zero if that is no IP address */
    uint8_t          quoted_protocol;   /**< IP protocol of the quoted packet; 0 when its ports were not captured */
    uint16_t         quoted_src_port;
    uint16_t         quoted_dst_port;
    address          quoted_src;
    address          quoted_dst;
} impsvc_icmp;

/** Take the place of icmp and icmpv6. Call when their handoffs have run. */
void impsvc_icmp_handoff(void);

/** Whether the packet that is being dissected has an ICMP message: for nearly all, the answer is a quick no. */
bool impsvc_icmp_is_in(const packet_info *pinfo);

/** The packet's outermost ICMP message, or NULL. */
const impsvc_icmp *impsvc_icmp_find(packet_info *pinfo);

#endif /* IMPSVC_ICMP_H */
