/* test_node_learning.c
 * Who is an IM and Presence node, by what addresses answer and ask
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include <stdlib.h>

#include "core/classify.h"
#include "fixed_random.h"
#include "core/node_learning.h"

static int build_index(void **state)
{
    (void)state;
    return impsvc_index_build() ? 0 : 1;
}

static int start_anew(void **state)
{
    (void)state;
    impsvc_learning_forget();
    return 0;
}

/* 10.n.n.n */
static impsvc_ip host(uint32_t number)
{
    const uint8_t v4[] = { 10, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number };

    return impsvc_ip_from_v4(v4);
}

static bool is_known(uint32_t number)
{
    impsvc_ip address = host(number);

    return impsvc_learned_find(&address) != NULL;
}

static bool is_node(uint32_t number)
{
    impsvc_ip address = host(number);
    const impsvc_learned *learned = impsvc_learned_find(&address);

    return learned != NULL && impsvc_learned_is_node(learned);
}

static const impsvc_learned *learned_of(uint32_t number)
{
    impsvc_ip address = host(number);
    const impsvc_learned *learned = impsvc_learned_find(&address);

    if (learned == NULL)
        fail_msg("nothing was learned of host %u", number);
    return learned;
}

static uint32_t frame;

/* A conversation with an answer. Who is a node is what was learned before, as the plugin has it. */
static void sight(uint32_t initiator, uint32_t listener, const impsvc_entry *entry, uint16_t port, bool xcp)
{
    impsvc_sighting sighting = {
        .entry = entry,
        .transport = entry->transports & (IMPSVC_TCP | IMPSVC_TLS) ? IMPSVC_TCP : IMPSVC_UDP,
        .port = port,
        .initiator = host(initiator),
        .listener = host(listener),
        .initiator_is_node = is_node(initiator),
        .listener_is_node = is_node(listener),
        .xcp = xcp,
        .frame = ++frame
    };

    impsvc_learn(&sighting);
}

/* The listener answers the initiator on an entry's (first) port. */
static void answers(uint32_t initiator, uint32_t listener, const char *id)
{
    const impsvc_entry *entry = impsvc_entry_find(id);

    assert_non_null(entry);
    sight(initiator, listener, entry, entry->ports[0], false);
}

static void speaks_xcp(uint32_t initiator, uint32_t listener)
{
    sight(initiator, listener, impsvc_entry_find("22.4"), 7400, true);
}

enum { CLIENT = 1, NODE, OTHER_NODE, HOST, SCANNER, HOSTS = 200 };

static void both_ends_of_an_xcp_stream_are_nodes(void **state)
{
    (void)state;
    speaks_xcp(HOST, NODE);
    assert_true(is_node(HOST));
    assert_true(is_node(NODE));
    assert_int_equal(learned_of(NODE)->by, IMPSVC_LEARNED_XCP);
    assert_string_equal(learned_of(HOST)->entry->id, "22.4");
    assert_int_equal(learned_of(HOST)->frame, frame);
    assert_false(is_node(CLIENT));
}

static void port_7400_without_its_stream_is_a_port_like_others(void **state)
{
    (void)state;
    answers(CLIENT, HOST, "22.4");
    answers(CLIENT, HOST, "22.4");
    assert_false(is_node(HOST));
    assert_false(is_node(CLIENT));
    assert_false(impsvc_learning_any());
}

static void two_answered_ports_prove_nothing_three_do(void **state)
{
    (void)state;
    answers(CLIENT, HOST, "6.1");
    assert_false(is_node(HOST));
    answers(CLIENT, HOST, "22.4");
    assert_false(is_node(HOST));
    answers(CLIENT, HOST, "24.2");
    assert_true(is_node(HOST));
    assert_int_equal(learned_of(HOST)->by, IMPSVC_LEARNED_PORTS);
    assert_string_equal(learned_of(HOST)->entry->id, "24.2");
    assert_int_equal(learned_of(HOST)->frame, frame);
    assert_false(is_node(CLIENT));
}

static void one_port_answered_again_and_again_stays_one_port(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        answers((uint32_t)(100 + i), HOST, "6.1");
    assert_false(is_node(HOST));
}

