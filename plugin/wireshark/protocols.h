/* protocols.h
 * Which of the catalog's protocols Wireshark found in a packet
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PROTOCOLS_H
#define IMPSVC_PROTOCOLS_H

#include "core/catalog.h"
#include "wireshark/compat.h"

/** Look the catalog's protocol names up in Wireshark. Call when all of its dissectors are registered. */
void impsvc_protocols_init(void);

/** The protocols that took part in the packet so far. */
impsvc_protocols impsvc_protocols_seen(const packet_info *pinfo);

/** The protocol that has an id in Wireshark, or 0 if the catalog does not name it. */
impsvc_protocols impsvc_protocol_of_id(int id);

/** The short name ("XMPP") of the first protocol in a set, for people; NULL for an empty set. */
const char *impsvc_protocols_label(impsvc_protocols protocols);

#endif /* IMPSVC_PROTOCOLS_H */
