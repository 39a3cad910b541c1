/* test_catalog_index.c
 * Look-ups in the catalog
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "core/catalog_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int build_index(void **state)
{
    (void)state;
    return impsvc_index_build(&impsvc_releases[0]) ? 0 : 1;
}

static void the_whole_list_is_there(void **state)
{
    (void)state;
    assert_int_equal(impsvc_table_count, 27 + 3);    /* three are 12.5(1)SU3's */
    assert_int_equal(impsvc_list->entry_count, 67);
    assert_string_equal(impsvc_table_find(22)->name.in[IMPSVC_ENGLISH], "XCP requests");
    assert_null(impsvc_table_find(1));
    assert_null(impsvc_table_find(32));
}

static void a_port_leads_to_its_entry(void **state)
{
    const impsvc_port *port = impsvc_port_find(IMPSVC_TCP, 7400);

    (void)state;
    assert_non_null(port);
    assert_int_equal(port->count, 1);
    assert_string_equal(port->listeners[0]->id, "22.4");
}

static void a_listed_port_is_told_from_a_clients(void **state)
{
    (void)state;
    assert_int_equal(impsvc_port_only_listed(IMPSVC_TCP, 7400, 40000), 7400);
    assert_int_equal(impsvc_port_only_listed(IMPSVC_TCP, 40000, 7400), 7400);
    assert_int_equal(impsvc_port_only_listed(IMPSVC_TCP, 7400, 5060), 0);
    assert_int_equal(impsvc_port_only_listed(IMPSVC_TCP, 7400, 7400), 0);
    assert_int_equal(impsvc_port_only_listed(IMPSVC_TCP, 40000, 40001), 0);
    assert_int_equal(impsvc_port_only_listed(IMPSVC_UDP, 7400, 40000), 0);
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
    for (size_t i = 0; i < impsvc_list->entry_count; i++) {
        const impsvc_entry *entry = &impsvc_list->entries[i];

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
    for (size_t i = 0; i < impsvc_all_entry_count; i++)
        all |= impsvc_entry_protocols(&impsvc_all_entries[i]);
    assert_true(all == (number == 32 ? UINT32_MAX : (UINT32_C(1) << number) - 1));
    assert_int_equal(__builtin_popcount(impsvc_entry_protocols(tls_with_sip)), 2);
    assert_null(impsvc_protocol_name(32));
}

/* A port's listeners by id, "22.4 4.2", and how many of them the user moved there. */
static void expect_port(uint8_t transport, uint16_t number, unsigned moved, const char *ids)
{
    const impsvc_port *port = impsvc_port_find(transport, number);
    char found[200] = { 0 };

    assert_non_null(port);
    for (uint8_t i = 0; i < port->count; i++) {
        if (i > 0)
            strcat(found, " ");
        strcat(found, port->listeners[i]->id);
    }
    assert_string_equal(found, ids);
    assert_int_equal(port->moved, moved);
}

static bool move(const char *id, uint8_t transport, uint16_t port)
{
    return impsvc_index_move(impsvc_entry_find(id), transport, port);
}

static int forget_moves(void **state)
{
    (void)state;
    impsvc_index_forget_moves();
    return 0;
}

static void a_moved_service_is_found_on_its_new_port_and_the_old_one(void **state)
{
    (void)state;
    assert_true(move("22.4", IMPSVC_TCP, 7401));
    expect_port(IMPSVC_TCP, 7401, 1, "22.4");
    expect_port(IMPSVC_TCP, 7400, 0, "22.4");
    assert_null(impsvc_port_find(IMPSVC_UDP, 7401));
    impsvc_index_forget_moves();
    assert_null(impsvc_port_find(IMPSVC_TCP, 7401));
    expect_port(IMPSVC_TCP, 7400, 0, "22.4");
}

static void a_service_moved_to_a_listed_port_stands_before_the_lists_own(void **state)
{
    (void)state;
    assert_true(move("2.7", IMPSVC_TCP, 8443));
    assert_true(move("22.3", IMPSVC_TCP, 8443));
    expect_port(IMPSVC_TCP, 8443, 2, "2.7 22.3 4.2 4.3 4.4 4.5");
    assert_true(move("12.1", IMPSVC_UDP, 61441));
    expect_port(IMPSVC_UDP, 61441, 1, "12.1");
    assert_string_equal(impsvc_port_find(IMPSVC_UDP, 61441)->source_only->id, "12.7");
    impsvc_index_forget_moves();
    expect_port(IMPSVC_TCP, 8443, 0, "4.2 4.3 4.4 4.5");
    expect_port(IMPSVC_UDP, 61441, 0, "");
    assert_string_equal(impsvc_port_find(IMPSVC_UDP, 61441)->source_only->id, "12.7");
}

static void a_service_moved_to_where_it_is_anyway_stands_there_once(void **state)
{
    (void)state;
    assert_true(move("22.4", IMPSVC_TCP, 7400));
    expect_port(IMPSVC_TCP, 7400, 0, "22.4");
    assert_true(move("22.4", IMPSVC_TCP, 7401));
    assert_true(move("22.4", IMPSVC_TCP, 7401));
    expect_port(IMPSVC_TCP, 7401, 1, "22.4");
    assert_true(move("4.3", IMPSVC_TCP, 8443));
    expect_port(IMPSVC_TCP, 8443, 0, "4.2 4.3 4.4 4.5");
}

static void a_full_port_refuses_one_more_and_keeps_the_others(void **state)
{
    static const char *const ids[] = { "2.1", "2.4", "2.5", "2.6", "3.1", "4.1", "5.1", "6.1" };

    (void)state;
    for (size_t i = 0; i < IMPSVC_ENTRIES_PER_PORT; i++)
        assert_true(move(ids[i], IMPSVC_TCP, 9999));
    assert_false(move("22.4", IMPSVC_TCP, 9999));
    expect_port(IMPSVC_TCP, 9999, 8, "2.1 2.4 2.5 2.6 3.1 4.1 5.1 6.1");
    for (size_t i = 0; i < 4; i++)
        assert_true(move(ids[i], IMPSVC_TCP, 8443));
    assert_false(move("22.4", IMPSVC_TCP, 8443));
    expect_port(IMPSVC_TCP, 8443, 4, "2.1 2.4 2.5 2.6 4.2 4.3 4.4 4.5");
    impsvc_index_forget_moves();
    expect_port(IMPSVC_TCP, 8443, 0, "4.2 4.3 4.4 4.5");
    assert_null(impsvc_port_find(IMPSVC_TCP, 9999));
}

/* Nothing more has to find room. */
static void a_full_port_takes_what_it_has_already(void **state)
{
    static const char *const ids[] = { "2.1", "2.4", "2.5", "2.6" };

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_true(move(ids[i], IMPSVC_TCP, 8443));
    assert_true(move("2.4", IMPSVC_TCP, 8443));
    assert_true(move("4.2", IMPSVC_TCP, 8443));
    expect_port(IMPSVC_TCP, 8443, 4, "2.1 2.4 2.5 2.6 4.2 4.3 4.4 4.5");
}

/* What the list says of all ports of a carrier, as text of one line a port. */
static char *everything(uint8_t transport)
{
    size_t size = 65536, used = 0;
    char *all = (char *)calloc(size, 1);

    for (uint32_t number = 0; number <= UINT16_MAX; number++) {
        const impsvc_port *port = impsvc_port_find(transport, (uint16_t)number);

        if (port == NULL)
            continue;
        used += (size_t)snprintf(all + used, size - used, "%u %u %u %s", number, port->moved, port->count,
                                 port->source_only == NULL ? "" : port->source_only->id);
        for (uint8_t i = 0; i < port->count; i++)
            used += (size_t)snprintf(all + used, size - used, " %s", port->listeners[i]->id);
        used += (size_t)snprintf(all + used, size - used, "\n");
    }
    assert_true(used + 1 < size);
    return all;
}

static void all_ports_can_be_moved_to_and_forgotten(void **state)
{
    char *tcp = everything(IMPSVC_TCP), *udp = everything(IMPSVC_UDP), *after;

    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        for (uint32_t number = 1; number <= UINT16_MAX; number++) {
            assert_true(move("22.4", IMPSVC_TCP, (uint16_t)number));
            assert_true(move("2.1", IMPSVC_UDP, (uint16_t)number));
        }
        for (uint32_t number = 1; number <= UINT16_MAX; number++) {
            const impsvc_port *port = impsvc_port_find(IMPSVC_TCP, (uint16_t)number);

            assert_non_null(port);
            assert_string_equal(port->listeners[0]->id, "22.4");
            assert_string_equal(impsvc_port_find(IMPSVC_UDP, (uint16_t)number)->listeners[0]->id, "2.1");
        }
        expect_port(IMPSVC_TCP, 8443, 1, "22.4 4.2 4.3 4.4 4.5");
        assert_null(impsvc_port_find(IMPSVC_TCP, 0));
        impsvc_index_forget_moves();
        after = everything(IMPSVC_TCP);
        assert_string_equal(after, tcp);
        free(after);
        after = everything(IMPSVC_UDP);
        assert_string_equal(after, udp);
        free(after);
    }
    free(tcp);
    free(udp);
}

