/* test_permits.c
 * What a firewall is to let through: sorted, merged, grouped, and written in each dialect
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/catalog_index.h"
#include "fixed_random.h"
#include "rules/dialects.h"
#include "rules/permit_groups.h"
#include "rules/permit_text.h"

static impsvc_prefix prefix(const char *address, unsigned bits)
{
    uint8_t bytes[16];

    if (inet_pton(AF_INET, address, bytes) == 1)
        return (impsvc_prefix){ impsvc_ip_from_v4(bytes), (uint8_t)(bits + IMPSVC_IP_V4_BITS) };
    if (inet_pton(AF_INET6, address, bytes) != 1)
        fail_msg("%s is no address", address);
    return (impsvc_prefix){ impsvc_ip_from_v6(bytes), (uint8_t)bits };
}

static const impsvc_entry *entry(const char *id)
{
    for (size_t i = 0; i < impsvc_list->entry_count; i++)
        if (strcmp(impsvc_list->entries[i].id, id) == 0)
            return &impsvc_list->entries[i];
    fail_msg("the catalog has no entry %s", id);
    return NULL;
}

/* "10.1.0.11", "10.1.4.0/24" */
static uint32_t host(impsvc_permits *permits, const char *text)
{
    char **parts = g_strsplit(text, "/", 2);
    unsigned bits = parts[1] != NULL ? (unsigned)atoi(parts[1]) : strchr(text, ':') != NULL ? 128 : 32;
    impsvc_prefix is = prefix(parts[0], bits);

    g_strfreev(parts);
    return impsvc_permits_host(permits, &is, NULL);
}

static void want(impsvc_permits *permits, const char *id, uint8_t transport, const char *from, const char *to, uint8_t doubt)
{
    const impsvc_entry *of = entry(id);
    impsvc_wanted wanted = { .entry = of, .from = host(permits, from), .to = host(permits, to), .transport = transport, .doubt = doubt,
                             .port = of->port_count > 0 ? of->ports[0] : 0, .sources = of->sources, .because = IMPSVC_RESULT_NOT_SEEN };

    impsvc_permits_want(permits, &wanted);
}

/* Finishes and frees the permits. */
static char *written(impsvc_permits *permits, const char *dialect, impsvc_rules_source source)
{
    GString *text = g_string_new(NULL);

    impsvc_permits_finish(permits);
    impsvc_rules_write(text, impsvc_dialect_find(dialect, strlen(dialect)), permits, source);
    impsvc_permits_free(permits);
    return g_string_free(text, FALSE);
}

/* The lines that have a text, joined with |; the text written is freed. */
static char *lines_with(char *text, const char *what)
{
    char **lines = g_strsplit(text, "\n", -1);
    GString *found = g_string_new(NULL);

    for (unsigned i = 0; lines[i] != NULL; i++)
        if (strstr(lines[i], what) != NULL)
            g_string_append_printf(found, "%s%s", found->len == 0 ? "" : "|", lines[i]);
    g_strfreev(lines);
    g_free(text);
    return g_string_free(found, FALSE);
}

static void expect(char *got, const char *wanted)
{
    assert_string_equal(got, wanted);
    g_free(got);
}

