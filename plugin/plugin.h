/* plugin.h
 * What the modules share: the protocol's number, and keys for data kept with a packet
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PLUGIN_H
#define IMPSVC_PLUGIN_H

/** Wireshark's number of the protocol "impsvc". */
int impsvc_proto(void);

/** … of the name in the port tables that stands for "impsvc" where nobody else owns the port. */
int impsvc_payload_proto(void);

/** Keys of p_add_proto_data() under impsvc_proto(), in memory of the packet. */
enum {
    IMPSVC_DATA_ICMP,       /**< impsvc_icmp: the outermost ICMP head (icmp.c) */
    IMPSVC_DATA_SEEN,       /**< tvbuff_t: the first payload that our dissector on a port was given (ports.c) */
    IMPSVC_DATA_PAYLOAD     /**< tvbuff_t: payload nobody else decoded (ports.c) */
};

#endif /* IMPSVC_PLUGIN_H */
