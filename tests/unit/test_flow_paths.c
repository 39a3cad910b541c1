/* test_flow_paths.c
 * What the flows of a path came to together, and which path stands first
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"
#include "fixed_random.h"

#include "core/catalog_index.h"
#include "flows/flow_merge.h"
#include "flows/flow_paths.h"

static const uint8_t pub[] = { 10, 10, 1, 11 };
static const uint8_t sub[] = { 10, 10, 1, 12 };
static const uint8_t ldap[] = { 10, 10, 2, 53 };

static const impsvc_entry *entry_of(const char *id)
{
    for (size_t i = 0; i < impsvc_list->entry_count; i++)
        if (strcmp(impsvc_list->entries[i].id, id) == 0)
            return &impsvc_list->entries[i];
    fail_msg("no entry %s", id);
    return NULL;
}

static void mark(impsvc_flow_end *end, unsigned interface, unsigned dscp)
{
    impsvc_flow_marks marks = impsvc_flow_marks_of(end);

    impsvc_marks_add(&marks, interface, dscp);
    impsvc_flow_set_marks(end, &marks);
}

/* A connection to the XCP router, the number-th that began, from a source port of its own. */
static impsvc_flow_record connection(const uint8_t *from, const uint8_t *to, uint32_t number)
{
    impsvc_flow_record record = {
        .transport = IMPSVC_TCP, .number = number, .entry = entry_of("22.4"), .activity = { .first = number, .stripes = 1 },
        .ends = { { .at = { impsvc_ip_from_v4(from), (uint16_t)(40000 + number) } }, { .at = { impsvc_ip_from_v4(to), 7400 } } } };

    mark(&record.ends[0], 0, 24);
    mark(&record.ends[1], 0, 0);
    return record;
}

static void add(impsvc_flow_paths *paths, const impsvc_flow_record *record, impsvc_flow_result result)
{
    impsvc_flow_verdict verdict = { .result = result, .frame = 100 + record->number, .tries = 1 };

    impsvc_flow_paths_add(paths, record, &verdict);
}

static void source_ports_do_not_matter_and_all_else_does(void **state)
{
    impsvc_flow_record records[] = { connection(sub, pub, 1), connection(sub, pub, 2), connection(pub, sub, 3), connection(sub, pub, 4),
                                     connection(sub, pub, 5), connection(sub, pub, 6) };
    impsvc_flow_paths *paths = impsvc_flow_paths_new();

    (void)state;
    records[3].ends[1].at.port = 7401;
    records[4].entry = entry_of("22.2");
    records[5].transport = IMPSVC_UDP;
    for (size_t i = 0; i < 6; i++)
        add(paths, &records[i], IMPSVC_RESULT_OPEN);
    assert_int_equal(impsvc_flow_paths_size(paths), 5);
    impsvc_flow_paths_free(paths);
}

static void the_worst_result_stands_for_the_path_and_the_last_is_known(void **state)
{
    static const impsvc_flow_result results[] = { IMPSVC_RESULT_OPEN, IMPSVC_RESULT_NO_ANSWER, IMPSVC_RESULT_UNDECIDED,
                                                  IMPSVC_RESULT_NO_ANSWER, IMPSVC_RESULT_OPEN };
    impsvc_flow_paths *paths = impsvc_flow_paths_new();
    const impsvc_flow_path *path;
    impsvc_flow_record records[5];

    (void)state;
    for (uint32_t i = 0; i < 5; i++) {
        records[i] = connection(sub, pub, i + 1);
        add(paths, &records[i], results[i]);
    }
    path = impsvc_flow_paths_at(paths, 0);
    assert_int_equal(path->result, IMPSVC_RESULT_NO_ANSWER);
    assert_ptr_equal(path->record, &records[3]);
    assert_int_equal(path->verdict.frame, 104);
    assert_int_equal(path->last, IMPSVC_RESULT_OPEN);
    assert_int_equal(path->count[IMPSVC_RESULT_NO_ANSWER], 2);
    assert_int_equal(path->count[IMPSVC_RESULT_OPEN], 2);
    assert_int_equal(path->tries, 5);
    assert_int_equal(path->answered, 2);
    assert_true(impsvc_flow_path_differs(path));
    impsvc_flow_paths_free(paths);
}

