/* test_flow_moved.c
 * Each capture numbers its interfaces from 0: their points keep what was seen on them, and get nothing that was seen elsewhere
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"
#include "fixed_random.h"
#include "flow_differences.h"
#include "flow_stories.h"

#include "flows/flow_merge.h"
#include "joins/flow_moved.h"

#define BIT(number) (UINT32_C(1) << (number))

enum { EF = 46, CS3 = 24 };

/* All interfaces stay where they are but the first ones. */
typedef struct {
    uint8_t to[IMPSVC_FLOW_INTERFACES];
} points;

static points points_of(const uint8_t *first, size_t count)
{
    points made;

    for (uint8_t i = 0; i < IMPSVC_FLOW_INTERFACES; i++)
        made.to[i] = i < count ? first[i] : i;
    return made;
}

#define POINTS(...) points_of((const uint8_t[]){ __VA_ARGS__ }, sizeof (const uint8_t[]){ __VA_ARGS__ })

static impsvc_flow_record moved(const story *it, points where)
{
    impsvc_flow_record record = record_of(it);

    impsvc_flow_move(&record, where.to);
    return record;
}

static uint64_t marks_on(const impsvc_flow_record *record, unsigned end, unsigned point)
{
    impsvc_flow_marks marks = impsvc_flow_marks_of(&record->ends[end]);

    return impsvc_marks_on(&marks, point);
}

/* A connection with an answer that is reset: on interface 0, but for what the server sends. */
static story reset_connection(uint32_t server_on)
{
    story it = begin(IMPSVC_TCP, false);

    handshake(&it);
    talk(&it);
    segment(&it, CLIENT, ACK, 500);
    segment(&it, SERVER, RST, 0);
    for (size_t i = 0; i < it.count; i++) {
        it.packet[i].interface = it.packet[i].from == SERVER ? server_on : 0;
        it.packet[i].dscp = it.packet[i].from == SERVER ? EF : CS3;
    }
    return it;
}

static void each_interface_becomes_its_point(void **state)
{
    story it = reset_connection(1);
    impsvc_flow_record record = moved(&it, POINTS(5, 3));

    (void)state;
    assert_int_equal(record.ends[CLIENT].interfaces, BIT(5));
    assert_int_equal(record.ends[SERVER].interfaces, BIT(3));
    assert_int_equal(record.ends[SERVER].reset.interface, 3);
    assert_int_equal(record.ends[CLIENT].data.data_on, BIT(5));
    assert_int_equal(record.ends[SERVER].data.data_on, BIT(3));
    assert_true(marks_on(&record, CLIENT, 5) == UINT64_C(1) << CS3 && marks_on(&record, SERVER, 3) == UINT64_C(1) << EF);
    assert_true(marks_on(&record, CLIENT, 0) == 0 && marks_on(&record, SERVER, 1) == 0);
}

static void interfaces_that_change_places_do_not_meet_on_the_way(void **state)
{
    story it = reset_connection(1);
    impsvc_flow_record record = moved(&it, POINTS(1, 0));

    (void)state;
    assert_int_equal(record.ends[CLIENT].interfaces, BIT(1));
    assert_int_equal(record.ends[SERVER].interfaces, BIT(0));
    assert_int_equal(record.ends[SERVER].reset.interface, 0);
    assert_int_equal(record.ends[CLIENT].data.data_on, BIT(1));
    assert_true(marks_on(&record, CLIENT, 1) == UINT64_C(1) << CS3 && marks_on(&record, CLIENT, 0) == 0);
}

/* The VLANs of one trunk, or "any", which are one place. */
static void several_interfaces_may_be_of_one_point(void **state)
{
    story it = reset_connection(0);
    impsvc_flow_record record;

    (void)state;
    for (size_t i = 0; i < it.count; i++)
        it.packet[i].interface = (uint32_t)i % 3;
    record = moved(&it, POINTS(2, 2, 2));
    assert_int_equal(record.ends[CLIENT].interfaces, BIT(2));
    assert_int_equal(record.ends[SERVER].interfaces, BIT(2));
    assert_int_equal(record.ends[SERVER].reset.interface, 2);
    assert_int_equal(record.ends[CLIENT].data.data_on, BIT(2));
    assert_true(marks_on(&record, CLIENT, 2) == UINT64_C(1) << CS3);
}

/* Of data the last of eight bits stands for all further interfaces. */
static void the_last_bit_stays_the_last_one(void **state)
{
    story it = reset_connection(12);
    impsvc_flow_record record = moved(&it, POINTS(31));

    (void)state;
    assert_int_equal(record.ends[CLIENT].interfaces, BIT(31));
    assert_int_equal(record.ends[SERVER].interfaces, BIT(12));
    assert_int_equal(record.ends[CLIENT].data.data_on, BIT(7));
    assert_int_equal(record.ends[SERVER].data.data_on, BIT(7));
    assert_true(marks_on(&record, CLIENT, 31) == UINT64_C(1) << CS3);
    record = moved(&it, POINTS(7));
    assert_int_equal(record.ends[CLIENT].data.data_on, BIT(7));
    it = reset_connection(40);
    record = moved(&it, POINTS(0));
    assert_int_equal(record.ends[SERVER].interfaces, BIT(31));
    assert_int_equal(record.ends[SERVER].reset.interface, 31);
}

