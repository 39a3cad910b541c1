/* test_flow.c
 * What is counted of a flow, and how it began and ended
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "flows/flow.h"

static void packets_bytes_and_times_are_counted_by_direction(void **state)
{
    impsvc_flow_record record = { 0 };

    (void)state;
    impsvc_flow_count(&record, IMPSVC_REQUEST, 100, 5500000000);
    impsvc_flow_count(&record, IMPSVC_REPLY, UINT32_MAX, 7250000000);
    impsvc_flow_count(&record, IMPSVC_REPLY, UINT32_MAX, 4000000000);   /* files that were merged */
    assert_int_equal(record.requests.packets, 1);
    assert_int_equal(record.requests.bytes, 100);
    assert_int_equal(record.replies.packets, 2);
    assert_true(record.replies.bytes == 2 * (uint64_t)UINT32_MAX);
    assert_true(record.first == 4000000000 && record.last == 7250000000);
}

static void a_time_before_the_first_frame_counts(void **state)
{
    impsvc_flow_record record = { 0 };

    (void)state;
    impsvc_flow_count(&record, IMPSVC_REQUEST, 1, -3);
    assert_true(record.first == -3 && record.last == -3);
}

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
        impsvc_flow_record record = { .key = { .transport = cases[i].transport }, .tcp = cases[i].tcp,
                                      .has_icmp_error = cases[i].icmp_error };

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
        cmocka_unit_test(beginning_and_end_follow_from_what_was_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
