/* test_node_list.c
 * The user's addresses and prefixes, looked up by address
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "fixed_random.h"
#include "core/ip_address.h"

/* The real source, with its comparisons counted: a look-up has to stay a search by halves. */
static unsigned comparisons;
#define impsvc_ip_compare(a, b) (comparisons++, impsvc_ip_compare(a, b))
#include "core/node_list.c"
#undef impsvc_ip_compare

#define NONE IMPSVC_NO_ROW

static impsvc_ip ip(const char *text)
{
    uint8_t bytes[16];

    if (inet_pton(AF_INET, text, bytes) == 1)
        return impsvc_ip_from_v4(bytes);
    if (inet_pton(AF_INET6, text, bytes) != 1)
        fail_msg("%s is no address", text);
    return impsvc_ip_from_v6(bytes);
}

/* "10.0.0.0/8" */
static impsvc_prefix prefix(const char *text)
{
    char address[64] = { 0 };
    const char *slash = strchr(text, '/');
    unsigned length;

    if (slash == NULL)
        fail_msg("%s is no prefix", text);
    memcpy(address, text, (size_t)(slash - text));
    length = (unsigned)atoi(slash + 1) + (strchr(address, ':') == NULL ? IMPSVC_IP_V4_BITS : 0);
    return (impsvc_prefix){ ip(address), (uint8_t)length };
}

/* A list of prefixes up to NULL; the rows given to it are gone before it is asked. */
static impsvc_node_list *list_of(const char *const *texts)
{
    impsvc_node_list *list;
    impsvc_prefix *rows;
    size_t count = 0;

    while (texts[count] != NULL)
        count++;
    rows = (impsvc_prefix *)malloc(count * sizeof *rows);
    for (size_t i = 0; i < count; i++)
        rows[i] = prefix(texts[i]);
    list = impsvc_node_list_new(rows, count);
    assert_non_null(list);
    free(rows);
    return list;
}

#define LIST(...) list_of((const char *const[]){ __VA_ARGS__, NULL })

static void expect(const impsvc_node_list *list, const char *address, uint32_t row)
{
    impsvc_ip wanted = ip(address);
    uint32_t found = impsvc_node_list_find(list, &wanted);

    if (found != row)
        fail_msg("%s is in row %d, wanted %d", address, (int)found, (int)row);
}

static void the_longest_ipv4_prefix_wins(void **state)
{
    impsvc_node_list *list = LIST("10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32");

    (void)state;
    expect(list, "10.1.2.3", 3);
    expect(list, "10.1.2.4", 2);
    expect(list, "10.1.2.2", 2);
    expect(list, "10.1.3.3", 1);
    expect(list, "10.2.2.3", 0);
    expect(list, "11.1.2.3", NONE);
    expect(list, "9.255.255.255", NONE);
    impsvc_node_list_free(list);
}

static void the_longest_ipv6_prefix_wins(void **state)
{
    impsvc_node_list *list = LIST("2001:db8::/32", "2001:db8:1::/48", "2001:db8:1:2::/64", "2001:db8:1:2::3/128");

    (void)state;
    expect(list, "2001:db8:1:2::3", 3);
    expect(list, "2001:db8:1:2::4", 2);
    expect(list, "2001:db8:1:3::3", 1);
    expect(list, "2001:db8:2::", 0);
    expect(list, "2001:db9::", NONE);
    expect(list, "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", NONE);
    expect(list, "10.0.0.1", NONE);
    impsvc_node_list_free(list);
}

static void a_prefix_goes_on_behind_the_one_it_holds(void **state)
{
    impsvc_node_list *list = LIST("10.0.0.0/24", "10.0.0.64/26", "10.0.0.96/27", "10.0.0.192/26");

    (void)state;
    expect(list, "10.0.0.63", 0);
    expect(list, "10.0.0.64", 1);
    expect(list, "10.0.0.95", 1);
    expect(list, "10.0.0.96", 2);
    expect(list, "10.0.0.127", 2);      /* two prefixes end here at once */
    expect(list, "10.0.0.128", 0);
    expect(list, "10.0.0.191", 0);
    expect(list, "10.0.0.255", 3);
    expect(list, "10.0.1.0", NONE);
    impsvc_node_list_free(list);
}

