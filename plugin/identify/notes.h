/* notes.h
 * What the plugin remembers of a conversation
 *
 * Kept with Wireshark's own conversation, in memory of the file, and only for
 * conversations of which there is something to remember: about 150 bytes each
 * with Wireshark's bookkeeping. Nothing is kept for a packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_NOTES_H
#define IMPSVC_NOTES_H

#include "core/catalog.h"
#include "wireshark/conversations.h"

typedef struct {
    uint32_t            protocol;       /**< the protocol that agreed, 0: none yet */
    uint32_t            protocol_frame; /**< where it was seen first */
    bool                listener_spoke; /**< it has sent payload */
    uint8_t             taught;         /**< what it has taught of nodes: see remember.c */
    bool                told_all;       /**< its next payload can tell nothing new, unless it is a request or a greeting inside TLS, */
    uint32_t            told_state;     /**< … or its ends became nodes since this was impsvc_learning_state() */
    uint32_t            xcp_frame;      /**< where an XCP component stream was seen first, or 0 */
    bool                xcp_named;      /**< the stream has the namespace of XCP components, in a head of either end */
    bool                foreign;        /**< what goes on in it is not the entry's protocol: somebody else's program */
    uint32_t            asked_frame;    /**< the first message that says of itself who asks, or 0 */
    bool                notice;         /**< … it is a notification */
    bool                first_asks;     /**< … whoever sent the conversation's first packet */
    impsvc_protocols    asked_in;       /**< … of this protocol */
    bool                no_component;   /**< the stream said that it is a client's or another server's */
    uint32_t           *problem_frames; /**< by problem: the first frame known to have it; NULL: none has any */
    const char         *detail;         /**< what holds for all of it: component, TLS server name; NULL: nothing */
    uint32_t            detail_frame;   /**< where that was said */
    wmem_tree_t        *named;          /**< by frame: the entry that the payload named from there on; NULL: none yet */
    const impsvc_entry *found;          /**< the entry a heuristic found on a port the document does not list, or NULL */
    bool                found_late;     /**< … in a second pass only */
    uint16_t            found_port;     /**< its listener's port */
    const impsvc_entry *alternative;    /**< another entry that fitted as well at first, or NULL */
    uint32_t            settled_frame;  /**< where that was settled; 0: not yet */
} impsvc_notes;

/** The notes of a conversation; NULL for none. */
impsvc_notes *impsvc_notes_find(const conversation_t *conversation);

/** The same, made if there are none. */
impsvc_notes *impsvc_notes_make(conversation_t *conversation);

/** The most problems that a conversation can have. */
#define IMPSVC_PROBLEMS 8

/** The place for the first frame of a conversation that has a problem, from 0; the frame is 0 as long as there is none. */
uint32_t *impsvc_notes_problem_frame(impsvc_notes *notes, size_t problem);

/** The entry that the payload of this or an earlier packet names, or NULL. */
const impsvc_entry *impsvc_notes_named(const impsvc_notes *notes, uint32_t frame);

/** Note that from a frame on the payload names an entry. */
void impsvc_notes_set_named(impsvc_notes *notes, uint32_t frame, const impsvc_entry *entry);

#endif /* IMPSVC_NOTES_H */
