/* other_lists.h
 * What is known of a port that the list at hand does not have: other releases' lists, and facts of releases without one
 *
 * Knows nothing of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_OTHER_LISTS_H
#define IMPSVC_OTHER_LISTS_H

#include "core/release.h"

/** A port in use at a node. */
typedef struct {
    uint8_t  transport;     /**< IMPSVC_TCP (which carries TLS too) or IMPSVC_UDP */
    uint16_t port;          /**< the listener's */
    bool     listens;       /**< whether the node is the listener; otherwise it asks another host there */
} impsvc_port_use;

/** What explains a use: an entry of another list, or a fact. One of the two is NULL. */
typedef struct {
    const impsvc_entry *entry;
    const impsvc_fact  *fact;
} impsvc_explanation;

/** Whether an entry has a port with a node on the side where one is. */
bool impsvc_entry_explains(const impsvc_entry *entry, const impsvc_port_use *use);

/** Whether a release's list has a port with a node on the side where one is. */
bool impsvc_release_explains(const impsvc_release *release, const impsvc_port_use *use);

/** Calls for everything that explains a use, besides the list at hand: lists in the catalog's order, then facts. */
void impsvc_explain(const impsvc_port_use *use, void (*call)(const impsvc_explanation *explanation, void *data), void *data);

#endif /* IMPSVC_OTHER_LISTS_H */
