/* test_flow.c
 * What is counted of a flow, and how it began and ended
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"
#include "flow_packets.h"

static impsvc_flow_packet packet(uint8_t from, uint32_t bytes, int64_t when)
{
    return (impsvc_flow_packet){ .from = from, .bytes = bytes, .when = when, .frame = 1 };
}

static void packets_bytes_and_times_are_counted_by_direction(void **state)
{
    impsvc_flow_record record = { 0 };
    impsvc_flow_packet packets[] = { packet(CLIENT, 100, 5500000000), packet(SERVER, UINT32_MAX, 7250000000),
                                     packet(SERVER, UINT32_MAX, 4000000000) };  /* files that were merged */

    (void)state;
    for (size_t i = 0; i < 3; i++)
        impsvc_flow_add(&record, &packets[i]);
    assert_int_equal(impsvc_flow_initiator(&record)->packets, 1);
    assert_int_equal(impsvc_flow_initiator(&record)->bytes, 100);
    assert_int_equal(impsvc_flow_listener(&record)->packets, 2);
    assert_true(impsvc_flow_listener(&record)->bytes == 2 * (uint64_t)UINT32_MAX);
    assert_true(record.activity.first == 4000000000 && record.activity.last == 7250000000);
}

static void a_time_before_the_first_frame_counts(void **state)
{
    impsvc_flow_record record = { 0 };
    impsvc_flow_packet early = packet(CLIENT, 1, -3);

    (void)state;
    impsvc_flow_add(&record, &early);
    assert_true(record.activity.first == -3 && record.activity.last == -3);
}

/* Who is the initiator may become known later: what was counted stays with who sent it. */
static void each_end_keeps_its_packets(void **state)
{
    story it = begin(IMPSVC_TCP, false);
    impsvc_flow_record record;

    (void)state;
    talk(&it);
    record = record_of(&it);
    assert_int_equal(impsvc_flow_initiator(&record)->packets, 2);
    record.initiator = SERVER;
    assert_int_equal(impsvc_flow_initiator(&record)->packets, 1);
    assert_int_equal(impsvc_flow_listener(&record)->at.port, 40000);
}

static void ttl_dscp_and_interfaces_are_kept_for_each_end(void **state)
{
    story it = begin(IMPSVC_TCP, false);
    impsvc_flow_record record;
    impsvc_flow_marks marks;

    (void)state;
    handshake(&it);
    talk(&it);
    it.packet[3].dscp = 46;
    it.packet[4].interface = 1;
    it.packet[4].ttl = 60;
    it.packet[5].interface = 1000;
    segment(&it, SERVER, RST, 0)->ttl = 255;
    it.packet[it.count - 1].dscp = 48;
    record = record_of(&it);
    marks = impsvc_flow_marks_of(&record.ends[CLIENT]);
    assert_true(impsvc_marks_values(&marks) == (UINT64_C(1) << 46 | 1) && impsvc_marks_on(&marks, 31) == 1);
    marks = impsvc_flow_marks_of(&record.ends[SERVER]);
    assert_true(impsvc_marks_values(&marks) == 1 && impsvc_marks_on(&marks, 0) == 1 && impsvc_marks_on(&marks, 1) == 1);
    assert_true(record.ends[CLIENT].interfaces == (UINT32_C(1) << 31 | 1) && record.ends[SERVER].interfaces == 3);
    assert_int_equal(record.ends[CLIENT].ttl_least, 64);
    assert_int_equal(record.ends[SERVER].ttl_least, 60);
    assert_int_equal(record.ends[SERVER].ttl_most, 61);
    assert_int_equal(record.ends[SERVER].reset.ttl, 255);
}

static void who_closed_first_is_known(void **state)
{
    story it = begin(IMPSVC_TCP, false);
    impsvc_flow_record record;

    (void)state;
    handshake(&it);
    record = record_of(&it);
    assert_int_equal(impsvc_flow_ended_by(&record), IMPSVC_ENDED_BY_NOBODY);
    segment(&it, SERVER, FIN | ACK, 0);
    record = record_of(&it);
    assert_int_equal(impsvc_flow_ended_by(&record), IMPSVC_ENDED_BY_LISTENER);
    segment(&it, CLIENT, RST, 0);
    record = record_of(&it);
    assert_int_equal(impsvc_flow_ended_by(&record), IMPSVC_ENDED_BY_LISTENER);
}

static void the_longest_silence_is_known_and_whether_it_was_broken(void **state)
{
    story it = begin(IMPSVC_TCP, false);
    impsvc_flow_record record;
    impsvc_flow_silence silence;

    (void)state;
    handshake(&it);
    talk(&it);
    wait_for(&it, 60 * MINUTES);
    segment(&it, CLIENT, ACK, 500);
    record = record_of(&it);
    silence = impsvc_flow_silence_of(&record);
    assert_in_range((uint64_t)silence.at_least, (uint64_t)(57 * MINUTES), (uint64_t)(60 * MINUTES + SECONDS));
    assert_false(silence.answered);
    segment(&it, SERVER, ACK, 0);
    record = record_of(&it);
    assert_true(impsvc_flow_silence_of(&record).answered);
}

/* The list allows a flow 400 bytes, of which a list takes 16 to 25: what is put into a record has its price with a million flows. */
static void a_record_stays_small(void **state)
{
    (void)state;
    assert_true(sizeof(impsvc_flow_record) <= 384);
}

#undef SYN
#undef ACK
#undef FIN
#undef RST
#define SYN     IMPSVC_TCP_SYN
#define SYN_ACK IMPSVC_TCP_SYN_ACK
#define ACK     IMPSVC_TCP_ACK
#define DATA    IMPSVC_TCP_DATA
#define FIN     IMPSVC_TCP_FIN
#define RST     IMPSVC_TCP_RST

