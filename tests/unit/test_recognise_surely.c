/* test_recognise_surely.c
 * Payloads that are of one protocol beyond doubt
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "exact_payload.h"
#include "fixed_random.h"
#include "core/recognise.h"
#include "core/recognise_surely.h"

static bool ask_cut(impsvc_protocols protocol, const void *bytes, size_t length, size_t whole)
{
    impsvc_payload payload = cut_payload(bytes, length, whole);
    bool answer = impsvc_surely(protocol, &payload);

    free_payload(payload);
    return answer;
}

static bool ask_with(bool (*question)(const impsvc_payload *), const void *bytes, size_t length)
{
    impsvc_payload payload = whole_payload(bytes, length);
    bool answer = question(&payload);

    free_payload(payload);
    return answer;
}

static impsvc_protocols ask_text(const void *bytes, size_t length)
{
    impsvc_payload payload = whole_payload(bytes, length);
    impsvc_protocols answer = impsvc_surely_text(&payload);

    free_payload(payload);
    return answer;
}

/* A string literal's bytes, zeros included. */
#define is(protocol, literal)  ask_cut(IMPSVC_PROTOCOL_##protocol, literal, sizeof(literal) - 1, sizeof(literal) - 1)
#define has(question, literal) ask_with(question, literal, sizeof(literal) - 1)
#define text(literal)          ask_text(literal, sizeof(literal) - 1)

#define STREAM "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' "

/* A trap of version 2c, a question of version 1, and one of version 3. */
#define SNMP_TRAP  "\x30\x13\x02\x01\x01\x04\x06public\xa7\x06\x02\x01\x01\x30\x00\x05"
#define SNMP_GET   "\x30\x13\x02\x01\x00\x04\x06public\xa0\x06\x02\x01\x01\x30\x00\x05"
#define SNMP_V3    "\x30\x0d\x02\x01\x03\x30\x08\x02\x01\x01\x02\x01\x00\x04\x00"

#define LDAP_BIND  "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00"

static void sip_wants_its_version(void **state)
{
    (void)state;
    assert_true(is(SIP, "SIP/2.0 200 OK\r\n"));
    assert_true(is(SIP, "SUBSCRIBE sip:u@example.com SIP/2.0\r\nEvent: presence\r\n"));
    assert_false(is(SIP, "SUBSCRIBE sip:u@example.com\r\n"));
    assert_false(is(SIP, "SIP/3.0 200 OK\r\n"));
    assert_false(is(SIP, "NOTIFY /calendar HTTP/1.1\r\n\r\n"));
    assert_false(is(SIP, ""));
}

static void http_wants_its_version(void **state)
{
    (void)state;
    assert_true(is(HTTP, "HTTP/1.1 200 OK\r\n"));
    assert_true(is(HTTP, "GET /axl/ HTTP/1.1\r\n\r\n"));
    assert_true(is(HTTP, "POST http://cup1:8080/axl/ HTTP/1.0\r\n\r\n"));
    assert_false(is(HTTP, "GET /axl/\r\n"));
    assert_false(is(HTTP, "GET /axl/ SIP/2.0\r\n"));
    assert_false(is(HTTP, "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"));    /* SSDP */
}

static void ssh_begins_with_its_version(void **state)
{
    (void)state;
    assert_true(is(SSH, "SSH-2.0-OpenSSH_8.4\r\n"));
    assert_true(is(SSH, "SSH-1.99-Cisco-1.25\n"));
    assert_false(is(SSH, "SSH-1.5-old\n"));
    assert_false(is(SSH, "SSH-2.0"));
}

