/* packet_memory.h
 * What our dissectors leave for the post-dissector about the packet that is being dissected
 *
 * One place for the packet at hand, since each packet is dissected to its end before the next. It is
 * empty again when Wireshark clears the packet's memory, and when another packet is dissected.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PACKET_MEMORY_H
#define IMPSVC_PACKET_MEMORY_H

#include "core/catalog.h"
#include "wireshark/compat.h"

#include <epan/conversation.h>

typedef struct {
    wmem_allocator_t *pool;            /**< the pool of the packet that this is about; NULL: none */
    tvbuff_t         *message;         /**< the first payload that one of our dissectors was given, or NULL */
    tvbuff_t         *payload;         /**< payload that nobody else decoded, or NULL */
    impsvc_protocols  dissected;       /**< protocols whose dissectors had something of theirs to work on */
    impsvc_protocols  waiting;         /**< protocols whose dissectors only asked for more bytes */
    impsvc_protocols  owner;           /**< the protocol of the listed port's owner, if it took the payload; else 0 */
    bool              others_seen;     /**< Wireshark's heuristics found a protocol that the catalog does not name */
    conversation_t   *conversation;    /**< the conversation of the ports below, or NULL */
    uint32_t          src_port;
    uint32_t          dst_port;
    const void       *src;             /**< the packet's addresses when a heuristic asked for a node; NULL: none did */
    const void       *dst;
    bool              has_node;        /**< one of them is a node's */
} impsvc_packet_memory;

/** Let go of Wireshark's memory when the program ends. To be called once, when protocols register. */
void impsvc_packet_memory_register(void);

/** What is known of a packet; NULL for nothing yet. */
impsvc_packet_memory *impsvc_packet_memory_find(const packet_info *pinfo);

/** The same, made empty if there is none. */
impsvc_packet_memory *impsvc_packet_memory_get(const packet_info *pinfo);

/**
 * Note how a dissector that we called left the packet. Wireshark takes a layer back whose dissector only asked for more
 * bytes, but cannot without a tree: what was seen must not depend on whether anybody looks.
 * @param used what the dissector returned
 */
void impsvc_packet_note_outcome(const packet_info *pinfo, impsvc_protocols protocol, int used);

/**
 * Whether Wireshark's heuristics found a protocol in it that the catalog does not name. The packet's layers do not tell: other
 * plugins' post-dissectors add theirs.
 */
bool impsvc_packet_others_seen(const packet_info *pinfo);

/** Payload of the packet that nobody but this plugin shows, or NULL. */
tvbuff_t *impsvc_packet_payload(const packet_info *pinfo);

#endif /* IMPSVC_PACKET_MEMORY_H */
