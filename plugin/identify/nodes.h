/* nodes.h
 * What is known of an address: configured by the user, or learned from the capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_NODES_H
#define IMPSVC_NODES_H

#include "wireshark/compat.h"

#include "core/node_learning.h"

/** How an address is known; the larger, the surer. */
typedef enum {
    IMPSVC_NODE_UNKNOWN,
    IMPSVC_NODE_LEARNED,
    IMPSVC_NODE_CONFIGURED
} impsvc_node_source;

/** An address, and what is known of it. */
typedef struct {
    impsvc_node_source    source;
    bool                  is_node;  /**< an IM and Presence server; otherwise one of the catalog's outside roles */
    uint8_t               role;     /**< of a configured one: see impsvc_configured_role_name() */
    const char           *name;     /**< of a configured one, as the user calls it; NULL if the user does not */
    uint32_t              cluster;  /**< of a configured one: see impsvc_configured_host */
    uint8_t               kinds;    /**< which kinds of node it may be, as impsvc_known has them */
    const impsvc_learned *learned;  /**< of a learned one */
} impsvc_node;

/** Register the table impsvc_nodes and the preference impsvc.learn_nodes. */
void impsvc_nodes_register(module_t *preferences);

/** The user changed a setting: Wireshark is about to dissect the open file once more, and what it has taught stays known. */
void impsvc_nodes_keep(void);

/** What was learned is forgotten: another list is at hand, which says of other ports that they are a node's. */
void impsvc_nodes_forget(void);

/** See a file's first packet: if another file was opened after all, what was kept is forgotten. */
void impsvc_nodes_see_first(const packet_info *pinfo);

/**
 * Look an address up. Of a host in several rows the one counts that fits the entry: what the list has on the host's side, else
 * anything that the entry has at an end.
 * @param listens whether the address is the listener's
 */
impsvc_node impsvc_node_at(const address *addr, const impsvc_entry *entry, bool listens);

/** Whether an address is a node's; most that are not are told without looking them up. */
bool impsvc_is_node_at(const address *addr);

/** What is known of an address, whatever service is asked about: whether it is a node in any row, and what the user calls it. */
impsvc_node impsvc_node_of(const impsvc_ip *ip);

/** Whether anybody is known; when not, nothing that depends on nodes need be asked. */
bool impsvc_nodes_known(void);

/** Whether learning is switched on. */
bool impsvc_nodes_learn(void);

#endif /* IMPSVC_NODES_H */