static void xmpp_is_told_by_stream_or_stanza(void **state)
{
    (void)state;
    assert_true(is(XMPP, STREAM "xmlns='jabber:client' to='example.com'>"));
    assert_true(is(XMPP, "<presence><c xmlns='http://jabber.org/protocol/caps' node='n'/></presence>"));
    assert_true(is(XMPP, "<presence/><iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>"));
    assert_true(is(XMPP, "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"));
    assert_true(is(XMPP, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"));
    assert_true(is(XMPP, "<db:result to='a.example' from='b.example'>key</db:result>"));
}

/* Other XML has messages and presences, too. */
static void a_stanza_wants_a_namespace(void **state)
{
    (void)state;
    assert_false(is(XMPP, "<presence><show>away</show></presence>"));
    assert_false(is(XMPP, "<presence/>"));
    assert_false(is(XMPP, "<iq type='get' id='1'/>"));
    assert_false(is(XMPP, "<message to='bus'><body>xmlns=jabber:client</body></message>"));
    assert_false(is(XMPP, "</stream:stream>"));
}

static void other_xml_is_not_xmpp(void **state)
{
    (void)state;
    assert_false(is(XMPP, "<?xml version='1.0'?><soap:Envelope xmlns:soap='x'/>"));
    assert_false(is(XMPP, "<html><body>hello</body></html>"));
    assert_false(is(XMPP, "<messages/>"));
    assert_false(is(XMPP, "<iqs/>"));
    assert_false(is(XMPP, "<stream:stream xmlns='jabber:client'>"));
    assert_false(is(XMPP, "<presence \x01\x02"));
    assert_false(is(XMPP, " "));
}

static void component_streams_are_told_from_other_xmpp(void **state)
{
    (void)state;
    assert_true(has(impsvc_surely_xcp, STREAM "xmlns='jabber:component:accept' to='jsm-1.cup1'>"));
    assert_true(has(impsvc_surely_xcp, STREAM "xmlns='jabber:component:connect' id='7'><handshake/>"));
    assert_false(has(impsvc_surely_xcp, "<stream:stream xmlns='jabber:component:accept' to='jsm-1.cup1'>"));
    assert_false(has(impsvc_surely_xcp, STREAM "xmlns='jabber:client' to='example.com'>"));
    assert_false(has(impsvc_surely_xcp, STREAM "xmlns='jabber:client'><x xmlns='jabber:component:accept'/>"));
    assert_false(has(impsvc_surely_xcp, STREAM "xmlns='jabber:server' to='example.com'>"));
    assert_false(has(impsvc_surely_xcp, "<presence to='u@example.com'/>"));
    assert_false(has(impsvc_surely_xcp, "xmlns='jabber:component:accept'"));
    assert_false(has(impsvc_surely_xcp, ""));
}

/* The elements of a component's stream may be in any XML. */
static void without_a_head_nobody_can_say_whose_stream_it_is(void **state)
{
    (void)state;
    assert_false(has(impsvc_surely_xcp, "<handshake>aaee83c26aeeafcb</handshake>"));
    assert_false(has(impsvc_surely_xcp, "<handshake/>"));
    assert_false(has(impsvc_surely_xcp, "<handshake xmlns='jabber:component:accept'/>"));
    assert_false(has(impsvc_surely_xcp, "<xdb type='get' to='u@example.com' from='jsm-1' ns='jabber:iq:auth'/>"));
    assert_false(has(impsvc_surely_xcp, "<route type='x' to='a' from='b'/>"));
}

static void a_router_accepts_a_component_by_an_empty_handshake(void **state)
{
    (void)state;
    assert_true(has(impsvc_accepts_component, "<handshake/>"));
    assert_true(has(impsvc_accepts_component, "<handshake></handshake>"));
    assert_true(has(impsvc_accepts_component, STREAM "xmlns='jabber:component:accept' from='cup1'><handshake/>"));
    assert_false(has(impsvc_accepts_component, "<handshake>aaee83c26aeeafcb</handshake>"));     /* the component's */
    assert_false(has(impsvc_accepts_component, "<stream:error><not-authorized/></stream:error>"));
    assert_false(has(impsvc_accepts_component, "<handshake/><stream:error><conflict/></stream:error>"));
    assert_false(has(impsvc_accepts_component, STREAM "xmlns='jabber:component:accept' from='cup1' id='3'>"));
    assert_false(has(impsvc_accepts_component, "<handshake"));
    assert_false(has(impsvc_accepts_component, ""));
}

/* Anybody can write this to anybody; it must not turn a client's session into a component's. */
static void a_chat_about_components_is_no_component_stream(void **state)
{
    (void)state;
    assert_false(has(impsvc_surely_xcp,
                     "<message to='a@example.com' type='chat'><body>try jabber:component:accept</body></message>"));
}

static void streams_between_servers_are_told_from_clients(void **state)
{
    (void)state;
    assert_true(has(impsvc_surely_xmpp_server, STREAM "xmlns='jabber:server' xmlns:db='jabber:server:dialback'>"));
    assert_true(has(impsvc_surely_xmpp_server, "<db:verify to='a.example' from='b.example' id='1'>k</db:verify>"));
    assert_false(has(impsvc_surely_xmpp_server, STREAM "xmlns='jabber:client'>"));
    assert_false(has(impsvc_surely_xmpp_server, "<message><body>jabber:server</body></message>"));
    assert_false(has(impsvc_surely_xmpp_server, "<db:other/>"));
    assert_false(has(impsvc_surely_xmpp_server, "\xff\xff" STREAM "xmlns='jabber:server'>"));
    assert_false(has(impsvc_surely_xcp, "as in " STREAM "xmlns='jabber:component:accept'>"));
}

static void a_snmp_message_fills_its_datagram(void **state)
{
    (void)state;
    assert_true(is(SNMP, SNMP_GET));
    assert_true(is(SNMP, SNMP_TRAP));
    assert_true(is(SNMP, SNMP_V3));
    assert_false(is(SNMP, SNMP_GET "\x00"));
    assert_false(ask_cut(IMPSVC_PROTOCOL_SNMP, SNMP_GET, 20, 20));
    assert_true(ask_cut(IMPSVC_PROTOCOL_SNMP, SNMP_GET, 20, 21));     /* the snap length cut it */
    assert_false(is(SNMP, "\x30\x03\x02\x01\x02"));
    assert_false(is(SNMP, "\x30\x80\x02\x01\x01"));
}

static void traps_are_told_from_questions(void **state)
{
    (void)state;
    assert_true(has(impsvc_surely_snmp_trap, SNMP_TRAP));
    assert_true(has(impsvc_surely_snmp_trap, "\x30\x13\x02\x01\x00\x04\x06public\xa4\x06\x02\x01\x01\x30\x00\x05"));
    assert_true(has(impsvc_surely_snmp_trap, "\x30\x13\x02\x01\x01\x04\x06public\xa6\x06\x02\x01\x01\x30\x00\x05"));
    assert_true(has(impsvc_surely_snmp_trap, "\x30\x0b\x02\x01\x01\x04\x00\xa7\x04\x02\x02\x01\x01"));
    assert_false(has(impsvc_surely_snmp_trap, SNMP_GET));
    assert_false(has(impsvc_surely_snmp_trap, SNMP_V3));
    assert_false(has(impsvc_surely_snmp_trap, "\x30\x05\x02\x01\x01\x04\x00"));
    assert_false(has(impsvc_surely_snmp_trap, "\x30\x06\x02\x01\x01\x04\x83\xff"));
    assert_false(has(impsvc_surely_snmp_trap, "\x30\x06\x02\x01\x01\x04\x7f\xa7"));
    assert_false(has(impsvc_surely_snmp_trap, "\x30\x0a\x02\x01\x01\x04\x83\xff\xff\xff\xa7\x00"));
}

static uint8_t type_cut(const void *bytes, size_t length, size_t whole)
{
    impsvc_payload payload = cut_payload(bytes, length, whole);
    uint8_t type = impsvc_surely_snmp_type(&payload);

    free_payload(payload);
    return type;
}

/* Of version 3: head and security, each an element, then in clear (0x30) or encrypted (0x04) engine, name, and the message. */
#define SNMP_V3_CLEAR(type) \
    "\x30\x28\x02\x01\x03\x30\x0d\x02\x01\x01\x02\x02\x05\xdc\x04\x01\x04\x02\x01\x03" "\x04\x02\x30\x00" \
    "\x30\x10\x04\x04" "engi" "\x04\x00" type "\x06\x02\x01\x01\x30\x00\x05"
#define SNMP_V3_ENCRYPTED \
    "\x30\x1a\x02\x01\x03\x30\x0d\x02\x01\x01\x02\x02\x05\xdc\x04\x01\x03\x02\x01\x03" "\x04\x02\x30\x00" \
    "\x04\x02\x01\x02"

#define type(literal) type_cut(literal, sizeof(literal) - 1, sizeof(literal) - 1)

static void a_snmp_message_has_a_type(void **state)
{
    static const char *const types[] = { "\xa0", "\xa1", "\xa2", "\xa3", "\xa4", "\xa5", "\xa6", "\xa7", "\xa8" };
    char bytes[] = SNMP_V3_CLEAR("\xa0");

    (void)state;
    assert_int_equal(type(SNMP_GET), 0xa0);
    assert_int_equal(type(SNMP_TRAP), 0xa7);
    assert_int_equal(type(SNMP_V3_CLEAR("\xa2")), 0xa2);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        bytes[34] = types[i][0];
        assert_int_equal(type_cut(bytes, sizeof bytes - 1, sizeof bytes - 1), 0xa0 + i);
        assert_int_equal(ask_with(impsvc_surely_snmp_trap, bytes, sizeof bytes - 1), i == 4 || i == 6 || i == 7);
    }
    assert_int_equal(type(SNMP_V3_ENCRYPTED), 0);
    assert_true(is(SNMP, SNMP_V3_ENCRYPTED));
    assert_int_equal(type(SNMP_V3), 0);
    assert_int_equal(type(LDAP_BIND), 0);
    assert_int_equal(type(""), 0);
}

/* The type does not change with how much of the message was captured. */
static void a_cut_snmp_message_has_its_type_or_none(void **state)
{
    static const struct { const char *bytes; size_t length, type_at; } messages[] = {
        { SNMP_GET, sizeof(SNMP_GET) - 1, 13 }, { SNMP_TRAP, sizeof(SNMP_TRAP) - 1, 13 },
        { SNMP_V3_CLEAR("\xa7"), sizeof(SNMP_V3_CLEAR("\xa7")) - 1, 34 },
        { SNMP_V3_ENCRYPTED, sizeof(SNMP_V3_ENCRYPTED) - 1, 1000 }
    };

    (void)state;
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++)
        for (size_t length = 0; length <= messages[i].length; length++)
            assert_int_equal(type_cut(messages[i].bytes, length, messages[i].length),
                             length > messages[i].type_at ? (uint8_t)messages[i].bytes[messages[i].type_at] : 0);
}

