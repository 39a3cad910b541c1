/* inside_tls.h
 * The catalog's services inside decrypted TLS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_INSIDE_TLS_H
#define IMPSVC_INSIDE_TLS_H

#include "core/release.h"
#include "wireshark/compat.h"

/** Withdraw what changes the look of TLS with the first file. Call when the plugin registers its protocol. */
void impsvc_inside_tls_register(void);

/**
 * Decode what TLS decrypted on a port that is listed for an entry of a table.
 * @return whether it was
 */
bool impsvc_inside_tls_listed(uint8_t table, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

/** Enter the list's ports in tls.port. Call when all other handoffs have run. */
void impsvc_inside_tls_handoff(void);

/** Another list is at hand: as long as its ports are in tls.port, they are those of this one. */
void impsvc_inside_tls_follow(const impsvc_release *before);

#endif /* IMPSVC_INSIDE_TLS_H */
