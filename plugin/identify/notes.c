/* notes.c
 * What the plugin remembers of a conversation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/notes.h"

#include "wireshark/own_protocol.h"

impsvc_notes *impsvc_notes_find(const conversation_t *conversation)
{
    return conversation == NULL ? NULL : (impsvc_notes *)conversation_get_proto_data(conversation, impsvc_proto());
}

impsvc_notes *impsvc_notes_make(conversation_t *conversation)
{
    impsvc_notes *notes = impsvc_notes_find(conversation);

    if (notes == NULL) {
        notes = wmem_new0(wmem_file_scope(), impsvc_notes);
        conversation_add_proto_data(conversation, impsvc_proto(), notes);
    }
    return notes;
}

uint32_t *impsvc_notes_problem_frame(impsvc_notes *notes, size_t problem)
{
    if (notes->problem_frames == NULL)
        notes->problem_frames = wmem_alloc0_array(wmem_file_scope(), uint32_t, IMPSVC_PROBLEMS);
    return &notes->problem_frames[problem];
}

const impsvc_entry *impsvc_notes_named(const impsvc_notes *notes, uint32_t frame)
{
    if (notes == NULL || notes->named == NULL)
        return NULL;
    return (const impsvc_entry *)wmem_tree_lookup32_le(notes->named, frame);
}

void impsvc_notes_set_named(impsvc_notes *notes, uint32_t frame, const impsvc_entry *entry)
{
    if (notes->named == NULL)
        notes->named = wmem_tree_new(wmem_file_scope());
    if (impsvc_notes_named(notes, frame) != entry)
        wmem_tree_insert32(notes->named, frame, (void *)(uintptr_t)entry);
}