static void ldap_is_told_by_its_operation(void **state)
{
    (void)state;
    assert_true(is(LDAP, LDAP_BIND));
    assert_true(is(LDAP, "\x30\x05\x02\x01\x03\x42\x00"));
    assert_false(is(LDAP, "\x30\x05\x02\x01\x03\x5e\x00"));       /* no operation has the number 30 */
    assert_false(is(LDAP, "\x30\x50\x02\x01\x03\x63\x00"));       /* reaches beyond a short segment */
    assert_true(ask_cut(IMPSVC_PROTOCOL_LDAP, "\x30\x82\x20\x00\x02\x01\x03\x64\x82\x1f\xf9", 11, 1448));
    assert_false(is(LDAP, SNMP_GET));
}

/* Active Directory writes every length in four bytes. */
static void ldap_of_active_directory_is_ldap(void **state)
{
    (void)state;
    assert_true(is(LDAP, "\x30\x84\x00\x00\x00\x10\x02\x01\x01\x61\x84\x00\x00\x00\x07\x0a\x01\x00\x04\x00\x04\x00"));
}

static void agentx_tells_its_length(void **state)
{
    (void)state;
    assert_true(is(AGENTX, "\x01\x0d\x10\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x00"));
    assert_true(is(AGENTX, "\x01\x12\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x08\x00\x00\x00"
                             "12345678"));
    assert_false(is(AGENTX, "\x01\x12\x10\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x08\x00\x00\x00"
                             "12345678"));
    assert_false(is(AGENTX, "\x01\x12\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x02\x00\x00\x00" "12"));
}