static void ports_of_different_hosts_do_not_add_up(void **state)
{
    (void)state;
    answers(CLIENT, 20, "6.1");
    answers(CLIENT, 21, "22.4");
    answers(CLIENT, 22, "24.2");
    assert_false(impsvc_learning_any());
}

/* 8500 is Consul's elsewhere, 5060 anybody's. */
static void ports_that_others_use_too_never_make_a_node(void **state)
{
    static const char *const common[] = { "9.1",  "2.1",  "4.1",  "4.2",  "22.1", "22.2",
                                          "10.1", "11.1", "12.1", "19.1", "20.1" };

    (void)state;
    for (int i = 0; i < 100; i++)
        answers((uint32_t)(100 + i), HOST, "9.1");
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        answers(CLIENT, HOST, common[i]);
    assert_false(is_node(HOST));
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "22.4");
    assert_false(is_node(HOST));
}

static void a_port_that_stands_in_two_tables_counts_once(void **state)
{
    (void)state;
    answers(CLIENT, HOST, "25.1");
    answers(CLIENT, HOST, "26.1");
    answers(CLIENT, HOST, "25.2");
    answers(CLIENT, HOST, "26.2");
    assert_false(is_node(HOST));
    answers(CLIENT, HOST, "25.3");
    assert_true(is_node(HOST));
}

/* A service that was found on a port the list does not have says nothing of that port. */
static void a_port_that_is_not_the_entrys_does_not_count(void **state)
{
    (void)state;
    sight(CLIENT, HOST, impsvc_entry_find("22.4"), 7401, false);
    sight(CLIENT, HOST, impsvc_entry_find("6.1"), 8601, false);
    sight(CLIENT, HOST, impsvc_entry_find("25.1"), 6699, false);
    sight(CLIENT, HOST, impsvc_entry_find("24.1"), 21999, false);   /* 24.2's, but over UDP */
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "22.4");
    assert_false(is_node(HOST));
}

static void a_host_that_answers_on_one_port_no_node_offers_is_none(void **state)
{
    (void)state;
    answers(CLIENT, HOST, "7.1");
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "22.4");
    answers(CLIENT, HOST, "24.1");
    answers(CLIENT, HOST, "25.4");
    assert_false(is_node(HOST));
}

/* What a host that answers on every port would answer to, and as which entries the plugin takes it. */
typedef struct {
    uint16_t            port;
    const impsvc_entry *entry;
} question;

#define QUESTIONS 256

static size_t all_questions(question *questions)
{
    size_t count = 0;

    for (uint32_t port = 1; port <= UINT16_MAX; port++)
        for (unsigned carrier = 0; carrier < 2; carrier++) {
            impsvc_packet packet = { .transport = carrier == 0 ? IMPSVC_TCP : IMPSVC_UDP, .src_port = 40000,
                                     .dst_port = (uint16_t)port, .listener = IMPSVC_SIDE_DST };
            impsvc_match match;

            if (impsvc_classify(&packet, &match) && match.direction == IMPSVC_REQUEST) {
                assert_true(count < QUESTIONS);
                questions[count++] = (question){ (uint16_t)port, match.entry };
            }
        }
    assert_true(count > 60);
    return count;
}

static void ask(uint32_t initiator, uint32_t listener, const question *one)
{
    sight(initiator, listener, one->entry, one->port, false);
}

static void a_host_that_answers_on_everything_is_none_in_ascending_order(void **state)
{
    question questions[QUESTIONS];
    size_t count = all_questions(questions);

    (void)state;
    for (size_t i = 0; i < count; i++)
        ask(SCANNER, HOST, &questions[i]);
    assert_false(is_node(HOST));
    assert_false(is_node(SCANNER));
}

static void a_host_that_answers_on_everything_is_none_in_descending_order(void **state)
{
    question questions[QUESTIONS];
    size_t count = all_questions(questions);

    (void)state;
    for (size_t i = count; i > 0; i--)
        ask(SCANNER, HOST, &questions[i - 1]);
    assert_false(is_node(HOST));
    assert_false(is_node(SCANNER));
}

