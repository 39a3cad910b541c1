/* own_protocol.h
 * This plugin's protocol in Wireshark, and the two names beside it that port tables need
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_OWN_PROTOCOL_H
#define IMPSVC_OWN_PROTOCOL_H

/** What people read for it: the protocol's name, and the part of the statistics menu. */
#define IMPSVC_NAME "IM and Presence"

/** Register the protocol "impsvc" and the name for port tables. Call first: whatever else is registered belongs to them. */
void impsvc_own_protocol_register(void);

/** Wireshark's number of the protocol "impsvc". */
int impsvc_proto(void);

/** … of the name in the port tables that stands for "impsvc" where nobody else owns the port. */
int impsvc_payload_proto(void);

/** … of the name in the tables that stands for whoever owns a port: always enabled. */
int impsvc_stand_in_proto(void);

#endif /* IMPSVC_OWN_PROTOCOL_H */