static void rmi_is_told_by_magic_or_serialization(void **state)
{
    (void)state;
    assert_true(is(RMI, "JRMI\x00\x02\x4b"));
    assert_true(is(RMI, "\x50\xac\xed\x00\x05\x77\x22"));
    assert_true(is(RMI, "\x51\xac\xed\x00\x05\x77\x0f"));
    assert_false(is(RMI, "\x52"));    /* a byte alone may be anything */
    assert_false(is(RMI, "\x4e\x00\x09" "127.0.0.1" "\x00\x00\x9d\x0c"));
}

static void postgresql_messages_fill_the_payload(void **state)
{
    (void)state;
    assert_true(is(PGSQL, "\x00\x00\x00\x08\x04\xd2\x16\x2f"));
    assert_true(is(PGSQL, "\x00\x00\x00\x10\x00\x03\x00\x00user\x00x\x00\x00"));
    assert_true(is(PGSQL, "Q\x00\x00\x00\x0dselect 1\x00"));
    assert_true(is(PGSQL, "R\x00\x00\x00\x08\x00\x00\x00\x00Z\x00\x00\x00\x05I"));
    assert_true(ask_cut(IMPSVC_PROTOCOL_PGSQL, "Z\x00\x00\x00\x05ID\x00\x00\x01\x00", 11, 263));   /* the snap length cut it */
    assert_false(ask_cut(IMPSVC_PROTOCOL_PGSQL, "D\x00\x00\x01\x00", 5, 257));    /* a letter and a length are too little */
    assert_false(is(PGSQL, "Q\x00\x00\x00\x04"));
    assert_false(is(PGSQL, "Q\x00\x00\x00\x09\x01\x02\x03\x04\x00"));
    assert_false(is(PGSQL, "Q\x00\x00\x00\x0eselect 1\x00"));
    assert_false(is(PGSQL, "Q\x00\x00\x00\x03"));
    assert_false(is(PGSQL, "\x00\x00\x00\x00\x04"));
    assert_false(is(PGSQL, "\x00\x00\x00\x00\x00"));
    assert_false(is(PGSQL, "GET / HTTP/1.1\r\n\r\n"));
    assert_false(is(PGSQL, ""));
}