static void a_host_that_answers_on_everything_is_none_in_the_documents_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < impsvc_entry_count; i++)
        for (uint8_t j = 0; j < impsvc_entries[i].port_count; j++)
            sight(SCANNER, HOST, &impsvc_entries[i], impsvc_entries[i].ports[j], false);
    assert_false(is_node(HOST));
    assert_false(is_node(SCANNER));
}

#define ORDERS 2000
#define TRAPS  5

/* Ask hosts everything, in many orders of hosts and ports; in how many orders one of them, or who asked,
 * ends as a node. */
static unsigned wrong_in_random_orders(unsigned hosts, bool one_scanner)
{
    question questions[QUESTIONS];
    size_t count = all_questions(questions);
    size_t order[QUESTIONS * TRAPS];
    unsigned wrong = 0;

    for (uint64_t seed = 0; seed < ORDERS; seed++) {
        fixed_random random = { seed };
        bool found = false;

        impsvc_learning_forget();
        for (size_t i = 0; i < count * hosts; i++)
            order[i] = i;
        shuffle(&random, order, count * hosts);
        for (size_t i = 0; i < count * hosts; i++)
            ask(one_scanner ? (uint32_t)SCANNER : 1000 + (uint32_t)i, HOSTS + (uint32_t)(order[i] / count),
                &questions[order[i] % count]);
        for (uint32_t i = 0; i < hosts; i++)
            found = found || is_node(HOSTS + i);
        wrong += found || is_node(SCANNER);
    }
    return wrong;
}

static void a_host_that_answers_many_clients_on_everything_is_none_in_any_order(void **state)
{
    (void)state;
    assert_int_equal(wrong_in_random_orders(1, false), 0);
}

/* nmap asks in random order by default. */
static void a_host_that_answers_a_scanner_on_everything_is_none_in_any_order(void **state)
{
    (void)state;
    assert_int_equal(wrong_in_random_orders(1, true), 0);
}

static void hosts_that_answer_a_scanner_on_everything_are_none_in_any_order(void **state)
{
    (void)state;
    assert_int_equal(wrong_in_random_orders(TRAPS, true), 0);
}

static void whom_a_node_calls_on_an_imp_port_is_a_node(void **state)
{
    (void)state;
    speaks_xcp(NODE, NODE);
    answers(NODE, HOST, "6.1");
    assert_true(is_node(HOST));
    assert_int_equal(learned_of(HOST)->by, IMPSVC_LEARNED_CALLED);
}

/* 22.3 is for clients, 5060 is anybody's. */
static void whom_a_node_calls_on_other_ports_is_none(void **state)
{
    (void)state;
    speaks_xcp(NODE, NODE);
    answers(NODE, HOST, "22.3");
    answers(NODE, HOST, "2.3");
    answers(NODE, HOST, "9.1");
    answers(NODE, HOST, "16.1");
    assert_false(is_node(HOST));
}

static void who_calls_nodes_on_three_imp_ports_is_a_node(void **state)
{
    (void)state;
    speaks_xcp(NODE, NODE);
    speaks_xcp(OTHER_NODE, OTHER_NODE);
    answers(HOST, NODE, "6.1");
    answers(HOST, OTHER_NODE, "24.1");
    answers(HOST, OTHER_NODE, "6.1");
    assert_false(is_node(HOST));
    answers(HOST, NODE, "25.4");
    assert_true(is_node(HOST));
    assert_int_equal(learned_of(HOST)->by, IMPSVC_LEARNED_CALLS);
}

/* BOSH clients use 7335 of any node, and hosts that are none are called on anything. */
static void who_calls_on_a_clients_port_or_calls_others_is_none(void **state)
{
    (void)state;
    speaks_xcp(NODE, NODE);
    answers(HOST, NODE, "22.3");
    answers(HOST, NODE, "6.1");
    answers(HOST, 20, "24.1");
    answers(HOST, 21, "25.4");
    answers(HOST, 22, "28.1");
    answers(HOST, NODE, "22.4");
    assert_false(is_node(HOST));
}

