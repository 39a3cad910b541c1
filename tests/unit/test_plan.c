/* test_plan.c
 * The plan of the firewall check: which paths the port list documents between configured hosts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include <arpa/inet.h>
#include <glib.h>
#include <time.h>

#include "catalog_roles.h"
#include "core/catalog_index.h"
#include "core/roles.h"
#include "fixed_random.h"
#include "flows/plan.h"

static int build_index(void **state)
{
    (void)state;
    return impsvc_index_build(&impsvc_releases[0]) ? 0 : 1;
}

static int forget_moves(void **state)
{
    (void)state;
    impsvc_index_forget_moves();
    return 0;
}

/* length: -1 for a single address. */
static impsvc_prefix prefix(const char *address, int length)
{
    uint8_t bytes[16];

    if (inet_pton(AF_INET, address, bytes) == 1)
        return (impsvc_prefix){ impsvc_ip_from_v4(bytes), (uint8_t)(length < 0 ? 128 : length + IMPSVC_IP_V4_BITS) };
    if (inet_pton(AF_INET6, address, bytes) != 1)
        fail_msg("%s is no address", address);
    return (impsvc_prefix){ impsvc_ip_from_v6(bytes), (uint8_t)(length < 0 ? 128 : length) };
}

static impsvc_plan_host node(const char *address, uint32_t cluster)
{
    return (impsvc_plan_host){ prefix(address, -1), true, IMPSVC_NO_ROLE, cluster, IMPSVC_KIND_ANY };
}

static impsvc_plan_host other(const char *address, const char *name)
{
    return (impsvc_plan_host){ prefix(address, -1), false, role(name), IMPSVC_NO_CLUSTER, IMPSVC_KIND_ANY };
}

static void note_path(const impsvc_plan_path *path, void *data)
{
    GPtrArray *lines = (GPtrArray *)data;

    g_ptr_array_add(lines, g_strdup_printf("%s %zu>%zu:%u/%u", path->entry->id, path->initiator, path->listener, path->port,
                                           path->transports));
}

/* The paths as "entry initiator>listener:port/transports"; their number must be as counted. */
static GPtrArray *paths_of(const impsvc_plan_host *hosts, size_t count)
{
    impsvc_plan *plan = impsvc_plan_new(hosts, count);
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    impsvc_plan_each(plan, note_path, lines);
    assert_int_equal(impsvc_plan_count(plan), lines->len);
    impsvc_plan_free(plan);
    return lines;
}

#define PATHS(...) paths_of((const impsvc_plan_host[]){ __VA_ARGS__ }, sizeof((const impsvc_plan_host[]){ __VA_ARGS__ }) / sizeof(impsvc_plan_host))

/* How many lines begin with the text; the text may be a whole line. */
static unsigned beginning(const GPtrArray *lines, const char *text)
{
    unsigned count = 0;

    for (unsigned i = 0; i < lines->len; i++)
        count += g_str_has_prefix((const char *)g_ptr_array_index(lines, i), text) ? 1 : 0;
    return count;
}

static void expect_and_free(GPtrArray *lines, const char *const *wanted)
{
    char **texts = g_strdupv((char **)(void *)wanted);
    char *joined;
    char *joined_wanted = g_strjoinv("\n", texts);

    g_ptr_array_add(lines, NULL);
    joined = g_strjoinv("\n", (char **)lines->pdata);
    assert_string_equal(joined, joined_wanted);
    g_free(joined);
    g_free(joined_wanted);
    g_strfreev(texts);
    g_ptr_array_free(lines, TRUE);
}

#define EXPECT(lines, ...) expect_and_free(lines, (const char *const[]){ __VA_ARGS__, NULL })

static void a_server_outside_is_asked_by_each_node(void **state)
{
    (void)state;
    EXPECT(PATHS(node("10.1.0.11", 1), other("10.3.0.53", "DNS server"), node("10.2.0.11", 2)),
           "15.1 0>1:53/2", "15.1 2>1:53/2", "28.1 0>2:37239/1", "28.1 2>0:37239/1");
}

