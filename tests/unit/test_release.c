/* test_release.c
 * Which list is at hand, and what of 12.5(1)SU3 is listed once more for other ends
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include <arpa/inet.h>
#include <glib.h>
#include <string.h>

#include "catalog_roles.h"
#include "core/catalog_index.h"
#include "core/classify.h"
#include "core/roles.h"
#include "flows/plan.h"

#define SU3 "12.5.1su3"
#define CUCM "Cisco Unified Communications Manager"

static int choose_su3(void **state)
{
    (void)state;
    return impsvc_index_build(impsvc_release_find(SU3)) ? 0 : 1;
}

static int back_to_base(void **state)
{
    (void)state;
    return impsvc_index_build(&impsvc_releases[0]) ? 0 : 1;
}

/* "22.3 23.1": the entries on a port, or nothing. */
static char *on(uint8_t transport, uint16_t number)
{
    const impsvc_port *port = impsvc_port_find(transport, number);
    GString *ids = g_string_new(NULL);

    for (uint8_t i = 0; port != NULL && i < port->count; i++)
        g_string_append_printf(ids, "%s%s", i > 0 ? " " : "", port->listeners[i]->id);
    return g_string_free(ids, FALSE);
}

static void expect_on(uint8_t transport, uint16_t number, const char *wanted)
{
    char *ids = on(transport, number);

    assert_string_equal(ids, wanted);
    g_free(ids);
}

/* All ports of both transports with their entries. */
static char *everything(void)
{
    GString *all = g_string_new(NULL);

    for (unsigned transport = IMPSVC_TCP; transport <= IMPSVC_UDP; transport <<= 1)
        for (unsigned port = 1; port <= UINT16_MAX; port++) {
            char *ids = on((uint8_t)transport, (uint16_t)port);

            if (ids[0] != '\0')
                g_string_append_printf(all, "%u/%u %s\n", transport, port, ids);
            g_free(ids);
        }
    return g_string_free(all, FALSE);
}

static void the_list_at_hand_is_the_one_that_was_chosen(void **state)
{
    (void)state;
    assert_string_equal(impsvc_list->id, SU3);
    expect_on(IMPSVC_TCP, 5280, "22.3");
    expect_on(IMPSVC_TCP, 7335, "");
    expect_on(IMPSVC_TCP, 389, "5.1");
    expect_on(IMPSVC_TCP, 3268, "");
    expect_on(IMPSVC_TCP, 6603, "26.1");
    expect_on(IMPSVC_TCP, 7, "29.13 30.1");
    assert_null(impsvc_entry_find("25.1"));
    assert_string_equal(impsvc_entry_in_any("25.1")->release, "base");
    assert_string_equal(impsvc_entry_find("23.2")->release, SU3);
    assert_null(impsvc_entry_in_any("25.9"));
}

static void a_change_back_leaves_nothing_behind(void **state)
{
    char *before, *after;

    (void)state;
    assert_true(impsvc_index_build(&impsvc_releases[0]));
    before = everything();
    assert_true(impsvc_index_build(impsvc_release_find(SU3)));
    assert_true(impsvc_index_build(&impsvc_releases[0]));
    after = everything();
    assert_string_equal(after, before);
    g_free(before);
    g_free(after);
}

static void an_entrys_number_means_the_same_service_in_all_lists(void **state)
{
    (void)state;
    for (size_t i = 0; i < impsvc_all_entry_count; i++) {
        const impsvc_entry *first = impsvc_entry_in_any(impsvc_all_entries[i].id);

        for (size_t language = 0; language < IMPSVC_LANGUAGES; language++)
            assert_string_equal(impsvc_all_entries[i].service.in[language], first->service.in[language]);
        assert_int_equal(impsvc_entry_place(&impsvc_all_entries[i]), i);
    }
}

static void what_is_known_in_part_can_not_be_a_list(void **state)
{
    unsigned complete = 0;

    (void)state;
    for (size_t i = 0; i < impsvc_release_count; i++) {
        assert_int_equal(impsvc_releases[i].is_complete, impsvc_releases[i].entry_count > 0);
        complete += impsvc_releases[i].is_complete;
    }
    assert_true(complete >= 2 && complete < impsvc_release_count);
    for (size_t i = 0; i < impsvc_fact_count; i++)
        assert_false(impsvc_facts[i].release->is_complete);
}

/* --- ends --- */

static const impsvc_known a_node = { .is_node = true, .is_configured = true, .role = IMPSVC_NO_ROLE, .cluster = 1,
                                     .kinds = 1 << IMPSVC_KIND_PUBLISHER };
static const impsvc_known a_subscriber = { .is_node = true, .is_configured = true, .role = IMPSVC_NO_ROLE, .cluster = 1,
                                           .kinds = 1 << IMPSVC_KIND_SUBSCRIBER };
