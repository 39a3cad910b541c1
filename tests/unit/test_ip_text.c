/* test_ip_text.c
 * Addresses in rules and in the database's table are written as everybody writes them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "core/ip_text.h"

static void assert_written(const uint8_t *bytes, const char *expected)
{
    impsvc_ip ip = impsvc_ip_from_v6(bytes);
    char text[IMPSVC_IP_TEXT_SIZE];

    assert_ptr_equal(impsvc_ip_text(&ip, text), text);
    assert_string_equal(text, expected);
}

#define WRITTEN(expected, ...) assert_written((const uint8_t[16]){ __VA_ARGS__ }, expected)

static void an_ipv4_address_has_four_numbers(void **state)
{
    (void)state;
    WRITTEN("10.1.0.255", [10] = 0xff, 0xff, 10, 1, 0, 255);
    WRITTEN("0.0.0.0", [10] = 0xff, 0xff);
    WRITTEN("255.255.255.255", [10] = 0xff, 0xff, 255, 255, 255, 255);
}

static void the_longest_run_of_zeros_is_left_out(void **state)
{
    (void)state;
    WRITTEN("2001:db8::1", 0x20, 0x01, 0x0d, 0xb8, [15] = 1);
    WRITTEN("2001:0:0:1::2", 0x20, 0x01, [7] = 1, [15] = 2);
    WRITTEN("2001:db8:0:1:1:1:1:1", 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1);
    WRITTEN("fe80::", 0xfe, 0x80);
    WRITTEN("::", 0);
    WRITTEN("::1", [15] = 1);
    WRITTEN("ff02::1:2", 0xff, 0x02, [13] = 1, [15] = 2);
}

static void of_two_runs_the_first_is_left_out(void **state)
{
    (void)state;
    WRITTEN("2001:db8::1:0:0:1", 0x20, 0x01, 0x0d, 0xb8, [9] = 1, [15] = 1);
    WRITTEN("1::2:0:0:3:4", 0, 1, [7] = 2, [13] = 3, [15] = 4);
}

static void an_ipv4_address_within_ipv6_is_seen(void **state)
{
    (void)state;
    WRITTEN("::10.1.0.1", [12] = 10, 1, 0, 1);
    WRITTEN("::ffff:0:a01:1", [8] = 0xff, 0xff, 0, 0, 10, 1, 0, 1);
    WRITTEN("64:ff9b::a01:1", 0, 0x64, 0xff, 0x9b, [12] = 10, 1, 0, 1);
}

static void the_longest_address_has_room(void **state)
{
    (void)state;
    WRITTEN("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0xff, 0xff, 0xff);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ipv4_address_has_four_numbers),
        cmocka_unit_test(the_longest_run_of_zeros_is_left_out),
        cmocka_unit_test(of_two_runs_the_first_is_left_out),
        cmocka_unit_test(an_ipv4_address_within_ipv6_is_seen),
        cmocka_unit_test(the_longest_address_has_room)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