static void a_row_that_goes_both_ways_is_two_paths(void **state)
{
    (void)state;
    EXPECT(PATHS(node("10.1.0.11", 1), other("10.3.0.10", "External corporate directory")),
           "5.1 0>1:389/1", "5.1 1>0:389/1", "5.1 0>1:3268/1", "5.1 1>0:3268/1", "5.2 0>1:636/1");
    EXPECT(PATHS(other("10.3.0.1", "Cisco Unified Communications Manager"), node("10.1.0.11", 1)), "17.1 1>0:0/8", "17.1 0>1:0/8");
}

static void a_client_asks_each_node_and_is_never_asked(void **state)
{
    GPtrArray *lines = PATHS(node("10.1.0.11", 1), other("10.4.0.1", "XMPP client"));

    (void)state;
    EXPECT(lines, "22.1 1>0:5222/1");
}

static void two_nodes_need_every_cluster_row_both_ways(void **state)
{
    GPtrArray *lines = PATHS(node("10.1.0.11", 1), node("10.1.0.12", 1));
    unsigned wanted = 0;

    (void)state;
    for (size_t i = 0; i < impsvc_list->entry_count; i++) {
        const impsvc_entry *entry = &impsvc_list->entries[i];
        bool between = impsvc_roles[entry->from].in_cluster && impsvc_roles[entry->to].in_cluster
                       && entry->reach != IMPSVC_REACH_LOCALHOST && entry->table != 26;
        char *there = g_strdup_printf("%s 0>1:", entry->id), *back = g_strdup_printf("%s 1>0:", entry->id);

        assert_int_equal(beginning(lines, there), between);
        assert_int_equal(beginning(lines, back), between);
        wanted += 2 * between;
        g_free(there);
        g_free(back);
    }
    assert_int_equal(lines->len, wanted);
    assert_int_equal(beginning(lines, "12.7 0>1:0/2"), 1);     /* its receiver's port is not listed */
    assert_int_equal(beginning(lines, "3.1 0>1:5080/3"), 1);   /* over TCP and UDP: one path */
    g_ptr_array_free(lines, TRUE);
}

/* A port for the local host only must never be asked of a firewall. */
static void services_for_the_local_host_are_in_no_plan(void **state)
{
    GPtrArray *lines = PATHS(node("10.1.0.11", 1), node("10.1.0.12", 1), node("10.1.0.12", 1));

    (void)state;
    assert_true(lines->len > 0);
    for (size_t i = 0; i < impsvc_list->entry_count; i++) {
        char *begins = g_strdup_printf("%s ", impsvc_list->entries[i].id);

        if (impsvc_list->entries[i].reach == IMPSVC_REACH_LOCALHOST)
            assert_int_equal(beginning(lines, begins), 0);
        g_free(begins);
    }
    g_ptr_array_free(lines, TRUE);
}

static void a_host_that_is_several_things_has_the_paths_of_each(void **state)
{
    (void)state;
    EXPECT(PATHS(other("10.3.0.1", "DNS server"), node("10.1.0.11", 1), other("10.3.0.1", "NTP server"),
                 other("10.3.0.1", "DNS server")), "15.1 1>3:53/2", "18.1 1>2:123/2");
    EXPECT(PATHS(node("10.1.0.11", 1), other("10.1.0.11", "NTP server")), NULL);     /* nothing to reach but itself */
}

static void a_prefix_may_talk_to_itself_and_an_address_may_not(void **state)
{
    impsvc_plan_host rack = { prefix("10.1.0.0", 24), true, IMPSVC_NO_ROLE, 1, IMPSVC_KIND_ANY };
    GPtrArray *lines = paths_of(&rack, 1);

    (void)state;
    assert_int_equal(beginning(lines, "22.4 0>0:7400/1"), 1);
    g_ptr_array_free(lines, TRUE);
    rack.prefix.length = 128;
    lines = paths_of(&rack, 1);
    assert_int_equal(lines->len, 0);
    g_ptr_array_free(lines, TRUE);
}

static void ipv4_and_ipv6_do_not_meet(void **state)
{
    (void)state;
    EXPECT(PATHS(node("10.1.0.11", 1), node("2001:db8::11", 1), other("10.3.0.53", "DNS server"),
                 other("2001:db8:3::53", "DNS server")), "15.1 0>2:53/2", "15.1 1>3:53/2");
}