/* A host that is a DNS and an NTP server has two rows. */
static void rows_with_one_prefix_are_found_from_the_last_on(void **state)
{
    impsvc_node_list *list = LIST("10.0.0.1/32", "10.0.0.0/24", "10.0.0.1/32", "10.0.0.9/24", "10.0.0.1/32", "10.0.0.2/32");

    (void)state;
    expect(list, "10.0.0.1", 4);
    assert_int_equal(impsvc_node_list_earlier(list, 4), 2);
    assert_int_equal(impsvc_node_list_earlier(list, 2), 0);
    assert_int_equal(impsvc_node_list_earlier(list, 0), NONE);
    expect(list, "10.0.0.7", 3);    /* bits after the length do not matter */
    assert_int_equal(impsvc_node_list_earlier(list, 3), 1);
    assert_int_equal(impsvc_node_list_earlier(list, 1), NONE);
    assert_int_equal(impsvc_node_list_earlier(list, 5), NONE);
    impsvc_node_list_free(list);
}

static void a_prefix_that_begins_with_its_outer_one_wins(void **state)
{
    impsvc_node_list *list = LIST("10.0.0.0/32", "10.0.0.0/8", "10.0.0.0/24", "10.0.0.0/16");

    (void)state;
    expect(list, "10.0.0.0", 0);
    expect(list, "10.0.0.1", 2);
    expect(list, "10.0.1.0", 3);
    expect(list, "10.1.0.0", 1);
    impsvc_node_list_free(list);
}

static void neighbours_do_not_reach_into_each_other(void **state)
{
    impsvc_node_list *list = LIST("192.168.1.0/25", "192.168.1.128/25", "192.168.3.0/24");

    (void)state;
    expect(list, "192.168.0.255", NONE);
    expect(list, "192.168.1.0", 0);
    expect(list, "192.168.1.127", 0);
    expect(list, "192.168.1.128", 1);
    expect(list, "192.168.1.255", 1);
    expect(list, "192.168.2.0", NONE);
    expect(list, "192.168.2.255", NONE);
    expect(list, "192.168.3.0", 2);
    impsvc_node_list_free(list);
}

static void all_of_ipv4_is_a_prefix_without_ipv6_in_it(void **state)
{
    impsvc_node_list *list = LIST("0.0.0.0/0", "10.0.0.1/32");

    (void)state;
    expect(list, "0.0.0.0", 0);
    expect(list, "255.255.255.255", 0);
    expect(list, "10.0.0.1", 1);
    expect(list, "10.0.0.2", 0);
    expect(list, "::1", NONE);
    expect(list, "2001:db8::1", NONE);
    impsvc_node_list_free(list);
}

static void all_of_ipv6_is_a_prefix_to_the_last_address(void **state)
{
    impsvc_node_list *list = LIST("::/0", "2001:db8::/32", "ffff::/16");

    (void)state;
    expect(list, "::", 0);
    expect(list, "2001:db8::1", 1);
    expect(list, "2001:db9::", 0);
    expect(list, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 2);
    impsvc_node_list_free(list);
}

