/* test_classify.c
 * Which entry of the catalog a packet belongs to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "core/classify.h"
#include "fixed_random.h"

#include <stdlib.h>
#include <string.h>

static int build_index(void **state)
{
    (void)state;
    return impsvc_index_build(&impsvc_releases[0]) ? 0 : 1;
}

static uint32_t bit(const char *protocol)
{
    for (unsigned number = 0; impsvc_protocol_name(number) != NULL; number++)
        if (strcmp(impsvc_protocol_name(number), protocol) == 0)
            return UINT32_C(1) << number;
    fail_msg("the catalog has no %s", protocol);
    return 0;
}

static impsvc_packet tcp(uint16_t src, uint16_t dst)
{
    return (impsvc_packet){ .transport = IMPSVC_TCP, .src_port = src, .dst_port = dst };
}

static impsvc_packet udp(uint16_t src, uint16_t dst)
{
    return (impsvc_packet){ .transport = IMPSVC_UDP, .src_port = src, .dst_port = dst };
}

static impsvc_match expect(impsvc_packet packet, const char *entry, impsvc_direction direction)
{
    impsvc_match match;

    if (!impsvc_classify(&packet, &match))
        fail_msg("%u to %u is no entry, wanted %s", packet.src_port, packet.dst_port, entry);
    assert_string_equal(match.entry->id, entry);
    assert_int_equal(match.direction, direction);
    return match;
}

static void expect_none(impsvc_packet packet)
{
    impsvc_match match;

    if (impsvc_classify(&packet, &match))
        fail_msg("%u to %u is %s, wanted none", packet.src_port, packet.dst_port, match.entry->id);
}

static void the_listeners_port_tells_the_direction(void **state)
{
    (void)state;
    assert_int_equal(expect(tcp(40000, 7400), "22.4", IMPSVC_REQUEST).port, 7400);
    assert_int_equal(expect(tcp(7400, 40000), "22.4", IMPSVC_REPLY).port, 7400);
    expect(udp(40000, 161), "12.1", IMPSVC_REQUEST);
    expect(udp(8161, 40000), "12.1", IMPSVC_REPLY);
}

static void a_handshake_overrules_the_ports(void **state)
{
    impsvc_packet packet = tcp(7400, 12345);

    (void)state;
    packet.listener = IMPSVC_SIDE_DST;
    expect_none(packet);
    packet = tcp(7400, 8443);
    packet.listener = IMPSVC_SIDE_DST;
    assert_int_equal(expect(packet, "4.2", IMPSVC_REQUEST).reason, IMPSVC_BY_HANDSHAKE);
    packet.listener = IMPSVC_SIDE_SRC;
    expect(packet, "22.4", IMPSVC_REPLY);
}

static void a_fixed_source_port_that_differs_contradicts(void **state)
{
    (void)state;
    expect(tcp(8500, 8500), "9.1", IMPSVC_REQUEST);
    expect_none(tcp(40000, 8500));
    expect_none(tcp(8500, 40000));
    expect_none(udp(40000, 8500));
}

static void equal_ports_go_by_who_spoke_first(void **state)
{
    impsvc_packet packet = udp(8500, 8500);

    (void)state;
    packet.first_sender = IMPSVC_SIDE_SRC;
    expect(packet, "9.1", IMPSVC_REQUEST);
    packet.first_sender = IMPSVC_SIDE_DST;
    expect(packet, "9.1", IMPSVC_REPLY);
}

static void the_fixed_source_port_decides_between_8888_and_8889(void **state)
{
    impsvc_match match = expect(tcp(8888, 8889), "11.3", IMPSVC_REQUEST);

    (void)state;
    assert_int_equal(match.candidate_count, 1);
    assert_string_equal(match.candidates[0]->id, "14.1");
    expect(tcp(8889, 8888), "11.3", IMPSVC_REPLY);
    assert_int_equal(expect(tcp(40000, 8889), "14.1", IMPSVC_REQUEST).candidate_count, 0);
    expect(tcp(40000, 8888), "14.1", IMPSVC_REQUEST);
}

static void document_order_decides_and_the_rest_are_candidates(void **state)
{
    impsvc_match match = expect(tcp(40000, 8443), "4.2", IMPSVC_REQUEST);

    (void)state;
    assert_int_equal(match.candidate_count, 3);
    assert_string_equal(match.candidates[0]->id, "4.3");
    assert_string_equal(match.candidates[2]->id, "4.5");
    match = expect(tcp(40000, 6603), "25.1", IMPSVC_REQUEST);
    assert_int_equal(match.candidate_count, 1);
    assert_string_equal(match.candidates[0]->id, "26.1");
}

static void a_source_port_alone_needs_its_protocol(void **state)
{
    impsvc_packet packet = udp(61441, 10162);

    (void)state;
    expect_none(packet);
    packet.protocols = bit("dns");
    expect_none(packet);
    packet.protocols = bit("snmp");
    expect(packet, "12.7", IMPSVC_REQUEST);
    assert_int_equal(expect(packet, "12.7", IMPSVC_REQUEST).port, 10162);
    packet = udp(10162, 61441);
    packet.protocols = bit("snmp");
    expect(packet, "12.7", IMPSVC_REPLY);
}

/* An agent's notification source, in an SNMP packet that says something, and in the other end's answer to it. */
static void a_source_port_alone_is_for_notifications(void **state)
{
    static const impsvc_saying sayings[] = { IMPSVC_SAYS_NOTHING, IMPSVC_SAYS_ANSWER, IMPSVC_SAYS_NOTICE };

    (void)state;
    for (size_t i = 0; i < sizeof sayings / sizeof sayings[0]; i++) {
        impsvc_packet packet = udp(61441, 10162);

        packet.protocols = bit("snmp");
        packet.saying = sayings[i];
        packet.noticed = sayings[i] == IMPSVC_SAYS_ANSWER;  /* alone it may answer anything */
        expect(packet, "12.7", IMPSVC_REQUEST);
        packet = udp(10162, 61441);
        packet.protocols = bit("snmp");
        packet.saying = sayings[i];
        packet.noticed = sayings[i] == IMPSVC_SAYS_ANSWER;
        expect(packet, "12.7", IMPSVC_REPLY);
    }
}

