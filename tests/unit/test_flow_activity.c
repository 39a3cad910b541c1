/* test_flow_activity.c
 * When a flow was busy, and when quiet
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "fixed_random.h"
#include "flows/flow_activity.h"

#define SECOND INT64_C(1000000000)

static void a_break_is_found_to_a_sixty_fourth(void **state)
{
    impsvc_flow_activity activity = { 0 };
    impsvc_flow_quiet quiet;

    (void)state;
    for (int64_t i = 0; i < 100; i++)
        impsvc_activity_note(&activity, i * SECOND);
    for (int64_t i = 1000; i < 1100; i++)
        impsvc_activity_note(&activity, i * SECOND);
    quiet = impsvc_activity_quiet(&activity, activity.first, activity.last);
    assert_true(quiet.at_least <= 901 * SECOND && quiet.at_least >= 901 * SECOND - 2 * 1100 * SECOND / 32);
    assert_true(quiet.until <= 1000 * SECOND && quiet.until >= 1000 * SECOND - 1100 * SECOND / 32);
    /* Between two packets that know of each other there is nothing to be estimated. */
    assert_true(impsvc_activity_quiet(&activity, 99 * SECOND, 1000 * SECOND).at_least == 901 * SECOND);
    assert_true(impsvc_activity_quiet(&activity, 1000 * SECOND, 99 * SECOND).at_least == 0);
}

static void one_packet_is_no_break(void **state)
{
    impsvc_flow_activity activity = { 0 };

    (void)state;
    assert_true(impsvc_activity_quiet(&activity, 0, SECOND).at_least == 0);
    impsvc_activity_note(&activity, -5 * SECOND);
    assert_true(activity.first == -5 * SECOND && activity.last == -5 * SECOND);
    assert_true(impsvc_activity_quiet(&activity, activity.first, activity.last).at_least == 0);
}

/* A capture file may say anything of time. */
static void the_ends_of_time_are_times(void **state)
{
    static const int64_t times[] = { 0, INT64_MAX, INT64_MIN, -1, SECOND, INT64_MAX - 1 };
    impsvc_flow_activity activity = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        impsvc_activity_note(&activity, times[i]);
    assert_true(activity.first == INT64_MIN && activity.last == INT64_MAX);
    assert_true((activity.stripes & 1) && (activity.stripes >> 63 & 1) && (activity.stripes >> 32 & 1));
}

static void the_order_of_packets_and_parts_does_not_matter(void **state)
{
    enum { MANY = 40 };
    fixed_random random = { 16 };

    (void)state;
    for (unsigned round = 0; round < 2000; round++) {
        impsvc_flow_activity once = { 0 }, parts[3] = { { 0 } }, joined = { 0 };
        int64_t span = INT64_C(1) << (10 + random_below(&random, 50));

        for (unsigned i = 0; i < MANY; i++) {
            int64_t when = (int64_t)(random_64(&random) % (uint64_t)span) - span / 3;

            impsvc_activity_note(&once, when);
            impsvc_activity_note(&parts[random_below(&random, 3)], when);
        }
        for (unsigned i = 0; i < 7; i++)
            impsvc_activity_merge(&joined, &parts[(i + round) % 3]);
        assert_true(once.first == joined.first && once.last == joined.last && once.width == joined.width);
        assert_true(once.stripes == joined.stripes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_break_is_found_to_a_sixty_fourth),
        cmocka_unit_test(one_packet_is_no_break),
        cmocka_unit_test(the_ends_of_time_are_times),
        cmocka_unit_test(the_order_of_packets_and_parts_does_not_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
