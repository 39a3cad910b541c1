/* message.h
 * The bytes of a packet's message, once dissection is over
 *
 * Our dissectors note a payload when they are given it, whoever decodes it then.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_MESSAGE_H
#define IMPSVC_MESSAGE_H

#include "identify.h"
#include "payload.h"

/** A tvb as plain bytes; of no tvb (NULL), or an empty one, a payload without bytes. */
impsvc_payload impsvc_payload_of(tvbuff_t *tvb);

/** Note a payload of the packet; the first one counts. What an ICMP error quotes is nobody's message. */
void impsvc_message_note(packet_info *pinfo, tvbuff_t *tvb);

/** Whether one was noted. */
bool impsvc_message_noted(packet_info *pinfo);

/** The payload noted; one without bytes where there is none. */
impsvc_payload impsvc_message(packet_info *pinfo);

/**
 * Go through the packet's messages: what was noted, what TLS decrypted or TCP put together, and
 * text that Wireshark's own dissectors were given.
 * @param call told each of them until it answers true
 */
void impsvc_message_for_each(packet_info *pinfo, bool (*call)(const impsvc_payload *payload, void *data), void *data);

/** The request path in a packet, in the clear or as TLS decrypted it; start is NULL where there is none. */
impsvc_text_span impsvc_message_request_path(packet_info *pinfo);

/**
 * What impsvc.detail says of a packet: its own request path or SIP event, else what holds for the conversation.
 * @return memory of the pool or the file, or NULL
 */
const char *impsvc_message_detail(packet_info *pinfo, const impsvc_identity *identity);

#endif /* IMPSVC_MESSAGE_H */
