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

#include "core/learned_list.h"

/** An address without an XCP router must answer on this many IM&P-only ports, which are not all of one table. */
#define IMPSVC_PORTS_ENOUGH 3

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

/** Whether something that an address answers speaks against its being a node. */
bool impsvc_learning_denies(const impsvc_ip *address);

/** Start anew, with a new file. */
void impsvc_learning_forget(void);

#endif /* IMPSVC_NODE_LEARNING_H */
