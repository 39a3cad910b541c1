/* packet_heads.h
 * The heads of IP and TCP of the packet at hand, as they are on the wire
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PACKET_HEADS_H
#define IMPSVC_PACKET_HEADS_H

#include "wireshark/compat.h"

typedef struct {
    bool     has_ip;    /**< the next two are known */
    uint8_t  ttl;       /**< or hop limit */
    uint8_t  dscp;
    bool     has_tcp;   /**< the next five are known */
    uint8_t  flags;     /**< RFC 9293, 3.1: SYN is 0x02, ACK 0x10 */
    bool     no_room;   /**< a window of zero */
    uint32_t seq;
    uint32_t ack;
    uint32_t payload;   /**< bytes, also those that were not captured */
} impsvc_packet_heads;

/** Find them, once dissection is over. They are found by the packet's addresses and ports, so of a tunnel it is the innermost IP, even
 *  if both have the same addresses; what is in a fragment only, or was not captured, is not known. */
impsvc_packet_heads impsvc_packet_heads_of(const packet_info *pinfo);

/** Whether the packet is a segment with all of these flags: IMPSVC_FLAG_SYN, … */
bool impsvc_packet_has_flags(const packet_info *pinfo, uint8_t flags);

#endif /* IMPSVC_PACKET_HEADS_H */