static void order_and_repetition_make_no_difference(void **state)
{
    static const struct {
        const char *id, *from, *to;
    } wanted[] = {
        { "22.4", "10.1.0.11", "10.1.0.12" }, { "22.4", "10.1.0.12", "10.1.0.11" }, { "6.1", "10.1.0.11", "10.1.0.12" },
        { "22.1", "10.4.0.0/24", "10.1.0.11" }, { "22.1", "2001:db8:4::/64", "2001:db8::11" }, { "4.2", "10.4.0.9", "10.1.0.11" },
        { "4.5", "10.4.0.9", "10.1.0.11" }, { "4.5", "10.4.0.9", "10.1.0.12" }, { "17.1", "10.1.0.11", "10.1.0.10" }
    };
    fixed_random random = { 1 };
    char *first = NULL;

    (void)state;
    for (unsigned round = 0; round < 50; round++) {
        impsvc_permits *permits = impsvc_permits_new();
        size_t order[2 * G_N_ELEMENTS(wanted)];
        char *text;

        for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
            order[i] = i % G_N_ELEMENTS(wanted);
        shuffle(&random, order, G_N_ELEMENTS(order));
        for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
            want(permits, wanted[order[i]].id, IMPSVC_TCP, wanted[order[i]].from, wanted[order[i]].to, IMPSVC_PERMIT_SURE);
        text = written(permits, "csv", IMPSVC_RULES_PLAN);
        if (first == NULL)
            first = text;
        else
            expect(text, first);
    }
    g_free(first);
}

static void two_nodes_are_one_group_and_a_third_that_is_only_reached_is_none(void **state)
{
    impsvc_permits *permits = impsvc_permits_new();

    (void)state;
    want(permits, "22.4", IMPSVC_TCP, "10.1.0.11", "10.1.0.12", IMPSVC_PERMIT_SURE);
    want(permits, "22.4", IMPSVC_TCP, "10.1.0.12", "10.1.0.11", IMPSVC_PERMIT_SURE);
    want(permits, "22.4", IMPSVC_TCP, "10.1.0.12", "10.1.0.13", IMPSVC_PERMIT_SURE);
    expect(lines_with(written(permits, "nftables", IMPSVC_RULES_PLAN), "dport"),
           "add rule inet impsvc forward ip saddr 10.1.0.11 ip daddr 10.1.0.12 tcp dport 7400 accept comment \"22.4 XCP router master access\""
           "|add rule inet impsvc forward ip saddr 10.1.0.12 ip daddr { 10.1.0.11, 10.1.0.13 } tcp dport 7400 accept comment "
           "\"22.4 XCP router master access\"");
}

/* What groups say must be what was wanted, to the pair: whoever may reach one more has a hole in the firewall. */
static void groups_say_what_was_wanted_and_nothing_more(void **state)
{
    enum { HOSTS = 9 };
    fixed_random random = { 1 };

    (void)state;
    for (unsigned round = 0; round < 300; round++) {
        impsvc_permits *permits = impsvc_permits_new();
        bool wanted[HOSTS][HOSTS] = { { false } };
        const impsvc_permit_service *service;
        GPtrArray *groups;

        for (unsigned i = 0; i < 1 + round % 60; i++) {
            size_t from = random_below(&random, HOSTS), to = random_below(&random, HOSTS);
            char *names[] = { g_strdup_printf("10.1.0.%zu", from + 1), g_strdup_printf("10.1.0.%zu", to + 1) };

            if (from != to) {
                want(permits, "22.4", IMPSVC_TCP, names[0], names[1], IMPSVC_PERMIT_SURE);
                wanted[from][to] = true;
            }
            g_free(names[0]);
            g_free(names[1]);
        }
        impsvc_permits_finish(permits);
        if (impsvc_permits_services(permits)->len == 0) {
            impsvc_permits_free(permits);
            continue;
        }
        service = (const impsvc_permit_service *)g_ptr_array_index(impsvc_permits_services(permits), 0);
        groups = impsvc_permit_groups_of(permits, service);
        for (unsigned i = 0; i < groups->len; i++) {
            const impsvc_permit_group *group = (const impsvc_permit_group *)g_ptr_array_index(groups, i);

            for (unsigned a = 0; a < group->from->len; a++)
                for (unsigned b = 0; b < group->to->len; b++) {
                    unsigned from = impsvc_permits_host_at(permits, g_array_index(group->from, uint32_t, a))->prefix.address.bytes[15] - 1u;
                    unsigned to = impsvc_permits_host_at(permits, g_array_index(group->to, uint32_t, b))->prefix.address.bytes[15] - 1u;

                    assert_true(from == to || wanted[from][to]);
                    wanted[from][to] = false;
                }
        }
        for (unsigned from = 0; from < HOSTS; from++)
            for (unsigned to = 0; to < HOSTS; to++)
                assert_false(wanted[from][to]);
        g_ptr_array_free(groups, TRUE);
        impsvc_permits_free(permits);
    }
}

