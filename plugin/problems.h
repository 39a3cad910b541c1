/* problems.h
 * What is wrong with a packet of a node, for the expert items of design section 4
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PROBLEMS_H
#define IMPSVC_PROBLEMS_H

#include "identify.h"

/** Register the expert items under a protocol of Wireshark. */
void impsvc_problems_register(int proto);

/** Add the items that apply to a packet, each with a summary a firewall engineer can act on. None below confidence 3. */
void impsvc_problems_add(proto_item *item, packet_info *pinfo, const impsvc_identity *identity);

#endif /* IMPSVC_PROBLEMS_H */
