/* test_node_learning.c
 * Who is an IM and Presence node, by what addresses answer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include <string.h>

#include "core/classify.h"
#include "fixed_random.h"
#include "core/node_learning.h"

static int build_index(void **state)
{
    (void)state;
    return impsvc_index_build(&impsvc_releases[0]) ? 0 : 1;
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
static impsvc_sighting sighting(uint32_t initiator, uint32_t listener, const impsvc_entry *entry, uint16_t port)
{
    assert_non_null(entry);
    return (impsvc_sighting){
        .entry = entry,
        .port = port,
        .initiator = host(initiator),
        .listener = host(listener),
        .initiator_is_node = is_node(initiator),
        .listener_is_node = is_node(listener),
        .frame = ++frame
    };
}

static void sight(uint32_t initiator, uint32_t listener, const impsvc_entry *entry, uint16_t port)
{
    impsvc_sighting seen = sighting(initiator, listener, entry, port);

    impsvc_learn(&seen);
}

/* The listener answers the initiator on an entry's (first) port. */
static void answers(uint32_t initiator, uint32_t listener, const char *id)
{
    const impsvc_entry *entry = impsvc_entry_find(id);

    assert_non_null(entry);
    sight(initiator, listener, entry, entry->ports[0]);
}

/* It does, with something that is visibly not the entry's. */
static void answers_otherwise(uint32_t initiator, uint32_t listener, const char *id)
{
    const impsvc_entry *entry = impsvc_entry_find(id);
    impsvc_sighting seen = sighting(initiator, listener, entry, entry->ports[0]);

    seen.foreign = true;
    impsvc_learn(&seen);
}

/* The user says what the listener is. */
static void answers_as_configured(uint32_t initiator, uint32_t listener, const char *id, bool xcp)
{
    const impsvc_entry *entry = impsvc_entry_find(id);
    impsvc_sighting seen = sighting(initiator, listener, entry, entry->ports[0]);

    seen.listener_is_configured = true;
    seen.xcp = xcp;
    impsvc_learn(&seen);
}

/* The listener's router accepts the initiator's component. */
static void accepts_component(uint32_t initiator, uint32_t listener)
{
    impsvc_sighting seen = sighting(initiator, listener, impsvc_entry_find("22.4"), 7400);

    seen.xcp = true;
    impsvc_learn(&seen);
}

/* Both kinds of evidence of one host, by somebody who is nobody. */
static void becomes_node(uint32_t number)
{
    accepts_component(0xfffffe, number);
    answers(0xfffffe, number, "6.1");
    assert_true(is_node(number));
}

enum { CLIENT = 1, NODE, OTHER_NODE, HOST, SCANNER, HOSTS = 200 };

static void a_router_that_answers_on_another_imp_port_is_a_node(void **state)
{
    (void)state;
    accepts_component(HOST, NODE);
    assert_false(impsvc_learning_any());
    answers(CLIENT, NODE, "24.1");
    assert_true(is_node(NODE));
    assert_int_equal(learned_of(NODE)->by, IMPSVC_LEARNED_XCP);
    assert_string_equal(learned_of(NODE)->entry->id, "24.1");
    assert_int_equal(learned_of(NODE)->frame, frame);
    assert_false(is_known(HOST));
    assert_false(is_known(CLIENT));
}

static void the_order_of_the_two_kinds_of_evidence_does_not_matter(void **state)
{
    (void)state;
    answers(CLIENT, NODE, "24.1");
    assert_false(impsvc_learning_any());
    accepts_component(HOST, NODE);
    assert_true(is_node(NODE));
    assert_int_equal(learned_of(NODE)->by, IMPSVC_LEARNED_XCP);
    assert_string_equal(learned_of(NODE)->entry->id, "22.4");
    assert_int_equal(learned_of(NODE)->frame, frame);
}

static void every_imp_port_but_the_routers_own_is_the_other_evidence(void **state)
{
    (void)state;
    for (size_t i = 0; i < impsvc_list->entry_count; i++) {
        impsvc_learning_forget();
        accepts_component(CLIENT, HOST);
        for (uint8_t j = 0; j < impsvc_list->entries[i].port_count; j++)
            sight(CLIENT, HOST, &impsvc_list->entries[i], impsvc_list->entries[i].ports[j]);
        assert_int_equal(is_node(HOST), impsvc_list->entries[i].distinctive && !impsvc_list->entries[i].xcp);
    }
}

