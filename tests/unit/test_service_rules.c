/* test_service_rules.c
 * Services on ports that the document does not list, by payload and endpoints
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "exact_payload.h"
#include "core/catalog_index.h"
#include "core/service_rules.h"

static int build_index(void **state)
{
    (void)state;
    return impsvc_index_build(&impsvc_releases[0]) ? 0 : 1;
}

typedef struct {
    const char *name;
    const char *bytes;
    size_t      length;
} sample;

#define bytes_of(literal) literal, sizeof(literal) - 1
#define REQUEST(path)     "POST " path " HTTP/1.1\r\nHost: cup1\r\n\r\n"
#define STREAM            "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' "
#define RMI_CALL          "\x50\xac\xed\x00\x05\x77\x22"

enum {
    SIP, AXL, ADMINISTRATION, USER_OPTIONS, CLIENT_SOAP, OTHER_WEB, LDAP, TRAP, INFORM, GET, SNMP_V3, AGENTX, IKE, SSH,
    NOTIFY, EWS, RMI_MAGIC, RMI_REGISTRY, RMI_OBJECT, XCP, XCP_ROUTE, SERVER, DIALBACK, CLIENT, STANZA, BARE_STANZA,
    BLANK, BOSH, POSTGRESQL, TLS, RUBBISH, EMPTY, SAMPLES
};

static const sample samples[SAMPLES] = {
    [SIP] = { "SIP", bytes_of("OPTIONS sip:u@example.com SIP/2.0\r\nVia: x\r\n\r\n") },
    [AXL] = { "AXL", bytes_of(REQUEST("/axl/")) },
    [ADMINISTRATION] = { "administration", bytes_of(REQUEST("/cupadmin/showHome.do")) },
    [USER_OPTIONS] = { "user options", bytes_of(REQUEST("/cupuser/showHome.do")) },
    [CLIENT_SOAP] = { "client SOAP", bytes_of(REQUEST("/EPASSoap/service/v80")) },
    [OTHER_WEB] = { "anybody's HTTP", bytes_of(REQUEST("/index.html")) },
    [LDAP] = { "LDAP", bytes_of("\x30\x0c\x02\x01\x02\x60\x07\x02\x01\x03\x04\x00\x80\x00") },
    [TRAP] = { "trap", bytes_of("\x30\x13\x02\x01\x01\x04\x06public\xa7\x06\x02\x01\x01\x30\x00\x05") },
    [INFORM] = { "inform", bytes_of("\x30\x13\x02\x01\x01\x04\x06public\xa6\x06\x02\x01\x01\x30\x00\x05") },
    [GET] = { "SNMP get", bytes_of("\x30\x13\x02\x01\x00\x04\x06public\xa0\x06\x02\x01\x01\x30\x00\x05") },
    [SNMP_V3] = { "SNMPv3", bytes_of("\x30\x0d\x02\x01\x03\x30\x08\x02\x01\x01\x02\x01\x00\x04\x00") },
    [AGENTX] = { "AgentX",
                 bytes_of("\x01\x0d\x10\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x00") },
    [IKE] = { "IKE", bytes_of("12345678"
                              "\x00\x00\x00\x00\x00\x00\x00\x00\x21\x20\x22\x08\x00\x00\x00\x00\x00\x00\x00\x1c") },
    [SSH] = { "SSH", bytes_of("SSH-2.0-OpenSSH_8.4\r\n") },
    [NOTIFY] = { "WebDAV notify", bytes_of("NOTIFY /1 HTTP/1.1\r\nSubscription-ID: 4\r\n\r\n") },
    [EWS] = { "EWS notify", bytes_of(REQUEST("/notify") "<m:SendNotification xmlns:m='x'/>") },
    [RMI_MAGIC] = { "RMI magic", bytes_of("JRMI\x00\x02\x4b") },
    [RMI_REGISTRY] = { "RMI registry", bytes_of(RMI_CALL "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00") },
    [RMI_OBJECT] = { "RMI object", bytes_of(RMI_CALL "\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00") },
    [XCP] = { "XCP stream", bytes_of(STREAM "xmlns='jabber:component:accept' to='jsm-1.cup1'>") },
    [XCP_ROUTE] = { "XCP route", bytes_of("<route type='x' to='a' from='b'/>") },
    [SERVER] = { "server stream", bytes_of(STREAM "xmlns='jabber:server' to='example.com'>") },
    [DIALBACK] = { "dialback", bytes_of("<db:result to='a' from='b'>k</db:result>") },
    [CLIENT] = { "client stream", bytes_of(STREAM "xmlns='jabber:client' to='example.com'>") },
    [STANZA] = { "stanza", bytes_of("<presence xmlns='jabber:client'><show>away</show></presence>") },
    [BARE_STANZA] = { "stanza of any XML", bytes_of("<presence><show>away</show></presence>") },
    [BLANK] = { "blank", bytes_of(" ") },
    [BOSH] = { "BOSH", bytes_of(REQUEST("/httpbinding") "<body xmlns='http://jabber.org/protocol/httpbind'/>") },
    [POSTGRESQL] = { "PostgreSQL", bytes_of("\x00\x00\x00\x10\x00\x03\x00\x00user\x00x\x00\x00") },
    [TLS] = { "TLS", bytes_of("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00") },
    [RUBBISH] = { "rubbish", bytes_of("\x00\x01\x02\x03\x04\x05\x06\x07") },
    [EMPTY] = { "nothing", bytes_of("") }
};

/* Who the ends are: the first letter is the sender, the second the receiver (n: node, -: none);
 * then who began: > the sender, < the receiver, ? unknown, and = for one host. */