static void a_prefix_in_a_set_swallows_what_is_in_it(void **state)
{
    impsvc_permits *permits = impsvc_permits_new();

    (void)state;
    want(permits, "22.1", IMPSVC_TCP, "10.4.0.21", "10.1.0.11", IMPSVC_PERMIT_SURE);
    want(permits, "22.1", IMPSVC_TCP, "10.4.0.0/24", "10.1.0.11", IMPSVC_PERMIT_SURE);
    want(permits, "22.1", IMPSVC_TCP, "10.4.1.1", "10.1.0.11", IMPSVC_PERMIT_SURE);
    expect(lines_with(written(permits, "nftables", IMPSVC_RULES_PLAN), "dport"),
           "add rule inet impsvc forward ip saddr { 10.4.0.0/24, 10.4.1.1 } ip daddr 10.1.0.11 tcp dport 5222 accept comment "
           "\"22.1 XMPP client access\"");
}

static void entries_with_the_same_port_are_one_rule(void **state)
{
    impsvc_permits *permits = impsvc_permits_new();

    (void)state;
    want(permits, "4.5", IMPSVC_TCP, "10.4.0.21", "10.1.0.11", IMPSVC_PERMIT_SURE);
    want(permits, "4.2", IMPSVC_TCP, "10.4.0.21", "10.1.0.11", IMPSVC_PERMIT_SURE);
    expect(lines_with(written(permits, "asa", IMPSVC_RULES_PLAN), "4.2"), "access-list IMPSVC remark 4.2 AXL, 4.5 Client SOAP API");
}

static impsvc_permits *everything_special(void)
{
    impsvc_permits *permits = impsvc_permits_new();

    want(permits, "9.1", IMPSVC_UDP, "10.1.0.11", "10.1.0.12", IMPSVC_PERMIT_SURE);      /* a fixed source port */
    want(permits, "12.7", IMPSVC_UDP, "10.1.0.11", "10.1.0.12", IMPSVC_PERMIT_SURE);     /* only a source port */
    want(permits, "15.1", IMPSVC_UDP, "10.1.0.11", "0.0.0.0/0", IMPSVC_PERMIT_SURE);     /* to anybody */
    want(permits, "17.1", IMPSVC_ICMP, "10.1.0.0/26", "10.5.0.10", IMPSVC_PERMIT_SURE);  /* pings, from a prefix */
    want(permits, "17.1", IMPSVC_ICMP, "2001:db8::11", "2001:db8:5::/64", IMPSVC_PERMIT_SURE);
    return permits;
}

static void what_is_special_is_written_for_nftables(void **state)
{
    (void)state;
    expect(lines_with(written(everything_special(), "nftables", IMPSVC_RULES_MISSING), "add "),
           "add table inet impsvc|add chain inet impsvc forward"
           "|add rule inet impsvc forward ip saddr 10.1.0.11 ip daddr 10.1.0.12 udp sport 8500 udp dport 8500 accept comment "
           "\"9.1 IPSec manager certificate replication\""
           "|add rule inet impsvc forward ip saddr 10.1.0.11 ip daddr 10.1.0.12 udp sport 61441 accept comment \"12.7 Internal SNMP trap receiver\""
           "|add rule inet impsvc forward ip saddr 10.1.0.11 udp dport 53 accept comment \"15.1 DNS\""
           "|add rule inet impsvc forward ip saddr 10.1.0.0/26 ip daddr 10.5.0.10 icmp type echo-request accept comment \"17.1 ICMP\""
           "|add rule inet impsvc forward ip6 saddr 2001:db8::11 ip6 daddr 2001:db8:5::/64 icmpv6 type echo-request accept comment \"17.1 ICMP\"");
}