/* Two Expressways speak XCP with each other, and a compliance server takes a node's streams. */
static void xcp_alone_makes_no_node(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 100; i++)
        accepts_component(100 + i, HOST);
    accepts_component(20, 21);
    accepts_component(21, 20);
    answers(20, 21, "22.2");
    answers(CLIENT, 20, "22.1");
    answers(CLIENT, 20, "2.1");
    answers(CLIENT, HOST, "22.4");
    answers(CLIENT, HOST, "9.1");
    assert_false(impsvc_learning_any());
}

static void who_logs_on_to_a_router_is_no_node(void **state)
{
    (void)state;
    becomes_node(NODE);
    becomes_node(OTHER_NODE);
    accepts_component(HOST, NODE);
    accepts_component(HOST, OTHER_NODE);
    accepts_component(HOST, NODE);
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "25.4");
    assert_false(is_known(HOST));
}

static void a_router_that_a_node_uses_is_no_node_for_that(void **state)
{
    (void)state;
    becomes_node(NODE);
    accepts_component(NODE, HOST);
    assert_false(is_known(HOST));
}

static void port_7400_without_its_stream_counts_for_nothing(void **state)
{
    (void)state;
    answers(CLIENT, HOST, "22.4");
    answers(CLIENT, HOST, "22.4");
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "24.2");
    answers(CLIENT, HOST, "22.4");
    assert_false(is_node(HOST));
    assert_false(is_node(CLIENT));
    assert_false(impsvc_learning_any());
    answers(CLIENT, HOST, "25.4");
    assert_int_equal(learned_of(HOST)->by, IMPSVC_LEARNED_PORTS);
}

static void two_answered_ports_prove_nothing_three_do(void **state)
{
    (void)state;
    answers(CLIENT, HOST, "6.1");
    assert_false(is_node(HOST));
    answers(CLIENT, HOST, "28.1");
    assert_false(is_node(HOST));
    answers(CLIENT, HOST, "24.2");
    assert_true(is_node(HOST));
    assert_int_equal(learned_of(HOST)->by, IMPSVC_LEARNED_PORTS);
    assert_string_equal(learned_of(HOST)->entry->id, "24.2");
    assert_int_equal(learned_of(HOST)->frame, frame);
    assert_false(is_node(CLIENT));
}

/* One program's cluster may have many ports in a row: Redis takes 9001 to 9006. */
static void three_ports_of_one_table_prove_nothing(void **state)
{
    (void)state;
    answers(CLIENT, 20, "25.4");
    answers(CLIENT, 20, "25.5");
    answers(CLIENT, 20, "25.6");
    answers(CLIENT, 21, "27.1");
    answers(CLIENT, 21, "27.2");
    answers(CLIENT, 21, "27.3");
    answers(CLIENT, 21, "27.4");
    assert_false(impsvc_learning_any());
    answers(CLIENT, 20, "25.1");
    answers(CLIENT, 20, "25.2");
    answers(CLIENT, 20, "25.3");
    assert_false(impsvc_learning_any());
}

static void three_ports_of_two_tables_do(void **state)
{
    static const char *const ports[][3] = {
        { "25.4", "25.5", "27.1" }, { "27.1", "25.4", "27.2" }, { "22.3", "22.6", "24.1" }
    };

    (void)state;
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
        for (size_t j = 0; j < 3; j++) {
            assert_false(is_node(HOSTS + (uint32_t)i));
            answers(CLIENT, HOSTS + (uint32_t)i, ports[i][j]);
            assert_int_equal(is_node(HOSTS + (uint32_t)i), j == 2);
        }
}

/* However many ports of one table come first. */
static void a_port_of_another_table_counts_after_any_number(void **state)
{
    static const char *const first[] = { "25.1", "25.2", "25.3", "25.4", "25.5", "25.6" };

    (void)state;
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
        answers(CLIENT, HOST, first[i]);
    assert_false(is_node(HOST));
    answers(CLIENT, HOST, "27.4");
    assert_true(is_node(HOST));
}

/* 6603 to 6605 are table 26's between a node and itself. A program that has them and 6606 has one table's ports. */
static void ports_that_stand_in_two_tables_are_of_either(void **state)
{
    static const char *const ports[] = { "25.1", "26.2", "25.3", "26.4", "26.1" };

    (void)state;
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
        answers(CLIENT, HOST, ports[i]);
    assert_false(is_node(HOST));
    answers(CLIENT, HOST, "25.4");
    assert_true(is_node(HOST));     /* 6606 and 9003 are in no table together */
}

static void a_port_that_stands_in_two_tables_counts_once(void **state)
{
    (void)state;
    answers(CLIENT, HOST, "25.1");
    answers(CLIENT, HOST, "26.1");
    answers(CLIENT, HOST, "6.1");
    answers(HOST, HOST, "26.1");
    assert_false(is_node(HOST));
    answers(CLIENT, HOST, "26.2");
    assert_true(is_node(HOST));
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
    answers(CLIENT, 21, "28.1");
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
    answers(CLIENT, HOST, "28.1");
    assert_false(is_node(HOST));
}

