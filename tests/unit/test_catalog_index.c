/* test_catalog_index.c
 * Look-ups in the catalog
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "catalog_index.h"

static int build_index(void **state)
{
    (void)state;
    return impsvc_index_build() ? 0 : 1;
}

static void the_whole_list_is_there(void **state)
{
    (void)state;
    assert_int_equal(impsvc_table_count, 27);
    assert_int_equal(impsvc_entry_count, 67);
    assert_string_equal(impsvc_table_find(22)->name.in[IMPSVC_ENGLISH], "XCP requests");
    assert_null(impsvc_table_find(1));
    assert_null(impsvc_table_find(29));
}

static void a_port_leads_to_its_entry(void **state)
{
    const impsvc_port *port = impsvc_port_find(IMPSVC_TCP, 7400);

    (void)state;
    assert_non_null(port);
    assert_int_equal(port->count, 1);
    assert_string_equal(port->listeners[0]->id, "22.4");
}

static void both_ports_of_a_row_lead_to_it(void **state)
{
    (void)state;
    assert_string_equal(impsvc_port_find(IMPSVC_TCP, 389)->listeners[0]->id, "5.1");
    assert_string_equal(impsvc_port_find(IMPSVC_TCP, 3268)->listeners[0]->id, "5.1");
}

static void a_shared_port_lists_its_entries_in_document_order(void **state)
{
    const impsvc_port *port = impsvc_port_find(IMPSVC_TCP, 8443);

    (void)state;
    assert_int_equal(port->count, 4);
    assert_string_equal(port->listeners[0]->id, "4.2");
    assert_string_equal(port->listeners[3]->id, "4.5");
    port = impsvc_port_find(IMPSVC_TCP, 8889);
    assert_int_equal(port->count, 2);
    assert_string_equal(port->listeners[0]->id, "11.3");
    assert_string_equal(port->listeners[1]->id, "14.1");
}

static void the_same_number_on_another_transport_is_nothing(void **state)
{
    (void)state;
    assert_null(impsvc_port_find(IMPSVC_TCP, 53));
    assert_null(impsvc_port_find(IMPSVC_TCP, 161));
    assert_null(impsvc_port_find(IMPSVC_UDP, 8600));
    assert_null(impsvc_port_find(IMPSVC_TCP, 21999));
    assert_null(impsvc_port_find(IMPSVC_UDP, 8443));
    assert_null(impsvc_port_find(IMPSVC_TCP, 0));
    assert_null(impsvc_port_find(IMPSVC_UDP, 65535));
}

static void a_row_without_listener_port_is_met_at_its_source_port(void **state)
{
    const impsvc_port *port = impsvc_port_find(IMPSVC_UDP, 61441);

    (void)state;
    assert_int_equal(port->count, 0);
    assert_string_equal(port->source_only->id, "12.7");
    assert_null(impsvc_port_find(IMPSVC_TCP, 61441));
}

static void icmp_has_its_entry(void **state)
{
    (void)state;
    assert_string_equal(impsvc_icmp_entry()->id, "17.1");
}

/* A role's index in every entry must lead to a role, or the tree shows rubbish. */
static void every_entry_names_roles_and_has_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < impsvc_entry_count; i++) {
        const impsvc_entry *entry = &impsvc_entries[i];

        assert_true(entry->from < impsvc_role_count);
        assert_true(entry->to < impsvc_role_count);
        for (int language = 0; language < IMPSVC_LANGUAGES; language++) {
            assert_true(entry->service.in[language][0] != '\0');
            assert_true(entry->note.in[language][0] != '\0');
        }
        assert_true(entry->reach >= IMPSVC_REACH_LOCALHOST && entry->reach <= IMPSVC_REACH_EXTERNAL);
    }
}

static void protocols_have_a_bit_each(void **state)
{
    const impsvc_entry *tls_with_sip = impsvc_port_find(IMPSVC_TCP, 5061)->listeners[0];
    uint32_t all = 0;
    unsigned number = 0;

    (void)state;
    while (impsvc_protocol_name(number) != NULL)
        number++;
    assert_true(number > 0 && number <= 32);
    for (size_t i = 0; i < impsvc_entry_count; i++)
        all |= impsvc_entry_protocols(&impsvc_entries[i]);
    assert_true(all == (number == 32 ? UINT32_MAX : (UINT32_C(1) << number) - 1));
    assert_int_equal(__builtin_popcount(impsvc_entry_protocols(tls_with_sip)), 2);
    assert_null(impsvc_protocol_name(32));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_list_is_there),
        cmocka_unit_test(a_port_leads_to_its_entry),
        cmocka_unit_test(both_ports_of_a_row_lead_to_it),
        cmocka_unit_test(a_shared_port_lists_its_entries_in_document_order),
        cmocka_unit_test(the_same_number_on_another_transport_is_nothing),
        cmocka_unit_test(a_row_without_listener_port_is_met_at_its_source_port),
        cmocka_unit_test(icmp_has_its_entry),
        cmocka_unit_test(every_entry_names_roles_and_has_texts),
        cmocka_unit_test(protocols_have_a_bit_each)
    };

    return cmocka_run_group_tests(tests, build_index, NULL);
}
