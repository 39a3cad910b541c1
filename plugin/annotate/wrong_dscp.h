/* wrong_dscp.h
 * Whether a packet has another DSCP than the user expects
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_WRONG_DSCP_H
#define IMPSVC_WRONG_DSCP_H

#include "identify/identity.h"

/** "DSCP is CS0, expected CS3 for XCP requests (22), to the listener", in the user's language; NULL if it is as it should be, or if
 *  the user's table says nothing of it. */
const char *impsvc_wrong_dscp(packet_info *pinfo, const impsvc_identity *identity);

#endif /* IMPSVC_WRONG_DSCP_H */