static impsvc_parties parties_of(const char *text)
{
    return (impsvc_parties){
        .sender_is_node = text[0] == 'n',
        .receiver_is_node = text[1] == 'n',
        .initiator_known = text[2] != '?',
        .sender_is_initiator = text[2] == '>',
        .same_host = text[3] == '='
    };
}

static const char *const all_parties[] = { "-->", "--<", "--?", "n->", "n-<", "n-?", "-n>", "-n<", "-n?",
                                           "nn>", "nn<", "nn?", "nn>=", "nn<=", "nn?=", "-->=", "--?=" };
#define PARTIES (sizeof all_parties / sizeof all_parties[0])

static const uint8_t carriers[] = { IMPSVC_TCP, IMPSVC_UDP, IMPSVC_TLS, IMPSVC_ICMP };

static const char *carrier_name(uint8_t carrier)
{
    return carrier == IMPSVC_TCP ? "TCP" : carrier == IMPSVC_UDP ? "UDP" : carrier == IMPSVC_TLS ? "TLS" : "ICMP";
}

/* Ask every table; of all answers there may be one. */
static const char *find_seen(const sample *one, uint8_t carrier, uint32_t seen, const char *who)
{
    impsvc_payload payload = whole_payload(one->bytes, one->length);
    impsvc_parties parties = parties_of(who);
    const impsvc_entry *found = NULL;
    unsigned answers = 0;

    for (size_t i = 0; i < impsvc_table_count; i++) {
        const impsvc_entry *entry = impsvc_service_find(impsvc_tables[i].number, carrier, seen, &payload, &parties);

        if (entry == NULL)
            continue;
        found = entry;
        answers++;
        assert_int_equal(entry->table, impsvc_tables[i].number);
        assert_true(impsvc_service_rule_exists(entry->table, carrier));
    }
    free_payload(payload);
    if (answers > 1)
        fail_msg("%s over %s, %s: %u tables take it", one->name, carrier_name(carrier), who, answers);
    return found == NULL ? "none" : found->id;
}

static const char *find(const sample *one, uint8_t carrier, const char *who)
{
    return find_seen(one, carrier, 0, who);
}

static void expect(unsigned number, uint8_t carrier, const char *who, const char *entry)
{
    const char *found = find(&samples[number], carrier, who);

    if (strcmp(found, entry) != 0)
        fail_msg("%s over %s, %s: %s, wanted %s", samples[number].name, carrier_name(carrier), who, found, entry);
}

