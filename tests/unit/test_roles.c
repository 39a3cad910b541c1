/* test_roles.c
 * What the ends of a service are, and which way its flow goes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "catalog_roles.h"
#include "core/catalog_index.h"
#include "core/roles.h"

static int build_index(void **state)
{
    (void)state;
    return impsvc_index_build(&impsvc_releases[0]) ? 0 : 1;
}

/* What is known of an end: - nothing, n that it is a node, N that the user says so, o that the user says that it is a
 * browser, d that the user says that it is a DNS server. */
static impsvc_known known(char of)
{
    switch (of) {
    case 'n':
        return (impsvc_known){ .is_node = true, .role = IMPSVC_NO_ROLE };
    case 'N':
        return (impsvc_known){ .is_node = true, .is_configured = true, .role = IMPSVC_NO_ROLE };
    case 'o':
        return (impsvc_known){ .is_configured = true, .role = role("Browser") };
    case 'd':
        return (impsvc_known){ .is_configured = true, .role = role("DNS server") };
    default:
        return (impsvc_known){ .role = IMPSVC_NO_ROLE };
    }
}

static const char *english(uint8_t number)
{
    return impsvc_role_name(number)->in[IMPSVC_ENGLISH];
}

static impsvc_roles_told tell(const char *id, const char *ends, bool nodes_configured)
{
    const impsvc_entry *entry = impsvc_entry_find(id);
    impsvc_known initiator = known(ends[0]), listener = known(ends[1]);

    assert_non_null(entry);
    return impsvc_tell_roles(entry, IMPSVC_TCP, &initiator, &listener, ends[2] == '=', nodes_configured);
}

static void expect_told(impsvc_roles_told told, const char *initiator, const char *listener, bool reversed, impsvc_flow flow)
{
    assert_string_equal(english(told.initiator), initiator);
    assert_string_equal(english(told.listener), listener);
    assert_int_equal(told.reversed, reversed);
    assert_int_equal(told.flow, flow);
}

#define NODE    "IM and Presence"
#define NOBODY  "Unknown host"
#define ROUTER  "IM and Presence (XCP Router)"
#define SERVICE "IM and Presence (XCP services)"

static void where_nobody_is_known_the_row_decides(void **state)
{
    (void)state;
    expect_told(tell("22.4", "--", false), SERVICE, ROUTER, false, IMPSVC_FLOW_INTRACLUSTER);
    expect_told(tell("4.2", "--", false), "Browser", NODE, false, IMPSVC_FLOW_INBOUND);
    expect_told(tell("15.1", "--", false), NODE, "DNS server", false, IMPSVC_FLOW_OUTBOUND);
    expect_told(tell("5.1", "--", false), NODE, "External corporate directory", false, IMPSVC_FLOW_OUTBOUND);
    expect_told(tell("2.1", "--", false), "SIP Gateway", NODE, false, IMPSVC_FLOW_INBOUND);
    expect_told(tell("17.1", "--", false), NODE, "Cisco Unified Communications Manager", false, IMPSVC_FLOW_OUTBOUND);
}

static void one_host_with_itself_is_localhost(void **state)
{
    (void)state;
    expect_told(tell("22.4", "nn=", false), SERVICE, ROUTER, false, IMPSVC_FLOW_LOCALHOST);
    expect_told(tell("22.4", "NN=", true), SERVICE, ROUTER, false, IMPSVC_FLOW_LOCALHOST);
    expect_told(tell("4.2", "--=", false), "Browser", NODE, false, IMPSVC_FLOW_LOCALHOST);
    expect_told(tell("7.1", "--=", true), NOBODY, NOBODY, false, IMPSVC_FLOW_LOCALHOST);
}

static void a_row_that_goes_both_ways_goes_as_the_nodes_do(void **state)
{
    (void)state;
    expect_told(tell("5.1", "n-", false), NODE, "External corporate directory", false, IMPSVC_FLOW_OUTBOUND);
    expect_told(tell("5.1", "-n", false), "External corporate directory", NODE, false, IMPSVC_FLOW_INBOUND);
    expect_told(tell("2.1", "-n", false), "SIP Gateway", NODE, false, IMPSVC_FLOW_INBOUND);
    expect_told(tell("2.1", "n-", false), NODE, "SIP Gateway", false, IMPSVC_FLOW_OUTBOUND);
    expect_told(tell("13.1", "N-", true), NODE, "Gateway", false, IMPSVC_FLOW_OUTBOUND);
    expect_told(tell("17.1", "-n", false), "Cisco Unified Communications Manager", NODE, false, IMPSVC_FLOW_INBOUND);
    expect_told(tell("2.1", "nn", false), NODE, NODE, false, IMPSVC_FLOW_INTRACLUSTER);
}