static void a_server_of_one_cluster_is_asked_by_its_nodes_only(void **state)
{
    impsvc_plan_host dns = other("10.3.0.53", "DNS server");
    impsvc_plan_host nobodys = other("10.3.0.54", "DNS server");

    (void)state;
    dns.cluster = 2;
    nobodys.cluster = 3;
    EXPECT(PATHS(node("10.1.0.11", 1), node("10.2.0.11", 2), dns, nobodys), "15.1 1>2:53/2", "28.1 0>1:37239/1", "28.1 1>0:37239/1");
}

static void a_moved_service_is_where_the_user_says(void **state)
{
    impsvc_plan_host hosts[] = { node("10.1.0.11", 1), other("10.3.0.1", "SIP Gateway") };

    (void)state;
    assert_true(impsvc_index_move(impsvc_entry_find("2.1"), IMPSVC_TCP, 5070));
    assert_true(impsvc_index_move(impsvc_entry_find("2.2"), IMPSVC_TCP, 15061));
    EXPECT(paths_of(hosts, 2), "2.1 1>0:5060/2", "2.1 0>1:5060/2", "2.1 1>0:5070/1", "2.1 0>1:5070/1", "2.2 1>0:15061/4");
    impsvc_index_forget_moves();
    EXPECT(paths_of(hosts, 2), "2.1 1>0:5060/3", "2.1 0>1:5060/3", "2.2 1>0:5061/4");
}

static void without_hosts_there_is_no_path(void **state)
{
    impsvc_plan_host alone = other("10.3.0.1", "SIP Gateway");

    (void)state;
    EXPECT(paths_of(NULL, 0), NULL);
    EXPECT(paths_of(&alone, 1), NULL);
    impsvc_plan_free(NULL);
}

/* Another list may have a row that this plan could not show. */
static void every_row_of_the_list_has_a_node(void **state)
{
    (void)state;
    for (size_t i = 0; i < impsvc_list->entry_count; i++)
        assert_true(impsvc_roles[impsvc_list->entries[i].from].in_cluster || impsvc_roles[impsvc_list->entries[i].to].in_cluster);
}

/* Whether the list has an entry from one host to another, said once more and slowly. */
static bool documented(const impsvc_entry *entry, uint8_t from, uint8_t to, const impsvc_plan_host *a, const impsvc_plan_host *b)
{
    bool a_fits = a->is_node ? impsvc_roles[from].in_cluster : a->role == from;
    bool b_fits = b->is_node ? impsvc_roles[to].in_cluster : b->role == to;
    bool same_family = impsvc_prefix_is_v4(&a->prefix) == impsvc_prefix_is_v4(&b->prefix);
    bool same_host = a->prefix.length == 128 && b->prefix.length == 128 && impsvc_ip_equal(&a->prefix.address, &b->prefix.address);
    bool same_cluster = a->cluster == b->cluster || (!a->is_node && a->cluster == IMPSVC_NO_CLUSTER)
                        || (!b->is_node && b->cluster == IMPSVC_NO_CLUSTER) || (a->is_node && b->is_node && entry->table == 28);

    return a_fits && b_fits && same_family && !same_host && same_cluster && entry->reach != IMPSVC_REACH_LOCALHOST
           && entry->table != 26;
}

static uint64_t count_slowly(const impsvc_plan_host *hosts, size_t count)
{
    uint64_t paths = 0;

    for (size_t e = 0; e < impsvc_list->entry_count; e++) {
        const impsvc_entry *entry = &impsvc_list->entries[e];
        bool turns = entry->bidirectional && impsvc_roles[entry->from].in_cluster != impsvc_roles[entry->to].in_cluster;
        uint64_t ports = entry->port_count == 0 ? 1 : entry->port_count;

        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < count; j++)
                paths += ports * ((uint64_t)documented(entry, entry->from, entry->to, &hosts[i], &hosts[j])
                                  + (turns && documented(entry, entry->to, entry->from, &hosts[i], &hosts[j])));
    }
    return paths;
}

static bool is_there(const impsvc_plan_host *hosts, size_t count, const impsvc_plan_host *host)
{
    for (size_t i = 0; i < count; i++)
        if (hosts[i].is_node == host->is_node && (host->is_node || hosts[i].role == host->role)
            && hosts[i].prefix.length == host->prefix.length && impsvc_ip_equal(&hosts[i].prefix.address, &host->prefix.address))
            return true;
    return false;
}

