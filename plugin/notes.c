/* notes.c
 * What the plugin remembers of a conversation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "notes.h"

#include "plugin.h"

impsvc_ports_and_addresses impsvc_ends_of(const packet_info *pinfo)
{
    return (impsvc_ports_and_addresses){ pinfo->ptype, &pinfo->src, &pinfo->dst, pinfo->srcport, pinfo->destport };
}

/* What was looked up last. A port's dissector, a heuristic and the post-dissector ask for the same conversation. */
static struct {
    const packet_info         *pinfo;
    uint32_t                   frame;
    bool                       visited;
    impsvc_ports_and_addresses ends;
    const void                *src_bytes;
    conversation_t            *conversation;
} last;

static bool is_last(const packet_info *pinfo, const impsvc_ports_and_addresses *ends)
{
    return last.conversation != NULL && last.frame == pinfo->num && last.pinfo == pinfo
           && last.visited == (bool)PINFO_FD_VISITED(pinfo) && last.ends.type == ends->type
           && last.ends.src_port == ends->src_port && last.ends.dst_port == ends->dst_port && last.ends.src == ends->src && last.src_bytes == ends->src->data;
}

/* Only of TCP: a dissector over UDP may begin another conversation between the same ends (SNMP's does). */
conversation_t *impsvc_conversation(const packet_info *pinfo, const impsvc_ports_and_addresses *ends)
{
    conversation_t *found;

    if (ends->type == PT_TCP && is_last(pinfo, ends))
        return last.conversation;
    found = find_conversation(pinfo->num, ends->src, ends->dst, conversation_pt_to_conversation_type(ends->type),
                              ends->src_port, ends->dst_port, 0);
    last.pinfo = pinfo;
    last.frame = pinfo->num;
    last.visited = PINFO_FD_VISITED(pinfo);
    last.ends = *ends;
    last.src_bytes = ends->src->data;
    last.conversation = found;
    return found;
}

static void forget(void)
{
    memset(&last, 0, sizeof last);
}

void impsvc_notes_register(void)
{
    register_init_routine(forget);
}

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
