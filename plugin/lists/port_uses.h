/* port_uses.h
 * What hosts do on which ports, counted
 *
 * Knows nothing of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PORT_USES_H
#define IMPSVC_PORT_USES_H

#include <glib.h>

#include "core/ip_address.h"
#include "core/packet_sum.h"
#include "lists/other_lists.h"

/** A host on a port. */
typedef struct {
    impsvc_ip         host;
    impsvc_port_use   use;
    bool              is_listed;    /**< its packets belong to an entry of the list at hand */
    impsvc_packet_sum packets;
} impsvc_host_use;

typedef struct impsvc_port_uses impsvc_port_uses;

/** Nothing was seen yet. */
impsvc_port_uses *impsvc_port_uses_new(void);

/** Forget all; NULL is fine. */
void impsvc_port_uses_free(impsvc_port_uses *uses);

/**
 * Count packets of a host. A scan has as many ports as one likes: once there is much, only hosts that matter get another.
 * @param matters asked only then
 */
void impsvc_port_uses_add(impsvc_port_uses *uses, const impsvc_host_use *seen, bool (*matters)(const impsvc_ip *host));

/** The uses of those hosts that matter, of const impsvc_host_use *: by host, what it listens on first, then by port. To be freed. */
GPtrArray *impsvc_port_uses_of(const impsvc_port_uses *uses, bool (*matters)(const impsvc_ip *host));

/** What hosts do, each once, however many hosts do it: of impsvc_port_use. To be freed. */
GArray *impsvc_distinct_uses(const GPtrArray *uses);

#endif /* IMPSVC_PORT_USES_H */