static void ike_has_a_cookie_a_version_and_its_length(void **state)
{
    uint8_t head[28] = { 1, 2, 3, 4, 5, 6, 7, 8, [16] = 33, [17] = 0x20, [18] = 34, [27] = 28 };

    (void)state;
    assert_true(ask_cut(IMPSVC_PROTOCOL_ISAKMP, head, 28, 28));
    head[17] = 0x10;
    assert_true(ask_cut(IMPSVC_PROTOCOL_ISAKMP, head, 28, 28));
    assert_false(ask_cut(IMPSVC_PROTOCOL_ISAKMP, head, 28, 29));
    assert_false(ask_cut(IMPSVC_PROTOCOL_ISAKMP, head, 27, 28));
    head[17] = 0x30;
    assert_false(ask_cut(IMPSVC_PROTOCOL_ISAKMP, head, 28, 28));
    head[17] = 0x20;
    memset(head, 0, 8);
    assert_false(ask_cut(IMPSVC_PROTOCOL_ISAKMP, head, 28, 28));      /* no cookie */
}

/* RFC 3948, 2.2: on other ports than 500 four zero bytes stand before the message. */
static void ike_off_its_port_has_a_marker(void **state)
{
    const uint8_t marked[32] = { [4] = 1, [20] = 33, [21] = 0x20, [22] = 34, [31] = 28 };
    const uint8_t bare[28] = { 1, [17] = 0x20, [27] = 28 };
    impsvc_payload payload = whole_payload(marked, sizeof marked);

    (void)state;
    assert_int_equal(impsvc_isakmp_marker(&payload), 4);
    free_payload(payload);
    payload = whole_payload(bare, sizeof bare);
    assert_int_equal(impsvc_isakmp_marker(&payload), 0);
    free_payload(payload);
    payload = whole_payload(marked, 3);
    assert_int_equal(impsvc_isakmp_marker(&payload), 0);
    free_payload(payload);
    assert_true(ask_cut(IMPSVC_PROTOCOL_ISAKMP, marked, 32, 32));
    assert_false(ask_cut(IMPSVC_PROTOCOL_ISAKMP, marked, 31, 32));
    assert_false(ask_cut(IMPSVC_PROTOCOL_ISAKMP, marked, 32, 33));
    assert_true(ask_cut(IMPSVC_PROTOCOL_ISAKMP, bare, 28, 28));
}

