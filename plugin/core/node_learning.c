/* node_learning.c
 * Which addresses are IM and Presence nodes, learned from what they answer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/node_learning.h"


#define SLOTS       4096    /* of either table; a power of two */
#define PROBES      16      /* how many slots an address may be in */
#define PORT_BITS   64      /* different IM&P-only ports, and ports a node has not: one bit each */
#define WRONG_MANY  3       /* this many ports that no node offers were answered: the address answers on anything */

/* An address that may turn out to be a node. Bits: see port_bit(). */
typedef struct {
    impsvc_ip address;
    bool      used;
    uint64_t  answers;  /* IM&P-only ports it answers on */
    uint64_t  asks;     /* … that it uses of nodes */
    uint64_t  wrong;    /* ports it answers on, or asks for, that no node offers to others */
} suspect;

typedef struct {
    bool           used;
    bool           withdrawn;
    impsvc_learned learned;
} slot;

static suspect  suspects[SLOTS];
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

bool impsvc_learning_any(void)
{
    return learned_count > 0;
}

uint32_t impsvc_learning_state(void)
{
    return state;
}

void impsvc_learning_forget(void)
{
    state++;
    if (!anything)
        return;
    memset(suspects, 0, sizeof suspects);
    memset(slots, 0, sizeof slots);
    memset(last_bytes, 0, sizeof last_bytes);
    learned_count = 0;
    anything = false;
}

/* A peer may turn out to be a node, never the other way round. An address that is no longer taken for a node
 * becomes one again by XCP only. */
static void settle(const impsvc_ip *address, impsvc_learned_by by, const impsvc_sighting *sighting)
{
    slot *place = find_slot(address);
    bool known = is_of(place, address);

    if (place == NULL || (!known && learned_count == IMPSVC_LEARNED_MAX))
        return;
    if (known && (place->learned.by != IMPSVC_LEARNED_PEER || by == IMPSVC_LEARNED_PEER))
        return;
    if (place->withdrawn && impsvc_ip_equal(&place->learned.address, address) && by != IMPSVC_LEARNED_XCP)
        return;
    if (!known)
        learned_count++;
    *place = (slot){ true, false, { *address, by, sighting->entry, sighting->frame } };
    last_bytes[address->bytes[15]] = true;
    anything = true;
    state++;
}

static void withdraw(const impsvc_ip *address)
{
    slot *place = find_slot(address);

    if (!is_of(place, address) || place->learned.by == IMPSVC_LEARNED_XCP || place->learned.by == IMPSVC_LEARNED_PEER)
        return;
    place->withdrawn = true;
    learned_count--;
    state++;
}

static unsigned count(uint64_t bits)
{
    unsigned set = 0;

    for (; bits != 0; bits &= bits - 1)
        set++;
    return set;
}

static unsigned weight(const suspect *one)
{
    return count(one->answers | one->asks | one->wrong);
}

/* The address's own place; where all are taken, the one that says least has to go. */
static suspect *find_suspect(const impsvc_ip *address)
{
    unsigned at = impsvc_ip_hash(address) & (SLOTS - 1);
    suspect *weakest = &suspects[at];

    for (unsigned i = 0; i < PROBES; i++) {
        suspect *one = &suspects[(at + i) & (SLOTS - 1)];

        if (one->used && impsvc_ip_equal(&one->address, address))
            return one;
        if (!one->used || weight(one) < weight(weakest))
            weakest = one;
        if (!one->used)
            break;
    }
    *weakest = (suspect){ .address = *address, .used = true };
    anything = true;
    return weakest;
}

/* Ports get their bits in the order of the catalog: the n-th port for which
 * counts() is true. Several entries on one port share the first's bit. */
static uint64_t port_bit(uint8_t transport, uint16_t port, bool (*counts)(const impsvc_entry *entry))
{
    unsigned bit = 0;

    for (size_t i = 0; i < impsvc_entry_count; i++) {
        const impsvc_entry *entry = &impsvc_entries[i];
        bool udp = transport == IMPSVC_UDP;

        if (!counts(entry))
            continue;
        for (uint8_t j = 0; j < entry->port_count && bit < PORT_BITS; j++, bit++)
            if (entry->ports[j] == port
                && (entry->transports & (udp ? IMPSVC_UDP : IMPSVC_TCP | IMPSVC_TLS)) != 0)
                return UINT64_C(1) << bit;
    }
    return 0;
}