/* A node's client of somebody else's server, and the other way round. */
static void a_node_where_the_row_has_an_outsider_is_a_node(void **state)
{
    (void)state;
    expect_told(tell("4.2", "n-", true), NODE, NOBODY, true, IMPSVC_FLOW_OUTBOUND);
    expect_told(tell("4.2", "no", false), NODE, "Browser", true, IMPSVC_FLOW_OUTBOUND);
    expect_told(tell("15.1", "-n", true), NOBODY, NODE, true, IMPSVC_FLOW_INBOUND);
    expect_told(tell("15.1", "on", true), "Browser", NODE, true, IMPSVC_FLOW_INBOUND);
    expect_told(tell("18.1", "on", false), "Browser", NODE, true, IMPSVC_FLOW_INBOUND);
}

/* Nodes are each other's browsers and clients, too. */
static void what_one_node_asks_of_another_is_never_the_wrong_way_round(void **state)
{
    (void)state;
    expect_told(tell("4.2", "nn", false), NODE, NODE, false, IMPSVC_FLOW_INTRACLUSTER);
    expect_told(tell("22.1", "nN", true), NODE, NODE, false, IMPSVC_FLOW_INTRACLUSTER);
    expect_told(tell("15.1", "NN", true), NODE, NODE, false, IMPSVC_FLOW_INTRACLUSTER);
    expect_told(tell("22.4", "Nn", true), SERVICE, ROUTER, false, IMPSVC_FLOW_INTRACLUSTER);
}

static void who_the_user_calls_outside_is_called_so(void **state)
{
    (void)state;
    expect_told(tell("22.4", "on", true), "Browser", ROUTER, true, IMPSVC_FLOW_INBOUND);
    expect_told(tell("22.4", "nd", true), SERVICE, "DNS server", false, IMPSVC_FLOW_OUTBOUND);
    expect_told(tell("4.2", "dn", true), "DNS server", NODE, false, IMPSVC_FLOW_INBOUND);
    expect_told(tell("15.1", "no", true), NODE, "Browser", false, IMPSVC_FLOW_OUTBOUND);
    expect_told(tell("22.4", "od", true), "Browser", "DNS server", true, IMPSVC_FLOW_INBOUND);
    expect_told(tell("15.1", "-d", false), NODE, "DNS server", false, IMPSVC_FLOW_OUTBOUND);
    expect_told(tell("4.2", "o-", false), "Browser", NODE, false, IMPSVC_FLOW_INBOUND);
}

static void once_nodes_are_configured_nobody_else_is_one(void **state)
{
    (void)state;
    expect_told(tell("22.4", "--", true), NOBODY, NOBODY, false, IMPSVC_FLOW_INTRACLUSTER);
    expect_told(tell("22.4", "-N", true), NOBODY, ROUTER, false, IMPSVC_FLOW_INBOUND);
    expect_told(tell("22.4", "N-", true), SERVICE, NOBODY, false, IMPSVC_FLOW_OUTBOUND);
    expect_told(tell("4.2", "-N", true), "Browser", NODE, false, IMPSVC_FLOW_INBOUND);
    expect_told(tell("15.1", "N-", true), NODE, "DNS server", false, IMPSVC_FLOW_OUTBOUND);
    expect_told(tell("15.1", "--", true), NOBODY, "DNS server", false, IMPSVC_FLOW_OUTBOUND);
    /* Learned ones do not say that there are no others. */
    expect_told(tell("22.4", "-n", false), SERVICE, ROUTER, false, IMPSVC_FLOW_INBOUND);
}

static impsvc_flow flow_between_clusters(uint32_t initiator, uint32_t listener, bool same_host)
{
    impsvc_known one = { .is_node = true, .is_configured = true, .role = IMPSVC_NO_ROLE, .cluster = initiator };
    impsvc_known other = { .is_node = true, .is_configured = true, .role = IMPSVC_NO_ROLE, .cluster = listener };

    return impsvc_tell_roles(impsvc_entry_find("28.1"), IMPSVC_TCP, &one, &other, same_host, true).flow;
}

static void two_clusters_are_two_only_if_both_are_known(void **state)
{
    impsvc_known node = { .is_node = true, .is_configured = true, .role = IMPSVC_NO_ROLE, .cluster = 1 };
    impsvc_known dns = { .is_configured = true, .role = role("DNS server"), .cluster = 2 };

    (void)state;
    assert_int_equal(flow_between_clusters(1, 2, false), IMPSVC_FLOW_INTERCLUSTER);
    assert_int_equal(flow_between_clusters(2, 1, false), IMPSVC_FLOW_INTERCLUSTER);
    assert_int_equal(flow_between_clusters(2, 2, false), IMPSVC_FLOW_INTRACLUSTER);
    assert_int_equal(flow_between_clusters(1, IMPSVC_NO_CLUSTER, false), IMPSVC_FLOW_INTRACLUSTER);
    assert_int_equal(flow_between_clusters(IMPSVC_NO_CLUSTER, 2, false), IMPSVC_FLOW_INTRACLUSTER);
    assert_int_equal(flow_between_clusters(1, 2, true), IMPSVC_FLOW_LOCALHOST);
    assert_int_equal(impsvc_tell_roles(impsvc_entry_find("15.1"), IMPSVC_UDP, &node, &dns, false, true).flow, IMPSVC_FLOW_OUTBOUND);
}

