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

/* An entry is in at most a few transports, which often have the same port: that is one lane. */
static void add_port(GArray *lanes, unsigned first, const impsvc_plan_lane *lane)
{
    for (unsigned i = first; i < lanes->len; i++) {
        impsvc_plan_lane *one = &g_array_index(lanes, impsvc_plan_lane, i);

        if (one->port == lane->port && one->from == lane->from) {
            one->transports |= lane->transports;
            return;
        }
    }
    g_array_append_vals(lanes, lane, 1);
}

/* Both ways, if the row goes both ways. Between nodes each is the initiator anyway. */
static void add_ways(GArray *lanes, unsigned first, const impsvc_entry *entry, uint16_t port, uint8_t transports)
{
    impsvc_plan_lane lane = { entry, entry->from, entry->to, port, transports };

    add_port(lanes, first, &lane);
    if (entry->bidirectional && impsvc_roles[entry->from].in_cluster != impsvc_roles[entry->to].in_cluster) {
        lane.from = entry->to;
        lane.to = entry->from;
        add_port(lanes, first, &lane);
    }
}

/* transports: those of the entry's that have the ports of one carrier. Where the user says that a service was moved, it is there. */
static void add_ports(GArray *lanes, unsigned first, const impsvc_entry *entry, uint8_t transports, const GArray *moves)
{
    bool moved = false;

    for (unsigned i = 0; transports != 0 && i < moves->len; i++) {
        const move *one = &g_array_index(moves, move, i);

        if (one->entry == entry && one->transport == impsvc_transport_of_carrier(transports)) {
            add_ways(lanes, first, entry, one->port, transports);
            moved = true;
        }
    }
    for (uint8_t i = 0; transports != 0 && !moved && i < entry->port_count; i++)
        add_ways(lanes, first, entry, entry->ports[i], transports);
}

static int by_port(const void *a, const void *b)
{
    const impsvc_plan_lane *one = (const impsvc_plan_lane *)a;
    const impsvc_plan_lane *other = (const impsvc_plan_lane *)b;

    if (one->entry != other->entry)
        return one->entry < other->entry ? -1 : 1;
    if (one->port != other->port)
        return one->port < other->port ? -1 : 1;
    return (one->from == one->entry->to) - (other->from == other->entry->to);
}

/* A table of one node's traffic with itself is as little in a plan as a service for the local host. */
static bool leaves_the_host(const impsvc_entry *entry)
{
    return entry->reach != IMPSVC_REACH_LOCALHOST && entry->ends != IMPSVC_ENDS_ONE_NODE;
}

static bool has_node(const impsvc_entry *entry)
{
    return impsvc_roles[entry->from].in_cluster || impsvc_roles[entry->to].in_cluster;
}

static void add_entry(GArray *lanes, const impsvc_entry *entry, const GArray *moves)
{
    unsigned first = lanes->len;

    if (entry->port_count == 0) {
        add_ways(lanes, first, entry, 0, entry->transports);
        return;
    }
    add_ports(lanes, first, entry, entry->transports & TCP_AND_TLS, moves);
    add_ports(lanes, first, entry, entry->transports & IMPSVC_UDP, moves);
}

GArray *impsvc_plan_lanes(void)
{
    GArray *lanes = g_array_new(FALSE, FALSE, sizeof(impsvc_plan_lane));
    GArray *moves = g_array_new(FALSE, FALSE, sizeof(move));

    add_moves_on(moves, IMPSVC_TCP);
    add_moves_on(moves, IMPSVC_UDP);
    for (size_t i = 0; i < impsvc_entry_count; i++)
        if (leaves_the_host(&impsvc_entries[i]) && has_node(&impsvc_entries[i]))
            add_entry(lanes, &impsvc_entries[i], moves);
    g_array_sort(lanes, by_port);
    g_array_free(moves, TRUE);
    return lanes;
}