static void bosh_is_http_with_its_body_element(void **state)
{
    (void)state;
    assert_true(has(impsvc_surely_bosh, "POST /httpbinding HTTP/1.1\r\nHost: cup1\r\n\r\n"
                                        "<body rid='1' xmlns='http://jabber.org/protocol/httpbind'/>"));
    assert_true(has(impsvc_surely_bosh, "HTTP/1.1 200 OK\r\n\r\n<body xmlns='http://jabber.org/protocol/httpbind'/>"));
    assert_false(has(impsvc_surely_bosh, "POST /httpbinding HTTP/1.1\r\nHost: cup1\r\n\r\n<body/>"));
    assert_false(has(impsvc_surely_bosh, "<body xmlns='http://jabber.org/protocol/httpbind'/>"));
}

static void exchange_reports_by_notify_or_ews(void **state)
{
    (void)state;
    assert_true(has(impsvc_surely_exchange, "NOTIFY /1 HTTP/1.1\r\nSubscription-ID: 4\r\n\r\n"));
    assert_true(has(impsvc_surely_exchange, "NOTIFY http://cup1:50020/1 HTTP/1.1\r\nSubscription-id: 4\r\n\r\n"));
    assert_true(has(impsvc_surely_exchange, "POST /notify HTTP/1.1\r\n\r\n<m:SendNotification xmlns:m='x'/>"));
    assert_false(has(impsvc_surely_exchange, "NOTIFY /1 HTTP/1.1\r\nHost: cup1\r\n\r\n"));
    assert_false(has(impsvc_surely_exchange, "POST /notify HTTP/1.1\r\n\r\n<m:GetFolder/>"));
    assert_false(has(impsvc_surely_exchange, "<m:SendNotification/>"));
}

static void a_text_is_named_whatever_stands_on_the_port(void **state)
{
    (void)state;
    assert_int_equal(text("HTTP/1.1 200 OK\r\n"), IMPSVC_PROTOCOL_HTTP);
    assert_int_equal(text("GET /axl/ HTTP/1.1\r\n"), IMPSVC_PROTOCOL_HTTP);
    assert_int_equal(text("OPTIONS sip:a@b SIP/2.0\r\n"), IMPSVC_PROTOCOL_SIP);
    assert_int_equal(text("SSH-2.0-x\r\n"), IMPSVC_PROTOCOL_SSH);
    assert_int_equal(text(STREAM "xmlns='jabber:client'>"), IMPSVC_PROTOCOL_XMPP);
    assert_int_equal(text("<presence/>"), 0);
    assert_int_equal(text("<html/>"), 0);
    assert_int_equal(text("get / HTTP/1.1\r\n"), 0);
    assert_int_equal(text("JRMI\x00\x02\x4b"), 0);
    assert_int_equal(text(SNMP_GET), 0);
    assert_int_equal(text("A"), 0);
    assert_int_equal(text(""), 0);
}

