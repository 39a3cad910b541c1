/* inside_tls.h
 * The catalog's services inside decrypted TLS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_INSIDE_TLS_H
#define IMPSVC_INSIDE_TLS_H

/** Name the heuristic. Call when the plugin registers its protocol. */
void impsvc_inside_tls_register(void);

/** Enter the catalog's ports in tls.port. Call when all other handoffs have run. */
void impsvc_inside_tls_handoff(void);

#endif /* IMPSVC_INSIDE_TLS_H */