static void a_flow_of_which_too_little_was_seen_hides_nothing(void **state)
{
    static const impsvc_flow_result others[] = { IMPSVC_RESULT_OPEN, IMPSVC_RESULT_SENT, IMPSVC_RESULT_REFUSED };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        impsvc_flow_paths *paths = impsvc_flow_paths_new();
        impsvc_flow_record records[] = { connection(sub, pub, 1), connection(sub, pub, 2) };

        add(paths, &records[0], others[i]);
        add(paths, &records[1], IMPSVC_RESULT_UNDECIDED);
        assert_int_equal(impsvc_flow_paths_at(paths, 0)->result, others[i]);
        impsvc_flow_paths_free(paths);
    }
}

static void a_try_that_may_still_be_answered_is_no_block(void **state)
{
    impsvc_flow_verdict early = { .result = IMPSVC_RESULT_NO_ANSWER, .tries = 1, .too_early = true };
    impsvc_flow_record records[] = { connection(sub, pub, 1), connection(sub, pub, 2), connection(pub, sub, 3), connection(sub, ldap, 4) };
    impsvc_flow_paths *paths = impsvc_flow_paths_new();

    (void)state;
    add(paths, &records[0], IMPSVC_RESULT_OPEN);
    impsvc_flow_paths_add(paths, &records[1], &early);
    impsvc_flow_paths_add(paths, &records[2], &early);
    add(paths, &records[3], IMPSVC_RESULT_REFUSED);
    impsvc_flow_paths_sort(paths);
    assert_ptr_equal(impsvc_flow_paths_at(paths, 0)->record, &records[3]);
    assert_ptr_equal(impsvc_flow_paths_at(paths, 1)->record, &records[2]);
    assert_int_equal(impsvc_flow_paths_at(paths, 2)->result, IMPSVC_RESULT_OPEN);
    assert_int_equal(impsvc_flow_paths_at(paths, 2)->last, IMPSVC_RESULT_NO_ANSWER);
    impsvc_flow_paths_free(paths);
}

static void several_tries_in_a_flow_count_and_both_ways_have_their_dscp(void **state)
{
    impsvc_flow_verdict verdict = { .result = IMPSVC_RESULT_NO_ANSWER, .tries = 2, .more_tries = true };
    impsvc_flow_paths *paths = impsvc_flow_paths_new();
    impsvc_flow_record records[] = { connection(sub, pub, 1), connection(sub, pub, 2) };

    (void)state;
    records[1].initiator = 1;       /* its first packet was the listener's */
    records[1].ends[0] = records[0].ends[1];
    records[1].ends[1] = records[0].ends[0];
    mark(&records[1].ends[1], 0, 46);
    impsvc_flow_paths_add(paths, &records[0], &verdict);
    add(paths, &records[1], IMPSVC_RESULT_NO_ANSWER);
    assert_int_equal(impsvc_flow_paths_size(paths), 1);
    assert_int_equal(impsvc_flow_paths_at(paths, 0)->tries, 3);
    assert_true(impsvc_flow_paths_at(paths, 0)->more_tries);
    assert_true(impsvc_flow_paths_at(paths, 0)->dscp_to == (UINT64_C(1) << 24 | UINT64_C(1) << 46));
    assert_true(impsvc_flow_paths_at(paths, 0)->dscp_back == 1);
    assert_false(impsvc_flow_path_differs(impsvc_flow_paths_at(paths, 0)));
    assert_null(impsvc_flow_paths_at(paths, 0)->remarked_to);
    impsvc_flow_paths_free(paths);
}

/* Several values are no change of marks unless the interfaces of one flow saw different ones. */
static void the_first_flow_whose_marks_change_on_the_way_is_kept(void **state)
{
    impsvc_flow_record records[] = { connection(sub, pub, 1), connection(sub, pub, 2), connection(sub, pub, 3) };

    (void)state;
    mark(&records[0].ends[0], 0, 46);
    for (unsigned i = 1; i < 3; i++)
        mark(&records[i].ends[0], 1, 0);
    for (unsigned turn = 0; turn < 2; turn++) {
        impsvc_flow_paths *paths = impsvc_flow_paths_new();

        for (unsigned i = 0; i < 3; i++)
            add(paths, &records[turn == 0 ? i : 2 - i], IMPSVC_RESULT_OPEN);
        assert_ptr_equal(impsvc_flow_paths_at(paths, 0)->remarked_to, &records[1]);
        assert_null(impsvc_flow_paths_at(paths, 0)->remarked_back);
        impsvc_flow_paths_free(paths);
    }
}