/* A service that was found, or that the user moved, to a port the list does not have says nothing of that port. */
static void a_port_that_is_not_the_entrys_does_not_count(void **state)
{
    (void)state;
    sight(CLIENT, HOST, impsvc_entry_find("27.4"), 7401);
    sight(CLIENT, HOST, impsvc_entry_find("6.1"), 8601);
    sight(CLIENT, HOST, impsvc_entry_find("25.1"), 6699);
    sight(CLIENT, HOST, impsvc_entry_find("24.1"), 21999);  /* 24.2's, but over UDP */
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "28.1");
    assert_false(is_node(HOST));
    /* Nor is it a port on which no node answers, or must not answer otherwise. */
    sight(CLIENT, HOST, impsvc_entry_find("7.1"), 8600);
    sight(CLIENT, HOST, impsvc_entry_find("8.1"), 80);
    answers(CLIENT, HOST, "24.1");
    assert_true(is_node(HOST));
    for (uint16_t port = 80; port < 90; port++) {
        impsvc_sighting seen = sighting(CLIENT, HOST, impsvc_entry_find("22.3"), port);

        seen.foreign = true;
        impsvc_learn(&seen);
        sight(CLIENT, HOST, impsvc_entry_find("7.1"), port);
    }
    assert_true(is_node(HOST));
}

/* What is said in it is what counts. */
static void a_router_on_another_port_counts(void **state)
{
    impsvc_sighting seen = sighting(CLIENT, HOST, impsvc_entry_find("22.4"), 5275);

    (void)state;
    seen.xcp = true;
    impsvc_learn(&seen);
    answers(CLIENT, HOST, "6.1");
    assert_int_equal(learned_of(HOST)->by, IMPSVC_LEARNED_XCP);
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
    accepts_component(CLIENT, HOST);    /* which a trap would not: this is a node that is open too far */
    assert_true(is_node(HOST));
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
    sight(initiator, listener, one->entry, one->port);
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
    for (size_t i = 0; i < impsvc_list->entry_count; i++)
        for (uint8_t j = 0; j < impsvc_list->entries[i].port_count; j++)
            sight(SCANNER, HOST, &impsvc_list->entries[i], impsvc_list->entries[i].ports[j]);
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

/* Its answers are evidence as any other's are; that a node asked is none. */
static void whom_a_node_asks_is_no_node_for_that(void **state)
{
    (void)state;
    becomes_node(NODE);
    answers(NODE, HOST, "6.1");
    answers(NODE, HOST, "28.1");
    answers(NODE, HOST, "9.1");
    assert_false(is_known(HOST));
    answers(NODE, HOST, "24.1");
    assert_true(is_node(HOST));
    assert_int_equal(learned_of(HOST)->by, IMPSVC_LEARNED_PORTS);
}

/* Monitors and scanners ask nodes for anything. */
static void who_asks_nodes_is_no_node_whatever_it_asks_for(void **state)
{
    (void)state;
    becomes_node(NODE);
    becomes_node(OTHER_NODE);
    for (size_t i = 0; i < impsvc_list->entry_count; i++) {
        const impsvc_entry *entry = &impsvc_list->entries[i];

        if (entry->reach == IMPSVC_REACH_LOCALHOST || !impsvc_roles[entry->to].in_cluster)
            continue;
        for (uint8_t j = 0; j < entry->port_count; j++) {
            sight(HOST, NODE, entry, entry->ports[j]);
            sight(HOST, OTHER_NODE, entry, entry->ports[j]);
        }
    }
    accepts_component(HOST, NODE);
    assert_false(is_known(HOST));
    assert_true(is_node(NODE));
    assert_true(is_node(OTHER_NODE));
}

static void a_nodes_servers_are_peers_and_no_nodes(void **state)
{
    static const struct { uint32_t server; const char *entry; } used[] = {
        { 30, "15.1" }, { 31, "5.1" }, { 32, "18.1" }, { 33, "23.1" }, { 34, "12.6" }, { 35, "5.2" }, { 36, "16.1" }
    };

    (void)state;
    becomes_node(NODE);
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++) {
        answers(NODE, used[i].server, used[i].entry);
        assert_int_equal(learned_of(used[i].server)->by, IMPSVC_LEARNED_PEER);
        assert_string_equal(learned_of(used[i].server)->entry->id, used[i].entry);
        assert_false(is_node(used[i].server));
    }
    answers(CLIENT, 40, "15.1");
    assert_false(is_known(40));
}