static void an_answer_that_stands_alone_answers_no_notification(void **state)
{
    impsvc_packet packet = udp(10162, 61441);
    impsvc_match match;

    (void)state;
    packet.protocols = bit("snmp");
    packet.saying = IMPSVC_SAYS_ANSWER;
    assert_false(impsvc_classify(&packet, &match));
}

/* A manager's port may be 61441, too. */
static void who_asks_from_61441_notifies_nobody(void **state)
{
    impsvc_packet packet = udp(61441, 161);

    (void)state;
    packet.protocols = bit("snmp");
    packet.saying = IMPSVC_SAYS_QUESTION;
    packet.asked = IMPSVC_SIDE_SRC;
    packet.asked_in = bit("snmp");
    assert_int_equal(expect(packet, "12.1", IMPSVC_REQUEST).candidate_count, 0);
    packet = udp(161, 61441);
    packet.protocols = bit("snmp");
    packet.saying = IMPSVC_SAYS_ANSWER;
    packet.asked = IMPSVC_SIDE_DST;
    packet.asked_in = bit("snmp");
    assert_int_equal(expect(packet, "12.1", IMPSVC_REPLY).candidate_count, 0);
    packet = udp(61441, 10161);
    packet.protocols = bit("snmp");
    packet.saying = IMPSVC_SAYS_QUESTION;
    expect_none(packet);
}

