/* passes.h
 * Whether the packets of a file will be read again
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PASSES_H
#define IMPSVC_PASSES_H

#include "wireshark/compat.h"

/** Register with Wireshark. */
void impsvc_passes_register(void);

/** Note that one of the first two frames is read: they tell. */
void impsvc_passes_see(const packet_info *pinfo);

/** Whether this is certainly the only time that the packet is read: in tshark without -2, where a statistic wants packets. */
bool impsvc_is_only_pass(packet_info *pinfo);

#endif /* IMPSVC_PASSES_H */
