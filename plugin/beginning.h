/* beginning.h
 * Who began a conversation, as far as the capture shows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_BEGINNING_H
#define IMPSVC_BEGINNING_H

#include "classify.h"
#include "compat.h"

#include <epan/conversation.h>

/** The ends as seen from one packet of the conversation. */
typedef struct {
    impsvc_side listener;       /**< whom TCP's handshake showed to listen */
    impsvc_side first_sender;   /**< who sent the first packet captured */
    uint32_t    syn_frame;      /**< where the SYN is, 0 when it was not captured */
} impsvc_beginning;

/** Tell it for a packet; of no conversation (NULL) nothing is known. */
impsvc_beginning impsvc_beginning_of(const conversation_t *conversation, const packet_info *pinfo);

/** Find tcp's number. Call when all protocols are registered. */
void impsvc_beginning_init(void);

#endif /* IMPSVC_BEGINNING_H */