static const impsvc_known learned = { .is_node = true, .role = IMPSVC_NO_ROLE, .kinds = IMPSVC_KINDS_ALL };
static const impsvc_known nobody = { .role = IMPSVC_NO_ROLE };

static impsvc_known outside(const char *name)
{
    return (impsvc_known){ .is_configured = true, .role = role(name) };
}

/* "29.6", or nothing if the row itself has the ends. */
static void expect_path(const char *id, const impsvc_known *initiator, const impsvc_known *listener, const char *wanted)
{
    const impsvc_entry *entry = impsvc_entry_find(id);
    uint8_t carrier = entry->transports & IMPSVC_UDP ? IMPSVC_UDP : entry->transports & IMPSVC_TLS ? IMPSVC_TLS : IMPSVC_TCP;
    impsvc_roles_told told = impsvc_tell_roles(entry, entry->transports & IMPSVC_TCP ? IMPSVC_TCP : carrier, initiator, listener, false, true);
    char *path = told.path == NULL ? g_strdup("") : g_strdup_printf("%u.%u", told.path->table, told.path->row);

    assert_string_equal(path, wanted);
    if (told.path != NULL)
        assert_false(told.reversed);
    g_free(path);
}

static void an_entry_may_be_listed_once_more_for_other_ends(void **state)
{
    const impsvc_known cucm = outside(CUCM);
    const impsvc_known browser = outside("Browser");
    const impsvc_known database = outside("PostgreSQL database");
    const impsvc_known files = outside("External file server");

    (void)state;
    expect_path("6.1", &a_node, &a_node, "");
    expect_path("6.1", &cucm, &a_node, "29.6");
    expect_path("6.1", &a_node, &cucm, "29.6");
    expect_path("6.1", &browser, &a_node, "");
    expect_path("6.1", &nobody, &a_node, "");
    expect_path("8.1", &cucm, &a_node, "29.1");
    expect_path("8.1", &browser, &a_node, "");
    expect_path("4.3", &cucm, &a_node, "29.2");
    expect_path("4.3", &browser, &a_node, "");
    expect_path("23.1", &a_node, &database, "");
    expect_path("23.1", &a_node, &files, "30.6");
    expect_path("16.1", &a_node, &files, "30.5");
}

static void a_path_is_for_its_kind_of_node_and_its_transport(void **state)
{
    const impsvc_known cucm = outside(CUCM);
    const impsvc_entry *ipsec = impsvc_entry_find("9.1");

    (void)state;
    expect_path("6.1", &cucm, &a_subscriber, "");
    expect_path("6.1", &cucm, &learned, "29.6");
    expect_path("24.2", &a_node, &a_subscriber, "");     /* the row has them */
    assert_non_null(impsvc_path_between(ipsec, IMPSVC_TCP, &cucm, &a_node));
    assert_null(impsvc_path_between(ipsec, IMPSVC_UDP, &cucm, &a_node));
}

/* A stranger on the database's port must not become CUCM, and its rule sure, because nobody is named. */
static void whoever_is_not_named_is_nobody_in_particular(void **state)
{
    (void)state;
    assert_null(impsvc_path_between(impsvc_entry_find("8.1"), IMPSVC_TCP, &nobody, &learned));
    assert_null(impsvc_path_between(impsvc_entry_find("8.1"), IMPSVC_TCP, &nobody, &a_node));
    assert_null(impsvc_path_between(impsvc_entry_find("6.1"), IMPSVC_TCP, &nobody, &nobody));
}

static void one_port_of_two_services_is_told_by_the_ends(void **state)
{
    impsvc_packet packet = { .transport = IMPSVC_TCP, .src_port = 41234, .dst_port = 7, .both_nodes = true };
    impsvc_match match;

    (void)state;
    assert_true(impsvc_classify(&packet, &match));
    assert_string_equal(match.entry->id, "29.13");
    packet.both_nodes = false;
    packet.one_node = true;
    assert_true(impsvc_classify(&packet, &match));
    assert_string_equal(match.entry->id, "30.1");
    assert_int_equal(match.candidate_count, 1);
}

/* --- the plan --- */

static impsvc_plan_host host(const char *address, uint8_t of_role, impsvc_node_kind kind)
{
    impsvc_plan_host one = { .is_node = of_role == IMPSVC_NO_ROLE, .role = of_role, .kind = (uint8_t)kind };
    uint8_t bytes[4];

    assert_int_equal(inet_pton(AF_INET, address, bytes), 1);
    one.prefix = (impsvc_prefix){ impsvc_ip_from_v4(bytes), 128 };
    one.cluster = one.is_node ? 1 : IMPSVC_NO_CLUSTER;
    return one;
}