static void sip_with_the_outside_is_the_proxys(void **state)
{
    (void)state;
    expect(SIP, IMPSVC_TCP, "-n>", "2.1");
    expect(SIP, IMPSVC_UDP, "n->", "2.1");
    expect(SIP, IMPSVC_TCP, "-n?", "2.1");
    expect(SIP, IMPSVC_TLS, "-n>", "2.2");
}

static void sip_between_nodes_is_the_presence_engines(void **state)
{
    (void)state;
    expect(SIP, IMPSVC_TCP, "nn>", "3.1");
    expect(SIP, IMPSVC_UDP, "nn?", "3.1");
    expect(SIP, IMPSVC_TLS, "nn<", "2.3");
}

static void sip_within_a_node_is_the_internal_one(void **state)
{
    (void)state;
    expect(SIP, IMPSVC_TCP, "nn>=", "2.4");
    expect(SIP, IMPSVC_UDP, "nn?=", "2.4");
    expect(SIP, IMPSVC_TLS, "nn>=", "none");
}

static void a_nodes_web_server_is_told_by_its_applications(void **state)
{
    (void)state;
    expect(AXL, IMPSVC_TLS, "-n>", "4.2");
    expect(ADMINISTRATION, IMPSVC_TLS, "-n>", "4.3");
    expect(USER_OPTIONS, IMPSVC_TLS, "-n>", "4.4");
    expect(CLIENT_SOAP, IMPSVC_TLS, "nn>", "4.5");
    expect(AXL, IMPSVC_TCP, "-n>", "4.1");
    expect(CLIENT_SOAP, IMPSVC_TCP, "-n?", "4.1");
    expect(OTHER_WEB, IMPSVC_TLS, "-n>", "none");
    expect(OTHER_WEB, IMPSVC_TCP, "-n>", "none");
    expect(AXL, IMPSVC_TLS, "n->", "none");     /* the node asks somebody else's server */
    expect(AXL, IMPSVC_UDP, "-n>", "none");
}

static void a_directory_is_outside(void **state)
{
    (void)state;
    expect(LDAP, IMPSVC_TCP, "n->", "5.1");
    expect(LDAP, IMPSVC_TCP, "-n<", "5.1");
    expect(LDAP, IMPSVC_TCP, "-n>", "5.1");     /* the row goes both ways */
    expect(LDAP, IMPSVC_TLS, "n->", "5.2");
    expect(LDAP, IMPSVC_TCP, "nn>", "none");
    expect(LDAP, IMPSVC_UDP, "n->", "none");
}

static void snmp_questions_go_to_nodes(void **state)
{
    (void)state;
    expect(GET, IMPSVC_UDP, "-n>", "12.1");
    expect(SNMP_V3, IMPSVC_UDP, "-n>", "12.1");
    expect(GET, IMPSVC_UDP, "n-<", "12.1");     /* the answer */
    expect(GET, IMPSVC_UDP, "n-?", "12.1");
    expect(GET, IMPSVC_UDP, "nn>", "12.2");
    expect(GET, IMPSVC_UDP, "nn>=", "12.2");
    expect(GET, IMPSVC_UDP, "n->", "none");     /* a node that asks a printer */
    expect(GET, IMPSVC_TCP, "-n>", "none");
}

static void snmp_traps_come_from_nodes(void **state)
{
    (void)state;
    expect(TRAP, IMPSVC_UDP, "n->", "12.6");
    expect(INFORM, IMPSVC_UDP, "n->", "12.6");
    expect(TRAP, IMPSVC_UDP, "n-?", "12.6");
    expect(TRAP, IMPSVC_UDP, "nn>", "12.3");
    expect(TRAP, IMPSVC_UDP, "nn>=", "12.3");
    expect(TRAP, IMPSVC_UDP, "-n>", "none");    /* a node is no trap monitor of others */
    expect(TRAP, IMPSVC_TCP, "n->", "none");
}

