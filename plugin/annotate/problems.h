/* problems.h
 * What is wrong with a packet of a node: the expert items
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PROBLEMS_H
#define IMPSVC_PROBLEMS_H

#include "annotate/results.h"
#include "identify/identity.h"

/** Register the expert items under a protocol of Wireshark. */
void impsvc_problems_register(int proto);

/** Find what is asked for often. Call when all protocols are registered. */
void impsvc_problems_init(void);

/** Whether anybody looks at expert items: tree, filter, column or Analyze > Expert Information. */
bool impsvc_problems_wanted(const packet_info *pinfo, proto_tree *tree);

/**
 * Add the items that apply to a packet, each with a summary a firewall engineer can act on. None below confidence 3, but that a flow
 * is blocked, on ports that are IM and Presence's alone.
 * The tree's head line gets each one's short form behind what it says already.
 * @param item the packet's tree of ours; NULL where it has none
 * @return whether there was any
 */
bool impsvc_problems_add(proto_item *item, packet_info *pinfo, const impsvc_identity *identity, const impsvc_judgement *judgement);

#endif /* IMPSVC_PROBLEMS_H */