static void a_protocol_without_a_test_is_never_sure(void **state)
{
    (void)state;
    assert_false(is(TLS, "\x16\x03\x01\x00\x05\x01"));
    assert_false(is(DNS, "\x00\x01\x01\x00\x00\x01"));
    assert_false(ask_cut(0, "GET / HTTP/1.1\r\n", 16, 16));
}

static const impsvc_protocols protocols[] = {
    IMPSVC_PROTOCOL_AGENTX, IMPSVC_PROTOCOL_HTTP, IMPSVC_PROTOCOL_ISAKMP, IMPSVC_PROTOCOL_LDAP, IMPSVC_PROTOCOL_PGSQL,
    IMPSVC_PROTOCOL_RMI, IMPSVC_PROTOCOL_SIP, IMPSVC_PROTOCOL_SNMP, IMPSVC_PROTOCOL_SSH, IMPSVC_PROTOCOL_XMPP
};
#define PROTOCOLS (sizeof protocols / sizeof protocols[0])

/* No payload may be two things, or who asks first decides. */
static void a_payload_is_of_one_protocol_only(void **state)
{
#define one(literal) { literal, sizeof(literal) - 1 }
    static const struct { const char *bytes; size_t length; } payloads[] = {
        one("SIP/2.0 200 OK\r\n"), one("GET / HTTP/1.1\r\n"), one("SSH-2.0-x\r\n"), one("<presence xmlns='jabber:client'/>"),
        one(SNMP_GET),
        one(SNMP_TRAP), one(SNMP_V3), one("\x30\x0c\x02\x01\x02\x60\x07\x02\x01\x03\x04\x00\x80\x00"),
        one("JRMI\x00\x02\x4b"), one("\x50\xac\xed\x00\x05\x77\x22"), one("Q\x00\x00\x00\x0dselect 1\x00"),
        one("NOTIFY sip:a@b SIP/2.0\r\nX: NOTIFY / HTTP/1.1\r\n")
    };
#undef one

    (void)state;
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++) {
        unsigned yes = 0;

        for (size_t j = 0; j < PROTOCOLS; j++)
            yes += ask_cut(protocols[j], payloads[i].bytes, payloads[i].length, payloads[i].length);
        assert_int_equal(yes, 1);
    }
}

/* Message 1 of an LDAP session, over UDP a question for domain controllers, begins as SNMP's version 1 does. */
static void ldap_is_not_taken_for_snmp(void **state)
{
    (void)state;
    assert_false(is(SNMP, LDAP_BIND));
    assert_false(is(SNMP, "\x30\x05\x02\x01\x03\x42\x00"));
}

/* Any snap length, any byte flipped, any length told by the wire: nothing is read that is not there, and
 * what is sure on a port of any number is also what the port list's own recogniser says. */