static void beginning_and_end_follow_from_what_was_seen(void **state)
{
    static const struct {
        uint8_t               transport;
        uint8_t               tcp;
        bool                  icmp_error;
        impsvc_flow_handshake handshake;
        impsvc_flow_ending    ending;
    } cases[] = {
        { IMPSVC_TCP, SYN, false, IMPSVC_HANDSHAKE_NO_ANSWER, IMPSVC_ENDING_NONE },
        { IMPSVC_TCP, SYN, true, IMPSVC_HANDSHAKE_ICMP, IMPSVC_ENDING_NONE },
        { IMPSVC_TCP, SYN | RST, false, IMPSVC_HANDSHAKE_REFUSED, IMPSVC_ENDING_NONE },
        { IMPSVC_TCP, SYN | ACK | RST, false, IMPSVC_HANDSHAKE_REFUSED, IMPSVC_ENDING_NONE },
        { IMPSVC_TCP, SYN | ACK | RST, true, IMPSVC_HANDSHAKE_REFUSED, IMPSVC_ENDING_NONE },
        { IMPSVC_TCP, SYN | SYN_ACK, false, IMPSVC_HANDSHAKE_ANSWERED, IMPSVC_ENDING_OPEN },
        { IMPSVC_TCP, SYN | SYN_ACK | RST, false, IMPSVC_HANDSHAKE_ANSWERED, IMPSVC_ENDING_RESET },
        { IMPSVC_TCP, SYN | SYN_ACK | ACK, false, IMPSVC_HANDSHAKE_COMPLETE, IMPSVC_ENDING_OPEN },
        { IMPSVC_TCP, SYN | SYN_ACK | ACK | DATA, true, IMPSVC_HANDSHAKE_COMPLETE, IMPSVC_ENDING_ICMP },
        { IMPSVC_TCP, SYN | SYN_ACK | DATA | FIN, false, IMPSVC_HANDSHAKE_COMPLETE, IMPSVC_ENDING_CLOSED },
        { IMPSVC_TCP, SYN | SYN_ACK | ACK | DATA | FIN, true, IMPSVC_HANDSHAKE_COMPLETE, IMPSVC_ENDING_CLOSED },
        { IMPSVC_TCP, SYN | SYN_ACK | ACK | RST, false, IMPSVC_HANDSHAKE_COMPLETE, IMPSVC_ENDING_RESET },
        { IMPSVC_TCP, SYN | SYN_ACK | ACK | DATA | FIN | RST, false, IMPSVC_HANDSHAKE_COMPLETE, IMPSVC_ENDING_CLOSED_AND_RESET },
        /* The listener's side was not captured. */
        { IMPSVC_TCP, SYN | ACK | DATA | FIN, false, IMPSVC_HANDSHAKE_COMPLETE, IMPSVC_ENDING_CLOSED },
        { IMPSVC_TCP, SYN | ACK, false, IMPSVC_HANDSHAKE_COMPLETE, IMPSVC_ENDING_OPEN },
        { IMPSVC_TCP, SYN | ACK | DATA | RST, false, IMPSVC_HANDSHAKE_COMPLETE, IMPSVC_ENDING_RESET },
        /* Joined late. */
        { IMPSVC_TCP, 0, false, IMPSVC_HANDSHAKE_NOT_CAPTURED, IMPSVC_ENDING_OPEN },
        { IMPSVC_TCP, ACK | DATA, false, IMPSVC_HANDSHAKE_NOT_CAPTURED, IMPSVC_ENDING_OPEN },
        { IMPSVC_TCP, SYN_ACK | ACK | DATA | FIN, false, IMPSVC_HANDSHAKE_COMPLETE, IMPSVC_ENDING_CLOSED },
        { IMPSVC_TCP, RST, false, IMPSVC_HANDSHAKE_NOT_CAPTURED, IMPSVC_ENDING_RESET },
        { IMPSVC_TCP, 0, true, IMPSVC_HANDSHAKE_NOT_CAPTURED, IMPSVC_ENDING_ICMP },
        { IMPSVC_UDP, 0, false, IMPSVC_HANDSHAKE_NONE, IMPSVC_ENDING_NONE },
        { IMPSVC_UDP, 0, true, IMPSVC_HANDSHAKE_NONE, IMPSVC_ENDING_ICMP },
        { IMPSVC_ICMP, 0, false, IMPSVC_HANDSHAKE_NONE, IMPSVC_ENDING_NONE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        impsvc_flow_record record = { .transport = cases[i].transport, .tcp = cases[i].tcp,
                                      .icmp = { .is_there = cases[i].icmp_error } };

        if (impsvc_flow_handshake_of(&record) != cases[i].handshake || impsvc_flow_ending_of(&record) != cases[i].ending)
            fail_msg("case %u: %d, %d; wanted %d, %d", (unsigned)i, (int)impsvc_flow_handshake_of(&record),
                     (int)impsvc_flow_ending_of(&record), (int)cases[i].handshake, (int)cases[i].ending);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_bytes_and_times_are_counted_by_direction),
        cmocka_unit_test(a_time_before_the_first_frame_counts),
        cmocka_unit_test(each_end_keeps_its_packets),
        cmocka_unit_test(ttl_dscp_and_interfaces_are_kept_for_each_end),
        cmocka_unit_test(who_closed_first_is_known),
        cmocka_unit_test(the_longest_silence_is_known_and_whether_it_was_broken),
        cmocka_unit_test(a_record_stays_small),
        cmocka_unit_test(beginning_and_end_follow_from_what_was_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
