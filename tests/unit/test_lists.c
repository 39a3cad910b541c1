/* test_lists.c
 * What other lists say of a port, and whether one of them explains more
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include <glib.h>
#include <string.h>

#include "core/catalog_index.h"
#include "lists/better_list.h"
#include "lists/port_uses.h"

static int build_index(void **state)
{
    (void)state;
    return impsvc_index_build(&impsvc_releases[0]) ? 0 : 1;
}

static void note(const impsvc_explanation *explanation, void *data)
{
    GString *text = (GString *)data;

    if (explanation->entry != NULL)
        g_string_append_printf(text, "%s %s;", explanation->entry->release, explanation->entry->id);
    else
        g_string_append_printf(text, "%s;", explanation->fact->release->id);
}

static void expect(uint8_t transport, uint16_t port, bool listens, const char *wanted)
{
    impsvc_port_use use = { transport, port, listens };
    GString *text = g_string_new(NULL);

    impsvc_explain(&use, note, text);
    assert_string_equal(text->str, wanted);
    g_string_free(text, TRUE);
}

static void another_list_explains_a_port_where_a_node_is_on_its_side(void **state)
{
    (void)state;
    expect(IMPSVC_TCP, 5280, true, "12.5.1su3 22.3;15;");
    expect(IMPSVC_TCP, 5280, false, "15;");
    expect(IMPSVC_TCP, 1433, false, "12.5.1su3 23.3;15;");
    expect(IMPSVC_TCP, 1433, true, "15;");
    expect(IMPSVC_UDP, 5280, true, "");
    expect(IMPSVC_TCP, 1500, true, "12.5.1su3 8.1;");
    expect(IMPSVC_TCP, 5003, false, "14;");     /* within a range */
    expect(IMPSVC_UDP, 22001, true, "12.5.1;");
    expect(IMPSVC_TCP, 9999, true, "");
}

static void what_is_not_in_the_list_at_hand_may_be_in_the_first(void **state)
{
    (void)state;
    assert_true(impsvc_index_build(impsvc_release_find("12.5.1su3")));
    expect(IMPSVC_TCP, 7335, true, "base 22.3;");
    assert_true(impsvc_index_build(&impsvc_releases[0]));
}

static void a_list_is_better_if_it_explains_more_than_is_lost_by_it(void **state)
{
    const impsvc_release *su3 = impsvc_release_find("12.5.1su3");
    const impsvc_port_use uses[] = { { IMPSVC_TCP, 5280, true }, { IMPSVC_TCP, 1521, false }, { IMPSVC_TCP, 9999, true },
                                     { IMPSVC_TCP, 7400, true }, { IMPSVC_TCP, 7335, true }, { IMPSVC_TCP, 3268, false } };
    impsvc_list_score score = impsvc_score_list(su3, uses, 5);

    (void)state;
    assert_int_equal(score.unlisted, 3);
    assert_int_equal(score.gained, 2);
    assert_int_equal(score.lost, 1);
    assert_true(impsvc_list_is_better(&score));
    score = impsvc_score_list(su3, uses, 6);
    assert_int_equal(score.lost, 2);
    assert_false(impsvc_list_is_better(&score));
    score = impsvc_score_list(su3, uses + 3, 1);
    assert_false(impsvc_list_is_better(&score));
}

/* --- what hosts do --- */

static impsvc_host_use seen(uint8_t last, uint16_t port, bool listens)
{
    const uint8_t address[4] = { 10, 0, 0, last };

    return (impsvc_host_use){ .host = impsvc_ip_from_v4(address), .use = { IMPSVC_TCP, port, listens },
                              .packets = impsvc_packet_sum_of(60) };
}

static bool matters(const impsvc_ip *host)
{
    return host->bytes[15] < 10;
}

static bool is_anybody(const impsvc_ip *host)
{
    (void)host;
    return true;
}

static void uses_stand_by_host_with_what_it_listens_on_first(void **state)
{
    const impsvc_host_use all[] = { seen(2, 80, true), seen(1, 9, false), seen(1, 443, true), seen(1, 443, true), seen(1, 80, true),
                                    seen(99, 80, true) };
    static const char *const wanted[] = { "1 80 1 1", "1 443 1 2", "1 9 0 1", "2 80 1 1" };
    impsvc_port_uses *uses = impsvc_port_uses_new();
    GPtrArray *rows;
    GArray *distinct;

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        impsvc_port_uses_add(uses, &all[i], matters);
    rows = impsvc_port_uses_of(uses, matters);
    assert_int_equal(rows->len, G_N_ELEMENTS(wanted));
    for (unsigned i = 0; i < rows->len; i++) {
        const impsvc_host_use *one = (const impsvc_host_use *)g_ptr_array_index(rows, i);
        char *text = g_strdup_printf("%u %u %d %d", one->host.bytes[15], one->use.port, one->use.listens, one->packets.packets);

        assert_string_equal(text, wanted[i]);
        g_free(text);
    }
    distinct = impsvc_distinct_uses(rows);
    assert_int_equal(distinct->len, 3);
    g_array_free(distinct, TRUE);
    g_ptr_array_free(rows, TRUE);
    impsvc_port_uses_free(uses);
}

static void a_scan_ends_and_nodes_still_count(void **state)
{
    impsvc_port_uses *uses = impsvc_port_uses_new();
    impsvc_host_use late = seen(5, 1, true);
    GPtrArray *rows;

    (void)state;
    for (uint32_t i = 0; i < 300000; i++) {
        impsvc_host_use one = seen((uint8_t)(100 + i / UINT16_MAX), (uint16_t)(i % UINT16_MAX), true);

        impsvc_port_uses_add(uses, &one, matters);
    }
    impsvc_port_uses_add(uses, &late, matters);
    rows = impsvc_port_uses_of(uses, matters);
    assert_int_equal(rows->len, 1);
    g_ptr_array_free(rows, TRUE);
    rows = impsvc_port_uses_of(uses, is_anybody);
    assert_true(rows->len < 250000);
    g_ptr_array_free(rows, TRUE);
    impsvc_port_uses_free(uses);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_list_explains_a_port_where_a_node_is_on_its_side),
        cmocka_unit_test(what_is_not_in_the_list_at_hand_may_be_in_the_first),
        cmocka_unit_test(a_list_is_better_if_it_explains_more_than_is_lost_by_it),
        cmocka_unit_test(uses_stand_by_host_with_what_it_listens_on_first),
        cmocka_unit_test(a_scan_ends_and_nodes_still_count)
    };

    return cmocka_run_group_tests(tests, build_index, NULL);
}
