/* test_flow_list.c
 * Flows, told apart and found again
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "flows/flow_list.h"

static const uint8_t pub[] = { 10, 10, 1, 11 };
static const uint8_t sub[] = { 10, 10, 1, 12 };

static impsvc_endpoint at(const uint8_t *address, uint16_t port)
{
    return (impsvc_endpoint){ impsvc_ip_from_v4(address), port };
}

static impsvc_flow_key udp_key(const uint8_t *one, uint16_t one_port, const uint8_t *other, uint16_t other_port)
{
    impsvc_endpoint ends[] = { at(one, one_port), at(other, other_port) };

    return impsvc_flow_key_of_ends(IMPSVC_UDP, &ends[0], &ends[1]);
}

static uint32_t number_of(impsvc_flow_list *list, impsvc_flow_key key)
{
    const impsvc_flow_record *record = impsvc_flow_list_get(list, &key);

    assert_non_null(record);
    return record->number;
}

static void both_directions_are_one_flow(void **state)
{
    impsvc_flow_list *list = impsvc_flow_list_new();

    (void)state;
    assert_int_equal(number_of(list, udp_key(sub, 40000, pub, 161)), 1);
    assert_int_equal(number_of(list, udp_key(pub, 161, sub, 40000)), 1);
    assert_int_equal(impsvc_flow_list_size(list), 1);
    impsvc_flow_list_free(list);
}

static void another_port_address_carrier_or_connection_is_another_flow(void **state)
{
    impsvc_flow_list *list = impsvc_flow_list_new();
    impsvc_endpoint ends[] = { at(sub, 40000), at(pub, 161) };

    (void)state;
    assert_int_equal(number_of(list, udp_key(sub, 40000, pub, 161)), 1);
    assert_int_equal(number_of(list, udp_key(sub, 40001, pub, 161)), 2);
    assert_int_equal(number_of(list, udp_key(pub, 40000, sub, 161)), 3);
    assert_int_equal(number_of(list, udp_key(sub, 161, pub, 40000)), 3);
    assert_int_equal(number_of(list, impsvc_flow_key_of_ends(IMPSVC_TCP, &ends[0], &ends[1])), 4);
    assert_int_equal(number_of(list, impsvc_flow_key_of_stream(0)), 5);
    assert_int_equal(number_of(list, impsvc_flow_key_of_stream(1)), 6);
    assert_int_equal(number_of(list, udp_key(sub, 40000, pub, 161)), 1);
    impsvc_flow_list_free(list);
}

static void who_pings_whom_matters(void **state)
{
    impsvc_flow_list *list = impsvc_flow_list_new();
    impsvc_ip one = impsvc_ip_from_v4(pub);
    impsvc_ip other = impsvc_ip_from_v4(sub);

    (void)state;
    assert_int_equal(number_of(list, impsvc_flow_key_of_pings(&one, &other)), 1);
    assert_int_equal(number_of(list, impsvc_flow_key_of_pings(&other, &one)), 2);
    assert_int_equal(number_of(list, impsvc_flow_key_of_pings(&one, &other)), 1);
    impsvc_flow_list_free(list);
}

/* More than the first slots: records stay where they are, and are found again. */
static void many_flows_are_all_found_again(void **state)
{
    enum { MANY = 100000 };
    impsvc_flow_list *list = impsvc_flow_list_new();
    impsvc_flow_key first = impsvc_flow_key_of_stream(0);
    const impsvc_flow_record *kept = impsvc_flow_list_get(list, &first);

    (void)state;
    for (uint32_t i = 0; i < MANY; i++)
        assert_int_equal(number_of(list, impsvc_flow_key_of_stream(i)), i + 1);
    for (uint32_t i = 0; i < MANY; i++)
        assert_int_equal(number_of(list, udp_key(sub, (uint16_t)(i % 50000 + 1), i < 50000 ? pub : sub, 53)), MANY + i + 1);
    for (uint32_t i = 0; i < MANY; i++)
        assert_int_equal(number_of(list, impsvc_flow_key_of_stream(i)), i + 1);
    assert_int_equal(impsvc_flow_list_size(list), 2 * MANY);
    assert_ptr_equal(impsvc_flow_list_get(list, &first), kept);
    impsvc_flow_list_free(list);
    impsvc_flow_list_free(NULL);
}

/* Whoever knows a hash can make a capture whose flows all have the same one, and every look-up walks through them all. These
 * collide in the product hash that stood here once: the last word undoes what the others did. */
static void flows_made_to_collide_are_no_slower(void **state)
{
    enum { MANY = 200000 };
    const uint32_t factor = UINT32_C(0x9e3779b1);
    impsvc_flow_list *list = impsvc_flow_list_new();

    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t words[4] = { i, 0, 0, (((i * factor) * factor) * factor) };
        impsvc_flow_key key = { .transport = IMPSVC_UDP, .ends = { { .port = 1 }, { .port = 161 } } };

        memcpy(key.ends[0].address.bytes, words, sizeof words);
        assert_int_equal(number_of(list, key), i + 1);
    }
    assert_int_equal(impsvc_flow_list_size(list), MANY);
    impsvc_flow_list_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_directions_are_one_flow),
        cmocka_unit_test(another_port_address_carrier_or_connection_is_another_flow),
        cmocka_unit_test(who_pings_whom_matters),
        cmocka_unit_test(many_flows_are_all_found_again),
        cmocka_unit_test(flows_made_to_collide_are_no_slower),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
