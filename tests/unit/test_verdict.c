/* test_verdict.c
 * Did a flow get through, and if not, who stopped it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"
#include "flow_stories.h"

static impsvc_flow_verdict verdict_of(const story *told, const impsvc_flow_context *context)
{
    impsvc_flow_record record = record_of(told);

    return impsvc_flow_verdict_of(&record, context);
}

static size_t number_of(const char *name)
{
    for (size_t i = 0; i < STORIES; i++)
        if (strcmp(stories[i].name, name) == 0)
            return i;
    fail_msg("no story %s", name);
    return 0;
}

static impsvc_flow_verdict usual_verdict(const char *name)
{
    story it = told(number_of(name), false);
    impsvc_flow_context context = usual_context();

    return verdict_of(&it, &context);
}

static void every_story_has_its_result_and_who_stopped_it(void **state)
{
    impsvc_flow_context context = usual_context();

    (void)state;
    for (size_t i = 0; i < 2 * STORIES; i++) {
        story it = told(i / 2, i % 2 == 1);
        impsvc_flow_verdict verdict = verdict_of(&it, &context);

        if (verdict.result != stories[i / 2].result || verdict.by != stories[i / 2].by)
            fail_msg("%s in IPv%d: result %d by %d; wanted %d, %d", stories[i / 2].name, it.v6 ? 6 : 4, (int)verdict.result,
                     (int)verdict.by, (int)stories[i / 2].result, (int)stories[i / 2].by);
    }
}

static void a_repeated_syn_is_one_try(void **state)
{
    (void)state;
    assert_int_equal(usual_verdict("dropped").tries, 1);
    assert_int_equal(usual_verdict("dropped_twice").tries, 2);
    assert_false(usual_verdict("dropped_twice").more_tries);
    assert_true(usual_verdict("dropped_many_times").more_tries);
}

static void the_frame_is_the_one_to_look_at(void **state)
{
    (void)state;
    assert_int_equal(usual_verdict("answered_to_the_third_syn").frame, 4);
    assert_int_equal(usual_verdict("refused").frame, 2);
    assert_int_equal(usual_verdict("reset_of_another_connection_and_of_this").frame, 3);
    assert_int_equal(usual_verdict("prohibited_says_router").frame, 2);
    assert_int_equal(usual_verdict("dropped").frame, 1);
    assert_int_equal(usual_verdict("idle_and_forgotten").frame, 7);
    assert_int_equal(usual_verdict("asked_and_answered").frame, 2);
}

static void an_answer_to_another_syn_is_pointed_out(void **state)
{
    (void)state;
    assert_true(usual_verdict("answer_to_another_syn").wrong_answer);
    assert_false(usual_verdict("dropped").wrong_answer);
}

static void the_ttl_is_named_with_the_one_that_it_should_be(void **state)
{
    impsvc_flow_verdict verdict = usual_verdict("reset_on_the_way");

    (void)state;
    assert_int_equal(verdict.ttl, 63);
    assert_int_equal(verdict.usual_ttl, 61);
    assert_int_equal(usual_verdict("refused").usual_ttl, 61);
}

/* One cannot say that a device did it if no other packet of the host is there to compare with. */
static void without_another_ttl_the_name_counts(void **state)
{
    impsvc_flow_context context = { .answers = true };
    story it = told(number_of("reset_on_the_way"), false);
    impsvc_flow_verdict verdict = verdict_of(&it, &context);

    (void)state;
    assert_int_equal(verdict.result, IMPSVC_RESULT_REFUSED);
    assert_int_equal(verdict.by, IMPSVC_STOPPED_BY_LISTENER);
    assert_int_equal(verdict.usual_ttl, 0);
}

/* Behind the router each packet has one hop less: a flow seen on both sides has two TTLs for each end, and both are right. */
static void ttls_of_both_sides_are_not_mixed_up(void **state)
{
    impsvc_flow_context context = { .answers = true };
    story it = begin(IMPSVC_TCP, false);
    impsvc_flow_verdict verdict;

    (void)state;
    refused(&it);
    it.packet[1].ttl = 61;
    segment(&it, SERVER, ACK, 0)->ttl = 60;     /* of an earlier connection, on the other side */
    it.packet[2].interface = 1;
    verdict = verdict_of(&it, &context);
    assert_int_equal(verdict.result, IMPSVC_RESULT_REFUSED);
    it.packet[2].interface = 0;
    verdict = verdict_of(&it, &context);
    assert_int_equal(verdict.result, IMPSVC_RESULT_REJECTED);
}

