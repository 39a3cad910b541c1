/* node_learning.h
 * Which addresses are IM and Presence nodes, learned from what they answer
 *
 * One answered port proves nothing: 8500 is Consul's elsewhere. The rules, with
 * their reasons, stand in node_learning.c. What is kept does not grow with the
 * capture: a fixed number of nodes and of suspects. Knows nothing of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_NODE_LEARNING_H
#define IMPSVC_NODE_LEARNING_H

#include "core/catalog.h"
#include "core/ip_address.h"

/** How many addresses can be learned from one file; a cluster has a dozen nodes and some dozen peers. */
#define IMPSVC_LEARNED_MAX 2048

/** An address without an XCP router must answer on this many IM&P-only ports, which are not all of one table. */
#define IMPSVC_PORTS_ENOUGH 3

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

/** What a conversation in which the listener has sent payload shows. */
typedef struct {
    const impsvc_entry *entry;
    uint16_t            port;               /**< the listener's */
    impsvc_ip           initiator;
    impsvc_ip           listener;
    bool                initiator_is_node;
    bool                listener_is_node;
    bool                listener_is_configured; /**< the user says what the listener is: nothing is learned of it */
    bool                xcp;                /**< a component's stream was accepted in it */
    bool                foreign;            /**< what goes on in it is not the entry's protocol */
    uint32_t            frame;
} impsvc_sighting;

/** Learn from a conversation. Saying the same again does no harm and teaches nothing. */
void impsvc_learn(const impsvc_sighting *sighting);

/** Whether an address that ends in a byte may be known: this rules out most others before they are looked up. */
bool impsvc_learned_may_end_in(uint8_t byte);

/** What was learned of an address, or NULL. Good until impsvc_learning_forget(). */
const impsvc_learned *impsvc_learned_find(const impsvc_ip *address);

/** Whether a learned address is a node, not a node's peer. */
bool impsvc_learned_is_node(const impsvc_learned *learned);

/** Whether anything was learned yet. */
bool impsvc_learning_any(void);

/** A number that changes whenever more, or less, is known of an address than before. */
uint32_t impsvc_learning_state(void);

/** Start anew, with a new file. */
void impsvc_learning_forget(void);

#endif /* IMPSVC_NODE_LEARNING_H */