/* What a host asks of itself, or of another node, shows no server. */
static void a_node_is_nobodys_peer(void **state)
{
    (void)state;
    becomes_node(NODE);
    becomes_node(OTHER_NODE);
    answers(NODE, NODE, "15.1");
    answers(NODE, OTHER_NODE, "18.1");
    answers(NODE, OTHER_NODE, "16.1");
    assert_int_equal(learned_of(NODE)->by, IMPSVC_LEARNED_XCP);
    assert_int_equal(learned_of(OTHER_NODE)->by, IMPSVC_LEARNED_XCP);
    answers(NODE, HOST, "22.2");    /* a cluster's service shows none, either */
    answers(NODE, HOST, "4.2");
    assert_false(is_known(HOST));
}

/* Subscribers ask their publisher for the time before anything else of it may be seen. */
static void a_peer_can_turn_out_to_be_a_node(void **state)
{
    (void)state;
    becomes_node(NODE);
    answers(NODE, HOST, "18.1");
    assert_false(is_node(HOST));
    assert_true(is_known(HOST));
    accepts_component(NODE, HOST);
    answers(NODE, HOST, "6.1");
    assert_int_equal(learned_of(HOST)->by, IMPSVC_LEARNED_XCP);
    answers(NODE, 21, "16.1");
    answers(CLIENT, 21, "6.1");
    answers(CLIENT, 21, "28.1");
    answers(CLIENT, 21, "24.1");
    assert_int_equal(learned_of(21)->by, IMPSVC_LEARNED_PORTS);
}

static void a_peer_stays_one_whatever_else_it_answers(void **state)
{
    (void)state;
    becomes_node(NODE);
    answers(NODE, HOST, "15.1");
    answers_otherwise(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "7.1");
    answers(CLIENT, HOST, "8.1");
    answers(CLIENT, HOST, "8.2");
    assert_int_equal(learned_of(HOST)->by, IMPSVC_LEARNED_PEER);
    assert_string_equal(learned_of(HOST)->entry->id, "15.1");
}

static void a_node_never_becomes_a_mere_peer(void **state)
{
    (void)state;
    becomes_node(NODE);
    becomes_node(HOST);
    answers(NODE, HOST, "15.1");
    answers(NODE, HOST, "18.1");
    assert_true(is_node(HOST));
    assert_int_equal(learned_of(HOST)->by, IMPSVC_LEARNED_XCP);
}

/* Redis on 9003, MySQL on 6604, somebody's web server on 8600. */
static void foreign_payload_on_one_imp_port_keeps_a_host_from_being_a_node(void **state)
{
    (void)state;
    answers_otherwise(CLIENT, HOST, "25.4");
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "28.1");
    answers(CLIENT, HOST, "24.1");
    answers(CLIENT, HOST, "27.1");
    assert_false(is_known(HOST));
    accepts_component(NODE, HOST);
    assert_false(is_known(HOST));
    /* On the router's port, too. */
    answers_otherwise(CLIENT, 20, "22.4");
    becomes_node(NODE);
    accepts_component(CLIENT, 20);
    answers(CLIENT, 20, "6.1");
    assert_false(is_known(20));
}

static void foreign_payload_withdraws_a_title_for_good(void **state)
{
    (void)state;
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "28.1");
    answers(CLIENT, HOST, "24.1");
    becomes_node(NODE);
    becomes_node(OTHER_NODE);
    assert_true(is_node(HOST));
    answers_otherwise(CLIENT, HOST, "25.4");
    answers_otherwise(CLIENT, NODE, "22.3");
    assert_false(is_known(HOST));
    assert_false(is_known(NODE));       /* a title by XCP, too */
    assert_true(is_node(OTHER_NODE));
    for (int i = 0; i < 3; i++) {
        accepts_component(OTHER_NODE, HOST);
        accepts_component(CLIENT, NODE);
        answers(CLIENT, HOST, "27.1");
        answers(OTHER_NODE, HOST, "6.1");
        answers(CLIENT, NODE, "24.2");
        answers(CLIENT, NODE, "25.4");
    }
    assert_false(is_known(HOST));
    assert_false(is_known(NODE));
}

/* The port on which a title rests turns out to be another's. */
static void a_conversation_that_turns_out_foreign_withdraws_what_it_gave(void **state)
{
    (void)state;
    accepts_component(CLIENT, HOST);
    answers(CLIENT, HOST, "22.6");
    assert_true(is_node(HOST));
    answers_otherwise(CLIENT, HOST, "22.6");
    assert_false(is_known(HOST));
    assert_false(impsvc_learning_any());
}

