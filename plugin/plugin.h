/* plugin.h
 * What the modules share: the protocol's name, its number, and the name that stands for it in port tables
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PLUGIN_H
#define IMPSVC_PLUGIN_H

/** What people read for it: the protocol's name, and the part of the statistics menu. */
#define IMPSVC_NAME "IM and Presence"

/** Wireshark's number of the protocol "impsvc". */
int impsvc_proto(void);

/** … of the name in the port tables that stands for "impsvc" where nobody else owns the port. */
int impsvc_payload_proto(void);

#endif /* IMPSVC_PLUGIN_H */