static void what_is_special_is_written_for_iptables(void **state)
{
    (void)state;
    expect(lines_with(written(everything_special(), "iptables", IMPSVC_RULES_MISSING), "-I "),
           "-I FORWARD -4 -s 10.1.0.11 -d 10.1.0.12 -p udp --sport 8500 --dport 8500 -m comment --comment "
           "\"9.1 IPSec manager certificate replication\" -j ACCEPT"
           "|-I FORWARD -4 -s 10.1.0.11 -d 10.1.0.12 -p udp --sport 61441 -m comment --comment \"12.7 Internal SNMP trap receiver\" -j ACCEPT"
           "|-I FORWARD -4 -s 10.1.0.11 -d 0.0.0.0/0 -p udp --dport 53 -m comment --comment \"15.1 DNS\" -j ACCEPT"
           "|-I FORWARD -4 -s 10.1.0.0/26 -d 10.5.0.10 -p icmp --icmp-type echo-request -m comment --comment \"17.1 ICMP\" -j ACCEPT"
           "|-I FORWARD -6 -s 2001:db8::11 -d 2001:db8:5::/64 -p ipv6-icmp --icmpv6-type echo-request -m comment --comment \"17.1 ICMP\" -j ACCEPT");
}

/* A firewall that lets in what it should not, or keeps out what it should let in, for a range that it reads in another way. */
static void a_range_of_source_ports_is_written_as_each_dialect_has_it(void **state)
{
    static const struct {
        const char *dialect;
        const char *with;
        const char *line;
    } dialects[] = {
        { "nftables", "dport", "add rule inet impsvc forward ip saddr 10.1.0.11 ip daddr 10.9.0.30 tcp sport 54288-54292 tcp dport 5432 accept "
                               "comment \"23.1 External PostgreSQL database\"" },
        { "iptables", "dport", "-I FORWARD -4 -s 10.1.0.11 -d 10.9.0.30 -p tcp --sport 54288:54292 --dport 5432 -m comment --comment "
                               "\"23.1 External PostgreSQL database\" -j ACCEPT" },
        { "ios", "permit tcp", " permit tcp host 10.1.0.11 range 54288 54292 host 10.9.0.30 eq 5432"
                               "| permit tcp host 10.9.0.30 eq 5432 host 10.1.0.11 range 54288 54292 established" },
        { "asa", "permit tcp", "access-list IMPSVC extended permit tcp host 10.1.0.11 range 54288 54292 host 10.9.0.30 eq 5432" },
        { "csv", "5432", "10.1.0.11,10.9.0.30,tcp,5432,\"External PostgreSQL database\",\"23.1\",\"planned\",54288-54292,,," },
    };

    (void)state;
    for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++) {
        impsvc_permits *permits = impsvc_permits_new();
        impsvc_wanted wanted = { .entry = entry("23.1"), .from = host(permits, "10.1.0.11"), .to = host(permits, "10.9.0.30"),
                                 .port = 5432, .sources = { 54288, 54292 }, .transport = IMPSVC_TCP, .doubt = IMPSVC_PERMIT_SURE,
                                 .because = IMPSVC_RESULT_NOT_SEEN };

        impsvc_permits_want(permits, &wanted);
        expect(lines_with(written(permits, dialects[i].dialect, IMPSVC_RULES_MISSING), dialects[i].with), dialects[i].line);
    }
}

