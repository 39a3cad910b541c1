/* node_learning.c
 * Which addresses are IM and Presence nodes, learned from what they answer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/node_learning.h"

#include "core/catalog_index.h"

#define SLOTS       4096    /* a power of two */
#define PROBES      16      /* how many slots an address may be in */
#define WRONG_MANY  3       /* this many ports that no node offers were answered: the address answers on anything */

/* Different ports, up to the number that matters. */
typedef struct {
    uint8_t  count;
    uint16_t ports[IMPSVC_PORTS_ENOUGH];
    uint64_t tables[IMPSVC_PORTS_ENOUGH];   /* the numbers, as bits, of all tables that a port stands in as IM&P's alone */
} port_set;

/* An address that may turn out to be a node. */
typedef struct {
    impsvc_ip address;
    bool      used;
    bool      xcp;      /* a component logged on to its XCP router */
    bool      foreign;  /* something else than IM&P answers on one of its IM&P-only ports */
    port_set  answers;  /* IM&P-only ports that it answers on, the XCP router's left out */
    port_set  wrong;    /* ports it answers on that no node offers to others */
} suspect;

static suspect  suspects[SLOTS];
static bool     suspected;      /* is there something to forget? */

void impsvc_learning_forget(void)
{
    impsvc_learned_clear();
    if (suspected)
        memset(suspects, 0, sizeof suspects);
    suspected = false;
}

static unsigned weight(const suspect *one)
{
    return (unsigned)one->xcp + one->foreign + one->answers.count + one->wrong.count;
}

static suspect *known_suspect(const impsvc_ip *address)
{
    unsigned at = impsvc_ip_hash(address) & (SLOTS - 1);

    for (unsigned i = 0; i < PROBES && suspects[(at + i) & (SLOTS - 1)].used; i++) {
        suspect *one = &suspects[(at + i) & (SLOTS - 1)];

        if (impsvc_ip_equal(&one->address, address))
            return one;
    }
    return NULL;
}

/* A place for an address that has none; where all are taken, the one that says least has to go. */
static suspect *new_suspect(const impsvc_ip *address)
{
    unsigned at = impsvc_ip_hash(address) & (SLOTS - 1);
    suspect *weakest = &suspects[at];

    for (unsigned i = 0; i < PROBES && weakest->used; i++) {
        suspect *one = &suspects[(at + i) & (SLOTS - 1)];

        if (!one->used || weight(one) < weight(weakest))
            weakest = one;
    }
    *weakest = (suspect){ .address = *address, .used = true };
    suspected = true;
    return weakest;
}

bool impsvc_learning_denies(const impsvc_ip *address)
{
    const suspect *one = known_suspect(address);

    return one != NULL ? one->foreign || one->wrong.count > 0 : impsvc_learned_was_withdrawn(address);
}

static bool has_port(const port_set *set, uint16_t port)
{
    for (uint8_t i = 0; i < set->count; i++)
        if (set->ports[i] == port)
            return true;
    return false;
}

/* Two tables have 6603 to 6605: which of them is meant goes by who asks, and says nothing of the port. */
static uint64_t tables_of(uint16_t port)
{
    uint64_t tables = 0;

    for (size_t i = 0; i < impsvc_list->entry_count; i++)
        if (impsvc_list->entries[i].distinctive && !impsvc_is_moved(&impsvc_list->entries[i], port))
            tables |= UINT64_C(1) << impsvc_list->entries[i].table;
    return tables;
}

/* The tables that have all the ports. */
static uint64_t shared_tables(const port_set *set)
{
    uint64_t shared = UINT64_MAX;

    for (uint8_t i = 0; i < set->count; i++)
        shared &= set->tables[i];
    return shared;
}

