/* ends.h
 * Who stands at each end of a packet: nodes, roles, flow, and how sure that makes the match
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_ENDS_H
#define IMPSVC_ENDS_H

#include "identify/identity.h"

/**
 * Fill what follows from the match and from the two ends: nodes, roles, flow,
 * confidence, and whether they are the wrong way round.
 * @param src, dst the addresses that the direction speaks of (of an ICMP error those of the quoted packet, turned round)
 */
void impsvc_ends_tell(const address *src, const address *dst, impsvc_identity *identity);

#endif /* IMPSVC_ENDS_H */