/* 162 and 6161 take notifications, 161 and 6162 questions. */
static void a_notice_from_61441_goes_to_any_port_the_rest_to_those_that_take_them(void **state)
{
    static const struct { uint16_t port; bool takes; const char *own; } ports[] = {
        { 161, false, "12.1" }, { 8161, false, "12.1" }, { 6162, false, "12.2" }, { 6161, true, "12.3" }, { 162, true, "12.6" }
    };

    (void)state;
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        impsvc_packet packet = udp(61441, ports[i].port);
        impsvc_match match;

        packet.protocols = bit("snmp");
        packet.saying = IMPSVC_SAYS_NOTICE;
        match = expect(packet, "12.7", IMPSVC_REQUEST);
        assert_int_equal(match.candidate_count, 1);
        assert_string_equal(match.candidates[0]->id, ports[i].own);
        packet.saying = IMPSVC_SAYS_NOTHING;
        expect(packet, ports[i].takes ? "12.7" : ports[i].own, IMPSVC_REQUEST);
        packet.saying = IMPSVC_SAYS_QUESTION;
        expect(packet, ports[i].own, IMPSVC_REQUEST);
        packet = udp(ports[i].port, 61441);
        packet.protocols = bit("snmp");
        packet.saying = IMPSVC_SAYS_ANSWER;
        expect(packet, ports[i].takes ? "12.7" : ports[i].own, IMPSVC_REPLY);
        packet.noticed = true;  /* an earlier packet of the flow was a notice */
        expect(packet, "12.7", IMPSVC_REPLY);
        packet.protocols = bit("dns");
        expect(packet, ports[i].own, IMPSVC_REPLY);
    }
}

static void client_ports_that_happen_to_be_catalogued_are_clients(void **state)
{
    impsvc_packet packet;

    (void)state;
    expect_none(tcp(50020, 80));            /* below 1024 */
    expect_none(tcp(80, 37239));
    packet = tcp(8443, 3306);               /* MySQL: Wireshark has a dissector */
    packet.dst_owned = true;
    expect_none(packet);
    packet = udp(50000, 3478);
    packet.dst_owned = true;
    expect_none(packet);
    expect(udp(50000, 53), "15.1", IMPSVC_REQUEST);
    expect(udp(53, 50020), "15.1", IMPSVC_REPLY);
    packet = udp(50000, 16400);             /* RTP, say */
    packet.first_sender = IMPSVC_SIDE_SRC;
    expect_none(packet);
    packet.first_sender = IMPSVC_SIDE_DST;
    expect(packet, "3.2", IMPSVC_REPLY);
}

/* An owned port among clients' own numbers (44818 is EtherNet/IP) is still a client of 7400. */
static void an_owned_port_in_the_ephemeral_range_is_no_better_listener(void **state)
{
    impsvc_packet packet = tcp(44818, 7400);

    (void)state;
    packet.src_owned = true;
    expect(packet, "22.4", IMPSVC_REQUEST);
}

static void of_two_catalogued_ports_the_likelier_listener_wins(void **state)
{
    impsvc_packet packet;

    (void)state;
    expect(udp(50000, 161), "12.1", IMPSVC_REQUEST);
    expect(tcp(37239, 5222), "22.1", IMPSVC_REQUEST);
    expect(tcp(5222, 37239), "22.1", IMPSVC_REPLY);
    packet = udp(5060, 5080);
    packet.first_sender = IMPSVC_SIDE_SRC;
    expect(packet, "3.1", IMPSVC_REQUEST);
    packet.first_sender = IMPSVC_SIDE_DST;
    expect(packet, "2.1", IMPSVC_REPLY);
    packet = tcp(8443, 5222);
    packet.protocols = bit("xmpp");
    assert_true(expect(packet, "22.1", IMPSVC_REQUEST).payload_agrees);
}

static impsvc_packet asking(impsvc_packet packet, impsvc_side asked, const char *protocol)
{
    packet.asked = asked;
    packet.asked_in = bit(protocol);
    return packet;
}

/* A capture that begins late, or was joined from two, has the wrong one first. */
static void what_a_message_says_comes_before_who_was_heard_first(void **state)
{
    impsvc_packet packet = asking(udp(500, 500), IMPSVC_SIDE_SRC, "isakmp");

    (void)state;
    packet.first_sender = IMPSVC_SIDE_DST;
    assert_int_equal(expect(packet, "13.1", IMPSVC_REQUEST).reason, IMPSVC_BY_MESSAGE);
    packet.asked = IMPSVC_SIDE_DST;
    packet.first_sender = IMPSVC_SIDE_SRC;
    assert_int_equal(expect(packet, "13.1", IMPSVC_REPLY).reason, IMPSVC_BY_MESSAGE);
    packet.first_sender = IMPSVC_SIDE_UNKNOWN;
    expect(packet, "13.1", IMPSVC_REPLY);
    packet = asking(udp(123, 123), IMPSVC_SIDE_DST, "ntp");
    packet.first_sender = IMPSVC_SIDE_SRC;
    assert_int_equal(expect(packet, "18.1", IMPSVC_REPLY).reason, IMPSVC_BY_MESSAGE);
    packet = asking(udp(5060, 5080), IMPSVC_SIDE_DST, "sip");
    packet.first_sender = IMPSVC_SIDE_SRC;
    expect(packet, "2.1", IMPSVC_REPLY);
}

