/* test_dscp.c
 * Names of DSCP values: what people write and read has one meaning
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include <stdio.h>

#include <glib.h>

#include "core/dscp.h"

static void values_have_the_names_of_the_rfcs(void **state)
{
    static const struct {
        unsigned    value;
        const char *name;
    } known[] = {
        { 0, "CS0" }, { 8, "CS1" }, { 16, "CS2" }, { 24, "CS3" }, { 32, "CS4" }, { 40, "CS5" }, { 48, "CS6" }, { 56, "CS7" },
        { 10, "AF11" }, { 12, "AF12" }, { 14, "AF13" }, { 18, "AF21" }, { 20, "AF22" }, { 22, "AF23" },
        { 26, "AF31" }, { 28, "AF32" }, { 30, "AF33" }, { 34, "AF41" }, { 36, "AF42" }, { 38, "AF43" },
        { 46, "EF" }, { 44, "VA" }, { 1, "LE" }
    };
    unsigned next = 0;

    (void)state;
    for (unsigned value = 0; value < IMPSVC_DSCP_VALUES; value++) {
        const char *name = impsvc_dscp_name(value);
        char number[3];
        bool is_known = false;

        for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
            if (known[i].value == value) {
                assert_string_equal(name, known[i].name);
                is_known = true;
                next++;
            }
        (void)snprintf(number, sizeof number, "%u", value);
        if (!is_known)
            assert_string_equal(name, number);
    }
    assert_int_equal(next, G_N_ELEMENTS(known));
}

static void what_is_read_can_be_written(void **state)
{
    (void)state;
    for (unsigned value = 0; value < IMPSVC_DSCP_VALUES; value++) {
        char *number = g_strdup_printf("%u", value), *small = g_ascii_strdown(impsvc_dscp_name(value), -1), *wrong;
        uint64_t by_number, by_name;

        assert_true(impsvc_dscp_parse(number, &by_number, &wrong) && impsvc_dscp_parse(small, &by_name, &wrong));
        assert_true(by_number == UINT64_C(1) << value && by_name == by_number);
        g_free(number);
        g_free(small);
    }
}

static void several_values_and_other_names_are_understood(void **state)
{
    uint64_t values;
    char *wrong;

    (void)state;
    assert_true(impsvc_dscp_parse(" AF31,26, EF PHB ,voice-admit,default", &values, &wrong) && wrong == NULL);
    assert_true(values == (UINT64_C(1) << 26 | UINT64_C(1) << 46 | UINT64_C(1) << 44 | 1));
}

static void the_part_that_is_no_value_is_named(void **state)
{
    static const char *const bad[][2] = {
        { "", "" }, { " ", "" }, { "CS8", "CS8" }, { "AF14", "AF14" }, { "AF5", "AF5" }, { "64", "64" }, { "-1", "-1" }, { "0x18", "0x18" },
        { "CS3;EF", "CS3;EF" }, { "CS3,", "" }, { "EF, XY ,CS9", "XY" }, { "99999999999999999999", "99999999999999999999" }
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        uint64_t values;
        char *wrong = NULL;

        assert_false(impsvc_dscp_parse(bad[i][0], &values, &wrong));
        assert_string_equal(wrong, bad[i][1]);
        g_free(wrong);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_the_names_of_the_rfcs),
        cmocka_unit_test(what_is_read_can_be_written),
        cmocka_unit_test(several_values_and_other_names_are_understood),
        cmocka_unit_test(the_part_that_is_no_value_is_named)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
