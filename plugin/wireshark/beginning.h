/* beginning.h
 * Who began a conversation, as far as the capture shows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_BEGINNING_H
#define IMPSVC_BEGINNING_H

#include "core/classify.h"
#include "wireshark/conversations.h"

/** The ends as seen from one packet of the conversation. */
typedef struct {
    impsvc_side listener;       /**< who listens, by TCP's handshake */
    impsvc_side first_sender;   /**< who sent the first packet captured */
    uint32_t    syn_frame;      /**< where the SYN is, 0 when it was not captured */
} impsvc_beginning;

/** Find this out for a packet between two ends; without a conversation (NULL) nothing is known. */
impsvc_beginning impsvc_beginning_of(const conversation_t *conversation, const impsvc_ports_and_addresses *ends);

/** What TCP's dissector has seen of a connection so far; in the window and in a second pass, of all of it. */
typedef struct {
    uint32_t stream;        /**< tcp.stream */
    uint8_t  completeness;  /**< tcp.completeness: the bits that flows/flow.h names */
} impsvc_tcp_seen;

/** Find this out; false when TCP's dissector keeps nothing with the conversation, or there is none (NULL). */
bool impsvc_tcp_seen_of(const conversation_t *conversation, impsvc_tcp_seen *seen);

/** Find tcp's number. Call when all protocols are registered. */
void impsvc_beginning_init(void);

#endif /* IMPSVC_BEGINNING_H */
