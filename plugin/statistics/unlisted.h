/* unlisted.h
 * What is in a capture of which no packet fits the port list
 *
 * Nobody is left in front of an empty window: it says so, and which ports are used instead.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_UNLISTED_H
#define IMPSVC_UNLISTED_H

#include "wireshark/compat.h"

/** "No packet fits the port list", in the user's language. */
const char *impsvc_unlisted_sentence(void);

/** The port that a packet's connection goes to, as "9999/TCP"; what has no ports by its last protocol. Memory of the packet's pool. */
const char *impsvc_unlisted_port(packet_info *pinfo);

#endif /* IMPSVC_UNLISTED_H */