static void forgetting_what_was_not_moved_does_no_harm(void **state)
{
    char *before = everything(IMPSVC_TCP), *after;

    (void)state;
    impsvc_index_forget_moves();
    impsvc_index_forget_moves();
    after = everything(IMPSVC_TCP);
    assert_string_equal(after, before);
    free(before);
    free(after);
}

static void another_list_begins_without_what_the_user_moved(void **state)
{
    (void)state;
    assert_true(move("22.4", IMPSVC_TCP, 7401));
    assert_true(impsvc_index_build(&impsvc_releases[0]));
    assert_null(impsvc_port_find(IMPSVC_TCP, 7401));
}

static void a_service_is_moved_where_the_document_does_not_list_it(void **state)
{
    (void)state;
    assert_true(impsvc_is_moved(impsvc_entry_find("22.4"), 7401));
    assert_false(impsvc_is_moved(impsvc_entry_find("22.4"), 7400));
    assert_false(impsvc_is_moved(impsvc_entry_find("5.1"), 389));
    assert_false(impsvc_is_moved(impsvc_entry_find("5.1"), 3268));
    assert_true(impsvc_is_moved(impsvc_entry_find("5.1"), 636));
    assert_false(impsvc_is_moved(impsvc_entry_find("12.7"), 10162));    /* the document leaves its port open */
    assert_false(impsvc_is_moved(impsvc_entry_find("17.1"), 0));
}