/* Interfaces from the eighth on have one bit together: which of their points it was is not known, so it is all of them. */
static void data_on_a_further_interface_are_where_further_packets_were(void **state)
{
    story it = reset_connection(9);
    points low = POINTS(0, 1, 2, 3, 4, 5, 6, 7, 8, 2);
    impsvc_flow_record record = moved(&it, low);

    (void)state;
    assert_int_equal(record.ends[SERVER].interfaces, BIT(2));
    assert_int_equal(record.ends[SERVER].data.data_on, BIT(2));
}

static void where_a_file_names_no_interface_it_was_its_first(void **state)
{
    story it = reset_connection(0);
    impsvc_flow_record record;

    (void)state;
    for (size_t i = 0; i < it.count; i++)
        it.packet[i].has_interface = false;
    record = moved(&it, POINTS(4));
    assert_int_equal(record.ends[CLIENT].interfaces, BIT(4));
    assert_int_equal(record.ends[SERVER].interfaces, BIT(4));
    assert_int_equal(record.ends[CLIENT].data.data_on, BIT(4));
    assert_int_equal(record.ends[SERVER].reset.interface, 4);
    assert_true(marks_on(&record, SERVER, 4) == UINT64_C(1) << EF);
}

/* Nothing was seen of an end that sent nothing, wherever that was not. */
static void an_end_that_is_silent_was_seen_nowhere(void **state)
{
    story it = begin(IMPSVC_TCP, false);
    impsvc_flow_record record;

    (void)state;
    dropped(&it);
    record = moved(&it, POINTS(6));
    assert_int_equal(record.ends[CLIENT].interfaces, BIT(6));
    assert_int_equal(record.ends[SERVER].interfaces, 0);
    assert_int_equal(record.ends[CLIENT].data.data_on, 0);
    assert_int_equal(record.ends[SERVER].reset.interface, 0);
    assert_int_equal(record.ends[SERVER].marks, 0);
}

static void too_many_marks_to_say_where_stay_as_they_are(void **state)
{
    story it = begin(IMPSVC_UDP, false);
    impsvc_flow_record record, whole;

    (void)state;
    for (uint8_t i = 0; i < 6; i++)
        one_packet(&it, CLIENT)->dscp = i;
    whole = record_of(&it);
    record = moved(&it, POINTS(9));
    assert_true(record.ends[CLIENT].many_marks && record.ends[CLIENT].marks == whole.ends[CLIENT].marks);
}

/* So what is known in the end does not depend on when the points were known. */
static void first_moved_and_then_merged_is_first_merged_and_then_moved(void **state)
{
    fixed_random random = { 12 };

    (void)state;
    for (size_t i = 0; i < STORIES * 20; i++) {
        story it = told(i % STORIES, i % 2 == 1);
        impsvc_flow_record parts[2] = { record_for(&it), record_for(&it) }, together;
        points where;

        for (unsigned n = 0; n < IMPSVC_FLOW_INTERFACES; n++)
            where.to[n] = (uint8_t)(i % 3 == 0 ? random_below(&random, 3) : (n + i) % 7);
        for (size_t n = 0; n < it.count; n++) {
            it.packet[n].interface = (uint32_t)random_below(&random, 7);
            it.packet[n].dscp = (uint8_t)random_below(&random, 2);
            impsvc_flow_add(&parts[random_below(&random, 2)], &it.packet[n]);
        }
        together = parts[0];
        impsvc_flow_merge(&together, &parts[1]);
        impsvc_flow_move(&together, where.to);
        impsvc_flow_move(&parts[0], where.to);
        impsvc_flow_move(&parts[1], where.to);
        impsvc_flow_merge(&parts[0], &parts[1]);
        if (!together.ends[CLIENT].many_marks && !together.ends[SERVER].many_marks
            && records_differ(&together, &parts[0]) != NULL)
            fail_msg("%s: %s", stories[i % STORIES].name, records_differ(&together, &parts[0]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_interface_becomes_its_point),
        cmocka_unit_test(interfaces_that_change_places_do_not_meet_on_the_way),
        cmocka_unit_test(several_interfaces_may_be_of_one_point),
        cmocka_unit_test(the_last_bit_stays_the_last_one),
        cmocka_unit_test(data_on_a_further_interface_are_where_further_packets_were),
        cmocka_unit_test(where_a_file_names_no_interface_it_was_its_first),
        cmocka_unit_test(an_end_that_is_silent_was_seen_nowhere),
        cmocka_unit_test(too_many_marks_to_say_where_stay_as_they_are),
        cmocka_unit_test(first_moved_and_then_merged_is_first_merged_and_then_moved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
