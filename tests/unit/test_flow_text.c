/* test_flow_text.c
 * What is kept of a flow is what was known of it, and a text that somebody has changed does no harm
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"
#include "fixed_random.h"
#include "flow_differences.h"
#include "flow_stories.h"

#include "../fuzz/seeds.h"
#include "flows/flow_merge.h"
#include "joins/flow_moved.h"

typedef struct {
    impsvc_flow_record       record;
    impsvc_flow_surroundings around;
} kept;

static GString *text_of(const kept *it)
{
    GString *text = g_string_new(NULL);

    impsvc_flow_text_append(text, &it->record, &it->around);
    return text;
}

/* What a capture writes into a record besides its packets. */
static void learn(kept *it, fixed_random *random)
{
    static const uint8_t carriers[] = { IMPSVC_TCP, IMPSVC_UDP, IMPSVC_TLS, IMPSVC_ICMP };
    impsvc_flow_record *record = &it->record;

    record->entry = &impsvc_list->entries[random_below(random, impsvc_list->entry_count)];
    record->carrier = carriers[random_below(random, sizeof carriers)];
    record->confidence = (uint8_t)random_below(random, 5);
    record->flow = (uint8_t)random_below(random, 6);
    record->initiator = (uint8_t)random_below(random, 2);
    record->tcp = (uint8_t)random_below(random, 64);
    record->has_stream = random_below(random, 2) == 1;
    record->stream = (uint32_t)random_64(random);
    record->number = (uint32_t)random_64(random);
    for (unsigned i = 0; i < 2; i++) {
        record->ends[i].role = (uint8_t)random_64(random);
        record->ends[i].is_node = random_below(random, 2) == 1;
    }
    it->around.answers_elsewhere = random_below(random, 2) == 1;
    it->around.end = (int64_t)random_64(random);
    for (unsigned i = 0; i < 4; i++)
        it->around.listener_ttls.bits[i] = random_64(random);
}

static kept kept_of(const story *it, fixed_random *random)
{
    kept made = { .record = record_of(it) };

    learn(&made, random);
    return made;
}

/* A flow of which everything is there, and often as much as there can be of it. */
static kept anything(fixed_random *random)
{
    static const uint8_t flags[] = { SYN, SYN | ACK, ACK, ACK, FIN | ACK, RST, RST | ACK, 0xff };
    story it = begin(random_below(random, 4) == 0 ? IMPSVC_UDP : IMPSVC_TCP, random_below(random, 2) == 1);
    uint32_t mask = random_below(random, 3) == 0 ? UINT32_MAX : 0x3fffffff;
    kept made;

    for (unsigned i = 0; i < 40; i++) {
        impsvc_flow_packet *packet = segment(&it, (uint8_t)random_below(random, 2), flags[random_below(random, sizeof flags)], 0);

        packet->has_tcp = it.transport == IMPSVC_TCP;
        packet->seq = (uint32_t)random_64(random) & mask;
        packet->ack = (uint32_t)random_64(random) & mask;
        packet->payload = (uint32_t)random_64(random) & 0xffff;
        packet->when = (int64_t)random_64(random);
        packet->ttl = (uint8_t)random_64(random);
        packet->dscp = (uint8_t)random_64(random);
        packet->interface = (uint32_t)random_below(random, 40);
        packet->frame = (uint32_t)random_64(random);
        packet->no_room = random_below(random, 3) == 0;
        if (i == 20)
            icmp_error(&it, (uint8_t)random_below(random, 2), router_of(&it), 3, (uint8_t)random_64(random));
    }
    made = kept_of(&it, random);
    for (unsigned i = 0; i < 2; i++) {
        made.record.ends[i].packets = (uint32_t)random_64(random);
        made.record.ends[i].retransmissions = UINT32_MAX;
        made.record.ends[i].bytes = random_64(random);
    }
    return made;
}

static void check(const kept *it, const char *name)
{
    GString *text = text_of(it), *again;
    kept found;
    const char *wrong = impsvc_flow_text_read(text->str, &found.record, &found.around);

    if (wrong == NULL)
        wrong = keys_differ(&it->record, &found.record);
    if (wrong == NULL)
        wrong = records_differ(&it->record, &found.record);
    if (wrong == NULL)
        wrong = sums_differ(&it->record, &found.record);
    if (wrong == NULL)
        wrong = surroundings_differ(&it->around, &found.around);
    if (wrong != NULL)
        fail_msg("%s: %s: %s", name, wrong, text->str);
    again = text_of(&found);
    assert_string_equal(text->str, again->str);
    g_string_free(text, TRUE);
    g_string_free(again, TRUE);
}

static void every_story_is_read_as_it_was_written(void **state)
{
    fixed_random random = { 1 };

    (void)state;
    for (size_t i = 0; i < 2 * STORIES; i++) {
        story it = told(i / 2, i % 2 == 1);
        kept made = kept_of(&it, &random);

        check(&made, stories[i / 2].name);
    }
}

