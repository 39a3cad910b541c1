/* planned_permits.c
 * What a firewall is to let through because the list wants it between the hosts that the user named
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "firewall/planned_permits.h"

#include <wsutil/inet_addr.h>

#include "core/roles.h"
#include "firewall/configured_plan.h"
#include "flows/plan_lanes.h"
#include "identify/node_table.h"

/* Two million paths of 200 nodes and 2 000 hosts are read in a second or two; much beyond that it is a mistake. */
#define MOST_PATHS 4000000

typedef struct {
    impsvc_permits *permits;
    uint32_t       *numbers;    /* of the rows' hosts */
} adding;

static const uint8_t carriers[] = { IMPSVC_TCP, IMPSVC_UDP, IMPSVC_ICMP };

static bool has_carrier(uint8_t transports, uint8_t carrier)
{
    return (transports & (carrier == IMPSVC_TCP ? IMPSVC_TCP | IMPSVC_TLS : carrier)) != 0;
}

/* The groups that a service's packets go to, besides single hosts. */
static void want_group(const adding *to, impsvc_wanted *wanted, size_t initiator)
{
    impsvc_prefix from = impsvc_configured_at(initiator).prefix;
    bool is_v4 = impsvc_prefix_is_v4(&from);
    const char *group = is_v4 ? wanted->entry->multicast_v4 : wanted->entry->multicast_v6;
    impsvc_prefix prefix = { .length = 128 };
    ws_in4_addr v4;
    ws_in6_addr v6;

    if (group == NULL || !(is_v4 ? ws_inet_pton4(group, &v4) : ws_inet_pton6(group, &v6)))
        return;
    prefix.address = is_v4 ? impsvc_ip_from_v4((const uint8_t *)&v4) : impsvc_ip_from_v6((const uint8_t *)&v6);
    wanted->to = impsvc_permits_host(to->permits, &prefix, NULL);
    impsvc_permits_want(to->permits, wanted);
}

static void want(const impsvc_plan_path *path, void *data)
{
    const adding *to = (const adding *)data;
    impsvc_wanted wanted = { .entry = path->entry, .from = to->numbers[path->initiator], .port = path->port, .sources = path->sources,
                             .because = IMPSVC_RESULT_NOT_SEEN };

    for (size_t i = 0; i < G_N_ELEMENTS(carriers); i++) {
        if (!has_carrier(path->transports, carriers[i]))
            continue;
        wanted.transport = carriers[i];
        wanted.to = to->numbers[path->listener];
        impsvc_permits_want(to->permits, &wanted);
        if (path->entry->multicast_v4 != NULL || path->entry->multicast_v6 != NULL)
            want_group(to, &wanted, path->initiator);
    }
}

/* A row's name is one host's only if it is no prefix, but a prefix may have a name, too. */
static uint32_t *numbers_of_rows(impsvc_permits *permits)
{
    size_t count = impsvc_configured_count();
    uint32_t *numbers = g_new(uint32_t, count);

    for (size_t row = 0; row < count; row++) {
        impsvc_configured_host host = impsvc_configured_at(row);

        numbers[row] = impsvc_permits_host(permits, &host.prefix, host.name);
    }
    return numbers;
}

static bool is_named(uint8_t role)
{
    for (size_t row = 0; row < impsvc_configured_count(); row++) {
        impsvc_configured_host host = impsvc_configured_at(row);

        if (impsvc_is_known_as(host.is_node, impsvc_configured_role_of(host.role), role))
            return true;
    }
    return false;
}

static void add_role(GPtrArray *roles, uint8_t role)
{
    void *name = (void *)impsvc_roles[role].name.in[IMPSVC_ENGLISH];

    if (!impsvc_roles[role].in_cluster && !is_named(role) && !g_ptr_array_find(roles, name, NULL))
        g_ptr_array_add(roles, name);
}

/* Roles that the list has, and no row. */
static void say_who_is_not_named(impsvc_permits *permits)
{
    GPtrArray *roles = g_ptr_array_new();
    GArray *lanes = impsvc_plan_lanes();

    for (unsigned i = 0; i < lanes->len; i++) {
        add_role(roles, g_array_index(lanes, impsvc_plan_lane, i).from);
        add_role(roles, g_array_index(lanes, impsvc_plan_lane, i).to);
    }
    if (roles->len > 0) {
        char *names, *sentence;

        g_ptr_array_add(roles, NULL);
        names = g_strjoinv(", ", (char **)roles->pdata);
        sentence = g_strdup_printf("No host is named for: %s. There are no rules for their services.", names);
        impsvc_permits_say(permits, sentence);
        g_free(sentence);
        g_free(names);
    }
    g_array_free(lanes, TRUE);
    g_ptr_array_free(roles, TRUE);
}

static void add_all(impsvc_permits *permits, const impsvc_plan *plan)
{
    adding to = { permits, numbers_of_rows(permits) };
    uint64_t paths = impsvc_plan_count(plan);

    if (paths > MOST_PATHS) {
        char *sentence = g_strdup_printf("Not written: the plan has %" G_GUINT64_FORMAT " paths, and %d are the most. "
                                         "Name prefixes instead of hosts.", paths, MOST_PATHS);

        impsvc_permits_say(permits, sentence);
        g_free(sentence);
    } else if (paths == 0) {
        impsvc_permits_say(permits, "Nothing is planned between the hosts that are named: the list has services between two nodes, and "
                                    "between a node and the hosts that serve it or use it.");
    } else {
        impsvc_plan_each(plan, want, &to);
        say_who_is_not_named(permits);
    }
    g_free(to.numbers);
}

void impsvc_add_planned_permits(impsvc_permits *permits)
{
    impsvc_plan *plan = impsvc_configured_plan();

    if (plan == NULL)
        impsvc_permits_say(permits, "Nothing is planned, as no host is named. Name the nodes, and the hosts that serve them or use them, in "
                                    "Preferences > Protocols > IM&P > IM and Presence nodes; impsvc nodes CAPTURE writes such rows.");
    else
        add_all(permits, plan);
    impsvc_plan_free(plan);
}