static void the_worst_path_stands_first_then_the_port_list_and_hosts_count(void **state)
{
    impsvc_flow_paths *paths = impsvc_flow_paths_new();
    impsvc_flow_record records[IMPSVC_RESULTS + 2];
    impsvc_flow_record earlier = connection(sub, pub, 20);

    (void)state;
    for (uint32_t i = 0; i < IMPSVC_RESULTS; i++) {
        records[i] = connection(sub, pub, i + 1);
        records[i].ends[1].at.port = (uint16_t)(7400 + i);
        add(paths, &records[i], (impsvc_flow_result)i);
    }
    records[IMPSVC_RESULTS] = connection(sub, ldap, 10);
    records[IMPSVC_RESULTS + 1] = connection(pub, ldap, 11);
    earlier.entry = entry_of("5.1");
    add(paths, &records[IMPSVC_RESULTS], IMPSVC_RESULT_NOT_SEEN);
    add(paths, &records[IMPSVC_RESULTS + 1], IMPSVC_RESULT_NOT_SEEN);
    add(paths, &earlier, IMPSVC_RESULT_NOT_SEEN);
    impsvc_flow_paths_sort(paths);
    for (unsigned i = 0; i < IMPSVC_RESULTS - 1; i++)
        assert_int_equal(impsvc_flow_paths_at(paths, i)->result, impsvc_flow_result_by_rank(i));
    assert_int_equal(impsvc_flow_paths_at(paths, 0)->result, IMPSVC_RESULT_REJECTED);
    assert_int_equal(impsvc_flow_paths_at(paths, 6)->result, IMPSVC_RESULT_OPEN);
    assert_ptr_equal(impsvc_flow_paths_at(paths, 8)->record, &earlier);
    assert_ptr_equal(impsvc_flow_paths_at(paths, 9)->record, &records[IMPSVC_RESULTS + 1]);
    assert_ptr_equal(impsvc_flow_paths_at(paths, 10)->record, &records[8]);
    assert_ptr_equal(impsvc_flow_paths_at(paths, 11)->record, &records[IMPSVC_RESULTS]);
    impsvc_flow_paths_free(paths);
}

#define MANY 300

static void the_order_of_flows_does_not_matter(void **state)
{
    fixed_random random = { 16 };
    impsvc_flow_record records[MANY];
    impsvc_flow_result results[MANY];
    size_t order[MANY];
    impsvc_flow_paths *wanted = impsvc_flow_paths_new();

    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        records[i] = connection(random_below(&random, 2) ? sub : ldap, pub, i + 1);
        records[i].activity.first = (int64_t)random_below(&random, 20);
        records[i].ends[1].at.port = (uint16_t)(7400 + random_below(&random, 5));
        results[i] = (impsvc_flow_result)random_below(&random, IMPSVC_RESULTS);
        order[i] = i;
        add(wanted, &records[i], results[i]);
    }
    impsvc_flow_paths_sort(wanted);
    for (unsigned round = 0; round < 20; round++) {
        impsvc_flow_paths *paths = impsvc_flow_paths_new();

        shuffle(&random, order, MANY);
        for (size_t i = 0; i < MANY; i++)
            add(paths, &records[order[i]], results[order[i]]);
        impsvc_flow_paths_sort(paths);
        assert_int_equal(impsvc_flow_paths_size(paths), impsvc_flow_paths_size(wanted));
        for (uint32_t i = 0; i < impsvc_flow_paths_size(paths); i++) {
            assert_ptr_equal(impsvc_flow_paths_at(paths, i)->record, impsvc_flow_paths_at(wanted, i)->record);
            assert_int_equal(impsvc_flow_paths_at(paths, i)->last, impsvc_flow_paths_at(wanted, i)->last);
            assert_memory_equal(impsvc_flow_paths_at(paths, i)->count, impsvc_flow_paths_at(wanted, i)->count,
                                sizeof impsvc_flow_paths_at(wanted, i)->count);
        }
        impsvc_flow_paths_free(paths);
    }
    impsvc_flow_paths_free(wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(source_ports_do_not_matter_and_all_else_does),
        cmocka_unit_test(the_worst_result_stands_for_the_path_and_the_last_is_known),
        cmocka_unit_test(a_flow_of_which_too_little_was_seen_hides_nothing),
        cmocka_unit_test(a_try_that_may_still_be_answered_is_no_block),
        cmocka_unit_test(several_tries_in_a_flow_count_and_both_ways_have_their_dscp),
        cmocka_unit_test(the_first_flow_whose_marks_change_on_the_way_is_kept),
        cmocka_unit_test(the_worst_path_stands_first_then_the_port_list_and_hosts_count),
        cmocka_unit_test(the_order_of_flows_does_not_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
