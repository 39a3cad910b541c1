/* plan_lanes.c
 * What of the port list can be in a plan, without hosts: which service goes from whom to whom, to which port
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/plan_lanes.h"

#include "core/catalog_index.h"

#define TCP_AND_TLS (IMPSVC_TCP | IMPSVC_TLS)

/* A port that the user moved an entry to. */
typedef struct {
    const impsvc_entry *entry;
    uint8_t             transport;
    uint16_t            port;
} move;

static void add_moves_on(GArray *moves, uint8_t transport)
{
    for (uint32_t number = 1; number <= UINT16_MAX; number++) {
        const impsvc_port *port = impsvc_port_find(transport, (uint16_t)number);

        for (uint8_t i = 0; port != NULL && i < port->moved; i++) {
            move one = { port->listeners[i], transport, (uint16_t)number };

            g_array_append_val(moves, one);
        }
    }
}

/* The ends of an entry: those of its row, or where the document lists it once more. */
typedef struct {
    uint8_t           from;
    uint8_t           to;
    bool              bidirectional;
    uint8_t           transports;
    impsvc_port_range sources;
} row;

/* Any role in the cluster is any node's, unless it is for one kind of them. */
static bool covers(uint8_t role, uint8_t other)
{
    if (role == other)
        return true;
    return impsvc_roles[role].in_cluster && impsvc_roles[other].in_cluster
           && (impsvc_roles[role].kind == IMPSVC_KIND_ANY || impsvc_roles[role].kind == impsvc_roles[other].kind);
}

/* Whether a lane has all that another has. */
static bool includes(const impsvc_plan_lane *lane, const impsvc_plan_lane *other)
{
    bool any_source = lane->sources.first == 0 || (lane->sources.first <= other->sources.first && other->sources.last <= lane->sources.last);

    return lane->port == other->port && covers(lane->from, other->from) && covers(lane->to, other->to) && any_source;
}

/* Whether the way back is another: between two nodes of any kind each is the initiator anyway. */
static bool has_two_ways(uint8_t from, uint8_t to)
{
    return impsvc_roles[from].in_cluster != impsvc_roles[to].in_cluster || impsvc_roles[from].kind != impsvc_roles[to].kind;
}

/* An entry is in at most a few transports, which often have the same port: that is one lane. So is what the document has twice. */
static void add_port(GArray *lanes, unsigned first, const impsvc_plan_lane *lane)
{
    for (unsigned i = first; i < lanes->len; i++) {
        impsvc_plan_lane *one = &g_array_index(lanes, impsvc_plan_lane, i);

        if (includes(one, lane)) {
            one->transports |= lane->transports;
            return;
        }
    }
    g_array_append_vals(lanes, lane, 1);
}

/* Both ways, if the row goes both ways. */
static void add_ways(GArray *lanes, unsigned first, const impsvc_entry *entry, const row *ends, uint16_t port, uint8_t transports)
{
    impsvc_plan_lane lane = { entry, ends->from, ends->to, port, transports, ends->sources };

    add_port(lanes, first, &lane);
    if (ends->bidirectional && has_two_ways(ends->from, ends->to)) {
        lane.from = ends->to;
        lane.to = ends->from;
        add_port(lanes, first, &lane);
    }
}

/* transports: those of the row's that have the ports of one carrier. Where the user says that a service was moved, it is there. */
static void add_ports(GArray *lanes, unsigned first, const impsvc_entry *entry, const row *ends, uint8_t transports, const GArray *moves)
{
    bool moved = false;

    for (unsigned i = 0; transports != 0 && i < moves->len; i++) {
        const move *one = &g_array_index(moves, move, i);

        if (one->entry == entry && one->transport == impsvc_transport_of_carrier(transports)) {
            add_ways(lanes, first, entry, ends, one->port, transports);
            moved = true;
        }
    }
    for (uint8_t i = 0; transports != 0 && !moved && i < entry->port_count; i++)
        add_ways(lanes, first, entry, ends, entry->ports[i], transports);
}

static void add_row(GArray *lanes, unsigned first, const impsvc_entry *entry, const row *ends, const GArray *moves)
{
    if (entry->port_count == 0) {
        add_ways(lanes, first, entry, ends, 0, ends->transports);
        return;
    }
    add_ports(lanes, first, entry, ends, ends->transports & TCP_AND_TLS, moves);
    add_ports(lanes, first, entry, ends, ends->transports & IMPSVC_UDP, moves);
}

static int by_port(const void *a, const void *b)
{
    const impsvc_plan_lane *one = (const impsvc_plan_lane *)a;
    const impsvc_plan_lane *other = (const impsvc_plan_lane *)b;

    if (one->entry != other->entry)
        return one->entry < other->entry ? -1 : 1;
    if (one->port != other->port)
        return one->port < other->port ? -1 : 1;
    return (one->from == one->entry->to) - (other->from == other->entry->to);    /* which way the row goes comes first */
}

/* A table of one node's traffic with itself is as little in a plan as a service for the local host. */
static bool leaves_the_host(const impsvc_entry *entry)
{
    return entry->reach != IMPSVC_REACH_LOCALHOST && entry->ends != IMPSVC_ENDS_ONE_NODE;
}

static bool has_node(const row *ends)
{
    return impsvc_roles[ends->from].in_cluster || impsvc_roles[ends->to].in_cluster;
}

static void add_entry(GArray *lanes, const impsvc_entry *entry, const GArray *moves)
{
    unsigned first = lanes->len;
    row ends = { entry->from, entry->to, entry->bidirectional, entry->transports, entry->sources };

    if (leaves_the_host(entry) && has_node(&ends))
        add_row(lanes, first, entry, &ends, moves);
    for (uint8_t i = 0; i < entry->path_count; i++) {
        const impsvc_path *path = &entry->paths[i];

        ends = (row){ path->from, path->to, path->bidirectional, path->transports, path->sources };
        if (has_node(&ends))
            add_row(lanes, first, entry, &ends, moves);
    }
}

GArray *impsvc_plan_lanes(void)
{
    GArray *lanes = g_array_new(FALSE, FALSE, sizeof(impsvc_plan_lane));
    GArray *moves = g_array_new(FALSE, FALSE, sizeof(move));

    add_moves_on(moves, IMPSVC_TCP);
    add_moves_on(moves, IMPSVC_UDP);
    for (size_t i = 0; i < impsvc_list->entry_count; i++)
        add_entry(lanes, &impsvc_list->entries[i], moves);
    g_array_sort(lanes, by_port);
    g_array_free(moves, TRUE);
    return lanes;
}
