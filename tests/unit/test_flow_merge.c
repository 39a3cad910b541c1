/* test_flow_merge.c
 * Parts of a flow make the same record, and have the same verdict, in any order and any number of times
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"
#include "fixed_random.h"
#include "flow_differences.h"
#include "flow_stories.h"

#include "flows/flow_merge.h"

enum { ROUNDS = 200, PARTS = 4 };

/* A record of nothing, its ends in the other order in every second part. */
static impsvc_flow_record part(const story *it, unsigned number)
{
    impsvc_flow_record record = record_for(it), made = record;

    if (number % 2 == 0)
        return record;
    made.ends[0] = record.ends[1];
    made.ends[1] = record.ends[0];
    made.initiator = 1;
    return made;
}

static void add_to_part(impsvc_flow_record *record, unsigned number, const impsvc_flow_packet *packet)
{
    impsvc_flow_packet turned = *packet;

    turned.from = (uint8_t)(number % 2 == 0 ? packet->from : 1 - packet->from);
    impsvc_flow_add(record, &turned);
}

/* The story's packets in some order, in some parts, the parts joined in some order, and each of them up to a number of times. */
static impsvc_flow_record joined(const story *it, fixed_random *random, size_t times)
{
    impsvc_flow_record parts[PARTS], record = record_for(it);
    size_t packets[MOST_PACKETS], order[PARTS * 2], count = 0;

    for (unsigned i = 0; i < PARTS; i++) {
        parts[i] = part(it, i);
        order[count++] = i;
        if (random_below(random, times) > 0)
            order[count++] = i;
    }
    for (size_t i = 0; i < it->count; i++)
        packets[i] = i;
    shuffle(random, packets, it->count);
    for (size_t i = 0; i < it->count; i++) {
        unsigned number = (unsigned)random_below(random, PARTS);

        add_to_part(&parts[number], number, &it->packet[packets[i]]);
    }
    shuffle(random, order, count);
    for (size_t i = 0; i < count; i++)
        impsvc_flow_merge(&record, &parts[order[i]]);
    return record;
}

static void check(const story *it, const char *name, fixed_random *random)
{
    impsvc_flow_context context = usual_context();
    impsvc_flow_record whole = record_of(it);
    impsvc_flow_verdict wanted = impsvc_flow_verdict_of(&whole, &context);

    for (unsigned round = 0; round < ROUNDS; round++) {
        impsvc_flow_record record = joined(it, random, round % 2 + 1);
        impsvc_flow_verdict verdict = impsvc_flow_verdict_of(&record, &context);
        const char *differ = records_differ(&whole, &record);

        if (differ == NULL && round % 2 == 0)
            differ = sums_differ(&whole, &record);
        if (differ == NULL)
            differ = verdicts_differ(&wanted, &verdict);
        if (differ != NULL)
            fail_msg("%s, round %u: %s", name, round, differ);
    }
}

static void any_order_and_any_parts_make_the_same_record(void **state)
{
    fixed_random random = { 2026 };

    (void)state;
    for (size_t i = 0; i < STORIES; i++) {
        story it = told(i, i % 2 == 1);

        check(&it, stories[i].name, &random);
    }
}

static void flows_made_up_of_anything_are_no_exception(void **state)
{
    static const uint8_t flags[] = { SYN, SYN | ACK, ACK, ACK, ACK, FIN | ACK, RST, RST | ACK, 0, 0xff };
    fixed_random random = { 4711 };

    (void)state;
    for (unsigned round = 0; round < 100; round++) {
        story it = begin(IMPSVC_TCP, false);
        uint32_t mask = round % 3 == 0 ? UINT32_MAX : round % 3 == 1 ? 0xffff : 7;

        for (unsigned i = 0; i < 30; i++) {
            uint8_t from = (uint8_t)random_below(&random, 2);
            impsvc_flow_packet *packet = segment(&it, from, flags[random_below(&random, sizeof flags)], 0);

            packet->seq = (uint32_t)random_64(&random) & mask;
            packet->ack = (uint32_t)random_64(&random) & mask;
            packet->payload = (uint32_t)random_64(&random) & mask & 0xffffff;
            packet->when += (int64_t)(random_64(&random) % (uint64_t)MINUTES);
            packet->ttl = (uint8_t)random_64(&random);
            packet->interface = (uint32_t)random_below(&random, 40);
            packet->dscp = (uint8_t)random_64(&random);
            packet->no_room = random_below(&random, 4) == 0;
            if (i % 10 == 9)
                icmp_error(&it, from, router_of(&it), 3, (uint8_t)random_below(&random, 5));
        }
        check(&it, "anything", &random);
    }
}

static void of_two_records_the_surer_one_says_what_it_is(void **state)
{
    story it = begin(IMPSVC_TCP, false);
    impsvc_flow_record unsure = record_for(&it), sure = record_for(&it), merged;

    (void)state;
    unsure.entry = &impsvc_list->entries[9];
    unsure.confidence = IMPSVC_CONFIDENCE_PORT;
    unsure.ends[CLIENT].role = 3;
    sure.entry = &impsvc_list->entries[5];
    sure.confidence = IMPSVC_CONFIDENCE_LEARNED;
    sure.ends[CLIENT].role = 2;
    sure.ends[CLIENT].is_node = true;
    sure.number = 7;
    merged = unsure;
    impsvc_flow_merge(&merged, &sure);
    assert_ptr_equal(merged.entry, sure.entry);
    assert_int_equal(merged.confidence, IMPSVC_CONFIDENCE_LEARNED);
    assert_true(merged.ends[CLIENT].role == 2 && merged.ends[CLIENT].is_node);
    assert_int_equal(merged.number, 0);
    impsvc_flow_merge(&merged, &unsure);
    assert_ptr_equal(merged.entry, sure.entry);
    merged = sure;
    impsvc_flow_merge(&merged, &unsure);
    assert_null(records_differ(&merged, &sure));
}

/* What flow.h says about sums, so that nobody finds out from a report. */
static void a_part_that_is_added_twice_counts_twice(void **state)
{
    story it = begin(IMPSVC_UDP, false);
    impsvc_flow_record one, twice;

    (void)state;
    one_packet(&it, CLIENT);
    one = twice = record_of(&it);
    impsvc_flow_merge(&twice, &one);
    assert_int_equal(twice.ends[CLIENT].packets, 2);
    assert_true(twice.ends[CLIENT].bytes == 2 * one.ends[CLIENT].bytes);
    assert_null(records_differ(&one, &twice));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_and_any_parts_make_the_same_record),
        cmocka_unit_test(flows_made_up_of_anything_are_no_exception),
        cmocka_unit_test(of_two_records_the_surer_one_says_what_it_is),
        cmocka_unit_test(a_part_that_is_added_twice_counts_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