static void cut_and_broken_payloads_are_read_within_their_bounds(void **state)
{
    static const impsvc_protocols likely[] = { IMPSVC_PROTOCOL_AGENTX, IMPSVC_PROTOCOL_HTTP, IMPSVC_PROTOCOL_LDAP,
                                               IMPSVC_PROTOCOL_RMI, IMPSVC_PROTOCOL_SIP, IMPSVC_PROTOCOL_SNMP };
    static const char seed[] = SNMP_TRAP LDAP_BIND "GET / HTTP/1.1\r\n"
                               "JRMI\x00\x02\x4b\x01\x0d\x10\x00\x00\x00\x00\x01" STREAM "<route ";
    fixed_random random = { 4 };
    unsigned sure = 0;

    (void)state;
    for (unsigned i = 0; i < 100000; i++) {
        size_t from = random_below(&random, sizeof seed);
        size_t length = random_below(&random, sizeof seed - from);
        uint8_t bytes[sizeof seed];
        impsvc_payload payload;

        memcpy(bytes, seed + from, length);
        if (length > 0 && i % 2 == 0)
            bytes[random_below(&random, length)] = (uint8_t)random_64(&random);
        payload = cut_payload(bytes, length, length + (i % 3 == 0 ? random_below(&random, 300) : 0));
        for (size_t j = 0; j < PROTOCOLS; j++)
            sure += impsvc_surely(protocols[j], &payload);
        for (size_t j = 0; j < sizeof likely / sizeof likely[0]; j++)
            if (impsvc_surely(likely[j], &payload))
                assert_true(impsvc_recognise(likely[j], payload.bytes, payload.length, payload.whole));
        if (impsvc_surely_snmp_trap(&payload) || impsvc_surely_snmp_type(&payload) != 0)
            assert_true(impsvc_surely(IMPSVC_PROTOCOL_SNMP, &payload));
        (void)impsvc_accepts_component(&payload);
        if (impsvc_surely_bosh(&payload) || impsvc_surely_exchange(&payload))
            assert_true(impsvc_surely(IMPSVC_PROTOCOL_HTTP, &payload));
        if (impsvc_surely_xcp(&payload) || impsvc_surely_xmpp_server(&payload))
            assert_true(impsvc_surely(IMPSVC_PROTOCOL_XMPP, &payload));
        free_payload(payload);
    }
    assert_true(sure > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sip_wants_its_version),
        cmocka_unit_test(http_wants_its_version),
        cmocka_unit_test(ssh_begins_with_its_version),
        cmocka_unit_test(xmpp_is_told_by_stream_or_stanza),
        cmocka_unit_test(a_stanza_wants_a_namespace),
        cmocka_unit_test(other_xml_is_not_xmpp),
        cmocka_unit_test(component_streams_are_told_from_other_xmpp),
        cmocka_unit_test(without_a_head_nobody_can_say_whose_stream_it_is),
        cmocka_unit_test(a_router_accepts_a_component_by_an_empty_handshake),
        cmocka_unit_test(a_chat_about_components_is_no_component_stream),
        cmocka_unit_test(streams_between_servers_are_told_from_clients),
        cmocka_unit_test(a_snmp_message_fills_its_datagram),
        cmocka_unit_test(traps_are_told_from_questions),
        cmocka_unit_test(a_snmp_message_has_a_type),
        cmocka_unit_test(a_cut_snmp_message_has_its_type_or_none),
        cmocka_unit_test(ldap_is_told_by_its_operation),
        cmocka_unit_test(ldap_of_active_directory_is_ldap),
        cmocka_unit_test(agentx_tells_its_length),
        cmocka_unit_test(rmi_is_told_by_magic_or_serialization),
        cmocka_unit_test(postgresql_messages_fill_the_payload),
        cmocka_unit_test(ike_has_a_cookie_a_version_and_its_length),
        cmocka_unit_test(ike_off_its_port_has_a_marker),
        cmocka_unit_test(bosh_is_http_with_its_body_element),
        cmocka_unit_test(exchange_reports_by_notify_or_ews),
        cmocka_unit_test(a_text_is_named_whatever_stands_on_the_port),
        cmocka_unit_test(a_protocol_without_a_test_is_never_sure),
        cmocka_unit_test(a_payload_is_of_one_protocol_only),
        cmocka_unit_test(ldap_is_not_taken_for_snmp),
        cmocka_unit_test(cut_and_broken_payloads_are_read_within_their_bounds)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