/* A stateless list lets answers in only if they are some: nothing answers a trap, and TCP's are in an open connection. */
static void a_router_without_memory_gets_lines_for_answers(void **state)
{
    impsvc_permits *permits = everything_special();

    (void)state;
    want(permits, "22.4", IMPSVC_TCP, "10.1.0.11", "10.1.0.12", IMPSVC_PERMIT_SURE);
    expect(lines_with(written(permits, "ios", IMPSVC_RULES_MISSING), "permit "),
           " permit udp host 10.1.0.11 eq 8500 host 10.1.0.12 eq 8500| permit udp host 10.1.0.12 eq 8500 host 10.1.0.11 eq 8500"
           "| permit udp host 10.1.0.11 eq 61441 host 10.1.0.12| permit udp host 10.1.0.12 host 10.1.0.11 eq 61441"
           "| permit udp host 10.1.0.11 any eq 53| permit udp any eq 53 host 10.1.0.11"
           "| permit icmp 10.1.0.0 0.0.0.63 host 10.5.0.10 echo| permit icmp host 10.5.0.10 10.1.0.0 0.0.0.63 echo-reply"
           "| permit tcp host 10.1.0.11 host 10.1.0.12 eq 7400| permit tcp host 10.1.0.12 eq 7400 host 10.1.0.11 established"
           "| permit icmp any any unreachable| permit icmp any any time-exceeded"
           "| permit icmp any 10.1.0.0 0.0.0.63 unreachable| permit icmp any 10.1.0.0 0.0.0.63 time-exceeded"
           "| permit icmp any host 10.1.0.11 unreachable| permit icmp any host 10.1.0.11 time-exceeded"
           "| permit icmp any host 10.1.0.12 unreachable| permit icmp any host 10.1.0.12 time-exceeded"
           "| permit icmp any host 10.5.0.10 unreachable| permit icmp any host 10.5.0.10 time-exceeded"
           "| permit icmp host 2001:db8::11 2001:db8:5::/64 echo-request| permit icmp 2001:db8:5::/64 host 2001:db8::11 echo-reply"
           "| permit icmp any host 2001:db8::11 packet-too-big| permit icmp any host 2001:db8::11 unreachable"
           "| permit icmp any host 2001:db8::11 time-exceeded"
           "| permit icmp any 2001:db8:5::/64 packet-too-big| permit icmp any 2001:db8:5::/64 unreachable"
           "| permit icmp any 2001:db8:5::/64 time-exceeded");
}

static void a_doubtful_rule_is_a_comment_in_each_dialect(void **state)
{
    static const char *const dialects[] = { "nftables", "iptables", "ios", "asa" };

    (void)state;
    for (unsigned i = 0; i < G_N_ELEMENTS(dialects); i++) {
        impsvc_permits *permits = impsvc_permits_new();
        char *text;
        char **lines;

        want(permits, "22.4", IMPSVC_TCP, "10.1.0.11", "10.9.0.9", IMPSVC_PERMIT_STRANGER);
        text = written(permits, dialects[i], IMPSVC_RULES_SEEN);
        assert_non_null(strstr(text, "7400"));
        lines = g_strsplit(text, "\n", -1);
        for (unsigned j = 0; lines[j] != NULL; j++)
            assert_true(lines[j][0] == '\0' || strchr("#!", lines[j][0]) != NULL);
        g_strfreev(lines);
        g_free(text);
    }
}

