/* message.h
 * The bytes of a packet's message, once dissection is over
 *
 * Our dissectors note a payload when they are given it, whoever decodes it then.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_MESSAGE_H
#define IMPSVC_MESSAGE_H

#include "core/catalog.h"
#include "core/payload.h"
#include "wireshark/compat.h"

/** A tvb as plain bytes; without a tvb (NULL), or for an empty one, a payload without bytes. */
impsvc_payload impsvc_payload_of(tvbuff_t *tvb);

/** Note a payload of the packet; the first one counts. What an ICMP error quotes is nobody's message. */
void impsvc_message_note(packet_info *pinfo, tvbuff_t *tvb);

/** Whether one was noted. */
bool impsvc_message_noted(packet_info *pinfo);

/** The tvb noted, or NULL. */
tvbuff_t *impsvc_message_tvb(const packet_info *pinfo);

/** The payload noted; one without bytes where there is none. */
impsvc_payload impsvc_message(packet_info *pinfo);

/**
 * The protocol of the listed port's owner where it took a payload that is visibly another's; else 0. Dissectors that stand on a
 * port take what comes. With a tree Wireshark takes their layer back if they had nothing to show, without one it cannot.
 */
impsvc_protocols impsvc_message_taken_wrongly(packet_info *pinfo);

/** Called with each message; it returns true when it needs no more of them. */
typedef bool (*impsvc_message_call)(const impsvc_payload *payload, void *data);

/**
 * Go through the messages that are at hand: what was noted, and what TLS decrypted or TCP reassembled.
 * @return whether one of the calls returned true
 */
bool impsvc_message_for_each_given(packet_info *pinfo, impsvc_message_call call, void *data);

/** The same, and then text that Wireshark's own dissectors were given, which must be searched for. */
void impsvc_message_for_each(packet_info *pinfo, impsvc_message_call call, void *data);

/** The request path in a packet, in the clear or as TLS decrypted it; start is NULL where there is none. */
impsvc_text_span impsvc_message_request_path(packet_info *pinfo);

/** The event package of a SIP message in a packet; start is NULL where there is none. */
impsvc_text_span impsvc_message_sip_event(packet_info *pinfo);

#endif /* IMPSVC_MESSAGE_H */
