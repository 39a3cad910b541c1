/* owners.h
 * The dissectors that Wireshark had registered where ours are now
 *
 * On a port that already has a dissector ("owned") ours takes its place in the
 * table and calls it, so that nothing changes for the user: same tree, same
 * columns, same frame.protocols, same reassembly, and the same when the owner
 * is disabled. How and why that is done: plugin/README.md, "Owned ports".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_OWNERS_H
#define IMPSVC_OWNERS_H

#include "wireshark/compat.h"

/** The tables of integers that our dissectors are in. */
typedef enum {
    IMPSVC_TCP_PORTS,   /**< "tcp.port" */
    IMPSVC_UDP_PORTS,   /**< "udp.port" */
    IMPSVC_TLS_PORTS,   /**< "tls.port": what runs inside TLS */
    IMPSVC_IP_PROTOCOLS /**< "ip.proto" */
} impsvc_table_id;

/** A displaced dissector: one for each table and dissector, however many ports it owns there. */
typedef struct {
    impsvc_table_id     table;
    dissector_handle_t  original;
    dissector_handle_t  ours;       /**< what is in the table now; NULL: the original, for want of room */
} impsvc_owner;

/**
 * Put a dissector in the place of the one that owns a port. What the user chose for it with Decode As stays chosen, here and below.
 * @param dissector ours; gets the impsvc_owner as its last argument, and calls impsvc_owner_call() at its end
 * @return false when nobody owns the port (then nothing was done); true also when
 *         the port has a dissector of this plugin already
 */
bool impsvc_owner_displace(impsvc_table_id table, uint32_t port, dissector_cb_t dissector);

/** Give a port back to the dissector that was displaced there; false when none was. */
bool impsvc_owner_restore(impsvc_table_id table, uint32_t port);

/**
 * Whether Wireshark, without this plugin, has a dissector for a port.
 * Ports that a user gave away with Decode As count.
 */
bool impsvc_owner_exists(impsvc_table_id table, uint32_t port);

/**
 * Let the displaced dissector work as if it had been called by the table itself.
 * @return what it returns: 0 when it does not want the payload or is disabled
 */
int impsvc_owner_call(const impsvc_owner *owner, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

/** The handle for a port nobody owns, the same for all of a table. */
void impsvc_unowned_add(impsvc_table_id table, uint32_t port, dissector_cb_t dissector);

/** Take it back. */
void impsvc_unowned_remove(impsvc_table_id table, uint32_t port);

#endif /* IMPSVC_OWNERS_H */
