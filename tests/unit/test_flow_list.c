/* test_flow_list.c
 * Flows told apart, counted, and described
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "flows/flow_list.h"

static const uint8_t pub[] = { 10, 10, 1, 11 };
static const uint8_t sub[] = { 10, 10, 1, 12 };

static impsvc_flow_end at(const uint8_t *address, uint16_t port)
{
    return (impsvc_flow_end){ impsvc_ip_from_v4(address), port };
}

static impsvc_flow_key udp_key(const uint8_t *one, uint16_t one_port, const uint8_t *other, uint16_t other_port)
{
    impsvc_flow_end ends[] = { at(one, one_port), at(other, other_port) };

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
    impsvc_flow_end ends[] = { at(sub, 40000), at(pub, 161) };

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

static void packets_bytes_and_times_are_counted_by_direction(void **state)
{
    impsvc_flow_record record = { 0 };

    (void)state;
    impsvc_flow_count(&record, IMPSVC_REQUEST, 100, 5.5);
    impsvc_flow_count(&record, IMPSVC_REPLY, UINT32_MAX, 7.25);
    impsvc_flow_count(&record, IMPSVC_REPLY, UINT32_MAX, 4.0);   /* files that were merged */
    assert_int_equal(record.requests.packets, 1);
    assert_int_equal(record.requests.bytes, 100);
    assert_int_equal(record.replies.packets, 2);
    assert_true(record.replies.bytes == 2 * (uint64_t)UINT32_MAX);
    assert_true(record.first == 4.0 && record.last == 7.25);
}

static void a_time_before_the_first_frame_counts(void **state)
{
    impsvc_flow_record record = { 0 };

    (void)state;
    impsvc_flow_count(&record, IMPSVC_REQUEST, 1, -3.0);
    assert_true(record.first == -3.0 && record.last == -3.0);
}

#define SYN     IMPSVC_TCP_SYN
#define SYN_ACK IMPSVC_TCP_SYN_ACK
#define ACK     IMPSVC_TCP_ACK
#define DATA    IMPSVC_TCP_DATA
#define FIN     IMPSVC_TCP_FIN
#define RST     IMPSVC_TCP_RST
#define ERROR   "Time exceeded (in transit)"

static void beginning_and_end_are_told_in_words(void **state)
{
    static const struct {
        uint8_t     transport;
        uint8_t     tcp;
        const char *icmp_error;
        const char *handshake;
        const char *ending;
    } cases[] = {
        { IMPSVC_TCP, SYN, NULL, "no answer", "-" },
        { IMPSVC_TCP, SYN, ERROR, ERROR, "-" },
        { IMPSVC_TCP, SYN | RST, NULL, "refused", "-" },
        { IMPSVC_TCP, SYN | ACK | RST, NULL, "refused", "-" },
        { IMPSVC_TCP, SYN | ACK | RST, ERROR, "refused", "-" },
        { IMPSVC_TCP, SYN | SYN_ACK, NULL, "answered", "open" },
        { IMPSVC_TCP, SYN | SYN_ACK | RST, NULL, "answered", "reset" },
        { IMPSVC_TCP, SYN | SYN_ACK | ACK, NULL, "complete", "open" },
        { IMPSVC_TCP, SYN | SYN_ACK | ACK | DATA, ERROR, "complete", ERROR },
        { IMPSVC_TCP, SYN | SYN_ACK | DATA | FIN, NULL, "complete", "closed" },
        { IMPSVC_TCP, SYN | SYN_ACK | ACK | DATA | FIN, ERROR, "complete", "closed" },
        { IMPSVC_TCP, SYN | SYN_ACK | ACK | RST, NULL, "complete", "reset" },
        { IMPSVC_TCP, SYN | SYN_ACK | ACK | DATA | FIN | RST, NULL, "complete", "closed, reset" },
        /* The listener's side was not captured. */
        { IMPSVC_TCP, SYN | ACK | DATA | FIN, NULL, "complete", "closed" },
        { IMPSVC_TCP, SYN | ACK, NULL, "complete", "open" },
        { IMPSVC_TCP, SYN | ACK | DATA | RST, NULL, "complete", "reset" },
        /* Joined late. */
        { IMPSVC_TCP, 0, NULL, "not captured", "open" },
        { IMPSVC_TCP, ACK | DATA, NULL, "not captured", "open" },
        { IMPSVC_TCP, SYN_ACK | ACK | DATA | FIN, NULL, "not captured", "closed" },
        { IMPSVC_TCP, RST, NULL, "not captured", "reset" },
        { IMPSVC_TCP, 0, ERROR, "not captured", ERROR },
        { IMPSVC_UDP, 0, NULL, "-", "-" },
        { IMPSVC_UDP, 0, ERROR, "-", ERROR },
        { IMPSVC_ICMP, 0, NULL, "-", "-" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        impsvc_flow_record record = { .key = { .transport = cases[i].transport }, .tcp = cases[i].tcp,
                                      .icmp_error = cases[i].icmp_error };

        if (strcmp(impsvc_flow_handshake(&record, IMPSVC_ENGLISH), cases[i].handshake) != 0
            || strcmp(impsvc_flow_ending(&record, IMPSVC_ENGLISH), cases[i].ending) != 0)
            fail_msg("case %u: \"%s\", \"%s\"; wanted \"%s\", \"%s\"", (unsigned)i, impsvc_flow_handshake(&record, IMPSVC_ENGLISH),
                     impsvc_flow_ending(&record, IMPSVC_ENGLISH), cases[i].handshake, cases[i].ending);
    }
}

static void each_word_has_a_japanese_one(void **state)
{
    static const uint8_t seen[] = { 0, SYN, SYN | RST, SYN | ACK, SYN | SYN_ACK, SYN | ACK | FIN, SYN | ACK | DATA | RST, SYN | FIN | DATA | RST };

    (void)state;
    for (size_t i = 0; i < sizeof seen; i++) {
        impsvc_flow_record record = { .key = { .transport = IMPSVC_TCP }, .tcp = seen[i] };
        const char *english[] = { impsvc_flow_handshake(&record, IMPSVC_ENGLISH), impsvc_flow_ending(&record, IMPSVC_ENGLISH) };
        const char *japanese[] = { impsvc_flow_handshake(&record, IMPSVC_JAPANESE), impsvc_flow_ending(&record, IMPSVC_JAPANESE) };

        for (size_t word = 0; word < 2; word++)
            if ((strcmp(english[word], "-") == 0) != (strcmp(english[word], japanese[word]) == 0))
                fail_msg("case %u: \"%s\", \"%s\"", (unsigned)i, english[word], japanese[word]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_directions_are_one_flow),
        cmocka_unit_test(another_port_address_carrier_or_connection_is_another_flow),
        cmocka_unit_test(who_pings_whom_matters),
        cmocka_unit_test(many_flows_are_all_found_again),
        cmocka_unit_test(packets_bytes_and_times_are_counted_by_direction),
        cmocka_unit_test(a_time_before_the_first_frame_counts),
        cmocka_unit_test(beginning_and_end_are_told_in_words),
        cmocka_unit_test(each_word_has_a_japanese_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
