/* unlisted.h
 * What is in a capture of which no packet fits the port list
 *
 * Nobody is left in front of an empty window: it says so, and which ports are used instead.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_UNLISTED_H
#define IMPSVC_UNLISTED_H

#include "core/classify.h"
#include "wireshark/compat.h"

/** "No packet fits the port list", in the user's language. */
const char *impsvc_unlisted_sentence(void);

/** "No node is known: …", and what to do, in the user's language. */
const char *impsvc_nobody_is_known_sentence(void);

/** Which end of a packet with ports listens: by its handshake or, without one, as ports and the first packet let one guess. */
impsvc_side impsvc_unlisted_listener(const packet_info *pinfo);

/** The port that a packet's connection goes to, as "9999/TCP"; what has no ports by its last protocol. Memory of the packet's pool. */
const char *impsvc_unlisted_port(packet_info *pinfo);

#endif /* IMPSVC_UNLISTED_H */