static void a_host_fits_the_side_of_an_entry_that_has_its_role(void **state)
{
    (void)state;
    assert_true(impsvc_is_known_as(true, IMPSVC_NO_ROLE, role(ROUTER)));
    assert_false(impsvc_is_known_as(true, IMPSVC_NO_ROLE, role("DNS server")));
    assert_true(impsvc_is_known_as(false, role("DNS server"), role("DNS server")));
    assert_false(impsvc_is_known_as(false, role("DNS server"), role("NTP server")));
    assert_false(impsvc_is_known_as(false, role("DNS server"), role(NODE)));
}

/* Where both ends are known the flow is theirs; one known node makes the other end the outside; else the row's. */
static impsvc_flow wanted_flow(const impsvc_entry *entry, const impsvc_known *initiator, const impsvc_known *listener)
{
    bool from_cluster = impsvc_roles[entry->from].in_cluster, to_cluster = impsvc_roles[entry->to].in_cluster;
    bool nothing = !initiator->is_node && !initiator->is_configured && !listener->is_node && !listener->is_configured;

    if (nothing)
        return !from_cluster ? IMPSVC_FLOW_INBOUND : to_cluster ? IMPSVC_FLOW_INTRACLUSTER : IMPSVC_FLOW_OUTBOUND;
    if (initiator->is_node)
        return listener->is_node ? IMPSVC_FLOW_INTRACLUSTER : IMPSVC_FLOW_OUTBOUND;
    if (listener->is_node || initiator->is_configured)
        return IMPSVC_FLOW_INBOUND;
    return IMPSVC_FLOW_OUTBOUND;
}

static void check_end(uint8_t told, const impsvc_known *end, bool nobody_else)
{
    if (end->is_node)
        assert_true(told < impsvc_role_count && impsvc_roles[told].in_cluster);
    else if (end->is_configured)
        assert_int_equal(told, end->role);
    else if (nobody_else)
        assert_true(told == IMPSVC_UNKNOWN_HOST || !impsvc_roles[told].in_cluster);
    else
        assert_true(told < impsvc_role_count);
}

static void no_role_contradicts_what_is_known(void **state)
{
    static const char ends[] = "-nNod";

    (void)state;
    for (size_t i = 0; i < impsvc_list->entry_count; i++)
        for (size_t j = 0; j < 4 * (sizeof ends - 1) * (sizeof ends - 1); j++) {
            const impsvc_entry *entry = &impsvc_list->entries[i];
            impsvc_known initiator = known(ends[j / 4 % (sizeof ends - 1)]);
            impsvc_known listener = known(ends[j / 4 / (sizeof ends - 1)]);
            bool same_host = j & 1, configured = j & 2;
            impsvc_roles_told told = impsvc_tell_roles(entry, IMPSVC_TCP, &initiator, &listener, same_host, configured);

            check_end(told.initiator, &initiator, configured);
            check_end(told.listener, &listener, configured);
            assert_int_equal(told.flow, same_host ? IMPSVC_FLOW_LOCALHOST : wanted_flow(entry, &initiator, &listener));
            if (entry->bidirectional || (initiator.is_node && listener.is_node))
                assert_false(told.reversed);
            if (!initiator.is_node && !initiator.is_configured && !listener.is_node && !listener.is_configured)
                assert_false(told.reversed);
        }
}

static void every_role_has_a_name_in_both_languages(void **state)
{
    (void)state;
    for (unsigned number = 0; number <= UINT8_MAX; number++) {
        const impsvc_text *name = impsvc_role_name((uint8_t)number);

        for (size_t i = 0; i < IMPSVC_LANGUAGES; i++)
            assert_true(name->in[i] != NULL && name->in[i][0] != '\0');
        if (number < impsvc_role_count)
            assert_ptr_equal(name, &impsvc_roles[number].name);
    }
    assert_string_equal(english(IMPSVC_UNKNOWN_HOST), NOBODY);
    assert_string_equal(english(IMPSVC_NO_ROLE), NOBODY);
    assert_true(impsvc_role_count < IMPSVC_UNKNOWN_HOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_nobody_is_known_the_row_decides),
        cmocka_unit_test(one_host_with_itself_is_localhost),
        cmocka_unit_test(a_row_that_goes_both_ways_goes_as_the_nodes_do),
        cmocka_unit_test(a_node_where_the_row_has_an_outsider_is_a_node),
        cmocka_unit_test(what_one_node_asks_of_another_is_never_the_wrong_way_round),
        cmocka_unit_test(who_the_user_calls_outside_is_called_so),
        cmocka_unit_test(once_nodes_are_configured_nobody_else_is_one),
        cmocka_unit_test(two_clusters_are_two_only_if_both_are_known),
        cmocka_unit_test(a_host_fits_the_side_of_an_entry_that_has_its_role),
        cmocka_unit_test(no_role_contradicts_what_is_known),
        cmocka_unit_test(every_role_has_a_name_in_both_languages)
    };

    return cmocka_run_group_tests(tests, build_index, NULL);
}