static void foreign_payload_says_nothing_of_who_asked_or_of_other_ports(void **state)
{
    (void)state;
    becomes_node(NODE);
    becomes_node(OTHER_NODE);
    answers_otherwise(NODE, HOST, "25.4");
    answers_otherwise(OTHER_NODE, HOST, "22.4");
    assert_true(is_node(NODE));
    assert_true(is_node(OTHER_NODE));
    answers_otherwise(CLIENT, NODE, "9.1");     /* 8500 is anybody's */
    answers_otherwise(CLIENT, NODE, "22.1");
    answers_otherwise(CLIENT, NODE, "2.1");
    assert_true(is_node(NODE));
}

static void three_wrong_ports_withdraw_what_ports_gave_and_two_do_not(void **state)
{
    static const char *const wrong[] = { "7.1", "8.1", "8.2" };

    (void)state;
    becomes_node(NODE);
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "28.1");
    answers(CLIENT, HOST, "24.1");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_true(is_node(HOST));
        assert_true(is_node(NODE));
        for (uint32_t asked = 0; asked < 5; asked++) {
            answers(SCANNER + asked * 100, HOST, wrong[i]);
            answers(SCANNER + asked * 100, NODE, wrong[i]);
        }
    }
    assert_false(is_known(HOST));
    assert_true(is_node(NODE));         /* its router has accepted a component */
    answers(CLIENT, HOST, "25.4");
    answers(CLIENT, HOST, "27.1");
    accepts_component(CLIENT, HOST);
    assert_false(is_known(HOST));
}

/* Nodes use each other's, and their own, in ways the list does not say. */
static void what_nodes_ask_for_is_never_wrong(void **state)
{
    (void)state;
    becomes_node(NODE);
    becomes_node(OTHER_NODE);
    for (size_t i = 0; i < impsvc_list->entry_count; i++)
        for (uint8_t j = 0; j < impsvc_list->entries[i].port_count; j++)
            sight(OTHER_NODE, NODE, &impsvc_list->entries[i], impsvc_list->entries[i].ports[j]);
    assert_true(is_node(NODE));
    assert_true(is_node(OTHER_NODE));
}

static void of_configured_listeners_nothing_is_learned(void **state)
{
    uint32_t known;

    (void)state;
    becomes_node(NODE);
    known = impsvc_learning_state();
    for (size_t i = 0; i < impsvc_list->entry_count; i++)
        if (impsvc_list->entries[i].port_count > 0) {
            answers_as_configured(CLIENT, HOST, impsvc_list->entries[i].id, impsvc_list->entries[i].xcp);
            answers_as_configured(NODE, HOST, impsvc_list->entries[i].id, false);
        }
    assert_false(is_known(HOST));
    assert_int_equal(impsvc_learning_state(), known);
    /* Nor is anything kept for later. */
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "28.1");
    assert_false(is_known(HOST));
    answers(CLIENT, HOST, "24.1");
    assert_true(is_node(HOST));
    answers_as_configured(CLIENT, HOST, "7.1", false);
    answers_as_configured(CLIENT, HOST, "8.1", false);
    answers_as_configured(CLIENT, HOST, "8.2", false);
    assert_true(is_node(HOST));
}

static void saying_the_same_twice_teaches_nothing(void **state)
{
    uint32_t first, known;

    (void)state;
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "28.1");
    answers(CLIENT, HOST, "24.1");
    first = frame;
    known = impsvc_learning_state();
    answers(CLIENT, HOST, "24.1");
    answers(CLIENT, HOST, "25.4");
    accepts_component(CLIENT, HOST);
    assert_int_equal(learned_of(HOST)->frame, first);
    assert_int_equal(learned_of(HOST)->by, IMPSVC_LEARNED_PORTS);
    assert_string_equal(learned_of(HOST)->entry->id, "24.1");
    assert_int_equal(impsvc_learning_state(), known);
    becomes_node(NODE);
    first = frame;
    assert_int_not_equal(impsvc_learning_state(), known);
    becomes_node(NODE);
    assert_int_equal(learned_of(NODE)->frame, first);
    answers(NODE, 20, "15.1");
    first = frame;
    known = impsvc_learning_state();
    answers(NODE, 20, "15.1");
    answers(HOST, 20, "18.1");
    assert_int_equal(learned_of(20)->frame, first);
    assert_string_equal(learned_of(20)->entry->id, "15.1");
    assert_int_equal(impsvc_learning_state(), known);
}