/* It also comes before all that ports say. */
static void what_a_message_says_comes_before_what_ports_say(void **state)
{
    (void)state;
    expect(asking(udp(53, 5060), IMPSVC_SIDE_SRC, "sip"), "2.1", IMPSVC_REQUEST);
    expect(asking(udp(161, 50020), IMPSVC_SIDE_SRC, "http"), "19.1", IMPSVC_REQUEST);
    expect(asking(udp(161, 50020), IMPSVC_SIDE_DST, "snmp"), "12.1", IMPSVC_REPLY);
}

static void a_message_of_neither_ends_protocol_says_nothing(void **state)
{
    impsvc_packet packet = asking(udp(123, 123), IMPSVC_SIDE_SRC, "sip");

    (void)state;
    packet.first_sender = IMPSVC_SIDE_DST;
    assert_int_equal(expect(packet, "18.1", IMPSVC_REPLY).reason, IMPSVC_BY_FIRST_PACKET);
    assert_int_equal(expect(asking(udp(53, 50020), IMPSVC_SIDE_SRC, "dns"), "15.1", IMPSVC_REPLY).reason, IMPSVC_BY_PORTS);
    packet = asking(udp(123, 123), IMPSVC_SIDE_UNKNOWN, "ntp");
    packet.first_sender = IMPSVC_SIDE_DST;
    assert_int_equal(expect(packet, "18.1", IMPSVC_REPLY).reason, IMPSVC_BY_FIRST_PACKET);
}

static void a_handshake_comes_before_what_a_message_says(void **state)
{
    impsvc_packet packet = asking(tcp(5060, 5080), IMPSVC_SIDE_SRC, "sip");

    (void)state;
    packet.listener = IMPSVC_SIDE_SRC;
    assert_int_equal(expect(packet, "2.1", IMPSVC_REPLY).reason, IMPSVC_BY_HANDSHAKE);
}

/* Both directions of a flow whose beginning nobody saw. */
static void where_nobody_is_known_to_be_first_the_lower_port_listens(void **state)
{
    (void)state;
    assert_int_equal(expect(udp(5060, 5080), "2.1", IMPSVC_REPLY).reason, IMPSVC_BY_PORTS);
    assert_int_equal(expect(udp(5080, 5060), "2.1", IMPSVC_REQUEST).reason, IMPSVC_BY_PORTS);
    expect(tcp(8600, 7400), "22.4", IMPSVC_REQUEST);
    expect(tcp(7400, 8600), "22.4", IMPSVC_REPLY);
}

static void the_entrys_own_protocol_is_noticed(void **state)
{
    impsvc_packet packet = tcp(40000, 7400);

    (void)state;
    assert_false(expect(packet, "22.4", IMPSVC_REQUEST).payload_agrees);
    packet.protocols = bit("tls");
    assert_false(expect(packet, "22.4", IMPSVC_REQUEST).payload_agrees);
    packet.protocols = bit("xmpp") | bit("tls");
    assert_true(expect(packet, "22.4", IMPSVC_REQUEST).payload_agrees);
}

static void icmp_goes_by_its_type(void **state)
{
    impsvc_match match;

    (void)state;
    assert_true(impsvc_classify_icmp(IMPSVC_REPLY, &match));
    assert_string_equal(match.entry->id, "17.1");
    assert_int_equal(match.direction, IMPSVC_REPLY);
    assert_int_equal(match.port, 0);
}