static void a_scanner_that_asked_for_a_localhost_port_is_none(void **state)
{
    (void)state;
    speaks_xcp(NODE, NODE);
    answers(SCANNER, HOST, "7.1");
    answers(SCANNER, NODE, "6.1");
    answers(SCANNER, NODE, "24.1");
    answers(SCANNER, NODE, "25.4");
    answers(SCANNER, NODE, "28.1");
    assert_false(is_node(SCANNER));
}

static void a_scanner_that_asks_for_localhost_ports_later_is_none_any_more(void **state)
{
    (void)state;
    speaks_xcp(NODE, NODE);
    answers(SCANNER, NODE, "6.1");
    answers(SCANNER, NODE, "24.1");
    answers(SCANNER, NODE, "25.4");
    answers(SCANNER, HOST, "7.1");
    answers(SCANNER, HOST, "8.1");
    answers(SCANNER, HOST, "8.2");
    answers(SCANNER, HOST, "8.3");
    answers(SCANNER, HOST, "2.4");
    assert_false(is_node(SCANNER));
    assert_true(is_node(NODE));
}

static void a_nodes_servers_are_peers_and_no_nodes(void **state)
{
    static const struct { uint32_t server; const char *entry; } used[] = {
        { 30, "15.1" }, { 31, "5.1" }, { 32, "18.1" }, { 33, "23.1" }, { 34, "12.6" }, { 35, "5.2" }, { 36, "16.1" }
    };

    (void)state;
    speaks_xcp(NODE, NODE);
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++) {
        answers(NODE, used[i].server, used[i].entry);
        assert_int_equal(learned_of(used[i].server)->by, IMPSVC_LEARNED_PEER);
        assert_string_equal(learned_of(used[i].server)->entry->id, used[i].entry);
        assert_false(is_node(used[i].server));
    }
    answers(CLIENT, 40, "15.1");
    assert_false(is_known(40));
}

/* Subscribers ask their publisher for the time before anything else of it may be seen. */
static void a_peer_can_turn_out_to_be_a_node(void **state)
{
    (void)state;
    speaks_xcp(NODE, NODE);
    answers(NODE, HOST, "18.1");
    assert_false(is_node(HOST));
    speaks_xcp(NODE, HOST);
    assert_true(is_node(HOST));
    answers(NODE, 20, "18.1");
    answers(NODE, 20, "6.1");
    assert_true(is_node(20));
    answers(NODE, 21, "16.1");
    answers(CLIENT, 21, "6.1");
    answers(CLIENT, 21, "22.4");
    answers(CLIENT, 21, "24.1");
    assert_true(is_node(21));
}

static void a_node_never_becomes_a_mere_peer(void **state)
{
    (void)state;
    speaks_xcp(NODE, HOST);
    answers(NODE, HOST, "15.1");
    answers(NODE, HOST, "18.1");
    assert_true(is_node(HOST));
    assert_int_equal(learned_of(HOST)->by, IMPSVC_LEARNED_XCP);
}

static void a_trap_that_was_withdrawn_is_a_node_again_only_by_xcp(void **state)
{
    (void)state;
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "22.4");
    answers(CLIENT, HOST, "24.1");
    assert_true(is_node(HOST));
    answers(CLIENT, HOST, "7.1");
    answers(CLIENT, HOST, "8.1");
    answers(CLIENT, HOST, "8.2");
    assert_false(is_node(HOST));
    answers(CLIENT, HOST, "28.1");
    answers(CLIENT, HOST, "25.4");
    speaks_xcp(NODE, NODE);
    answers(NODE, HOST, "6.1");
    assert_false(is_node(HOST));
    speaks_xcp(CLIENT, HOST);
    assert_true(is_node(HOST));
    answers(SCANNER, HOST, "8.3");
    answers(SCANNER, HOST, "2.4");
    assert_true(is_node(HOST));
}

