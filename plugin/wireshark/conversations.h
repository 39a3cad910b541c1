/* conversations.h
 * The conversation that a packet belongs to: Wireshark's own, found without looking it up each time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_CONVERSATIONS_H
#define IMPSVC_CONVERSATIONS_H

#include "wireshark/compat.h"

#include <epan/conversation.h>

/** The ends of a packet with ports: a captured one, or one that an ICMP error quotes. */
typedef struct {
    port_type      type;        /**< PT_TCP or PT_UDP */
    const address *src;
    const address *dst;
    uint32_t       src_port;
    uint32_t       dst_port;
} impsvc_ports_and_addresses;

/** A captured packet's. */
impsvc_ports_and_addresses impsvc_ends_of(const packet_info *pinfo);

/** The conversation that packets between two ends belong to at a packet's frame, or NULL. */
conversation_t *impsvc_conversation(const packet_info *pinfo, const impsvc_ports_and_addresses *ends);

/** Look up the packet's conversation again next time: a dissector was called, and may have begun another. */
void impsvc_conversation_forget(const packet_info *pinfo);

/** A packet on a listed port was dissected: it may have begun a connection on the ports of another, even from the other end. */
void impsvc_conversations_see(const packet_info *pinfo);

/** Make sure that conversations are forgotten when another file, or the same one again, is dissected. */
void impsvc_conversations_register(void);

#endif /* IMPSVC_CONVERSATIONS_H */
