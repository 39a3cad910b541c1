/* test_payload.c
 * Finding texts in a payload
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "exact_payload.h"
#include "fixed_random.h"
#include "core/payload.h"

/* Where a text stands, or the payload's length. */
static size_t found_at(const char *bytes, const char *text, size_t within)
{
    impsvc_payload payload = whole_payload(bytes, strlen(bytes));
    size_t at = impsvc_find_text(&payload, text, within);

    free_payload(payload);
    return at;
}

static void a_text_is_found_wherever_it_stands(void **state)
{
    (void)state;
    assert_int_equal(found_at("needle in hay", "needle", 100), 0);
    assert_int_equal(found_at("hay, needle", "needle", 100), 5);
    assert_int_equal(found_at("nnneedle", "needle", 100), 2);
    assert_int_equal(found_at("need, needle", "needle", 100), 6);
}

static void what_is_not_there_is_at_the_end(void **state)
{
    (void)state;
    assert_int_equal(found_at("", "needle", 100), 0);
    assert_int_equal(found_at("needl", "needle", 100), 5);
    assert_int_equal(found_at("hay", "n", 100), 3);
}

static void a_text_must_end_within_the_bytes_that_are_searched(void **state)
{
    (void)state;
    assert_int_equal(found_at("hay, needle", "needle", 11), 5);
    assert_int_equal(found_at("hay, needle", "needle", 10), 11);
    assert_int_equal(found_at("needle", "needle", 0), 6);
}

/* Of two letters many texts nearly match. */
static void the_first_place_is_told_as_by_looking_at_each(void **state)
{
    fixed_random random = { 1 };

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        char bytes[13] = { 0 };
        char text[5] = { 0 };
        size_t length = random_below(&random, sizeof bytes);
        size_t text_length = 1 + random_below(&random, sizeof text - 1);
        size_t within = random_below(&random, sizeof bytes + 2);
        size_t wanted = length;

        for (size_t i = 0; i < length; i++)
            bytes[i] = random_below(&random, 2) ? 'a' : 'b';
        for (size_t i = 0; i < text_length; i++)
            text[i] = random_below(&random, 2) ? 'a' : 'b';
        for (size_t at = 0; at + text_length <= length && at + text_length <= within && wanted == length; at++)
            if (memcmp(bytes + at, text, text_length) == 0)
                wanted = at;
        assert_int_equal(found_at(bytes, text, within), wanted);
    }
}

static void one_of_several_beginnings_is_enough(void **state)
{
    static const char *const starts[] = { "GET /", "POST /", NULL };
    impsvc_payload post = whole_payload("POST /x", 7);
    impsvc_payload put = whole_payload("PUT /x", 6);
    impsvc_payload short_one = whole_payload("POS", 3);
    impsvc_payload none = whole_payload("", 0);

    (void)state;
    assert_true(impsvc_begins_with_one_of(&post, starts));
    assert_false(impsvc_begins_with_one_of(&put, starts));
    assert_false(impsvc_begins_with_one_of(&short_one, starts));
    assert_false(impsvc_begins_with_one_of(&none, starts));
    free_payload(post);
    free_payload(put);
    free_payload(short_one);
    free_payload(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_found_wherever_it_stands),
        cmocka_unit_test(what_is_not_there_is_at_the_end),
        cmocka_unit_test(a_text_must_end_within_the_bytes_that_are_searched),
        cmocka_unit_test(the_first_place_is_told_as_by_looking_at_each),
        cmocka_unit_test(one_of_several_beginnings_is_enough)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