typedef struct {
    GString    *lines;
    const char *id;
    uint64_t    count;
} visited;

static void visit(const impsvc_plan_path *path, void *data)
{
    visited *to = (visited *)data;

    to->count++;
    if (strcmp(path->entry->id, to->id) == 0)
        g_string_append_printf(to->lines, "%zu>%zu:%u from %u-%u\n", path->initiator, path->listener, path->port, path->sources.first,
                               path->sources.last);
}

/* The paths of an entry; their number in all must be as counted. */
static void expect_plan(const impsvc_plan_host *hosts, size_t count, const char *id, const char *wanted)
{
    impsvc_plan *plan = impsvc_plan_new(hosts, count);
    visited to = { g_string_new(NULL), id, 0 };

    impsvc_plan_each(plan, visit, &to);
    assert_string_equal(to.lines->str, wanted);
    assert_true(impsvc_plan_count(plan) == to.count);
    g_string_free(to.lines, TRUE);
    impsvc_plan_free(plan);
}

static void only_the_publisher_has_what_is_listed_for_it(void **state)
{
    const impsvc_plan_host hosts[] = { host("10.1.0.11", IMPSVC_NO_ROLE, IMPSVC_KIND_PUBLISHER),
                                       host("10.1.0.12", IMPSVC_NO_ROLE, IMPSVC_KIND_SUBSCRIBER),
                                       host("10.1.0.13", IMPSVC_NO_ROLE, IMPSVC_KIND_SUBSCRIBER),
                                       host("10.3.0.5", role(CUCM), IMPSVC_KIND_ANY) };

    (void)state;
    expect_plan(hosts, 4, "29.8", "3>0:5070 from 37240-61000\n0>3:5070 from 37240-61000\n");
    expect_plan(hosts, 4, "29.14", "0>1:44000 from 0-0\n0>2:44000 from 0-0\n1>0:44000 from 0-0\n2>0:44000 from 0-0\n");
    expect_plan(hosts, 4, "8.1", "3>0:1500 from 0-0\n0>3:1500 from 0-0\n");
}

static void without_a_publisher_each_node_may_be_it(void **state)
{
    const impsvc_plan_host hosts[] = { host("10.1.0.11", IMPSVC_NO_ROLE, IMPSVC_KIND_SUBSCRIBER),
                                       host("10.1.0.12", IMPSVC_NO_ROLE, IMPSVC_KIND_SUBSCRIBER),
                                       host("10.3.0.5", role(CUCM), IMPSVC_KIND_ANY) };

    (void)state;
    expect_plan(hosts, 3, "29.8", "2>0:5070 from 37240-61000\n2>1:5070 from 37240-61000\n0>2:5070 from 37240-61000\n1>2:5070 from 37240-61000\n");
}

static void what_a_row_has_already_is_no_second_path(void **state)
{
    const impsvc_plan_host hosts[] = { host("10.1.0.11", IMPSVC_NO_ROLE, IMPSVC_KIND_PUBLISHER),
                                       host("10.1.0.12", IMPSVC_NO_ROLE, IMPSVC_KIND_SUBSCRIBER),
                                       host("10.3.0.6", role("PostgreSQL database"), IMPSVC_KIND_ANY),
                                       host("10.3.0.8", role("External file server"), IMPSVC_KIND_ANY) };

    (void)state;
    expect_plan(hosts, 4, "24.1", "0>1:20075 from 0-0\n1>0:20075 from 0-0\n");
    expect_plan(hosts, 4, "23.1", "0>2:5432 from 0-0\n1>2:5432 from 0-0\n0>3:5432 from 37240-61000\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_list_at_hand_is_the_one_that_was_chosen, choose_su3),
        cmocka_unit_test(a_change_back_leaves_nothing_behind),
        cmocka_unit_test(an_entrys_number_means_the_same_service_in_all_lists),
        cmocka_unit_test(what_is_known_in_part_can_not_be_a_list),
        cmocka_unit_test_setup(an_entry_may_be_listed_once_more_for_other_ends, choose_su3),
        cmocka_unit_test_setup(a_path_is_for_its_kind_of_node_and_its_transport, choose_su3),
        cmocka_unit_test_setup(whoever_is_not_named_is_nobody_in_particular, choose_su3),
        cmocka_unit_test_setup(one_port_of_two_services_is_told_by_the_ends, choose_su3),
        cmocka_unit_test_setup(only_the_publisher_has_what_is_listed_for_it, choose_su3),
        cmocka_unit_test_setup(without_a_publisher_each_node_may_be_it, choose_su3),
        cmocka_unit_test_setup(what_a_row_has_already_is_no_second_path, choose_su3)
    };

    return cmocka_run_group_tests(tests, back_to_base, NULL);
}
