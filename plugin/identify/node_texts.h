/* node_texts.h
 * What a user writes into a row of impsvc_nodes: is it an address or prefix, is it a name
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_NODE_TEXTS_H
#define IMPSVC_NODE_TEXTS_H

#include "core/node_list.h"

/** "10.1.0.0/24", "2001:db8::1"; false with a reason, to be freed with g_free(), for anything else. */
bool impsvc_parse_prefix(const char *text, impsvc_prefix *prefix, char **error);

/**
 * Why a text cannot be a cluster's name: two names that look alike would be two clusters.
 * @param address says whose row it is
 * @return to be freed with g_free(); NULL for a name that is fine
 */
char *impsvc_cluster_error(const char *name, const char *address);

#endif /* IMPSVC_NODE_TEXTS_H */