static void the_last_address_of_all_can_be_a_node(void **state)
{
    impsvc_node_list *list = LIST("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "255.255.255.255/32");

    (void)state;
    expect(list, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0);
    expect(list, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", NONE);
    expect(list, "255.255.255.255", 1);
    expect(list, "255.255.255.254", NONE);
    expect(list, "::1:0:0:0", NONE);    /* the address behind the last of IPv4 */
    expect(list, "::", NONE);
    impsvc_node_list_free(list);
}

static void of_two_rows_with_one_prefix_the_later_counts(void **state)
{
    impsvc_node_list *list = LIST("10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/16");

    (void)state;
    expect(list, "10.1.2.3", 4);
    expect(list, "10.2.0.0", 2);
    expect(list, "11.0.0.0", NONE);
    impsvc_node_list_free(list);
}

/* A table pasted in twice a hundred times. */
static void the_same_rows_again_and_again_do_no_harm(void **state)
{
    impsvc_prefix rows[1000];
    impsvc_node_list *list;

    (void)state;
    for (size_t i = 0; i < 1000; i++)
        rows[i] = prefix(i % 2 == 0 ? "10.0.0.0/8" : "10.1.0.0/16");
    list = impsvc_node_list_new(rows, 1000);
    expect(list, "10.0.0.0", 998);
    expect(list, "10.1.255.255", 999);
    expect(list, "10.2.0.0", 998);
    expect(list, "11.0.0.0", NONE);
    impsvc_node_list_free(list);
}

static void an_address_alone_is_just_that_one(void **state)
{
    impsvc_node_list *list = LIST("10.0.0.5/32", "2001:db8::5/128", "10.0.0.6/32");

    (void)state;
    expect(list, "10.0.0.4", NONE);
    expect(list, "10.0.0.5", 0);
    expect(list, "10.0.0.6", 2);
    expect(list, "10.0.0.7", NONE);
    expect(list, "2001:db8::4", NONE);
    expect(list, "2001:db8::5", 1);
    expect(list, "2001:db8::6", NONE);
    impsvc_node_list_free(list);
}

static void bits_behind_the_length_do_not_matter(void **state)
{
    impsvc_node_list *list = LIST("10.1.2.3/8", "10.1.77.88/16", "2001:db8::dead:beef/32", "10.255.255.255/8");

    (void)state;
    expect(list, "10.0.0.0", 3);
    expect(list, "10.1.0.0", 1);
    expect(list, "10.1.255.255", 1);
    expect(list, "2001:db8:ffff::", 2);
    impsvc_node_list_free(list);
}

static void a_list_without_rows_and_no_list_know_nobody(void **state)
{
    impsvc_node_list *list = impsvc_node_list_new(NULL, 0);

    (void)state;
    assert_non_null(list);
    expect(list, "10.0.0.1", NONE);
    expect(list, "::", NONE);
    expect(list, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NONE);
    impsvc_node_list_free(list);
    expect(NULL, "10.0.0.1", NONE);
    impsvc_node_list_free(NULL);
}

static bool holds(const impsvc_prefix *one, const impsvc_ip *address)
{
    unsigned bytes = one->length / 8, bits = one->length % 8;

    return memcmp(one->address.bytes, address->bytes, bytes) == 0
           && (bits == 0 || (one->address.bytes[bytes] ^ address->bytes[bytes]) >> (8 - bits) == 0);
}

/* What a reader of the contract would do with a sheet of paper. */
static uint32_t naive_find(const impsvc_prefix *rows, size_t count, const impsvc_ip *address)
{
    uint32_t best = NONE;

    for (size_t i = 0; i < count; i++)
        if ((best == NONE || rows[i].length >= rows[best].length) && holds(&rows[i], address))
            best = (uint32_t)i;
    return best;
}

/* Few different bytes, so that prefixes lie in one another and addresses on their borders. */
static impsvc_ip random_ip(fixed_random *random)
{
    static const uint8_t bytes[] = { 0, 0, 1, 0x7f, 0x80, 0xfe, 0xff, 0xff };
    impsvc_ip made = { { [10] = 0xff, [11] = 0xff } };

    for (unsigned i = random_below(random, 3) == 0 ? 0 : 12; i < 16; i++)
        made.bytes[i] = bytes[random_below(random, sizeof bytes)];
    return made;
}

static impsvc_prefix random_prefix(fixed_random *random)
{
    impsvc_ip address = random_ip(random);
    unsigned shortest = random_below(random, 4) == 0 ? 0 : IMPSVC_IP_V4_BITS;

    return (impsvc_prefix){ address, (uint8_t)(shortest + random_below(random, 129 - shortest)) };
}

static void every_list_answers_as_a_search_through_all_its_rows(void **state)
{
    fixed_random random = { 1 };
    unsigned known = 0;

    (void)state;
    for (unsigned lists = 0; lists < 400; lists++) {
        size_t count = 1 + random_below(&random, lists % 2 == 0 ? 8 : 100);
        impsvc_prefix *rows = (impsvc_prefix *)malloc(count * sizeof *rows);
        impsvc_node_list *list;

        for (size_t i = 0; i < count; i++)
            rows[i] = random_prefix(&random);
        list = impsvc_node_list_new(rows, count);
        assert_non_null(list);
        for (unsigned asked = 0; asked < 50; asked++) {
            impsvc_ip address = random_ip(&random);
            uint32_t found = impsvc_node_list_find(list, &address);

            assert_int_equal(found, naive_find(rows, count, &address));
            known += found != NONE;
        }
        impsvc_node_list_free(list);
        free(rows);
    }
    assert_true(known >= 2000 && known <= 19000);    /* the look-ups must have met both */
}

/* Every border of a prefix: its first and last address and their neighbours. */
static void no_border_is_off_by_one(void **state)
{
    fixed_random random = { 2 };

    (void)state;
    for (unsigned lists = 0; lists < 100; lists++) {
        impsvc_prefix rows[40];
        impsvc_node_list *list;

        for (size_t i = 0; i < 40; i++)
            rows[i] = random_prefix(&random);
        list = impsvc_node_list_new(rows, 40);
        for (size_t i = 0; i < 40; i++) {
            impsvc_ip first = rows[i].address, last = rows[i].address, before, behind;

            for (unsigned bit = rows[i].length; bit < 128; bit++) {
                first.bytes[bit / 8] &= (uint8_t)~(0x80 >> bit % 8);
                last.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
            }
            before = first;
            behind = last;
            for (int at = 15; at >= 0 && before.bytes[at]-- == 0; at--)
                ;
            for (int at = 15; at >= 0 && ++behind.bytes[at] == 0; at--)
                ;
            assert_int_equal(impsvc_node_list_find(list, &first), naive_find(rows, 40, &first));
            assert_int_equal(impsvc_node_list_find(list, &last), naive_find(rows, 40, &last));
            assert_int_equal(impsvc_node_list_find(list, &before), naive_find(rows, 40, &before));
            assert_int_equal(impsvc_node_list_find(list, &behind), naive_find(rows, 40, &behind));
        }
        impsvc_node_list_free(list);
    }
}

static void all_lengths_at_once_can_lie_in_one_another(void **state)
{
    impsvc_prefix rows[129];
    impsvc_node_list *list;

    (void)state;
    for (unsigned length = 0; length <= 128; length++)
        rows[length] = (impsvc_prefix){ ip("::"), (uint8_t)length };
    list = impsvc_node_list_new(rows, 129);
    expect(list, "::", 128);
    expect(list, "::1", 127);
    expect(list, "::2", 126);
    expect(list, "1::", 15);
    expect(list, "8000::", 0);
    impsvc_node_list_free(list);
}

#define MANY 100000

/* At most 2 * MANY borders: a search by halves compares 18 times. */
static void a_hundred_thousand_prefixes_are_searched_by_halves(void **state)
{
    impsvc_prefix *rows = (impsvc_prefix *)malloc(MANY * sizeof *rows);
    fixed_random random = { 3 };
    impsvc_node_list *list;
    unsigned most = 0;

    (void)state;
    for (size_t i = 0; i < MANY; i++) {
        uint64_t value = random_64(&random);

        rows[i] = (impsvc_prefix){ impsvc_ip_from_v4((const uint8_t *)&value),
                                   (uint8_t)(IMPSVC_IP_V4_BITS + 12 + random_below(&random, 21)) };
    }
    list = impsvc_node_list_new(rows, MANY);
    assert_non_null(list);
    for (unsigned asked = 0; asked < 200; asked++) {
        uint64_t value = random_64(&random);
        impsvc_ip address = impsvc_ip_from_v4((const uint8_t *)&value);
        uint32_t found;

        comparisons = 0;
        found = impsvc_node_list_find(list, &address);
        most = comparisons > most ? comparisons : most;
        assert_int_equal(found, naive_find(rows, MANY, &address));
    }
    assert_true(most >= 15 && most <= 18);
    impsvc_node_list_free(list);
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_ipv4_prefix_wins),
        cmocka_unit_test(the_longest_ipv6_prefix_wins),
        cmocka_unit_test(a_prefix_goes_on_behind_the_one_it_holds),
        cmocka_unit_test(rows_with_one_prefix_are_found_from_the_last_on),
        cmocka_unit_test(a_prefix_that_begins_with_its_outer_one_wins),
        cmocka_unit_test(neighbours_do_not_reach_into_each_other),
        cmocka_unit_test(all_of_ipv4_is_a_prefix_without_ipv6_in_it),
        cmocka_unit_test(all_of_ipv6_is_a_prefix_to_the_last_address),
        cmocka_unit_test(the_last_address_of_all_can_be_a_node),
        cmocka_unit_test(of_two_rows_with_one_prefix_the_later_counts),
        cmocka_unit_test(the_same_rows_again_and_again_do_no_harm),
        cmocka_unit_test(an_address_alone_is_just_that_one),
        cmocka_unit_test(bits_behind_the_length_do_not_matter),
        cmocka_unit_test(a_list_without_rows_and_no_list_know_nobody),
        cmocka_unit_test(every_list_answers_as_a_search_through_all_its_rows),
        cmocka_unit_test(no_border_is_off_by_one),
        cmocka_unit_test(all_lengths_at_once_can_lie_in_one_another),
        cmocka_unit_test(a_hundred_thousand_prefixes_are_searched_by_halves)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