static bool fits(const impsvc_entry *entry, const impsvc_packet *packet, const impsvc_match *match)
{
    uint16_t listener = match->direction == IMPSVC_REQUEST ? packet->dst_port : packet->src_port;
    uint16_t initiator = match->direction == IMPSVC_REQUEST ? packet->src_port : packet->dst_port;
    uint8_t wanted = packet->transport == IMPSVC_TCP ? IMPSVC_TCP | IMPSVC_TLS : IMPSVC_UDP;
    bool port = entry->port_count == 0;

    for (uint8_t i = 0; i < entry->port_count; i++)
        port = port || entry->ports[i] == listener;
    return port && (entry->transports & wanted) && (impsvc_fixed_source(entry) == 0 || impsvc_fixed_source(entry) == initiator)
           && match->port == listener;
}

static uint16_t random_port(void)
{
    const impsvc_entry *entry = &impsvc_list->entries[(size_t)rand() % impsvc_list->entry_count];

    if (rand() % 3 == 0 || (entry->port_count == 0 && impsvc_fixed_source(entry) == 0))
        return (uint16_t)rand();
    if (impsvc_fixed_source(entry) != 0 && rand() % 2 == 0)
        return impsvc_fixed_source(entry);
    return entry->port_count == 0 ? impsvc_fixed_source(entry) : entry->ports[rand() % entry->port_count];
}

/* Whatever comes in, what comes out has the packet's transport and ports, and says so of the reverse, too. */
static void no_input_gets_an_entry_that_does_not_fit(void **state)
{
    (void)state;
    srand(1);
    for (int i = 0; i < 1000000; i++) {
        impsvc_packet packet = {
            .transport = rand() % 2 ? IMPSVC_TCP : IMPSVC_UDP,
            .src_port = random_port(), .dst_port = random_port(),
            .src_owned = rand() % 2, .dst_owned = rand() % 2,
            .listener = (impsvc_side)(rand() % 3), .first_sender = (impsvc_side)(rand() % 3),
            .asked = (impsvc_side)(rand() % 3), .saying = (impsvc_saying)(rand() % 4),
            .asked_in = UINT32_C(1) << rand() % 32, .protocols = (uint32_t)rand()
        };
        impsvc_match match, again;

        if (!impsvc_classify(&packet, &match))
            continue;
        assert_true(fits(match.entry, &packet, &match));
        for (uint8_t j = 0; j < match.candidate_count; j++) {
            assert_ptr_not_equal(match.candidates[j], match.entry);
            assert_true(fits(match.candidates[j], &packet, &match));
        }
        assert_true(impsvc_classify(&packet, &again));
        assert_ptr_equal(again.entry, match.entry);
    }
}

static impsvc_side turned(impsvc_side side)
{
    return side == IMPSVC_SIDE_UNKNOWN ? side : side == IMPSVC_SIDE_SRC ? IMPSVC_SIDE_DST : IMPSVC_SIDE_SRC;
}

/* A flow must not change its entry with the direction of its packets. */
static void both_directions_of_a_flow_are_one_entry(void **state)
{
    (void)state;
    srand(2);
    for (int i = 0; i < 1000000; i++) {
        impsvc_packet there = {
            .transport = rand() % 2 ? IMPSVC_TCP : IMPSVC_UDP,
            .src_port = random_port(), .dst_port = random_port(),
            .src_owned = rand() % 2, .dst_owned = rand() % 2,
            .listener = (impsvc_side)(rand() % 3), .first_sender = (impsvc_side)(rand() % 3),
            .asked = (impsvc_side)(rand() % 3), .saying = (impsvc_saying)(rand() % 4),
            .asked_in = UINT32_C(1) << rand() % 32, .protocols = (uint32_t)rand()
        };
        impsvc_packet back = {
            .transport = there.transport, .src_port = there.dst_port, .dst_port = there.src_port,
            .src_owned = there.dst_owned, .dst_owned = there.src_owned,
            .listener = turned(there.listener), .first_sender = turned(there.first_sender),
            .asked = turned(there.asked), .saying = there.saying, .asked_in = there.asked_in, .protocols = there.protocols
        };
        impsvc_match a, b;
        bool matched;

        if (there.src_port == there.dst_port && there.first_sender == IMPSVC_SIDE_UNKNOWN)
            continue;   /* nothing tells the ends apart */
        matched = impsvc_classify(&there, &a);
        assert_int_equal(impsvc_classify(&back, &b), matched);
        if (matched) {
            assert_ptr_equal(a.entry, b.entry);
            assert_int_not_equal(a.direction, b.direction);
        }
    }
}

