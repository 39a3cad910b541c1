/* message.h
 * The bytes of a packet's message, once dissection is over
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_MESSAGE_H
#define IMPSVC_MESSAGE_H

#include "identify.h"
#include "payload.h"

/** A tvb as plain bytes; of no tvb (NULL), or an empty one, a payload without bytes. */
impsvc_payload impsvc_payload_of(tvbuff_t *tvb);

/** The request path in a packet, in the clear or as TLS decrypted it; start is NULL where there is none. */
impsvc_text_span impsvc_message_request_path(packet_info *pinfo);

/**
 * What impsvc.detail says of a packet: its own request path or SIP event, else what holds for the conversation.
 * @return memory of the pool or the file, or NULL
 */
const char *impsvc_message_detail(packet_info *pinfo, const impsvc_identity *identity);

#endif /* IMPSVC_MESSAGE_H */