/* What TLS hides has to be told apart by its payload on 8443, and on no other port. */
static void only_8443_is_shared_behind_tls(void **state)
{
    (void)state;
    for (uint32_t number = 1; number <= UINT16_MAX; number++) {
        assert_int_equal(impsvc_port_is_shared(IMPSVC_TCP, (uint16_t)number, 40000), number == 8443);
        assert_int_equal(impsvc_port_is_shared(IMPSVC_TCP, 40000, (uint16_t)number), number == 8443);
        assert_false(impsvc_port_is_shared(IMPSVC_UDP, (uint16_t)number, 40000));
    }
}

static void a_protocols_bit_is_that_of_its_name(void **state)
{
    (void)state;
    for (unsigned number = 0; impsvc_protocol_name(number) != NULL; number++)
        assert_string_equal(impsvc_protocols_first_name(UINT32_C(1) << number), impsvc_protocol_name(number));
    assert_string_equal(impsvc_protocols_first_name(IMPSVC_PROTOCOL_XMPP), "xmpp");
    assert_string_equal(impsvc_protocols_first_name(IMPSVC_PROTOCOL_HTTP | IMPSVC_PROTOCOL_TLS), "tls");
    assert_null(impsvc_protocols_first_name(0));
    assert_true(impsvc_entry_protocols(impsvc_entry_find("22.4")) == IMPSVC_PROTOCOL_XMPP);
}