/* A full set takes another port only if then fewer tables have all its ports, and for one without which that is so, too. */
static void add_port(port_set *set, uint16_t port)
{
    uint64_t tables = tables_of(port);
    uint64_t wanted = shared_tables(set) & tables;

    if (has_port(set, port))
        return;
    if (set->count < IMPSVC_PORTS_ENOUGH) {
        set->ports[set->count] = port;
        set->tables[set->count++] = tables;
        return;
    }
    for (uint8_t i = 0; shared_tables(set) != wanted && i < set->count; i++) {
        port_set other = *set;

        other.ports[i] = port;
        other.tables[i] = tables;
        if (shared_tables(&other) == wanted)
            *set = other;
    }
}

/* A node offers this to nobody but itself, or uses it of others only; unless the document has it once more, for others. */
static bool is_wrong(const impsvc_entry *entry)
{
    if (entry->path_count > 0)
        return false;
    if (entry->reach == IMPSVC_REACH_LOCALHOST)
        return true;
    return !impsvc_roles[entry->to].in_cluster && !entry->bidirectional && !entry->nodes_listen;
}

static void settle(const impsvc_ip *address, impsvc_learned_by by, const impsvc_sighting *sighting)
{
    impsvc_learned_add(&(impsvc_learned){ *address, by, sighting->entry, sighting->frame });
}

/* Two kinds of evidence make a node: a component on its XCP router and another service of IM&P's; or services of IM&P's of
 * different kinds. One program's cluster may have many ports in a row: Redis takes 9001 to 9006. What answers on anything
 * accepts no component, so ports that no node offers to others count against ports only: a node may be too open. */
static void judge(const suspect *one, const impsvc_sighting *sighting)
{
    bool by_xcp = one->xcp && one->answers.count > 0;
    bool by_ports = one->answers.count >= IMPSVC_PORTS_ENOUGH && shared_tables(&one->answers) == 0
                    && one->wrong.count == 0;

    if (one->foreign || (one->wrong.count >= WRONG_MANY && !by_xcp))
        impsvc_learned_withdraw(&one->address);
    else if (by_xcp || by_ports)
        settle(&one->address, by_xcp ? IMPSVC_LEARNED_XCP : IMPSVC_LEARNED_PORTS, sighting);
}

/* A port that only IM&P uses answers: as IM&P's, as far as one can see, or visibly as something else. A port that is not the
 * list's is anybody's: there an accepted component is all that counts. */
static void note_distinctive(suspect *one, const impsvc_sighting *sighting, bool listed)
{
    if (sighting->foreign)
        one->foreign = one->foreign || listed;
    else if (sighting->xcp)
        one->xcp = true;
    else if (!sighting->entry->xcp && listed)
        add_port(&one->answers, sighting->port);
}

/* A host that answers on anything (a trap for scanners, a proxy) also answers on ports that a node offers to itself only. */
static void note_listener(const impsvc_sighting *sighting)
{
    const impsvc_entry *entry = sighting->entry;
    bool listed = !impsvc_is_moved(entry, sighting->port);
    bool wrong = listed && is_wrong(entry) && !impsvc_ip_equal(&sighting->initiator, &sighting->listener);
    suspect *one;

    if (!entry->distinctive && !wrong)
        return;
    one = known_suspect(&sighting->listener);
    if (one == NULL)
        one = new_suspect(&sighting->listener);
    if (entry->distinctive)
        note_distinctive(one, sighting, listed);
    if (wrong)
        add_port(&one->wrong, sighting->port);
    judge(one, sighting);
}

/* Asking a node makes nobody a node, nor does being asked by one: monitors ask, and databases are asked. */
void impsvc_learn(const impsvc_sighting *sighting)
{
    const impsvc_entry *entry = sighting->entry;

    if (sighting->listener_is_configured)
        return;
    note_listener(sighting);
    if (sighting->initiator_is_node && !impsvc_ip_equal(&sighting->initiator, &sighting->listener)
        && !sighting->listener_is_node && (!impsvc_roles[entry->to].in_cluster || entry->bidirectional))
        settle(&sighting->listener, IMPSVC_LEARNED_PEER, sighting);
}