static void agentx_and_ike_want_one_node(void **state)
{
    (void)state;
    expect(AGENTX, IMPSVC_TCP, "nn>=", "12.5");
    expect(AGENTX, IMPSVC_TCP, "n-<", "12.5");
    expect(AGENTX, IMPSVC_UDP, "nn>", "none");
    expect(IKE, IMPSVC_UDP, "n->", "13.1");
    expect(IKE, IMPSVC_UDP, "-n>", "13.1");
    expect(IKE, IMPSVC_UDP, "nn?", "13.1");
    expect(IKE, IMPSVC_TCP, "n->", "none");
}

static void ssh_and_databases_are_used_by_nodes(void **state)
{
    (void)state;
    expect(SSH, IMPSVC_TCP, "n->", "16.1");
    expect(SSH, IMPSVC_TCP, "-n<", "16.1");
    expect(SSH, IMPSVC_TCP, "nn>", "16.1");
    expect(SSH, IMPSVC_TCP, "-n?", "16.1");
    expect(SSH, IMPSVC_TCP, "-n>", "none");     /* an administrator logs in to the node */
    expect(POSTGRESQL, IMPSVC_TCP, "n->", "23.1");
    expect(POSTGRESQL, IMPSVC_TCP, "-n>", "none");
    expect(POSTGRESQL, IMPSVC_TLS, "n->", "none");
}

static void exchange_reports_to_nodes(void **state)
{
    (void)state;
    expect(NOTIFY, IMPSVC_UDP, "-n>", "19.1");
    expect(NOTIFY, IMPSVC_TCP, "-n>", "19.1");
    expect(EWS, IMPSVC_TCP, "-n>", "19.1");
    expect(EWS, IMPSVC_TCP, "-n?", "19.1");
    expect(EWS, IMPSVC_TCP, "n->", "none");
    expect(NOTIFY, IMPSVC_TLS, "-n>", "none");
}

static void rmi_objects_and_their_registry_are_told_apart(void **state)
{
    (void)state;
    expect(RMI_OBJECT, IMPSVC_TCP, "n->", "21.1");
    expect(RMI_REGISTRY, IMPSVC_TCP, "n->", "21.2");
    expect(RMI_MAGIC, IMPSVC_TCP, "-n>", "21.2");
    expect(RMI_OBJECT, IMPSVC_UDP, "n->", "none");
}

static void xmpp_is_a_components_a_servers_or_a_clients(void **state)
{
    (void)state;
    expect(XCP, IMPSVC_TCP, "nn>", "22.4");
    expect(XCP, IMPSVC_TCP, "nn>=", "22.4");
    expect(XCP, IMPSVC_TCP, "-n>", "22.4");
    expect(SERVER, IMPSVC_TCP, "n->", "22.2");
    expect(DIALBACK, IMPSVC_TCP, "-n>", "22.2");
    expect(CLIENT, IMPSVC_TCP, "-n>", "22.1");
    expect(STANZA, IMPSVC_TCP, "n-<", "22.1");
    expect(STANZA, IMPSVC_TCP, "-n?", "22.1");
    expect(CLIENT, IMPSVC_TCP, "nn>", "none");
    expect(STANZA, IMPSVC_TCP, "n->", "none");  /* a node is no client */
    expect(CLIENT, IMPSVC_UDP, "-n>", "none");
    expect(CLIENT, IMPSVC_TLS, "-n>", "none");
}

static void bosh_clients_come_from_outside(void **state)
{
    (void)state;
    expect(BOSH, IMPSVC_TCP, "-n>", "22.3");
    expect(BOSH, IMPSVC_TCP, "n-<", "22.3");
    expect(BOSH, IMPSVC_TCP, "n->", "none");
    expect(BOSH, IMPSVC_TCP, "nn>", "none");
    expect(BOSH, IMPSVC_TLS, "-n>", "none");
}

/* Wireshark found the protocol, and left no payload to look at. */
static void expect_seen(impsvc_protocols protocol, uint8_t carrier, const char *who, const char *entry)
{
    const char *found = find_seen(&samples[EMPTY], carrier, protocol, who);

    if (strcmp(found, entry) != 0)
        fail_msg("%s seen over %s, %s: %s, wanted %s", impsvc_protocols_first_name(protocol),
                 carrier_name(carrier), who, found, entry);
}

