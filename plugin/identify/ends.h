/* ends.h
 * Who stands at each end of a packet: nodes, roles, flow, and how sure that makes the match
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_ENDS_H
#define IMPSVC_ENDS_H

#include "identify/identity.h"

/**
 * Fill what follows from the match and from the two ends: who is the initiator and who listens, nodes, roles, flow,
 * confidence, and whether they are the wrong way round.
 * @param ends as the match's direction has them: of an ICMP error those of the packet it quotes, turned round
 */
void impsvc_ends_tell(const impsvc_ports_and_addresses *ends, impsvc_identity *identity);

/** When the ends are told: whether the initiator's port is the entry's. Any other is for the ends of a path that has none. */
bool impsvc_ends_have_source(const impsvc_identity *identity);

#endif /* IMPSVC_ENDS_H */