static void saying_the_same_twice_teaches_nothing(void **state)
{
    uint32_t first;

    (void)state;
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "22.4");
    answers(CLIENT, HOST, "24.1");
    first = frame;
    answers(CLIENT, HOST, "24.1");
    answers(CLIENT, HOST, "25.4");
    assert_int_equal(learned_of(HOST)->frame, first);
    assert_string_equal(learned_of(HOST)->entry->id, "24.1");
    speaks_xcp(NODE, OTHER_NODE);
    first = frame;
    speaks_xcp(NODE, OTHER_NODE);
    speaks_xcp(OTHER_NODE, NODE);
    assert_int_equal(learned_of(NODE)->frame, first);
    assert_int_equal(learned_of(OTHER_NODE)->frame, first);
    answers(NODE, 20, "15.1");
    first = frame;
    answers(NODE, 20, "15.1");
    answers(OTHER_NODE, 20, "18.1");
    assert_int_equal(learned_of(20)->frame, first);
    assert_string_equal(learned_of(20)->entry->id, "15.1");
}

static void what_a_host_says_to_itself_proves_nothing_but_xcp(void **state)
{
    (void)state;
    for (size_t i = 0; i < impsvc_entry_count; i++)
        for (uint8_t j = 0; j < impsvc_entries[i].port_count; j++)
            sight(HOST, HOST, &impsvc_entries[i], impsvc_entries[i].ports[j], false);
    assert_false(impsvc_learning_any());
    speaks_xcp(HOST, HOST);
    assert_true(is_node(HOST));
    /* A node's own localhost services are no reason to doubt it. */
    for (size_t i = 0; i < impsvc_entry_count; i++)
        for (uint8_t j = 0; j < impsvc_entries[i].port_count; j++)
            sight(HOST, HOST, &impsvc_entries[i], impsvc_entries[i].ports[j], false);
    assert_true(is_node(HOST));
}

static void a_new_file_begins_with_nothing(void **state)
{
    (void)state;
    speaks_xcp(NODE, OTHER_NODE);
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "22.4");
    assert_true(impsvc_learning_any());
    impsvc_learning_forget();
    assert_false(impsvc_learning_any());
    assert_false(is_node(NODE));
    answers(CLIENT, HOST, "24.1");
    assert_false(is_node(HOST));    /* of the ports before nothing is left */
    impsvc_learning_forget();
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "22.4");
    assert_false(is_node(HOST));
}

#define A_SCAN 65536    /* addresses */
#define SCANNED 0x10000 /* the first of them */

static size_t learned_in_scan(void)
{
    size_t learned = 0;

    for (uint32_t i = 0; i < A_SCAN; i++)
        learned += is_known(SCANNED + i);
    return learned;
}

static void a_network_with_one_imp_port_open_everywhere_has_no_node(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < A_SCAN; i++)
        answers(SCANNER, SCANNED + i, i % 2 == 0 ? "6.1" : "22.4");
    assert_false(impsvc_learning_any());
    assert_int_equal(learned_in_scan(), 0);
}

/* What is kept is limited; a node that answers on three ports with little else in between is still found. */
static void a_node_is_found_while_a_scan_goes_on(void **state)
{
    static const char *const ports[] = { "6.1", "24.1", "25.4" };
    unsigned found = 0;

    (void)state;
    for (uint32_t i = 0; i < A_SCAN; i++) {
        answers(SCANNER, SCANNED + i, "22.4");
        if (i % 655 == 0)   /* a hundred nodes, whose three answers come between others' */
            for (uint32_t j = 0; j < 3; j++) {
                answers(CLIENT, 1000 + i / 655, ports[j]);
                for (uint32_t between = 0; between < 5; between++)
                    answers(SCANNER, SCANNED + (i * 31 + between) % A_SCAN, "22.4");
            }
    }
    for (uint32_t i = 0; i <= A_SCAN / 655; i++)
        found += is_node(1000 + i);
    assert_true(found >= 96 && found <= 101);
    assert_int_equal(learned_in_scan(), 0);
}

/* A node that has shown two ports is not pushed out by hosts that show one. */
static void a_scan_does_not_make_a_half_known_node_forgotten(void **state)
{
    (void)state;
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "24.1");
    for (uint32_t i = 0; i < A_SCAN; i++)
        answers(SCANNER, SCANNED + i, "22.4");
    answers(CLIENT, HOST, "25.4");
    assert_true(is_node(HOST));
}