static void a_title_that_is_lost_changes_the_state_once(void **state)
{
    uint32_t known;

    (void)state;
    becomes_node(NODE);
    known = impsvc_learning_state();
    answers_otherwise(CLIENT, NODE, "25.4");
    assert_int_not_equal(impsvc_learning_state(), known);
    known = impsvc_learning_state();
    answers_otherwise(CLIENT, NODE, "25.4");
    answers_otherwise(CLIENT, NODE, "25.5");
    assert_int_equal(impsvc_learning_state(), known);
}

/* A node's components log on to its own router. Its localhost services are no reason to doubt it. */
static void what_a_host_says_to_itself_counts_but_is_never_wrong(void **state)
{
    (void)state;
    accepts_component(HOST, HOST);
    answers(HOST, HOST, "9.1");
    assert_false(is_known(HOST));
    answers(HOST, HOST, "24.1");
    assert_int_equal(learned_of(HOST)->by, IMPSVC_LEARNED_XCP);
    for (size_t i = 0; i < impsvc_list->entry_count; i++)
        for (uint8_t j = 0; j < impsvc_list->entries[i].port_count; j++) {
            sight(HOST, HOST, &impsvc_list->entries[i], impsvc_list->entries[i].ports[j]);
            sight(20, 20, &impsvc_list->entries[i], impsvc_list->entries[i].ports[j]);
        }
    assert_true(is_node(HOST));
    assert_true(is_node(20));
}

static void a_new_file_begins_with_nothing(void **state)
{
    (void)state;
    becomes_node(NODE);
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "28.1");
    accepts_component(CLIENT, 20);
    answers_otherwise(CLIENT, 21, "25.4");
    assert_true(impsvc_learning_any());
    impsvc_learning_forget();
    assert_false(impsvc_learning_any());
    assert_false(is_node(NODE));
    answers(CLIENT, HOST, "24.1");
    answers(CLIENT, 20, "6.1");
    assert_false(is_node(HOST));    /* of the ports, or the stream, before nothing is left */
    assert_false(is_node(20));
    becomes_node(21);
    impsvc_learning_forget();
    answers(CLIENT, HOST, "6.1");
    answers(CLIENT, HOST, "28.1");
    assert_false(is_node(HOST));
}

static void last_bytes_rule_out_who_is_not_known(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte <= UINT8_MAX; byte++)
        assert_false(impsvc_learned_may_end_in((uint8_t)byte));
    becomes_node(0x010203);
    assert_true(impsvc_learned_may_end_in(3));
    assert_false(impsvc_learned_may_end_in(2));
    assert_false(is_known(0x010303));
    impsvc_learning_forget();
    assert_false(impsvc_learned_may_end_in(3));
}

/* What is said of one host, without any limit. */
typedef struct {
    bool     xcp, foreign, title, withdrawn;
    bool     answered[UINT16_MAX + 1U];
    uint16_t wrong[64];
    unsigned wrong_count;
} record;

static bool is_listed(const impsvc_entry *entry, uint16_t port)
{
    return entry->distinctive && (entry->ports[0] == port || (entry->port_count > 1 && entry->ports[1] == port));
}

static unsigned answered_ports(const record *one)
{
    unsigned count = 0;

    for (uint32_t port = 0; port <= UINT16_MAX; port++)
        count += one->answered[port];
    return count;
}

/* Whether one table has all the ports. */
static bool is_of_one_table(const record *one)
{
    for (size_t table = 0; table < impsvc_table_count; table++) {
        bool all = true;

        for (uint32_t port = 0; all && port <= UINT16_MAX; port++) {
            bool has = !one->answered[port];

            for (size_t i = 0; !has && i < impsvc_list->entry_count; i++)
                has = impsvc_list->entries[i].table == impsvc_tables[table].number && is_listed(&impsvc_list->entries[i], (uint16_t)port);
            all = has;
        }
        if (all)
            return true;
    }
    return false;
}

static void record_wrong(record *one, uint16_t port)
{
    for (unsigned i = 0; i < one->wrong_count; i++)
        if (one->wrong[i] == port)
            return;
    one->wrong[one->wrong_count++] = port;
}

static void record_sighting(record *one, const impsvc_sighting *seen)
{
    const impsvc_entry *entry = seen->entry;
    bool by_xcp, by_ports;

    if (entry->distinctive && seen->foreign)
        one->foreign = true;
    else if (entry->distinctive && seen->xcp)
        one->xcp = true;
    else if (entry->distinctive && !entry->xcp)
        one->answered[seen->port] = true;
    if (entry->reach == IMPSVC_REACH_LOCALHOST
        || (!impsvc_roles[entry->to].in_cluster && !entry->bidirectional && !entry->nodes_listen))
        record_wrong(one, seen->port);
    by_xcp = one->xcp && answered_ports(one) > 0;
    by_ports = answered_ports(one) >= IMPSVC_PORTS_ENOUGH && !is_of_one_table(one) && one->wrong_count == 0;
    if (one->foreign || (one->wrong_count >= 3 && !by_xcp)) {
        one->withdrawn = one->withdrawn || one->title;
        one->title = false;
    } else if (!one->withdrawn)
        one->title = one->title || by_xcp || by_ports;
}

