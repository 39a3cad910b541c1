/* host_order.h
 * Hosts in a statistics tree: their order, and what they are called
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_HOST_ORDER_H
#define IMPSVC_HOST_ORDER_H

#include "wireshark/compat.h"

/** "10.1.0.11", or "10.1.0.11 pub-1" if the user has named the host; name may be NULL. */
const char *impsvc_host_name(wmem_allocator_t *pool, const char *ip, const char *name);

/**
 * Give a host on the first level, whose name begins with its address, its place: nodes come before others, and each kind goes
 * by address. A host that has its place keeps it.
 */
void impsvc_host_order_place(stats_tree *st, int host, bool is_node);

#endif /* IMPSVC_HOST_ORDER_H */