static void a_flood_of_xcp_addresses_is_learned_only_so_far(void **state)
{
    size_t learned;

    (void)state;
    speaks_xcp(NODE, OTHER_NODE);
    for (uint32_t i = 0; i < A_SCAN; i += 2)
        speaks_xcp(SCANNED + i, SCANNED + i + 1);
    learned = learned_in_scan();
    print_message("%zu of %d addresses that speak XCP were learned\n", learned, A_SCAN);
    assert_true(learned >= IMPSVC_LEARNED_MAX / 2 && learned <= IMPSVC_LEARNED_MAX - 2);
    assert_true(is_node(NODE));
    assert_true(is_node(OTHER_NODE));
}

/* Twenty times as many nodes as the largest cluster, with their peers, must all have a place. */
static void every_node_of_a_large_deployment_has_a_place(void **state)
{
    unsigned missing = 0;

    (void)state;
    for (uint32_t i = 0; i < 500; i++)
        speaks_xcp(SCANNED + 256 * i + 10, SCANNED + 256 * i + 11);
    for (uint32_t i = 0; i < 500; i++)
        missing += 2U - is_node(SCANNED + 256 * i + 10) - is_node(SCANNED + 256 * i + 11);
    assert_int_equal(missing, 0);
}

int main(void)
{
#define a_test(name) cmocka_unit_test_setup(name, start_anew)
    const struct CMUnitTest tests[] = {
        a_test(both_ends_of_an_xcp_stream_are_nodes),
        a_test(port_7400_without_its_stream_is_a_port_like_others),
        a_test(two_answered_ports_prove_nothing_three_do),
        a_test(one_port_answered_again_and_again_stays_one_port),
        a_test(ports_of_different_hosts_do_not_add_up),
        a_test(ports_that_others_use_too_never_make_a_node),
        a_test(a_port_that_stands_in_two_tables_counts_once),
        a_test(a_port_that_is_not_the_entrys_does_not_count),
        a_test(a_host_that_answers_on_one_port_no_node_offers_is_none),
        a_test(a_host_that_answers_on_everything_is_none_in_ascending_order),
        a_test(a_host_that_answers_on_everything_is_none_in_descending_order),
        a_test(a_host_that_answers_on_everything_is_none_in_the_documents_order),
        a_test(a_host_that_answers_many_clients_on_everything_is_none_in_any_order),
        a_test(a_host_that_answers_a_scanner_on_everything_is_none_in_any_order),
        a_test(hosts_that_answer_a_scanner_on_everything_are_none_in_any_order),
        a_test(whom_a_node_calls_on_an_imp_port_is_a_node),
        a_test(whom_a_node_calls_on_other_ports_is_none),
        a_test(who_calls_nodes_on_three_imp_ports_is_a_node),
        a_test(who_calls_on_a_clients_port_or_calls_others_is_none),
        a_test(a_scanner_that_asked_for_a_localhost_port_is_none),
        a_test(a_scanner_that_asks_for_localhost_ports_later_is_none_any_more),
        a_test(a_nodes_servers_are_peers_and_no_nodes),
        a_test(a_peer_can_turn_out_to_be_a_node),
        a_test(a_node_never_becomes_a_mere_peer),
        a_test(a_trap_that_was_withdrawn_is_a_node_again_only_by_xcp),
        a_test(saying_the_same_twice_teaches_nothing),
        a_test(what_a_host_says_to_itself_proves_nothing_but_xcp),
        a_test(a_new_file_begins_with_nothing),
        a_test(a_network_with_one_imp_port_open_everywhere_has_no_node),
        a_test(a_node_is_found_while_a_scan_goes_on),
        a_test(a_scan_does_not_make_a_half_known_node_forgotten),
        a_test(a_flood_of_xcp_addresses_is_learned_only_so_far),
        a_test(every_node_of_a_large_deployment_has_a_place)
    };

    return cmocka_run_group_tests(tests, build_index, NULL);
}