static void who_sent_the_icmp_error_is_named(void **state)
{
    story it = told(number_of("prohibited_says_router"), true);
    impsvc_flow_context context = usual_context();
    impsvc_flow_verdict verdict = verdict_of(&it, &context);
    impsvc_ip router = router_of(&it);

    (void)state;
    assert_true(impsvc_ip_equal(&verdict.icmp_sender, &router));
    assert_true(verdict.icmp.v6 && verdict.icmp.type == 1 && verdict.icmp.code == 1);
}

static void lost_says_after_which_silence(void **state)
{
    impsvc_flow_verdict verdict = usual_verdict("idle_and_forgotten");

    (void)state;
    assert_true(verdict.after_silence);
    assert_in_range((uint64_t)verdict.silence, (uint64_t)(29 * MINUTES), (uint64_t)(30 * MINUTES + SECONDS));
    assert_false(verdict.only_large);
    assert_int_equal(verdict.lost, IMPSVC_REQUEST);
    assert_in_range((uint64_t)verdict.tried, (uint64_t)(6 * SECONDS), (uint64_t)(7 * SECONDS));
    assert_int_equal(usual_verdict("idle_and_forgotten_for_answers").lost, IMPSVC_REPLY);
    assert_true(usual_verdict("idle_and_forgotten_for_answers").after_silence);
}

static void lost_says_that_only_large_segments_were(void **state)
{
    impsvc_flow_verdict verdict = usual_verdict("large_segments_lost");

    (void)state;
    assert_true(verdict.only_large);
    assert_int_equal(verdict.lost_size, 1448);
    assert_int_equal(verdict.passed_size, 300);
    assert_false(verdict.after_silence);
}

/* The path takes 1448 bytes, as it did before: what was lost later was not lost for its size. */
static void large_segments_that_passed_before_are_not_the_reason(void **state)
{
    impsvc_flow_context context = usual_context();
    story it = begin(IMPSVC_TCP, false);
    impsvc_flow_verdict verdict;

    (void)state;
    handshake(&it);
    talk(&it);
    segment(&it, CLIENT, ACK, 1448);
    segment(&it, SERVER, ACK, 0);
    segment(&it, CLIENT, ACK, 1448);
    again_and_again(&it);
    verdict = verdict_of(&it, &context);
    assert_int_equal(verdict.result, IMPSVC_RESULT_LOST);
    assert_false(verdict.only_large);
    assert_int_equal(verdict.passed_size, 1448);
}

/* Where nothing else was sent, size may be the reason or not. */
static void without_a_smaller_segment_size_is_no_reason(void **state)
{
    impsvc_flow_context context = usual_context();
    story it = begin(IMPSVC_TCP, false);
    impsvc_flow_verdict verdict;

    (void)state;
    handshake(&it);
    segment(&it, CLIENT, ACK, 1448);
    again_and_again(&it);
    verdict = verdict_of(&it, &context);
    assert_int_equal(verdict.result, IMPSVC_RESULT_LOST);
    assert_int_equal(verdict.lost_size, 1448);
    assert_false(verdict.only_large);
}

/* Traps and multicast: silence is all there can be. */
static void where_no_answer_is_due_it_was_sent(void **state)
{
    static const struct {
        const char        *name;
        impsvc_flow_result result;
    } cases[] = { { "asked_in_vain", IMPSVC_RESULT_SENT }, { "asked_and_answered", IMPSVC_RESULT_OPEN },
                  { "asked_where_nobody_listens", IMPSVC_RESULT_REFUSED }, { "asked_and_not_let_through", IMPSVC_RESULT_REJECTED },
                  { "dropped", IMPSVC_RESULT_NO_ANSWER } };
    impsvc_flow_context context = usual_context();

    (void)state;
    context.answers = false;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        story it = told(number_of(cases[i].name), false);

        assert_int_equal(verdict_of(&it, &context).result, cases[i].result);
    }
}

static void pings_are_answered_or_not(void **state)
{
    impsvc_flow_context context = { 0 };
    story it = begin(IMPSVC_ICMP, false);

    (void)state;
    one_packet(&it, CLIENT)->has_icmp = true;
    it.packet[0].icmp.type = 8;
    assert_int_equal(verdict_of(&it, &context).result, IMPSVC_RESULT_NO_ANSWER);
    one_packet(&it, SERVER)->has_icmp = true;
    assert_int_equal(verdict_of(&it, &context).result, IMPSVC_RESULT_OPEN);
}

