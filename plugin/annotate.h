/* annotate.h
 * The post-dissector: adds the tree and fields of design section 4, and queues the tap
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_ANNOTATE_H
#define IMPSVC_ANNOTATE_H

/** Register fields, tap and post-dissector under a protocol of Wireshark. */
void impsvc_annotate_register(int proto);

#endif /* IMPSVC_ANNOTATE_H */