static impsvc_plan_host any_host(fixed_random *random)
{
    static const char *const addresses[] = { "10.1.0.0", "10.1.0.1", "10.1.0.2", "2001:db8::", "2001:db8::1" };
    const char *address = addresses[random_below(random, 5)];
    impsvc_plan_host host = { .prefix = prefix(address, random_below(random, 4) == 0 ? 31 : -1), .is_node = random_below(random, 2) == 1 };

    host.prefix.address = impsvc_prefix_first(&host.prefix);
    do
        host.role = (uint8_t)random_below(random, impsvc_role_count);
    while (impsvc_roles[host.role].in_cluster);
    host.cluster = (uint32_t)(host.is_node ? 1 + random_below(random, 3) : random_below(random, 4));
    return host;
}

/* The number decides whether there is a plan at all. */
static void what_is_counted_is_what_is_made(void **state)
{
    fixed_random random = { 16 };

    (void)state;
    for (unsigned round = 0; round < 300; round++) {
        impsvc_plan_host hosts[12];
        size_t count = 0;
        GPtrArray *lines;

        for (unsigned i = 0; i < 12; i++) {
            impsvc_plan_host host = any_host(&random);

            if (!is_there(hosts, count, &host))
                hosts[count++] = host;
        }
        lines = paths_of(hosts, count);
        assert_int_equal(lines->len, count_slowly(hosts, count));
        g_ptr_array_free(lines, TRUE);
    }
}

/* A mistyped prefix list must not keep Wireshark busy for minutes, or eat its memory. */
static void two_hundred_nodes_and_two_thousand_hosts_are_counted_at_once(void **state)
{
    impsvc_plan_host *hosts = g_new0(impsvc_plan_host, 2200);
    clock_t begun;
    impsvc_plan *plan;
    GPtrArray *pair = PATHS(node("10.1.0.11", 1), node("10.1.0.12", 1));
    uint64_t lanes = pair->len / 2;

    (void)state;
    g_ptr_array_free(pair, TRUE);
    for (unsigned i = 0; i < 2200; i++) {
        uint8_t address[4] = { 10, (uint8_t)(i < 200), (uint8_t)(i / 250), (uint8_t)(i % 250) };

        hosts[i] = (impsvc_plan_host){ { impsvc_ip_from_v4(address), 128 }, i < 200, role("DNS server"), i < 200, IMPSVC_KIND_ANY };
        if (i >= 200)
            hosts[i].cluster = IMPSVC_NO_CLUSTER;
    }
    begun = clock();
    plan = impsvc_plan_new(hosts, 2200);
    assert_int_equal(impsvc_plan_count(plan), lanes * 200 * 199 + 200 * 2000);
    assert_true(impsvc_plan_count(plan) > IMPSVC_PLAN_MOST);
    assert_true(clock() - begun < CLOCKS_PER_SEC / 2);
    impsvc_plan_free(plan);
    g_free(hosts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_outside_is_asked_by_each_node),
        cmocka_unit_test(a_row_that_goes_both_ways_is_two_paths),
        cmocka_unit_test(a_client_asks_each_node_and_is_never_asked),
        cmocka_unit_test(two_nodes_need_every_cluster_row_both_ways),
        cmocka_unit_test(services_for_the_local_host_are_in_no_plan),
        cmocka_unit_test(a_host_that_is_several_things_has_the_paths_of_each),
        cmocka_unit_test(a_prefix_may_talk_to_itself_and_an_address_may_not),
        cmocka_unit_test(ipv4_and_ipv6_do_not_meet),
        cmocka_unit_test(a_server_of_one_cluster_is_asked_by_its_nodes_only),
        cmocka_unit_test_teardown(a_moved_service_is_where_the_user_says, forget_moves),
        cmocka_unit_test(without_hosts_there_is_no_path),
        cmocka_unit_test(every_row_of_the_list_has_a_node),
        cmocka_unit_test(what_is_counted_is_what_is_made),
        cmocka_unit_test(two_hundred_nodes_and_two_thousand_hosts_are_counted_at_once)
    };

    return cmocka_run_group_tests(tests, build_index, NULL);
}