static void a_port_has_the_protocols_of_all_its_entries(void **state)
{
    (void)state;
    assert_int_equal(impsvc_port_protocols(impsvc_port_find(IMPSVC_TCP, 7400)), IMPSVC_PROTOCOL_XMPP);
    assert_int_equal(impsvc_port_protocols(impsvc_port_find(IMPSVC_TCP, 8443)), IMPSVC_PROTOCOL_TLS | IMPSVC_PROTOCOL_HTTP);
    assert_int_equal(impsvc_port_protocols(impsvc_port_find(IMPSVC_TCP, 8600)), 0);
    assert_int_equal(impsvc_port_protocols(impsvc_port_find(IMPSVC_UDP, 61441)), IMPSVC_PROTOCOL_SNMP);
    assert_true(impsvc_index_move(impsvc_entry_find("2.1"), IMPSVC_UDP, 161));
    assert_int_equal(impsvc_port_protocols(impsvc_port_find(IMPSVC_UDP, 161)), IMPSVC_PROTOCOL_SNMP | IMPSVC_PROTOCOL_SIP);
}

static void notices_are_taken_where_a_rule_says_so(void **state)
{
    unsigned count = 0;

    (void)state;
    for (size_t i = 0; i < impsvc_list->entry_count; i++)
        count += impsvc_entry_takes_notices(&impsvc_list->entries[i]);
    assert_int_equal(count, 2);
    assert_true(impsvc_entry_takes_notices(impsvc_entry_find("12.3")));
    assert_true(impsvc_entry_takes_notices(impsvc_entry_find("12.6")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_list_is_there),
        cmocka_unit_test(a_port_leads_to_its_entry),
        cmocka_unit_test(a_listed_port_is_told_from_a_clients),
        cmocka_unit_test(both_ports_of_a_row_lead_to_it),
        cmocka_unit_test(a_shared_port_lists_its_entries_in_document_order),
        cmocka_unit_test(the_same_number_on_another_transport_is_nothing),
        cmocka_unit_test(a_row_without_listener_port_is_met_at_its_source_port),
        cmocka_unit_test(icmp_has_its_entry),
        cmocka_unit_test(every_entry_names_roles_and_has_texts),
        cmocka_unit_test(protocols_have_a_bit_each),
        cmocka_unit_test_teardown(a_moved_service_is_found_on_its_new_port_and_the_old_one, forget_moves),
        cmocka_unit_test_teardown(a_service_moved_to_a_listed_port_stands_before_the_lists_own, forget_moves),
        cmocka_unit_test_teardown(a_service_moved_to_where_it_is_anyway_stands_there_once, forget_moves),
        cmocka_unit_test_teardown(a_full_port_refuses_one_more_and_keeps_the_others, forget_moves),
        cmocka_unit_test_teardown(a_full_port_takes_what_it_has_already, forget_moves),
        cmocka_unit_test_teardown(all_ports_can_be_moved_to_and_forgotten, forget_moves),
        cmocka_unit_test(forgetting_what_was_not_moved_does_no_harm),
        cmocka_unit_test_teardown(another_list_begins_without_what_the_user_moved, forget_moves),
        cmocka_unit_test(a_service_is_moved_where_the_document_does_not_list_it),
        cmocka_unit_test(only_8443_is_shared_behind_tls),
        cmocka_unit_test(a_protocols_bit_is_that_of_its_name),
        cmocka_unit_test_teardown(a_port_has_the_protocols_of_all_its_entries, forget_moves),
        cmocka_unit_test(notices_are_taken_where_a_rule_says_so)
    };

    return cmocka_run_group_tests(tests, build_index, NULL);
}
