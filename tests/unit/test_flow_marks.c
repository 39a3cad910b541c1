/* test_flow_marks.c
 * DSCP values and where they were seen: a mark that changes on the way is not taken for one that the sender changed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"
#include "fixed_random.h"

#include "flows/flow_numbers.h"

enum { INSIDE, OUTSIDE, CS0 = 0, CS3 = 24, EF = 46 };

#define BIT(value) (UINT64_C(1) << (value))

typedef struct {
    unsigned interface;
    unsigned dscp;
} seen;

static impsvc_flow_marks marks_of(const seen *all, unsigned count)
{
    impsvc_flow_marks marks = { 0 };

    for (unsigned i = 0; i < count; i++)
        impsvc_marks_add(&marks, all[i].interface, all[i].dscp);
    return marks;
}

#define MARKS(...) marks_of((const seen[]){ __VA_ARGS__ }, sizeof (const seen[]){ __VA_ARGS__ } / sizeof(seen))

static void a_mark_that_the_way_takes_off_differs_and_is_not_mixed(void **state)
{
    impsvc_flow_marks marks = MARKS({ OUTSIDE, CS3 }, { INSIDE, CS0 }, { OUTSIDE, CS3 }, { INSIDE, CS0 });

    (void)state;
    assert_true(impsvc_marks_differ(&marks));
    assert_false(impsvc_marks_are_mixed(&marks, 2));
    assert_true(impsvc_marks_on(&marks, INSIDE) == BIT(CS0) && impsvc_marks_on(&marks, OUTSIDE) == BIT(CS3));
    assert_true(impsvc_marks_values(&marks) == (BIT(CS0) | BIT(CS3)) && impsvc_marks_on(&marks, 2) == 0);
}

static void marks_that_the_sender_mixes_do_not_differ(void **state)
{
    impsvc_flow_marks marks = MARKS({ INSIDE, CS0 }, { OUTSIDE, CS0 }, { INSIDE, CS3 }, { OUTSIDE, CS3 });
    impsvc_flow_marks one_side = MARKS({ INSIDE, CS0 }, { INSIDE, CS3 });
    impsvc_flow_marks both = MARKS({ INSIDE, CS0 }, { INSIDE, CS3 }, { OUTSIDE, CS0 });

    (void)state;
    assert_true(impsvc_marks_are_mixed(&marks, 2) && !impsvc_marks_differ(&marks));
    assert_true(impsvc_marks_are_mixed(&one_side, 1) && !impsvc_marks_differ(&one_side));
    assert_true(impsvc_marks_are_mixed(&both, 2) && impsvc_marks_differ(&both));
}

static void one_value_is_neither(void **state)
{
    impsvc_flow_marks marks = MARKS({ INSIDE, EF }, { OUTSIDE, EF }, { 31, EF }), none = { 0 };

    (void)state;
    assert_false(impsvc_marks_are_mixed(&marks, 3) || impsvc_marks_differ(&marks));
    assert_true(impsvc_marks_values(&marks) == BIT(EF) && impsvc_marks_on(&marks, 31) == BIT(EF));
    assert_false(impsvc_marks_are_mixed(&none, 0) || impsvc_marks_differ(&none));
    assert_true(impsvc_marks_values(&none) == 0);
}

/* What a flow has room for is not all that a capture may have: then nothing is claimed that was not seen. */
static void too_many_pairs_leave_the_values(void **state)
{
    impsvc_flow_marks marks = MARKS({ 0, 0 }, { 0, 63 }, { 1, 1 }, { 2, 2 }, { 31, 3 });

    (void)state;
    assert_true(impsvc_marks_values(&marks) == (BIT(0) | BIT(63) | BIT(1) | BIT(2) | BIT(3)));
    assert_true(impsvc_marks_on(&marks, 0) == 0 && !impsvc_marks_differ(&marks));
    assert_true(impsvc_marks_are_mixed(&marks, 4) && !impsvc_marks_are_mixed(&marks, 5));
}

static void the_order_of_packets_and_parts_does_not_matter(void **state)
{
    fixed_random random = { 26 };

    (void)state;
    for (unsigned round = 0; round < 500; round++) {
        seen all[8];
        unsigned count = 1 + (unsigned)random_below(&random, 8), kinds = 1 + (unsigned)random_below(&random, 4);
        impsvc_flow_marks forward = { 0 }, backward = { 0 }, parts[2] = { { 0 }, { 0 } };

        for (unsigned i = 0; i < count; i++)
            all[i] = (seen){ (unsigned)random_below(&random, kinds), (unsigned)random_below(&random, kinds) * 21 };
        for (unsigned i = 0; i < count; i++) {
            impsvc_marks_add(&forward, all[i].interface, all[i].dscp);
            impsvc_marks_add(&backward, all[count - 1 - i].interface, all[count - 1 - i].dscp);
            impsvc_marks_add(&parts[i % 2], all[i].interface, all[i].dscp);
        }
        impsvc_marks_merge(&parts[round % 2], &parts[1 - round % 2]);
        impsvc_marks_merge(&parts[round % 2], &forward);
        assert_true(forward.of == backward.of && forward.many == backward.many);
        assert_true(forward.of == parts[round % 2].of && forward.many == parts[round % 2].many);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_that_the_way_takes_off_differs_and_is_not_mixed),
        cmocka_unit_test(marks_that_the_sender_mixes_do_not_differ),
        cmocka_unit_test(one_value_is_neither),
        cmocka_unit_test(too_many_pairs_leave_the_values),
        cmocka_unit_test(the_order_of_packets_and_parts_does_not_matter)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
