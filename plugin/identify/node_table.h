/* node_table.h
 * The user's table impsvc_nodes: hosts, what they are, and what they are called
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_NODE_TABLE_H
#define IMPSVC_NODE_TABLE_H

#include "core/catalog.h"
#include "core/node_list.h"
#include "wireshark/compat.h"

/** Register the table; changed is called whenever the user has changed it. */
void impsvc_node_table_register(module_t *preferences, void (*changed)(void));

/** Each capture file begins with the rows there are: the good ones of a file with a bad one count, too. */
void impsvc_node_table_begin_file(void);

/** Where the number of a row is expected: there is none. */
#define IMPSVC_NOT_CONFIGURED SIZE_MAX

/** A row of the table. */
typedef struct {
    const char   *address;      /**< as the user wrote it, with an optional "/length" */
    impsvc_prefix prefix;       /**< the same as a number */
    bool          is_v6;        /**< written as IPv6 */
    uint8_t       role;         /**< for impsvc_configured_role_name() and _of() */
    bool          is_node;      /**< an IM and Presence server; otherwise one of the catalog's outside roles */
    const char   *name;         /**< as the user calls it, or NULL */
    uint32_t      cluster;      /**< of a node the number of its cluster, from 1: nodes without a name of one are in one together. Of
                                     another host IMPSVC_NO_CLUSTER if it is there for all of them */
    const char   *cluster_name; /**< or NULL */
    uint8_t       kinds;        /**< of a node, which kinds it may be, as impsvc_known has them: its own, and one that no row of its cluster has */
    size_t        earlier;      /**< the row before that has the same prefix, or IMPSVC_NOT_CONFIGURED: a host may be several things */
} impsvc_configured_host;

/** How many rows the table has. */
size_t impsvc_configured_count(void);

/** A row, from 0, in the user's order. */
impsvc_configured_host impsvc_configured_at(size_t row);

/** Whether one of the rows is an IM and Presence server. */
bool impsvc_nodes_configured(void);

/** The last of the rows whose prefix is the one that counts for an address of either family, or IMPSVC_NOT_CONFIGURED. */
size_t impsvc_configured_find(const impsvc_ip *ip, bool v6);

/** The role of a node that is not the publisher. */
#define IMPSVC_SUBSCRIBER 1

/** What kind of node a configured role is. */
impsvc_node_kind impsvc_configured_kind(uint8_t role);

/**
 * Whether a host is what a row or a path has at an end, by any of the user's rows for it; of a learned node nothing contradicts.
 * @param is_node it is known as one
 * @param listed an index into impsvc_roles
 */
bool impsvc_is_configured_as(const impsvc_ip *host, bool is_node, uint8_t listed);

/** What a row's role is called: "IM and Presence publisher", "NTP server", … */
const impsvc_text *impsvc_configured_role_name(uint8_t role);

/** A row's role as an index into impsvc_roles; IMPSVC_NO_ROLE of the cluster's own nodes, which have many. */
uint8_t impsvc_configured_role_of(uint8_t role);

#endif /* IMPSVC_NODE_TABLE_H */