static bool is_distinctive(const impsvc_entry *entry)
{
    return entry->distinctive;
}

/* A node offers this to nobody but itself, or uses it of others only. */
static bool is_wrong(const impsvc_entry *entry)
{
    if (entry->reach == IMPSVC_REACH_LOCALHOST)
        return true;
    return !impsvc_roles[entry->to].in_cluster && !entry->bidirectional && !entry->nodes_listen;
}

/* A host that answers on anything (a trap for scanners, a proxy) answers on these, too;
 * and a scanner asks for them. */
static void note_wrong(const impsvc_ip *address, const impsvc_sighting *sighting)
{
    suspect *one = find_suspect(address);

    one->wrong |= port_bit(sighting->transport, sighting->port, is_wrong);
    if (count(one->wrong) >= WRONG_MANY)
        withdraw(address);
}

/* Several ports that only IM&P uses, answered by one address. */
static void note_answer(const impsvc_sighting *sighting)
{
    suspect *one = find_suspect(&sighting->listener);

    one->answers |= port_bit(sighting->transport, sighting->port, is_distinctive);
    if (count(one->answers) >= IMPSVC_PORTS_ENOUGH && one->wrong == 0)
        settle(&sighting->listener, IMPSVC_LEARNED_PORTS, sighting);
}

/* Whoever uses several such ports of nodes and none that is no node's business. */
static void note_question(const impsvc_sighting *sighting)
{
    suspect *one = find_suspect(&sighting->initiator);

    one->asks |= port_bit(sighting->transport, sighting->port, is_distinctive);
    if (count(one->asks) >= IMPSVC_PORTS_ENOUGH && one->wrong == 0)
        settle(&sighting->initiator, IMPSVC_LEARNED_CALLS, sighting);
}

static bool is_within_cluster(const impsvc_entry *entry)
{
    return impsvc_roles[entry->from].in_cluster && impsvc_roles[entry->to].in_cluster;
}

/* Ports alone made it a node: scanners and hosts that answer on anything can look so for a while. */
static bool is_doubtful(const impsvc_ip *address)
{
    const impsvc_learned *learned = impsvc_learned_find(address);

    return learned != NULL && (learned->by == IMPSVC_LEARNED_PORTS || learned->by == IMPSVC_LEARNED_CALLS);
}

/* Whether a node's calls say anything of those it calls. One that is known for its calls only may be
 * somebody's scanner or monitor. */
static bool may_teach(const impsvc_sighting *sighting)
{
    const impsvc_learned *learned = impsvc_learned_find(&sighting->initiator);

    return sighting->initiator_is_node && (learned == NULL || learned->by != IMPSVC_LEARNED_CALLS);
}

/* Ports that only IM&P uses, between two hosts. */
static void learn_from_distinctive(const impsvc_sighting *sighting)
{
    if (sighting->xcp) {
        settle(&sighting->listener, IMPSVC_LEARNED_XCP, sighting);
        settle(&sighting->initiator, IMPSVC_LEARNED_XCP, sighting);
        return;
    }
    if (may_teach(sighting) && is_within_cluster(sighting->entry))
        settle(&sighting->listener, IMPSVC_LEARNED_CALLED, sighting);
    if (sighting->listener_is_node && is_within_cluster(sighting->entry) && !sighting->initiator_is_node)
        note_question(sighting);
    if (!sighting->listener_is_node)
        note_answer(sighting);
}

void impsvc_learn(const impsvc_sighting *sighting)
{
    const impsvc_entry *entry = sighting->entry;

    if (impsvc_ip_equal(&sighting->initiator, &sighting->listener)) {
        if (sighting->xcp)
            settle(&sighting->listener, IMPSVC_LEARNED_XCP, sighting);
        return;     /* what a host says to itself proves little else */
    }
    if (entry->distinctive)
        learn_from_distinctive(sighting);
    if (is_wrong(entry) && (!sighting->initiator_is_node || is_doubtful(&sighting->initiator))) {
        note_wrong(&sighting->listener, sighting);
        if (entry->reach == IMPSVC_REACH_LOCALHOST)
            note_wrong(&sighting->initiator, sighting);
    }
    if (may_teach(sighting) && !sighting->listener_is_node
        && (!impsvc_roles[entry->to].in_cluster || entry->bidirectional))
        settle(&sighting->listener, IMPSVC_LEARNED_PEER, sighting);
}
