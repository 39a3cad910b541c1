/* test_recognise.c
 * Of which protocol the first bytes of a payload are
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "exact_payload.h"
#include "core/catalog.h"
#include "core/recognise.h"

#include <string.h>

/* A string literal's bytes, zeros included, as a whole payload. */
#define is(protocol, literal) \
    impsvc_recognise(IMPSVC_PROTOCOL_##protocol, (const uint8_t *)(literal), sizeof(literal) - 1, sizeof(literal) - 1)

static void streams_and_stanzas_name_a_namespace_of_xmpp(void **state)
{
    (void)state;
    assert_true(is(XMPP, "<stream:stream xmlns='jabber:component:accept' to='jsm-1.cup'>"));
    assert_true(is(XMPP, "<?xml version='1.0'?><stream:stream xmlns:stream=\"http://etherx.jabber.org/streams\">"));
    assert_true(is(XMPP, "<xdb type='get' to='u@example.com' from='jsm-1' ns='jabber:iq:auth' id='1'/>"));
    assert_true(is(XMPP, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"));
    assert_true(is(XMPP, "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"));
    assert_true(is(XMPP, "<message><body>jabber:x, jabber:y</body><x xmlns='jabber:x:oob'/></message>"));
    assert_true(is(XMPP, "\r\n<presence><c xmlns=\"http://jabber.org/protocol/caps\" node='n'/></presence>"));
}

/* Of which stream these are is not said in them. */
static void xml_without_such_a_namespace_may_be_anybodys(void **state)
{
    (void)state;
    assert_false(is(XMPP, "<?xml version='1.0'?><stream:stream>"));
    assert_false(is(XMPP, "<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>"));
    assert_false(is(XMPP, "<route type='component-presence' to='a' from='b'/><route to='c'/>"));
    assert_false(is(XMPP, "</stream:stream>"));
    assert_false(is(XMPP, "\r\n<presence/>"));
    assert_false(is(XMPP, "<message to='bus'><body>hello</body></message>"));
    assert_false(is(XMPP, "ence from='a@b'>busy</status></presence><route to='c'>"));
    assert_false(is(XMPP, "<?xml version='1.0'?><s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'/>"));
    /* Named, but as no value of an attribute. */
    assert_false(is(XMPP, "<a>jabber:client</a>"));
    assert_false(is(XMPP, "<a href='see http://jabber.org/protocol/caps'/>"));
    assert_false(is(XMPP, "jabber:client<a/>"));
}

/* Only so much is searched for one. */
static void a_namespace_that_comes_late_is_not_looked_for(void **state)
{
    static const char head[] = "<message><body>", tail[] = "</body><x xmlns='jabber:x:oob'/></message>";
    uint8_t bytes[6000];

    (void)state;
    for (size_t blanks = 0; blanks < 5000; blanks += 50) {
        size_t length = sizeof head - 1 + blanks + sizeof tail - 1;

        memcpy(bytes, head, sizeof head - 1);
        memset(bytes + sizeof head - 1, 'x', blanks);
        memcpy(bytes + sizeof head - 1 + blanks, tail, sizeof tail - 1);
        assert_int_equal(impsvc_recognise(IMPSVC_PROTOCOL_XMPP, bytes, length, length), blanks <= 4050);
    }
}

static bool continues(const void *bytes, size_t length, size_t whole)
{
    impsvc_payload payload = cut_payload(bytes, length, whole);
    bool answer = impsvc_continues_xmpp(&payload);

    free_payload(payload);
    return answer;
}

#define goes_on(literal) continues(literal, sizeof(literal) - 1, sizeof(literal) - 1)

/* Once it is known whose stream it is, less will do. */
static void a_stream_that_is_known_goes_on_with_any_xml(void **state)
{
    (void)state;
    assert_true(goes_on("<stream:stream xmlns='jabber:component:accept' to='jsm-1.cup'>"));
    assert_true(goes_on("<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>"));
    assert_true(goes_on("<route type='component-presence' to='a' from='b'/><route to='c'/>"));
    assert_true(goes_on("</stream:stream>"));
    assert_true(goes_on("\r\n<presence/>"));
    assert_true(goes_on("ence from='a@b'>busy</status></presence><route to='c'>"));
    assert_true(goes_on("d\xc3\xa9j\xc3\xa0 vu</body></message>"));
    assert_false(goes_on("GET / HTTP/1.1\r\n"));
    assert_false(goes_on("a < b and c > d"));
    assert_false(goes_on("<\x01\x02\x03"));
    assert_false(goes_on("<a>\x00</a>"));
    assert_false(goes_on("\x16\x03\x01\x00\x05<a>"));
    assert_false(goes_on(""));
}

static void a_blank_keeps_a_stream_alive_and_begins_none(void **state)
{
    (void)state;
    assert_true(goes_on(" "));
    assert_false(goes_on("x"));
    assert_false(goes_on("  "));
    assert_false(continues(" ", 1, 2));     /* the snap length left one of more */
    assert_false(continues(" ", 0, 1));
    assert_false(is(XMPP, " "));
    assert_false(is(XMPP, "x"));
}

static void other_text_and_binary_are_not_xmpp(void **state)
{
    (void)state;
    assert_false(is(XMPP, "GET / HTTP/1.1\r\n"));
    assert_false(is(XMPP, "a < b and c > d"));
    assert_false(is(XMPP, "<\x01\x02\x03"));
    assert_false(is(XMPP, "<a>\x00</a>"));
    assert_false(is(XMPP, ""));
    assert_false(is(XMPP, "\x16\x03\x01\x00\x05<a>"));
    assert_false(is(XMPP, "<a xmlns='jabber:client'>\x00</a>"));
    assert_false(is(XMPP, "\x01<a xmlns='jabber:client'/>"));
}

static void tls_records_are_told_by_their_head(void **state)
{
    (void)state;
    assert_true(is(TLS, "\x16\x03\x01\x02\x00\x01"));
    assert_true(is(TLS, "\x17\x03\x03\x40\x00"));
    assert_false(is(TLS, "\x16\x03\x01\x02"));
    assert_false(is(TLS, "\x16\x02\x01\x02\x00"));
    assert_false(is(TLS, "\x17\x03\x03\xff\xff"));
    assert_false(is(TLS, "\x13\x03\x01\x00\x05"));
}

static void sip_and_http_are_told_apart(void **state)
{
    (void)state;
    assert_true(is(SIP, "OPTIONS sip:a@b SIP/2.0\r\n"));
    assert_true(is(SIP, "SIP/2.0 200 OK\r\n"));
    assert_false(is(SIP, "OPTIONS / HTTP/1.1\r\n"));
    assert_false(is(SIP, "SUBSCRIBE /calendar HTTP/1.1\r\n"));
    assert_true(is(HTTP, "NOTIFY /calendar HTTP/1.1\r\n"));
    assert_true(is(HTTP, "HTTP/1.1 200 OK\r\n"));
    assert_false(is(HTTP, "NOTIFY sip:a@b SIP/2.0\r\n"));
    assert_false(is(HTTP, "GETTING"));
}

static void snmp_and_ldap_are_told_apart(void **state)
{
    (void)state;
    assert_true(is(SNMP, "\x30\x26\x02\x01\x01\x04\x06public"));
    assert_true(is(SNMP, "\x30\x82\x01\x26\x02\x01\x03"));
    assert_false(is(SNMP, "\x30\x0c\x02\x01\x02\x60\x07"));
    assert_false(is(SNMP, "\x30\x26\x02"));
    assert_false(is(SNMP, "\x30\x80\x02\x01\x01"));
    assert_true(is(LDAP, "\x30\x0c\x02\x01\x01\x60\x07"));
    assert_true(is(LDAP, "\x30\x84\x00\x00\x00\x0c\x02\x02\x01\x01\x63\x07"));
    assert_false(is(LDAP, "\x30\x26\x02\x01\x01\x04\x06public"));
    assert_false(is(LDAP, "\x30\x0c\x02\x04\x01"));
}

static void rmi_is_told_from_foundation_fieldbus(void **state)
{
    (void)state;
    assert_true(is(RMI, "JRMI\x00\x02\x4b"));
    assert_true(is(RMI, "\x4e\x00\x09" "127.0.0.1" "\x00\x00\x9d\x0c"));
    assert_true(is(RMI, "\x50\xac\xed\x00\x05\x77"));
    assert_true(is(RMI, "\x52"));
    assert_true(is(RMI, "\x54" "12345678901234"));
    assert_false(is(RMI, "JRMI"));
    assert_false(is(RMI, "\x50\xac\xed\x00\x06"));
    assert_false(is(RMI, "\x52\x00"));
    assert_false(is(RMI, "\x4e\x00\x09" "127.0.0.1"));
    assert_false(is(RMI, "\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10"));
}

static void agentx_has_its_whole_head(void **state)
{
    static const uint8_t open[20] = { 1, 1, 0x10, 0, [19] = 24 };

    (void)state;
    assert_true(impsvc_recognise(IMPSVC_PROTOCOL_AGENTX, open, 20, 44));
    assert_false(impsvc_recognise(IMPSVC_PROTOCOL_AGENTX, open, 19, 44));
    assert_false(is(AGENTX, "\x01\x13\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"));
}

/* Wireshark 4.0's dissector shows these as malformed: they must be told from those it can read. */
static void agentx_with_bindings_is_told(void **state)
{
    static const uint8_t bound[] = { 8, 12, 14, 15 };
    static const uint8_t bare[] = { 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13, 16, 17 };
    uint8_t pdu[28] = { 1, 18, 0, 0 };
    impsvc_payload payload = { pdu, sizeof pdu, sizeof pdu };

    (void)state;
    pdu[16] = 8;
    assert_false(impsvc_agentx_has_bindings(&payload));
    pdu[16] = 24;
    assert_true(impsvc_agentx_has_bindings(&payload));
    pdu[2] = 0x10;      /* the other byte order */
    pdu[16] = 0;
    pdu[19] = 8;
    assert_false(impsvc_agentx_has_bindings(&payload));
    for (size_t i = 0; i < sizeof bound; i++) {
        pdu[1] = bound[i];
        assert_true(impsvc_agentx_has_bindings(&payload));
    }
    for (size_t i = 0; i < sizeof bare; i++) {
        pdu[1] = bare[i];
        assert_false(impsvc_agentx_has_bindings(&payload));
    }
    payload.length = 19;
    assert_false(impsvc_agentx_has_bindings(&payload));
}

static void an_unknown_protocol_is_never_recognised(void **state)
{
    (void)state;
    assert_false(is(DNS, "<stream:stream>"));
    assert_false(impsvc_recognise(0, (const uint8_t *)"<stream:stream>", 15, 15));
}

/* Every prefix of a payload that the snap length may leave; a copy on the heap lets the sanitizer see a byte too far. */
static void a_snapped_payload_is_read_no_further_than_it_goes(void **state)
{
    static const impsvc_protocols protocols[] = {
        IMPSVC_PROTOCOL_AGENTX, IMPSVC_PROTOCOL_HTTP, IMPSVC_PROTOCOL_LDAP, IMPSVC_PROTOCOL_RMI, IMPSVC_PROTOCOL_SIP,
        IMPSVC_PROTOCOL_SNMP, IMPSVC_PROTOCOL_TLS, IMPSVC_PROTOCOL_XMPP
    };
    static const char *const payloads[] = {
        "<stream:stream xmlns='jabber:component:accept'>", "JRMI", "\x30\x84\x01\x02\x03\x04\x02\x04\x01\x01\x01\x01\x60",
        "\x4e\xff\xff", "\x16\x03\x01\x40\x40", "</", "<", "SIP/2.0", "\x50\xac\xed"
    };

    (void)state;
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++)
        for (size_t length = 0; length <= strlen(payloads[i]); length++) {
            impsvc_payload payload = cut_payload(payloads[i], length, length + 100);

            for (size_t j = 0; j < sizeof protocols / sizeof protocols[0]; j++)
                (void)impsvc_recognise(protocols[j], payload.bytes, payload.length, payload.whole);
            (void)impsvc_continues_xmpp(&payload);
            (void)impsvc_agentx_has_bindings(&payload);
            free_payload(payload);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_and_stanzas_name_a_namespace_of_xmpp),
        cmocka_unit_test(xml_without_such_a_namespace_may_be_anybodys),
        cmocka_unit_test(a_namespace_that_comes_late_is_not_looked_for),
        cmocka_unit_test(a_stream_that_is_known_goes_on_with_any_xml),
        cmocka_unit_test(a_blank_keeps_a_stream_alive_and_begins_none),
        cmocka_unit_test(other_text_and_binary_are_not_xmpp),
        cmocka_unit_test(tls_records_are_told_by_their_head),
        cmocka_unit_test(sip_and_http_are_told_apart),
        cmocka_unit_test(snmp_and_ldap_are_told_apart),
        cmocka_unit_test(rmi_is_told_from_foundation_fieldbus),
        cmocka_unit_test(agentx_has_its_whole_head),
        cmocka_unit_test(agentx_with_bindings_is_told),
        cmocka_unit_test(an_unknown_protocol_is_never_recognised),
        cmocka_unit_test(a_snapped_payload_is_read_no_further_than_it_goes)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