static void the_entry_that_the_payload_names_wins_and_leaves_no_doubt(void **state)
{
    static const char *const ids[] = { "4.2", "4.3", "4.4", "4.5" };

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        impsvc_packet packet = tcp(40000, 8443);

        packet.named = impsvc_entry_find(ids[i]);
        assert_int_equal(expect(packet, ids[i], IMPSVC_REQUEST).candidate_count, 0);
        packet = tcp(8443, 40000);
        packet.named = impsvc_entry_find(ids[i]);
        packet.protocols = bit("http") | bit("tls");
        assert_int_equal(expect(packet, ids[i], IMPSVC_REPLY).candidate_count, 0);
    }
}

/* A path like 8443's may be asked for on any port. */
static void an_entry_of_another_port_is_not_named_into_a_packet(void **state)
{
    impsvc_packet packet = tcp(40000, 8443);

    (void)state;
    packet.named = impsvc_entry_find("4.1");
    assert_int_equal(expect(packet, "4.2", IMPSVC_REQUEST).candidate_count, 3);
    packet = tcp(40000, 8081);
    packet.named = impsvc_entry_find("4.3");
    expect(packet, "2.5", IMPSVC_REQUEST);
}

static void the_datastores_ports_go_by_who_the_ends_are(void **state)
{
    static const struct { uint16_t port; const char *between, *within; } stores[] = {
        { 6603, "25.1", "26.1" }, { 6604, "25.2", "26.2" }, { 6605, "25.3", "26.3" }
    };

    (void)state;
    for (size_t i = 0; i < sizeof stores / sizeof stores[0]; i++) {
        impsvc_packet packet = tcp(40000, stores[i].port);
        impsvc_match match = expect(packet, stores[i].between, IMPSVC_REQUEST);

        assert_int_equal(match.candidate_count, 1);
        assert_string_equal(match.candidates[0]->id, stores[i].within);
        packet.same_host = true;
        assert_int_equal(expect(packet, stores[i].within, IMPSVC_REQUEST).candidate_count, 0);
        packet.same_host = false;
        packet.both_nodes = true;
        assert_int_equal(expect(packet, stores[i].between, IMPSVC_REQUEST).candidate_count, 0);
        packet = tcp(stores[i].port, 40000);
        packet.same_host = true;
        assert_int_equal(expect(packet, stores[i].within, IMPSVC_REPLY).candidate_count, 0);
    }
}

/* Of other ports the ends say nothing: 6606 is table 26's between two nodes, too. */
static void a_port_of_one_table_is_that_tables_whoever_the_ends_are(void **state)
{
    impsvc_packet packet = tcp(40000, 6606);

    (void)state;
    packet.both_nodes = true;
    expect(packet, "26.4", IMPSVC_REQUEST);
    packet = tcp(40000, 9003);
    packet.same_host = true;
    expect(packet, "25.4", IMPSVC_REQUEST);
}

static int forget_moves(void **state)
{
    (void)state;
    impsvc_index_forget_moves();
    return 0;
}

static void what_the_user_moved_wins_on_a_shared_port(void **state)
{
    impsvc_packet packet = tcp(40000, 8443);
    impsvc_match match;

    (void)state;
    assert_true(impsvc_index_move(impsvc_entry_find("22.4"), IMPSVC_TCP, 8443));
    match = expect(packet, "22.4", IMPSVC_REQUEST);
    assert_int_equal(match.candidate_count, 4);
    assert_string_equal(match.candidates[0]->id, "4.2");
    assert_int_equal(match.port, 8443);
    packet.protocols = bit("http") | bit("tls");
    packet.named = impsvc_entry_find("4.3");
    expect(packet, "22.4", IMPSVC_REQUEST);
    impsvc_index_forget_moves();
    expect(packet, "4.3", IMPSVC_REQUEST);
}

static void a_moved_service_is_found_beside_its_listed_port(void **state)
{
    (void)state;
    assert_true(impsvc_index_move(impsvc_entry_find("2.1"), IMPSVC_UDP, 5070));
    expect(udp(40000, 5070), "2.1", IMPSVC_REQUEST);
    expect(udp(5070, 40000), "2.1", IMPSVC_REPLY);
    expect(udp(40000, 5060), "2.1", IMPSVC_REQUEST);
    expect_none(tcp(40000, 5070));
    impsvc_index_forget_moves();
    expect_none(udp(40000, 5070));
}