/* The last SYN of a capture is not dropped because nobody waited for its answer. */
static void the_end_of_the_capture_is_no_drop(void **state)
{
    impsvc_flow_context context = usual_context();
    story it = begin(IMPSVC_TCP, false);

    (void)state;
    segment(&it, CLIENT, SYN, 0);
    context.end = it.now + SECONDS / 10;
    assert_int_equal(verdict_of(&it, &context).result, IMPSVC_RESULT_NO_ANSWER);
    assert_true(verdict_of(&it, &context).too_early);
    assert_false(impsvc_verdict_is_blocked(&(impsvc_flow_verdict){ .result = IMPSVC_RESULT_NO_ANSWER, .too_early = true }));
    context.end = it.now + SECONDS;
    assert_false(verdict_of(&it, &context).too_early);
    context.end = it.now + SECONDS / 10;
    it.now += SECONDS / 100;
    segment(&it, CLIENT, SYN, 0);       /* it waited, and tries again */
    assert_false(verdict_of(&it, &context).too_early);
}

static void with_several_interfaces_it_says_where_packets_stop(void **state)
{
    impsvc_flow_context context = usual_context();
    story it = told(number_of("dropped"), false);
    impsvc_flow_verdict verdict;

    (void)state;
    context.interfaces = 3;
    context.answers_elsewhere = true;
    verdict = verdict_of(&it, &context);
    assert_int_equal(verdict.seen_on, 1);
    assert_int_equal(verdict.not_seen_on, 2);
    assert_true(verdict.answers_elsewhere);
    it.packet[1].interface = 1;
    verdict = verdict_of(&it, &context);
    assert_int_equal(verdict.seen_on, 3);
    assert_int_equal(verdict.not_seen_on, 0);
}

/* A datagram each way, each on some of the interfaces 0 and 1, both sides of a firewall. */
static impsvc_flow_verdict exchanged(unsigned request_on, unsigned answer_on, const impsvc_flow_context *context)
{
    story it = told(number_of("asked_and_answered"), false);
    size_t count = it.count;

    for (size_t i = 0; i < count; i++) {
        unsigned on = it.packet[i].from == CLIENT ? request_on : answer_on;

        it.packet[i].interface = on == 2 ? 1 : 0;
        if (on == 3) {
            it.packet[it.count] = it.packet[i];
            it.packet[it.count].interface = 1;
            it.packet[it.count++].frame += 100;
        }
    }
    return verdict_of(&it, context);
}

static void an_answer_on_its_senders_side_alone_is_none(void **state)
{
    impsvc_flow_context context = usual_context();
    impsvc_flow_verdict verdict;

    (void)state;
    context.interfaces = context.together = 3;
    assert_int_equal(exchanged(3, 3, &context).result, IMPSVC_RESULT_OPEN);
    verdict = exchanged(3, 2, &context);
    assert_int_equal(verdict.result, IMPSVC_RESULT_NO_ANSWER);
    assert_int_not_equal(verdict.answer, 0);
    assert_int_equal(verdict.seen_on, 2);
    assert_int_equal(verdict.not_seen_on, 1);
    verdict = exchanged(1, 2, &context);            /* both ask, and neither hears the other */
    assert_int_equal(verdict.result, IMPSVC_RESULT_NO_ANSWER);
    assert_int_equal(verdict.answer, 0);
    assert_int_equal(verdict.seen_on, 1);
    assert_int_equal(verdict.not_seen_on, 2);
    context.answers = false;
    assert_int_equal(exchanged(1, 2, &context).result, IMPSVC_RESULT_NO_ANSWER);
    assert_int_equal(exchanged(3, 2, &context).result, IMPSVC_RESULT_SENT);
}

/* A tap with a cable for each direction: what is on one of them is never on the other. */
static void interfaces_that_share_no_packet_are_no_sides(void **state)
{
    impsvc_flow_context context = usual_context();

    (void)state;
    context.interfaces = 3;
    assert_int_equal(exchanged(1, 2, &context).result, IMPSVC_RESULT_OPEN);
}

