/* protocols.c
 * Which of the catalog's protocols Wireshark found in a packet
 *
 * Asked for every packet on a catalogue port, so the way from a protocol's id to
 * its bit is a small hash table without chains.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/protocols.h"

#include "core/catalog_index.h"
#include "wireshark/packet_memory.h"

#define SLOTS 128   /* a power of two, more than twice the protocols */

typedef struct {
    int              id;     /* 0: free; Wireshark gives no protocol the id 0 a catalog could name */
    impsvc_protocols bit;
} slot;

static slot slots[SLOTS];

static slot *slot_of(int id)
{
    unsigned at = (unsigned)id & (SLOTS - 1);

    while (slots[at].id != 0 && slots[at].id != id)
        at = (at + 1) & (SLOTS - 1);
    return &slots[at];
}

static void set(const char *name, impsvc_protocols bit)
{
    int id = proto_get_id_by_filter_name(name);

    if (id > 0)
        *slot_of(id) = (slot){ id, bit };
}

void impsvc_protocols_init(void)
{
    for (unsigned number = 0; impsvc_protocol_name(number) != NULL; number++)
        set(impsvc_protocol_name(number), UINT32_C(1) << number);
    /* The document's ICMP row means ICMP of either address family. */
    set("icmpv6", IMPSVC_PROTOCOL_ICMP);
}

impsvc_protocols impsvc_protocol_of_id(int id)
{
    return slot_of(id)->bit;
}

impsvc_protocols impsvc_protocols_seen(const packet_info *pinfo)
{
    const impsvc_packet_memory *memory = impsvc_packet_memory_find(pinfo);
    impsvc_protocols seen = 0;

    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != NULL; layer = wmem_list_frame_next(layer))
        seen |= slot_of(GPOINTER_TO_INT(wmem_list_frame_data(layer)))->bit;
    return memory == NULL ? seen : seen & ~(memory->waiting & ~memory->dissected);
}

const char *impsvc_protocols_label(impsvc_protocols protocols)
{
    const char *name = impsvc_protocols_first_name(protocols);

    return name == NULL ? NULL : proto_get_protocol_short_name(find_protocol_by_id(proto_get_id_by_filter_name(name)));
}