static impsvc_side random_side(fixed_random *random)
{
    return (impsvc_side)random_below(random, 3);
}

static uint16_t likely_port(fixed_random *random)
{
    const impsvc_entry *entry = &impsvc_list->entries[random_below(random, impsvc_list->entry_count)];

    if (random_below(random, 3) == 0)
        return (uint16_t)random_64(random);
    if (impsvc_fixed_source(entry) != 0 && random_below(random, 2) == 0)
        return impsvc_fixed_source(entry);
    return entry->port_count == 0 ? 40000 : entry->ports[random_below(random, entry->port_count)];
}

/* Every member set by chance; a copy on the heap lets the sanitizer see a member too far. */
static impsvc_packet *random_packet(fixed_random *random)
{
    impsvc_packet *packet = (impsvc_packet *)malloc(sizeof *packet);

    assert_non_null(packet);
    *packet = (impsvc_packet){
        .transport = random_below(random, 2) ? IMPSVC_TCP : IMPSVC_UDP,
        .src_port = likely_port(random), .dst_port = likely_port(random),
        .src_owned = random_below(random, 2), .dst_owned = random_below(random, 2),
        .listener = random_side(random), .first_sender = random_side(random),
        .asked = random_side(random), .saying = (impsvc_saying)random_below(random, 4),
        .asked_in = UINT32_C(1) << random_below(random, 32),
        .protocols = (uint32_t)(random_64(random) & random_64(random)),
        .named = random_below(random, 4) ? NULL : &impsvc_list->entries[random_below(random, impsvc_list->entry_count)],
        .same_host = random_below(random, 4) == 0, .both_nodes = random_below(random, 4) == 0
    };
    return packet;
}

static void no_packet_gets_an_entry_of_another_carrier(void **state)
{
    fixed_random random = { 3 };
    unsigned matched = 0;

    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        impsvc_packet *packet = random_packet(&random);
        impsvc_match match;

        if (impsvc_classify(packet, &match)) {
            matched++;
            assert_true(fits(match.entry, packet, &match));
            for (uint8_t j = 0; j < match.candidate_count; j++) {
                assert_true(fits(match.candidates[j], packet, &match));
                assert_ptr_not_equal(match.candidates[j], match.entry);
            }
            assert_int_equal(match.payload_agrees,
                             (impsvc_entry_protocols(match.entry) & packet->protocols) != 0);
        }
        free(packet);
    }
    assert_true(matched >= 50000 && matched <= 199999);
}

/* The members of an answer; of an answer "none" nothing is filled. */
static bool same_answer(bool a_matched, const impsvc_match *a, bool b_matched, const impsvc_match *b)
{
    if (!a_matched || !b_matched)
        return a_matched == b_matched;
    return a->entry == b->entry && a->direction == b->direction && a->reason == b->reason && a->port == b->port
           && a->payload_agrees == b->payload_agrees && a->candidate_count == b->candidate_count
           && memcmp(a->candidates, b->candidates, a->candidate_count * sizeof a->candidates[0]) == 0;
}

#define REMEMBERED 2000

/* Other flows in between must not change what a packet is: a filter would show other packets than the list. */
static void the_answer_for_a_packet_does_not_depend_on_others(void **state)
{
    impsvc_packet **packets = (impsvc_packet **)malloc(REMEMBERED * sizeof *packets);
    impsvc_match *matches = (impsvc_match *)malloc(REMEMBERED * sizeof *matches);
    bool matched[REMEMBERED];
    fixed_random random = { 4 };

    (void)state;
    for (size_t i = 0; i < REMEMBERED; i++) {
        packets[i] = random_packet(&random);
        matched[i] = impsvc_classify(packets[i], &matches[i]);
    }
    for (unsigned i = 0; i < 200000; i++) {
        impsvc_packet *other = random_packet(&random);
        size_t kept = random_below(&random, REMEMBERED);
        impsvc_match match, ignored;
        bool now;

        (void)impsvc_classify(other, &ignored);
        free(other);
        memset(&match, 0xa5, sizeof match);
        now = impsvc_classify(packets[kept], &match);
        assert_true(same_answer(matched[kept], &matches[kept], now, &match));
    }
    for (size_t i = 0; i < REMEMBERED; i++)
        free(packets[i]);
    free(packets);
    free(matches);
}