/* Whoever can name a host must not be able to write a rule. */
static void a_hostile_name_stays_a_comment(void **state)
{
    static const char name[] = "a\"\nadd rule inet impsvc forward accept\r\naccess-list X permit ip any any \xe2\x80\xae" "evil \xff\xe2\x80\xa8,\"=1+1 ?";

    (void)state;
    for (size_t i = 0; i < impsvc_dialect_count; i++) {
        impsvc_permits *permits = impsvc_permits_new();
        impsvc_prefix from = prefix("10.1.0.11", 32);
        char *text;
        char **lines;
        unsigned named = 0;

        (void)impsvc_permits_host(permits, &from, name);
        want(permits, "22.4", IMPSVC_TCP, "10.1.0.11", "10.1.0.12", IMPSVC_PERMIT_SURE);
        text = written(permits, impsvc_dialects[i].name, IMPSVC_RULES_PLAN);
        assert_true(g_utf8_validate(text, -1, NULL));
        assert_null(strstr(text, "\xe2\x80\xae"));      /* writes from right to left */
        assert_null(strstr(text, "\xe2\x80\xa8"));      /* ends a line */
        assert_true(!impsvc_dialects[i].only_ascii || strchr(text, '?') == NULL);   /* asks a router for help */
        lines = g_strsplit(text, "\n", -1);
        for (unsigned j = 0; lines[j] != NULL; j++)
            if (strstr(lines[j], "accept access-list X") != NULL || strstr(lines[j], "accept  access-list X") != NULL) {
                assert_true(impsvc_dialects[i].comment == NULL || g_str_has_prefix(lines[j], impsvc_dialects[i].comment));
                named++;
            }
        assert_int_equal(named, 1);
        g_strfreev(lines);
        g_free(text);
    }
}

static void a_name_that_a_spreadsheet_would_calculate_is_text(void **state)
{
    impsvc_permits *permits = impsvc_permits_new();
    impsvc_prefix from = prefix("10.1.0.11", 32);

    (void)state;
    (void)impsvc_permits_host(permits, &from, "=HYPERLINK(\"x\")");
    want(permits, "22.4", IMPSVC_TCP, "10.1.0.11", "10.1.0.12", IMPSVC_PERMIT_SURE);
    expect(lines_with(written(permits, "csv", IMPSVC_RULES_PLAN), "7400"),
           "10.1.0.11,10.1.0.12,tcp,7400,\"XCP router master access\",\"22.4\",\"planned\",,,\"'=HYPERLINK('x')\",");
}

/* A chain that drops everything and lets nothing through would cut the line of whoever loads it. */
static void without_a_rule_there_is_nothing_to_load(void **state)
{
    (void)state;
    for (size_t i = 0; i < impsvc_dialect_count; i++) {
        impsvc_permits *permits = impsvc_permits_new();
        char *text;

        impsvc_permits_say(permits, "Nothing is planned.");
        text = written(permits, impsvc_dialects[i].name, IMPSVC_RULES_PLAN);
        assert_non_null(strstr(text, "Nothing is planned."));
        assert_null(strstr(text, "DROP"));
        assert_null(strstr(text, "policy"));
        assert_null(strstr(text, "\naccess-"));
        assert_null(strstr(text, "\nip"));
        g_free(text);
    }
}

static void a_dialect_is_found_by_its_whole_name(void **state)
{
    (void)state;
    assert_string_equal(impsvc_dialect_find("ios,plan", 3)->name, "ios");
    assert_null(impsvc_dialect_find("io", 2));
    assert_null(impsvc_dialect_find("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_and_repetition_make_no_difference),
        cmocka_unit_test(two_nodes_are_one_group_and_a_third_that_is_only_reached_is_none),
        cmocka_unit_test(groups_say_what_was_wanted_and_nothing_more),
        cmocka_unit_test(a_prefix_in_a_set_swallows_what_is_in_it),
        cmocka_unit_test(entries_with_the_same_port_are_one_rule),
        cmocka_unit_test(what_is_special_is_written_for_nftables),
        cmocka_unit_test(what_is_special_is_written_for_iptables),
        cmocka_unit_test(a_range_of_source_ports_is_written_as_each_dialect_has_it),
        cmocka_unit_test(a_router_without_memory_gets_lines_for_answers),
        cmocka_unit_test(a_doubtful_rule_is_a_comment_in_each_dialect),
        cmocka_unit_test(a_hostile_name_stays_a_comment),
        cmocka_unit_test(a_name_that_a_spreadsheet_would_calculate_is_text),
        cmocka_unit_test(without_a_rule_there_is_nothing_to_load),
        cmocka_unit_test(a_dialect_is_found_by_its_whole_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
