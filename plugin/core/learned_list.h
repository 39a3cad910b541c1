/* learned_list.h
 * The addresses that were learned from the capture: nodes, and servers that nodes use
 *
 * Kept is a fixed number, whatever the capture; node_learning.c decides who is in it. Knows nothing of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_LEARNED_LIST_H
#define IMPSVC_LEARNED_LIST_H

#include <stddef.h>

#include "core/catalog.h"
#include "core/ip_address.h"

/** How many addresses can be learned from one file; a cluster has a dozen nodes and some dozen peers. */
#define IMPSVC_LEARNED_MAX 2048

/** What an address was learned from. */
typedef enum {
    IMPSVC_LEARNED_XCP,         /**< a component logged on to its XCP router, and it answers on another IM&P-only port */
    IMPSVC_LEARNED_PORTS,       /**< it answers on several ports that only IM&P uses */
    IMPSVC_LEARNED_PEER         /**< no node: a server that a node was seen to use */
} impsvc_learned_by;

typedef struct {
    impsvc_ip           address;
    impsvc_learned_by   by;
    const impsvc_entry *entry;      /**< the entry that settled it; a peer is this entry's listener */
    uint32_t            frame;      /**< where it was settled */
} impsvc_learned;

/** Whether an address that ends in a byte may be known: this rules out most others before they are looked up. */
bool impsvc_learned_may_end_in(uint8_t byte);

/** What was learned of an address, or NULL. Good until the list is cleared. */
const impsvc_learned *impsvc_learned_find(const impsvc_ip *address);

/**
 * One after the other, in no particular order.
 * @param at where the list is left off; begin with 0
 * @return NULL after the last
 */
const impsvc_learned *impsvc_learned_next(size_t *at);

/** Whether a learned address is a node, not a node's peer. */
bool impsvc_learned_is_node(const impsvc_learned *learned);

/** Whether anything was learned yet. */
bool impsvc_learning_any(void);

/** A number that changes whenever more, or less, is known of an address than before. */
uint32_t impsvc_learning_state(void);

/**
 * Take an address in. A peer may turn out to be a node, never the other way round; an address that was withdrawn does
 * not come back, and one for which there is no room is left out.
 */
void impsvc_learned_add(const impsvc_learned *learned);

/** A node turned out not to be one. */
void impsvc_learned_withdraw(const impsvc_ip *address);

/** Whether that happened to an address. */
bool impsvc_learned_was_withdrawn(const impsvc_ip *address);

/** Forget all of them. */
void impsvc_learned_clear(void);

#endif /* IMPSVC_LEARNED_LIST_H */