static void flows_made_up_of_anything_are_no_exception(void **state)
{
    fixed_random random = { 2 };

    (void)state;
    for (unsigned round = 0; round < 2000; round++) {
        kept made = anything(&random);

        check(&made, "anything");
    }
}

/* A capture file may say anything of time. */
static void the_ends_of_time_are_times(void **state)
{
    static const int64_t times[] = { INT64_MIN, INT64_MIN + 1, -1700000000 * SECONDS, -1, 0, 1, INT64_MAX - 1, INT64_MAX };
    fixed_random random = { 3 };

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        for (size_t j = i; j < sizeof times / sizeof *times; j++) {
            story it = begin(IMPSVC_TCP, false);
            kept made;

            handshake(&it);
            talk(&it);
            for (size_t n = 0; n < it.count; n++)
                it.packet[n].when = n % 2 == 0 ? times[i] : times[j];
            made = kept_of(&it, &random);
            made.around.end = times[j];
            check(&made, "at the ends of time");
            assert_true(made.record.activity.first == times[i] && made.record.activity.last == times[j]);
        }
}

static void what_there_is_most_of_is_kept_as_it_is(void **state)
{
    fixed_random random = { 4 };
    story it = told(0, false);
    kept made;

    (void)state;
    dropped_many_times(&it);
    for (unsigned i = 0; i < 6; i++) {
        it.packet[it.count - 1].dscp = (uint8_t)(i * 10);
        it.packet[it.count - 1].interface = 26 + i;
        again(&it, SECONDS);
    }
    made = kept_of(&it, &random);
    assert_true(made.record.syns.more && made.record.ends[CLIENT].many_marks);
    made.around = (impsvc_flow_surroundings){ { { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } }, true, INT64_MIN };
    check(&made, "as much as there can be");
}

/* What was accepted can be used like any other record, and comes out as it went in. */
static void use(const char *text, kept *found)
{
    uint8_t to[IMPSVC_FLOW_INTERFACES] = { 31, 0, 7, 8 };
    impsvc_flow_context context = { .interfaces = UINT32_MAX, .together = UINT32_MAX, .end = found->around.end,
                                    .listener_ttls = found->around.listener_ttls };
    impsvc_flow_record twice = found->record;
    GString *again = text_of(found);
    const char *differ;

    assert_string_equal(text, again->str);
    g_string_free(again, TRUE);
    impsvc_flow_merge(&twice, &found->record);
    differ = records_differ(&found->record, &twice);
    if (differ != NULL)
        fail_msg("%s: merged with itself it is another one: %s", text, differ);
    (void)impsvc_flow_verdict_of(&found->record, &context);
    (void)impsvc_flow_silence_of(&found->record);
    impsvc_flow_move(&twice, to);
}

/* The text in memory that ends where it ends. */
static const char *read_exactly(const char *text, size_t length, kept *found)
{
    char *copy = g_strndup(text, length);
    const char *wrong = impsvc_flow_text_read(copy, &found->record, &found->around);

    if (wrong == NULL)
        use(copy, found);
    g_free(copy);
    return wrong;
}

static void half_a_record_is_refused_wherever_it_ends(void **state)
{
    fixed_random random = { 5 };

    (void)state;
    for (size_t i = 0; i < STORIES; i++) {
        story it = told(i, i % 2 == 1);
        kept made = kept_of(&it, &random), found;
        GString *text = text_of(&made);

        for (size_t length = 0; length < text->len; length++) {
            bool ends_within_a_number = length + 1 == text->len || (text->str[length] >= '0' && text->str[length] <= '9');
            bool is_last = strchr(text->str + length, ' ') == NULL;     /* "12" may have been "123" */

            if (read_exactly(text->str, length, &found) == NULL && !(is_last && ends_within_a_number))
                fail_msg("%s: %zu letters of %zu are taken for the whole", stories[i].name, length, text->len);
        }
        g_string_append(text, " 1");
        assert_string_equal(read_exactly(text->str, text->len, &found), "it goes on after its end");
        g_string_free(text, TRUE);
    }
}

static void one_letter_that_is_wrong_is_refused_or_means_something(void **state)
{
    static const char letters[] = "0123456789 -+.x\t";
    fixed_random random = { 6 };
    size_t accepted = 0, refused = 0;

    (void)state;
    for (size_t i = 0; i < STORIES + 20; i++) {
        story it = told(i % STORIES, i % 2 == 1);
        kept made = i < STORIES ? kept_of(&it, &random) : anything(&random), found;
        GString *text = text_of(&made);

        for (size_t at = 0; at < text->len; at++)
            for (unsigned times = 0; times < 4; times++) {
                char was = text->str[at];

                text->str[at] = letters[random_below(&random, sizeof letters - 1)];
                if (read_exactly(text->str, text->len, &found) == NULL)
                    accepted++;
                else
                    refused++;
                text->str[at] = was;
            }
        g_string_free(text, TRUE);
    }
    assert_true(accepted > 1000 && refused > 1000);
}