static void what_wireshark_found_is_enough_where_the_protocol_is(void **state)
{
    (void)state;
    expect_seen(IMPSVC_PROTOCOL_SIP, IMPSVC_TCP, "-n>", "2.1");
    expect_seen(IMPSVC_PROTOCOL_SIP, IMPSVC_TLS, "nn>", "2.3");
    expect_seen(IMPSVC_PROTOCOL_LDAP, IMPSVC_TCP, "n->", "5.1");
    expect_seen(IMPSVC_PROTOCOL_SSH, IMPSVC_TCP, "n->", "16.1");
    expect_seen(IMPSVC_PROTOCOL_PGSQL, IMPSVC_TCP, "n->", "23.1");
    expect_seen(IMPSVC_PROTOCOL_ISAKMP, IMPSVC_UDP, "n->", "13.1");
    expect_seen(IMPSVC_PROTOCOL_SIP, IMPSVC_TCP, "-->", "none");
    expect_seen(IMPSVC_PROTOCOL_SSH, IMPSVC_TCP, "-n>", "none");
    expect_seen(IMPSVC_PROTOCOL_SSH, IMPSVC_UDP, "n->", "none");
}

static void what_wireshark_found_is_not_enough_where_the_content_tells(void **state)
{
    static const impsvc_protocols more_wanted[] = { IMPSVC_PROTOCOL_HTTP, IMPSVC_PROTOCOL_XMPP, IMPSVC_PROTOCOL_SNMP,
                                                    IMPSVC_PROTOCOL_RMI };

    (void)state;
    for (size_t i = 0; i < sizeof more_wanted / sizeof more_wanted[0]; i++)
        for (size_t j = 0; j < sizeof carriers; j++)
            for (size_t k = 0; k < PARTIES; k++)
                expect_seen(more_wanted[i], carriers[j], all_parties[k], "none");
}

static void without_a_node_nothing_is_taken(void **state)
{
    static const char *const strangers[] = { "-->", "--<", "--?", "-->=", "--?=" };

    (void)state;
    for (unsigned number = 0; number < SAMPLES; number++)
        for (size_t i = 0; i < sizeof carriers; i++)
            for (size_t j = 0; j < sizeof strangers / sizeof strangers[0]; j++)
                expect(number, carriers[i], strangers[j], "none");
}

static void what_is_of_no_known_protocol_is_never_taken(void **state)
{
    static const unsigned nobodys[] = { TLS, RUBBISH, EMPTY, OTHER_WEB, XCP_ROUTE, BARE_STANZA, BLANK };

    (void)state;
    for (size_t number = 0; number < sizeof nobodys / sizeof nobodys[0]; number++)
        for (size_t i = 0; i < sizeof carriers; i++)
            for (size_t j = 0; j < PARTIES; j++)
                expect(nobodys[number], carriers[i], all_parties[j], "none");
}

/* Every table has its own dissector in Wireshark's list: two that say yes would be decided by that list's order. */
static void no_two_tables_take_one_payload(void **state)
{
    unsigned taken = 0;

    (void)state;
    for (unsigned number = 0; number < SAMPLES; number++)
        for (size_t i = 0; i < sizeof carriers; i++)
            for (size_t j = 0; j < PARTIES; j++)
                taken += strcmp(find(&samples[number], carriers[i], all_parties[j]), "none") != 0;
    assert_true(taken >= 100 && taken <= 1000);
}

/* Where nobody knows who began, a payload goes to an entry it goes to in one of the two cases. */
static void an_unknown_beginning_invents_no_service(void **state)
{
    static const char *const ends[][3] = { { "n-?", "n->", "n-<" }, { "-n?", "-n>", "-n<" }, { "nn?", "nn>", "nn<" },
                                           { "nn?=", "nn>=", "nn<=" } };

    (void)state;
    for (unsigned number = 0; number < SAMPLES; number++)
        for (size_t i = 0; i < sizeof carriers; i++)
            for (size_t j = 0; j < sizeof ends / sizeof ends[0]; j++) {
                const char *unknown = find(&samples[number], carriers[i], ends[j][0]);
                const char *there = find(&samples[number], carriers[i], ends[j][1]);
                const char *back = find(&samples[number], carriers[i], ends[j][2]);

                if (strcmp(unknown, there) != 0)
                    assert_string_equal(unknown, back);
            }
}

