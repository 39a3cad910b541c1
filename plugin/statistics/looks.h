/* looks.h
 * Hosts that look like a node, for which nothing proves it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_LOOKS_H
#define IMPSVC_LOOKS_H

#include "identify/identity.h"

/**
 * Whether a packet shows that its listener, of whom nothing is known, looks like a node: it answers on a port that only IM&P
 * uses, and nothing that it answered speaks against it.
 */
bool impsvc_listener_looks_like_node(const packet_info *pinfo, const impsvc_identity *identity);

#endif /* IMPSVC_LOOKS_H */
