/* node_list.h
 * The addresses and prefixes that the user configured, to be looked up by address
 *
 * The longest prefix that contains an address wins. A look-up is one binary search,
 * whatever the prefixes are. Knows nothing of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_NODE_LIST_H
#define IMPSVC_NODE_LIST_H

#include <stddef.h>

#include "core/ip_address.h"

/** What a look-up answers for an address in no prefix. */
#define IMPSVC_NO_ROW UINT32_MAX

/** A row of the user's table. */
typedef struct {
    impsvc_ip address;  /**< bits after the length do not matter */
    uint8_t   length;   /**< significant bits, 0 to 128; of an IPv4 prefix IMPSVC_IP_V4_BITS more than written */
} impsvc_prefix;

/** The first address of a prefix: the same for all ways to write it. */
impsvc_ip impsvc_prefix_first(const impsvc_prefix *prefix);

/** Whether a prefix is one of IPv4, written so or as ::ffff:a.b.c.d. */
bool impsvc_prefix_is_v4(const impsvc_prefix *prefix);

typedef struct impsvc_node_list impsvc_node_list;

/**
 * Make a list of prefixes. Of two rows with the same prefix the later one counts.
 * @return NULL when there is no memory
 */
impsvc_node_list *impsvc_node_list_new(const impsvc_prefix *rows, size_t count);

/** Forget a list; NULL is fine. */
void impsvc_node_list_free(impsvc_node_list *list);

/** The row before this one that has the same prefix, or IMPSVC_NO_ROW: a host may be in several rows. */
uint32_t impsvc_node_list_earlier(const impsvc_node_list *list, uint32_t row);

/** The number (from 0) of the row that counts for an address, or IMPSVC_NO_ROW. A list of NULL has no rows. */
uint32_t impsvc_node_list_find(const impsvc_node_list *list, const impsvc_ip *address);

#endif /* IMPSVC_NODE_LIST_H */
