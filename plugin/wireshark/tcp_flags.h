/* tcp_flags.h
 * The flags of the TCP segment at hand, while somebody wants to know them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_TCP_FLAGS_H
#define IMPSVC_TCP_FLAGS_H

#include "wireshark/compat.h"

/** Note the flags of each segment from now on. Calling it again does no harm. */
void impsvc_tcp_flags_watch(void);

/** A segment's head. */
typedef struct {
    uint16_t flags;     /**< as on the wire */
    bool     no_room;   /**< a window of zero */
    uint32_t seq;       /**< as on the wire, as the next one */
    uint32_t ack;
    uint32_t payload;   /**< bytes, 0 if not known */
} impsvc_tcp_head;

/** Stop noting them. */
void impsvc_tcp_flags_rest(void);

/** The flags of the packet's segment, as on the wire (RFC 9293, 3.1: SYN is 0x02, ACK 0x10); 0 if none were noted. */
uint16_t impsvc_tcp_flags_of(const packet_info *pinfo);

/** The head of the packet's segment, NULL if none was noted. */
const impsvc_tcp_head *impsvc_tcp_head_of(const packet_info *pinfo);

#endif /* IMPSVC_TCP_FLAGS_H */
