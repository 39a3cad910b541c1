/* learned_list.c
 * The addresses that were learned from the capture: nodes, and servers that nodes use
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/learned_list.h"

#include <string.h>

#define SLOTS       4096    /* a power of two */
#define PROBES      16      /* how many slots an address may be in */

typedef struct {
    bool           used;
    bool           withdrawn;
    impsvc_learned learned;
} slot;

static slot     slots[SLOTS];
static bool     last_bytes[UINT8_MAX + 1];  /* of the addresses in the slots */
static unsigned learned_count;
static bool     anything;       /* is there something to forget? */
static uint32_t state;          /* how often that has changed */

/* The slot of an address or, if it has none, one that it may take: a free one, or that of an address which
 * is no longer taken for a node. NULL where all the slots it may be in are in use. */
static slot *find_slot(const impsvc_ip *address)
{
    unsigned at = impsvc_ip_hash(address) & (SLOTS - 1);
    slot *room = NULL;

    for (unsigned i = 0; i < PROBES; i++) {
        slot *one = &slots[(at + i) & (SLOTS - 1)];

        if (one->used && impsvc_ip_equal(&one->learned.address, address))
            return one;
        if (room == NULL && (!one->used || one->withdrawn))
            room = one;
        if (!one->used)
            break;
    }
    return room;
}

static bool is_of(const slot *place, const impsvc_ip *address)
{
    return place != NULL && place->used && !place->withdrawn && impsvc_ip_equal(&place->learned.address, address);
}

bool impsvc_learned_may_end_in(uint8_t byte)
{
    return last_bytes[byte];
}

const impsvc_learned *impsvc_learned_find(const impsvc_ip *address)
{
    const slot *found;

    if (!impsvc_learned_may_end_in(address->bytes[15]))
        return NULL;
    found = find_slot(address);
    return is_of(found, address) ? &found->learned : NULL;
}

bool impsvc_learned_is_node(const impsvc_learned *learned)
{
    return learned->by != IMPSVC_LEARNED_PEER;
}

const impsvc_learned *impsvc_learned_next(size_t *at)
{
    while (*at < SLOTS) {
        const slot *one = &slots[(*at)++];

        if (one->used && !one->withdrawn)
            return &one->learned;
    }
    return NULL;
}

bool impsvc_learning_any(void)
{
    return learned_count > 0;
}

uint32_t impsvc_learning_state(void)
{
    return state;
}

void impsvc_learned_clear(void)
{
    state++;
    if (!anything)
        return;
    memset(slots, 0, sizeof slots);
    memset(last_bytes, 0, sizeof last_bytes);
    learned_count = 0;
    anything = false;
}

void impsvc_learned_add(const impsvc_learned *learned)
{
    const impsvc_ip *address = &learned->address;
    slot *place = find_slot(address);
    bool known = is_of(place, address);

    if (place == NULL || (!known && learned_count == IMPSVC_LEARNED_MAX))
        return;
    if (known && (place->learned.by != IMPSVC_LEARNED_PEER || learned->by == IMPSVC_LEARNED_PEER))
        return;
    if (place->withdrawn && impsvc_ip_equal(&place->learned.address, address))
        return;
    if (!known)
        learned_count++;
    *place = (slot){ true, false, *learned };
    last_bytes[address->bytes[15]] = true;
    anything = true;
    state++;
}

void impsvc_learned_withdraw(const impsvc_ip *address)
{
    slot *place = find_slot(address);

    if (!is_of(place, address) || place->learned.by == IMPSVC_LEARNED_PEER)
        return;
    place->withdrawn = true;
    learned_count--;
    state++;
}

bool impsvc_learned_was_withdrawn(const impsvc_ip *address)
{
    const slot *place = find_slot(address);

    return place != NULL && place->used && place->withdrawn && impsvc_ip_equal(&place->learned.address, address);
}
