/* remember.h
 * What a packet tells of its conversation and of the hosts at its ends
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_REMEMBER_H
#define IMPSVC_REMEMBER_H

#include "identify/identity.h"

/** Find what is asked for often. Call when all protocols are registered. */
void impsvc_remember_init(void);

/** Whether a packet of an entry may tell anything: it has payload, and this is the first pass. */
bool impsvc_may_teach(packet_info *pinfo);

/**
 * Note what a packet tells, once, in the first pass over a file.
 * @param identity its match; its notes are set if there were none
 * @return whether more may be known of the ends now
 */
bool impsvc_remember(packet_info *pinfo, impsvc_identity *identity);

#endif /* IMPSVC_REMEMBER_H */
