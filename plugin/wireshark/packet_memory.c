/* packet_memory.c
 * What our dissectors leave for the post-dissector about the packet that is being dissected
 *
 * Wireshark's own p_add_proto_data() does this for any number of packets and protocols,
 * for 400 instructions each time; this costs 15.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/packet_memory.h"

static impsvc_packet_memory memory;

/* The pool that notifies us when a packet's memory ends, the number of the call-back that it does so with, and Wireshark's own
 * number of that. */
static wmem_allocator_t *watched;
static unsigned          watch;
static unsigned          watch_id;

/* A call-back stays with its pool as long as that is the one watched. */
/* cppcheck-suppress constParameter ; Wireshark says what it gets */
static impsvc_memory_bool end_of_packet(wmem_allocator_t *pool, wmem_cb_event_t event, void *number)
{
    if (memory.pool == pool)
        memory.pool = NULL;
    if (pool == watched && event == WMEM_CB_DESTROY_EVENT)
        watched = NULL;
    return pool == watched && GPOINTER_TO_UINT(number) == watch;
}

impsvc_packet_memory *impsvc_packet_memory_find(const packet_info *pinfo)
{
    return memory.pool == pinfo->pool ? &memory : NULL;
}

impsvc_packet_memory *impsvc_packet_memory_get(const packet_info *pinfo)
{
    if (memory.pool == pinfo->pool)
        return &memory;
    if (watched != pinfo->pool) {
        watched = pinfo->pool;
        watch_id = wmem_register_callback(watched, end_of_packet, GUINT_TO_POINTER(++watch));
    }
    memory = (impsvc_packet_memory){ .pool = pinfo->pool };
    return &memory;
}

/* Wireshark 4.2 unloads plugins before it destroys the last pool, which would call what is no longer there. */
static void leave_pool(void)
{
    if (watched != NULL)
        wmem_unregister_callback(watched, watch_id);
    watched = NULL;
}

void impsvc_packet_memory_register(void)
{
    register_shutdown_routine(leave_pool);
}

void impsvc_packet_note_outcome(const packet_info *pinfo, impsvc_protocols protocol, int used)
{
    if (protocol == 0 || used == 0 || pinfo->ptype != PT_TCP)
        return;
    if (pinfo->desegment_len != 0 && pinfo->desegment_offset == 0)
        impsvc_packet_memory_get(pinfo)->waiting |= protocol;
    else
        impsvc_packet_memory_get(pinfo)->dissected |= protocol;
}

bool impsvc_packet_others_seen(const packet_info *pinfo)
{
    const impsvc_packet_memory *known = impsvc_packet_memory_find(pinfo);

    return known != NULL && known->others_seen;
}

tvbuff_t *impsvc_packet_payload(const packet_info *pinfo)
{
    const impsvc_packet_memory *known = impsvc_packet_memory_find(pinfo);

    return known == NULL ? NULL : known->payload;
}