static void numbers_that_are_exchanged_are_refused_or_mean_something(void **state)
{
    static const char *const numbers[] = { "0", "1", "2", "3", "31", "32", "63", "64", "255", "256", "65535", "65536", "4294967295",
                                           "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551615",
                                           "18446744073709551616", "99999999999999999999999" };
    fixed_random random = { 7 };
    kept found;

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        kept made = anything(&random);
        GString *text = text_of(&made);
        char **words = g_strsplit(text->str, " ", -1), *joined;

        for (size_t times = 1 + random_below(&random, 3); times > 0; times--) {
            size_t at = random_below(&random, g_strv_length(words));

            g_free(words[at]);
            words[at] = g_strdup(numbers[random_below(&random, sizeof numbers / sizeof *numbers)]);
        }
        joined = g_strjoinv(" ", words);
        (void)read_exactly(joined, strlen(joined), &found);
        g_free(joined);
        g_strfreev(words);
        g_string_free(text, TRUE);
    }
}

static void what_is_no_record_at_all_is_refused(void **state)
{
    fixed_random random = { 8 };
    char text[300];
    kept found;

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        size_t length = random_below(&random, sizeof text);

        for (size_t i = 0; i < length; i++)
            text[i] = round % 2 == 0 ? (char)random_64(&random) : "0123456789    "[random_below(&random, 14)];
        assert_non_null(read_exactly(text, length, &found));
    }
}

/* A fuzzer that begins with what is refused finds its way into nothing. */
static void the_fuzzers_texts_are_still_records(void **state)
{
    kept found;

    (void)state;
    for (size_t i = 0; i < sizeof flow_text_seeds / sizeof *flow_text_seeds; i++)
        assert_null(read_exactly(flow_text_seeds[i].bytes, flow_text_seeds[i].length, &found));
}

/* The number of a member in the text, from 0. */
static const char *read_with(const kept *it, unsigned place, const char *number)
{
    kept found;
    GString *text = text_of(it);
    char **words = g_strsplit(text->str, " ", -1), *joined;
    const char *wrong;

    g_free(words[place]);
    words[place] = g_strdup(number);
    joined = g_strjoinv(" ", words);
    wrong = impsvc_flow_text_read(joined, &found.record, &found.around);
    g_free(joined);
    g_strfreev(words);
    g_string_free(text, TRUE);
    return wrong;
}

static void what_is_wrong_is_said(void **state)
{
    enum { FORM, TRANSPORT, FIRST = 8, LAST, STRIPES_OF_TIME, WIDTH, STREAM = 13, TABLE = 15, ROW };
    fixed_random random = { 9 };
    story it = begin(IMPSVC_TCP, false);
    kept made;

    (void)state;
    let_through(&it);
    made = kept_of(&it, &random);
    assert_string_equal(read_with(&made, FORM, "2"), "it is of another version");
    assert_string_equal(read_with(&made, TRANSPORT, "3"), "there is no such transport");
    assert_string_equal(read_with(&made, TABLE, "250"), "the port list has no such entry");
    assert_string_equal(read_with(&made, STREAM, "4294967296"), "a number is too large");
    assert_string_equal(read_with(&made, STREAM, "-1"), "it has something that is no number");
    assert_string_equal(read_with(&made, STREAM, "01"), "it has something that is no number");
    assert_string_equal(read_with(&made, STREAM, ""), "it has something that is no number");
    assert_string_equal(read_with(&made, LAST, "1"), "its times contradict each other");
    assert_string_equal(read_with(&made, STRIPES_OF_TIME, "2"), "its times contradict each other");
    assert_string_equal(read_with(&made, WIDTH, "63"), "its times contradict each other");
    assert_null(read_with(&made, STREAM, "7"));
    made.record.syns = (impsvc_flow_numbers){ { 5, 4 }, { 1, 1 }, 2, false };
    assert_string_equal(read_with(&made, STREAM, "7"), "it contradicts itself");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_story_is_read_as_it_was_written),
        cmocka_unit_test(flows_made_up_of_anything_are_no_exception),
        cmocka_unit_test(the_ends_of_time_are_times),
        cmocka_unit_test(what_there_is_most_of_is_kept_as_it_is),
        cmocka_unit_test(half_a_record_is_refused_wherever_it_ends),
        cmocka_unit_test(one_letter_that_is_wrong_is_refused_or_means_something),
        cmocka_unit_test(numbers_that_are_exchanged_are_refused_or_mean_something),
        cmocka_unit_test(what_is_no_record_at_all_is_refused),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(the_fuzzers_texts_are_still_records),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
