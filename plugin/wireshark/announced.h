/* announced.h
 * Conversations that another one announced: media, file transfers
 *
 * SIP, TFTP, FTP and others agree on ports for what they set up, and the port list's may be among them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_ANNOUNCED_H
#define IMPSVC_ANNOUNCED_H

#include "core/catalog.h"
#include "wireshark/conversations.h"

/** Find the numbers of the protocols. Call when all protocols are registered. */
void impsvc_announced_init(void);

/**
 * Whether a packet belongs to something that was announced, or that Wireshark sees to be somebody else's datagram.
 * @param conversation the packet's, or NULL
 * @param expected the protocols of the service it would otherwise be taken for
 */
bool impsvc_is_announced(const packet_info *pinfo, conversation_t *conversation, impsvc_protocols expected);

#endif /* IMPSVC_ANNOUNCED_H */
