/* host_order.h
 * The order of hosts in a statistics tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_HOST_ORDER_H
#define IMPSVC_HOST_ORDER_H

#include "wireshark/compat.h"

/**
 * Give a host on the first level, whose name begins with its address, its place: nodes come before others, and each kind goes
 * by address. A host that has its place keeps it.
 */
void impsvc_host_order_place(stats_tree *st, int host, bool is_node);

#endif /* IMPSVC_HOST_ORDER_H */
