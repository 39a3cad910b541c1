/* notes.c
 * What the plugin remembers of a conversation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "notes.h"

#include "packet_memory.h"
#include "plugin.h"

impsvc_ports_and_addresses impsvc_ends_of(const packet_info *pinfo)
{
    return (impsvc_ports_and_addresses){ pinfo->ptype, &pinfo->src, &pinfo->dst, pinfo->srcport, pinfo->destport };
}

/* A port's dissector, a heuristic and the post-dissector ask for the same conversation. */
static conversation_t *asked_before(const packet_info *pinfo, const impsvc_ports_and_addresses *ends)
{
    const impsvc_packet_memory *memory = impsvc_packet_memory_find(pinfo);

    return memory != NULL && memory->src_port == ends->src_port && memory->dst_port == ends->dst_port
           ? memory->conversation : NULL;
}

static void remember(const packet_info *pinfo, const impsvc_ports_and_addresses *ends, conversation_t *conversation)
{
    impsvc_packet_memory *memory = impsvc_packet_memory_get(pinfo);

    memory->conversation = conversation;
    memory->src_port = ends->src_port;
    memory->dst_port = ends->dst_port;
}

/* Not remembered for what an ICMP error quotes: those are the ends of another packet. */
conversation_t *impsvc_conversation(const packet_info *pinfo, const impsvc_ports_and_addresses *ends)
{
    bool own = ends->src == &pinfo->src;
    conversation_t *conversation = own ? asked_before(pinfo, ends) : NULL;

    if (conversation != NULL)
        return conversation;
    conversation = find_conversation(pinfo->num, ends->src, ends->dst, conversation_pt_to_conversation_type(ends->type),
                                     ends->src_port, ends->dst_port, 0);
    if (own)
        remember(pinfo, ends, conversation);
    return conversation;
}

/* Over UDP a dissector may begin another conversation between the same ends (SNMP's does). */
void impsvc_conversation_forget(const packet_info *pinfo)
{
    impsvc_packet_memory *memory = impsvc_packet_memory_find(pinfo);

    if (memory != NULL && pinfo->ptype == PT_UDP)
        memory->conversation = NULL;
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
