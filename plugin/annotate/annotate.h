/* annotate.h
 * The post-dissector: adds the tree and the fields impsvc.*, and queues the tap
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_ANNOTATE_H
#define IMPSVC_ANNOTATE_H

#include "identify/identity.h"

/** Register fields, tap and post-dissector under a protocol of Wireshark, and the preference impsvc.annotate. */
void impsvc_annotate_register(int proto, module_t *preferences);

/** Whether the user wants a packet annotated: every match, or only those with a known node at one end. */
bool impsvc_is_annotated(const impsvc_identity *identity);

/** The same, asked of a packet that may be of an entry, before its dissection is over. */
bool impsvc_will_be_annotated(const packet_info *pinfo);

#endif /* IMPSVC_ANNOTATE_H */