/* Whatever comes in whatever order, the few things that are kept say the same as all that was seen. */
static void what_is_kept_says_the_same_as_all_that_was_seen(void **state)
{
    static record one;
    fixed_random random = { 7 };
    unsigned titles = 0, lost = 0;

    (void)state;
    for (unsigned round = 0; round < 400; round++) {
        memset(&one, 0, sizeof one);
        impsvc_learning_forget();
        for (unsigned i = 0; i < 12; i++) {
            const impsvc_entry *entry = &impsvc_list->entries[random_below(&random, impsvc_list->entry_count)];
            impsvc_sighting seen;

            if (entry->port_count == 0 || (!entry->distinctive && random_below(&random, 4) != 0))
                continue;
            seen = sighting(CLIENT, HOST, entry, entry->ports[random_below(&random, entry->port_count)]);
            seen.xcp = entry->xcp && random_below(&random, 2) == 0;
            seen.foreign = random_below(&random, 40) == 0;
            impsvc_learn(&seen);
            record_sighting(&one, &seen);
            assert_int_equal(is_node(HOST), one.title);
        }
        titles += one.title;
        lost += one.withdrawn;
    }
    assert_true(titles > 50);
    assert_true(lost > 5);
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
        answers(SCANNER, SCANNED + i, i % 2 == 0 ? "6.1" : "25.4");
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
        answers(SCANNER, SCANNED + i, "28.1");
        if (i % 655 == 0)   /* a hundred nodes, whose three answers come between others' */
            for (uint32_t j = 0; j < 3; j++) {
                answers(CLIENT, 1000 + i / 655, ports[j]);
                for (uint32_t between = 0; between < 5; between++)
                    answers(SCANNER, SCANNED + (i * 31 + between) % A_SCAN, "28.1");
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
        answers(SCANNER, SCANNED + i, "28.1");
    answers(CLIENT, HOST, "25.4");
    assert_true(is_node(HOST));
}

/* Nor one whose router was seen, and a port; nor is what speaks against a host forgotten for others that say less. */
static void a_scan_does_not_make_evidence_forgotten(void **state)
{
    (void)state;
    accepts_component(CLIENT, 20);
    answers(CLIENT, 20, "7.1");
    answers(CLIENT, 21, "6.1");
    answers_otherwise(CLIENT, 21, "24.1");
    becomes_node(22);
    answers_otherwise(CLIENT, 22, "25.4");
    for (uint32_t i = 0; i < A_SCAN; i++)
        answers(SCANNER, SCANNED + i, "28.1");
    answers(CLIENT, 20, "6.1");
    answers(CLIENT, 20, "25.4");
    accepts_component(CLIENT, 21);
    assert_true(is_node(20));
    assert_false(is_known(21));
    /* What was withdrawn stays so when its evidence was pushed out. */
    for (uint32_t i = 0; i < A_SCAN; i++) {
        answers(SCANNER, SCANNED + i, "28.1");
        answers(SCANNER, SCANNED + i, "6.1");
        answers(SCANNER, SCANNED + i, "8.1");
        answers(SCANNER, SCANNED + i, "8.2");
    }
    accepts_component(CLIENT, 22);
    answers(CLIENT, 22, "6.1");
    assert_false(is_known(22));
}

static void a_flood_of_routers_is_learned_only_so_far(void **state)
{
    size_t learned;

    (void)state;
    becomes_node(NODE);
    becomes_node(OTHER_NODE);
    for (uint32_t i = 0; i < A_SCAN; i++) {
        accepts_component(SCANNER, SCANNED + i);
        answers(SCANNER, SCANNED + i, "28.1");
    }
    learned = learned_in_scan();
    print_message("%zu of %d addresses that pose as nodes were learned\n", learned, A_SCAN);
    assert_true(learned >= IMPSVC_LEARNED_MAX / 2 && learned <= IMPSVC_LEARNED_MAX - 2);
    assert_true(is_node(NODE));
    assert_true(is_node(OTHER_NODE));
    /* A title that is lost leaves its place to another. */
    for (uint32_t i = 0; i < A_SCAN; i++)
        answers_otherwise(SCANNER, SCANNED + i, "25.4");
    assert_int_equal(learned_in_scan(), 0);
    becomes_node(HOST);
}

/* Twenty times as many nodes as the largest cluster, with their peers, must all have a place. */
static void every_node_of_a_large_deployment_has_a_place(void **state)
{
    unsigned missing = 0;

    (void)state;
    for (uint32_t i = 0; i < 500; i++) {
        accepts_component(SCANNED + 256 * i + 10, SCANNED + 256 * i + 11);
        accepts_component(SCANNED + 256 * i + 11, SCANNED + 256 * i + 10);
        answers(SCANNED + 256 * i + 10, SCANNED + 256 * i + 11, "6.1");
        answers(SCANNED + 256 * i + 11, SCANNED + 256 * i + 10, "6.1");
    }
    for (uint32_t i = 0; i < 500; i++)
        missing += 2U - is_node(SCANNED + 256 * i + 10) - is_node(SCANNED + 256 * i + 11);
    assert_int_equal(missing, 0);
}

int main(void)
{
#define a_test(name) cmocka_unit_test_setup(name, start_anew)
    const struct CMUnitTest tests[] = {
        a_test(a_router_that_answers_on_another_imp_port_is_a_node),
        a_test(the_order_of_the_two_kinds_of_evidence_does_not_matter),
        a_test(every_imp_port_but_the_routers_own_is_the_other_evidence),
        a_test(xcp_alone_makes_no_node),
        a_test(who_logs_on_to_a_router_is_no_node),
        a_test(a_router_that_a_node_uses_is_no_node_for_that),
        a_test(port_7400_without_its_stream_counts_for_nothing),
        a_test(two_answered_ports_prove_nothing_three_do),
        a_test(three_ports_of_one_table_prove_nothing),
        a_test(three_ports_of_two_tables_do),
        a_test(a_port_of_another_table_counts_after_any_number),
        a_test(ports_that_stand_in_two_tables_are_of_either),
        a_test(a_port_that_stands_in_two_tables_counts_once),
        a_test(one_port_answered_again_and_again_stays_one_port),
        a_test(ports_of_different_hosts_do_not_add_up),
        a_test(ports_that_others_use_too_never_make_a_node),
        a_test(a_port_that_is_not_the_entrys_does_not_count),
        a_test(a_router_on_another_port_counts),
        a_test(a_host_that_answers_on_one_port_no_node_offers_is_none),
        a_test(a_host_that_answers_on_everything_is_none_in_ascending_order),
        a_test(a_host_that_answers_on_everything_is_none_in_descending_order),
        a_test(a_host_that_answers_on_everything_is_none_in_the_documents_order),
        a_test(a_host_that_answers_many_clients_on_everything_is_none_in_any_order),
        a_test(a_host_that_answers_a_scanner_on_everything_is_none_in_any_order),
        a_test(hosts_that_answer_a_scanner_on_everything_are_none_in_any_order),
        a_test(whom_a_node_asks_is_no_node_for_that),
        a_test(who_asks_nodes_is_no_node_whatever_it_asks_for),
        a_test(a_nodes_servers_are_peers_and_no_nodes),
        a_test(a_node_is_nobodys_peer),
        a_test(a_peer_can_turn_out_to_be_a_node),
        a_test(a_peer_stays_one_whatever_else_it_answers),
        a_test(a_node_never_becomes_a_mere_peer),
        a_test(foreign_payload_on_one_imp_port_keeps_a_host_from_being_a_node),
        a_test(foreign_payload_withdraws_a_title_for_good),
        a_test(a_conversation_that_turns_out_foreign_withdraws_what_it_gave),
        a_test(foreign_payload_says_nothing_of_who_asked_or_of_other_ports),
        a_test(three_wrong_ports_withdraw_what_ports_gave_and_two_do_not),
        a_test(what_nodes_ask_for_is_never_wrong),
        a_test(of_configured_listeners_nothing_is_learned),
        a_test(saying_the_same_twice_teaches_nothing),
        a_test(a_title_that_is_lost_changes_the_state_once),
        a_test(what_a_host_says_to_itself_counts_but_is_never_wrong),
        a_test(a_new_file_begins_with_nothing),
        a_test(last_bytes_rule_out_who_is_not_known),
        a_test(what_is_kept_says_the_same_as_all_that_was_seen),
        a_test(a_network_with_one_imp_port_open_everywhere_has_no_node),
        a_test(a_node_is_found_while_a_scan_goes_on),
        a_test(a_scan_does_not_make_a_half_known_node_forgotten),
        a_test(a_scan_does_not_make_evidence_forgotten),
        a_test(a_flood_of_routers_is_learned_only_so_far),
        a_test(every_node_of_a_large_deployment_has_a_place)
    };

    return cmocka_run_group_tests(tests, build_index, NULL);
}
