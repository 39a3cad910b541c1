/* test_classify.c
 * Which entry a packet belongs to: the rules of design section 5
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "classify.h"

#include <stdlib.h>
#include <string.h>

static int build_index(void **state)
{
    (void)state;
    return impsvc_index_build() ? 0 : 1;
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
    return port && (entry->transports & wanted) && (entry->source_port == 0 || entry->source_port == initiator)
           && match->port == listener;
}

static uint16_t random_port(void)
{
    const impsvc_entry *entry = &impsvc_entries[(size_t)rand() % impsvc_entry_count];

    if (rand() % 3 == 0 || (entry->port_count == 0 && entry->source_port == 0))
        return (uint16_t)rand();
    if (entry->source_port != 0 && rand() % 2 == 0)
        return entry->source_port;
    return entry->port_count == 0 ? entry->source_port : entry->ports[rand() % entry->port_count];
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
            .protocols = (uint32_t)rand()
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
            .listener = (impsvc_side)(rand() % 3), .first_sender = (impsvc_side)(1 + rand() % 2),
            .protocols = (uint32_t)rand()
        };
        impsvc_packet back = {
            .transport = there.transport, .src_port = there.dst_port, .dst_port = there.src_port,
            .src_owned = there.dst_owned, .dst_owned = there.src_owned,
            .listener = turned(there.listener), .first_sender = turned(there.first_sender),
            .protocols = there.protocols
        };
        impsvc_match a, b;
        bool matched = impsvc_classify(&there, &a);

        assert_int_equal(impsvc_classify(&back, &b), matched);
        if (matched) {
            assert_ptr_equal(a.entry, b.entry);
            assert_int_not_equal(a.direction, b.direction);
        }
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
        cmocka_unit_test(client_ports_that_happen_to_be_catalogued_are_clients),
        cmocka_unit_test(an_owned_port_in_the_ephemeral_range_is_no_better_listener),
        cmocka_unit_test(of_two_catalogued_ports_the_likelier_listener_wins),
        cmocka_unit_test(the_entrys_own_protocol_is_noticed),
        cmocka_unit_test(icmp_goes_by_its_type),
        cmocka_unit_test(no_input_gets_an_entry_that_does_not_fit),
        cmocka_unit_test(both_directions_of_a_flow_are_one_entry)
    };

    return cmocka_run_group_tests(tests, build_index, NULL);
}