static void a_table_has_rules_for_its_carriers_only(void **state)
{
    static const struct { uint8_t table, carriers; } with_rules[] = {
        { 2, IMPSVC_TCP | IMPSVC_UDP | IMPSVC_TLS }, { 3, IMPSVC_TCP | IMPSVC_UDP }, { 4, IMPSVC_TCP | IMPSVC_TLS },
        { 5, IMPSVC_TCP | IMPSVC_TLS }, { 12, IMPSVC_TCP | IMPSVC_UDP }, { 13, IMPSVC_UDP }, { 16, IMPSVC_TCP },
        { 19, IMPSVC_TCP | IMPSVC_UDP }, { 21, IMPSVC_TCP }, { 22, IMPSVC_TCP }, { 23, IMPSVC_TCP }
    };
    uint8_t of_table[29] = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof with_rules / sizeof with_rules[0]; i++)
        of_table[with_rules[i].table] = with_rules[i].carriers;
    for (uint8_t table = 0; table < 29; table++)
        for (size_t i = 0; i < sizeof carriers; i++)
            assert_int_equal(impsvc_service_rule_exists(table, carriers[i]), (of_table[table] & carriers[i]) != 0);
}

/* The snap length must not turn a payload into another service. */
static void a_cut_payload_is_the_same_service_or_none(void **state)
{
    (void)state;
    for (unsigned number = 0; number < SAMPLES; number++)
        for (size_t cut = 0; cut < samples[number].length; cut++)
            for (uint8_t table = 2; table <= 28; table++) {
                impsvc_payload payload = cut_payload(samples[number].bytes, cut, samples[number].length);
                impsvc_payload whole = whole_payload(samples[number].bytes, samples[number].length);
                impsvc_parties parties = parties_of("-n>");
                const impsvc_entry *now = impsvc_service_find(table, IMPSVC_TCP, 0, &payload, &parties);
                const impsvc_entry *then = impsvc_service_find(table, IMPSVC_TCP, 0, &whole, &parties);

                free_payload(payload);
                free_payload(whole);
                if (now != NULL && now != then)
                    fail_msg("%s cut to %zu is %s, was %s", samples[number].name, cut, now->id,
                             then == NULL ? "none" : then->id);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sip_with_the_outside_is_the_proxys),
        cmocka_unit_test(sip_between_nodes_is_the_presence_engines),
        cmocka_unit_test(sip_within_a_node_is_the_internal_one),
        cmocka_unit_test(a_nodes_web_server_is_told_by_its_applications),
        cmocka_unit_test(a_directory_is_outside),
        cmocka_unit_test(snmp_questions_go_to_nodes),
        cmocka_unit_test(snmp_traps_come_from_nodes),
        cmocka_unit_test(agentx_and_ike_want_one_node),
        cmocka_unit_test(ssh_and_databases_are_used_by_nodes),
        cmocka_unit_test(exchange_reports_to_nodes),
        cmocka_unit_test(rmi_objects_and_their_registry_are_told_apart),
        cmocka_unit_test(xmpp_is_a_components_a_servers_or_a_clients),
        cmocka_unit_test(bosh_clients_come_from_outside),
        cmocka_unit_test(what_wireshark_found_is_enough_where_the_protocol_is),
        cmocka_unit_test(what_wireshark_found_is_not_enough_where_the_content_tells),
        cmocka_unit_test(without_a_node_nothing_is_taken),
        cmocka_unit_test(what_is_of_no_known_protocol_is_never_taken),
        cmocka_unit_test(no_two_tables_take_one_payload),
        cmocka_unit_test(an_unknown_beginning_invents_no_service),
        cmocka_unit_test(a_table_has_rules_for_its_carriers_only),
        cmocka_unit_test(a_cut_payload_is_the_same_service_or_none)
    };

    return cmocka_run_group_tests(tests, build_index, NULL);
}