/* A firewall that forgot the connection: all that came before is on both of its sides. */
static void lost_data_are_looked_for_where_the_others_were(void **state)
{
    impsvc_flow_context context = usual_context();
    story it = told(number_of("idle_and_forgotten"), false);
    impsvc_flow_record record = record_of(&it);
    impsvc_flow_verdict verdict;

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        impsvc_flow_packet behind = it.packet[i];

        behind.interface = 1;
        behind.when += MILLISECONDS / 10;
        behind.frame += 100;
        impsvc_flow_add(&record, &behind);
    }
    context.interfaces = 3;
    verdict = impsvc_flow_verdict_of(&record, &context);
    assert_int_equal(verdict.result, IMPSVC_RESULT_LOST);
    assert_int_equal(record.ends[CLIENT].interfaces, 3);
    assert_int_equal(verdict.seen_on, 1);
    assert_int_equal(verdict.not_seen_on, 2);
}

/* editcap -s 68: IPv6 leaves no room for TCP's head. There is less to say, and nothing wrong. */
static void snapped_packets_decide_nothing(void **state)
{
    impsvc_flow_context context = usual_context();

    (void)state;
    for (size_t i = 0; i < STORIES; i++) {
        story it = told(i, true);
        impsvc_flow_verdict verdict;

        for (size_t n = 0; n < it.count; n++)
            it.packet[n].has_tcp = false;
        verdict = verdict_of(&it, &context);
        if (it.transport == IMPSVC_TCP && verdict.by != IMPSVC_STOPPED_BY_ICMP_SENDER && verdict.result != IMPSVC_RESULT_UNDECIDED
            && verdict.by != IMPSVC_STOPPED_BY_LISTENER)
            fail_msg("%s without TCP's head: result %d", stories[i].name, (int)verdict.result);
    }
}

/* What one clock has sent and another one, off by seconds, has sent again, looks as if it had been sent again. Nobody can see that where
 * the capture ends before the answer comes. */
static bool ends_in_flight(const impsvc_flow_record *record)
{
    return impsvc_sequence_is_open(&record->ends[CLIENT].data) && impsvc_flow_listener(record)->reset.is == 0;
}

/* Both sides of a firewall in one file, or a file joined with itself: each packet is there twice, and the other capture's clock is off. */
static void captures_joined_twice_have_the_same_result(void **state)
{
    static const int64_t skews[] = { 0, MILLISECONDS, -3 * SECONDS, 7 * SECONDS };
    impsvc_flow_context context = usual_context();

    (void)state;
    for (size_t i = 0; i < STORIES * 4; i++) {
        story it = told(i / 4, false);
        impsvc_flow_record record = record_of(&it);

        for (size_t n = 0; n < it.count; n++) {
            impsvc_flow_packet once_more = it.packet[n];

            once_more.when += skews[i % 4];
            once_more.frame += (uint32_t)it.count;
            impsvc_flow_add(&record, &once_more);
        }
        if (i % 4 > 1 && stories[i / 4].result == IMPSVC_RESULT_OPEN && ends_in_flight(&record))
            continue;
        if (impsvc_flow_verdict_of(&record, &context).result != stories[i / 4].result)
            fail_msg("%s, joined with a clock that is off by %d ms: %d", stories[i / 4].name, (int)(skews[i % 4] / MILLISECONDS),
                     (int)impsvc_flow_verdict_of(&record, &context).result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_story_has_its_result_and_who_stopped_it),
        cmocka_unit_test(a_repeated_syn_is_one_try),
        cmocka_unit_test(the_frame_is_the_one_to_look_at),
        cmocka_unit_test(an_answer_to_another_syn_is_pointed_out),
        cmocka_unit_test(the_ttl_is_named_with_the_one_that_it_should_be),
        cmocka_unit_test(without_another_ttl_the_name_counts),
        cmocka_unit_test(ttls_of_both_sides_are_not_mixed_up),
        cmocka_unit_test(who_sent_the_icmp_error_is_named),
        cmocka_unit_test(lost_says_after_which_silence),
        cmocka_unit_test(lost_says_that_only_large_segments_were),
        cmocka_unit_test(large_segments_that_passed_before_are_not_the_reason),
        cmocka_unit_test(without_a_smaller_segment_size_is_no_reason),
        cmocka_unit_test(where_no_answer_is_due_it_was_sent),
        cmocka_unit_test(pings_are_answered_or_not),
        cmocka_unit_test(the_end_of_the_capture_is_no_drop),
        cmocka_unit_test(with_several_interfaces_it_says_where_packets_stop),
        cmocka_unit_test(an_answer_on_its_senders_side_alone_is_none),
        cmocka_unit_test(interfaces_that_share_no_packet_are_no_sides),
        cmocka_unit_test(lost_data_are_looked_for_where_the_others_were),
        cmocka_unit_test(snapped_packets_decide_nothing),
        cmocka_unit_test(captures_joined_twice_have_the_same_result),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