/* Who named an entry, and who the ends are, is the same for both directions of a flow. */
static void both_directions_are_one_entry_whatever_is_known(void **state)
{
    fixed_random random = { 5 };

    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        impsvc_packet *there = random_packet(&random);
        impsvc_packet back;
        impsvc_match a, b;
        bool matched;

        if (there->src_port == there->dst_port && there->first_sender == IMPSVC_SIDE_UNKNOWN)
            there->first_sender = IMPSVC_SIDE_SRC;
        back = *there;
        back.src_port = there->dst_port;
        back.dst_port = there->src_port;
        back.src_owned = there->dst_owned;
        back.dst_owned = there->src_owned;
        back.listener = turned(there->listener);
        back.first_sender = turned(there->first_sender);
        back.asked = turned(there->asked);
        matched = impsvc_classify(there, &a);
        free(there);
        assert_int_equal(impsvc_classify(&back, &b), matched);
        if (!matched)
            continue;
        assert_int_not_equal(a.direction, b.direction);
        a.direction = b.direction;
        assert_true(same_answer(true, &a, true, &b));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_listeners_port_tells_the_direction),
        cmocka_unit_test(a_handshake_overrules_the_ports),
        cmocka_unit_test(a_fixed_source_port_that_differs_contradicts),
        cmocka_unit_test(equal_ports_go_by_who_spoke_first),
        cmocka_unit_test(the_fixed_source_port_decides_between_8888_and_8889),
        cmocka_unit_test(document_order_decides_and_the_rest_are_candidates),
        cmocka_unit_test(a_source_port_alone_needs_its_protocol),
        cmocka_unit_test(a_source_port_alone_is_for_notifications),
        cmocka_unit_test(an_answer_that_stands_alone_answers_no_notification),
        cmocka_unit_test(who_asks_from_61441_notifies_nobody),
        cmocka_unit_test(a_notice_from_61441_goes_to_any_port_the_rest_to_those_that_take_them),
        cmocka_unit_test(client_ports_that_happen_to_be_catalogued_are_clients),
        cmocka_unit_test(an_owned_port_in_the_ephemeral_range_is_no_better_listener),
        cmocka_unit_test(of_two_catalogued_ports_the_likelier_listener_wins),
        cmocka_unit_test(what_a_message_says_comes_before_who_was_heard_first),
        cmocka_unit_test(what_a_message_says_comes_before_what_ports_say),
        cmocka_unit_test(a_message_of_neither_ends_protocol_says_nothing),
        cmocka_unit_test(a_handshake_comes_before_what_a_message_says),
        cmocka_unit_test(where_nobody_is_known_to_be_first_the_lower_port_listens),
        cmocka_unit_test(the_entrys_own_protocol_is_noticed),
        cmocka_unit_test(icmp_goes_by_its_type),
        cmocka_unit_test(no_input_gets_an_entry_that_does_not_fit),
        cmocka_unit_test(both_directions_of_a_flow_are_one_entry),
        cmocka_unit_test(the_entry_that_the_payload_names_wins_and_leaves_no_doubt),
        cmocka_unit_test(an_entry_of_another_port_is_not_named_into_a_packet),
        cmocka_unit_test(the_datastores_ports_go_by_who_the_ends_are),
        cmocka_unit_test(a_port_of_one_table_is_that_tables_whoever_the_ends_are),
        cmocka_unit_test_teardown(what_the_user_moved_wins_on_a_shared_port, forget_moves),
        cmocka_unit_test_teardown(a_moved_service_is_found_beside_its_listed_port, forget_moves),
        cmocka_unit_test(no_packet_gets_an_entry_of_another_carrier),
        cmocka_unit_test(the_answer_for_a_packet_does_not_depend_on_others),
        cmocka_unit_test(both_directions_are_one_entry_whatever_is_known)
    };

    return cmocka_run_group_tests(tests, build_index, NULL);
}
