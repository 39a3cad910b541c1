/* test_recognise.c
 * Of which protocol the first bytes of a payload are
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "core/catalog.h"
#include "core/recognise.h"

#include <stdlib.h>
#include <string.h>

/* A string literal's bytes, zeros included, as a whole payload. */
#define is(protocol, literal) \
    impsvc_recognise(IMPSVC_PROTOCOL_##protocol, (const uint8_t *)(literal), sizeof(literal) - 1, sizeof(literal) - 1)

static void xcp_streams_are_xmpp(void **state)
{
    (void)state;
    assert_true(is(XMPP, "<stream:stream xmlns='jabber:component:accept' to='jsm-1.cup'>"));
    assert_true(is(XMPP, "<?xml version='1.0'?><stream:stream>"));
    assert_true(is(XMPP, "<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>"));
    assert_true(is(XMPP, "<xdb type='get' to='u@example.com' from='jsm-1' ns='jabber:iq:auth' id='1'/>"));
    assert_true(is(XMPP, "<route type='component-presence' to='a' from='b'/><route to='c'/>"));
    assert_true(is(XMPP, "</stream:stream>"));
    assert_true(is(XMPP, "\r\n<presence/>"));
}

static void a_stream_joined_in_the_middle_is_xmpp(void **state)
{
    (void)state;
    assert_true(is(XMPP, "ence from='a@b'>busy</status></presence><route to='c'>"));
    assert_true(is(XMPP, "d\xc3\xa9j\xc3\xa0 vu</body></message>"));
}

static void a_blank_keeps_a_stream_alive(void **state)
{
    (void)state;
    assert_true(is(XMPP, " "));
    assert_false(is(XMPP, "x"));
    assert_false(is(XMPP, "  "));
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
            uint8_t *copy = (uint8_t *)malloc(length + 1);
            uint8_t *end = (uint8_t *)realloc(copy, length == 0 ? 1 : length);

            assert_non_null(end);
            memcpy(end, payloads[i], length);
            for (size_t j = 0; j < sizeof protocols / sizeof protocols[0]; j++)
                (void)impsvc_recognise(protocols[j], end, length, length + 100);
            free(end);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xcp_streams_are_xmpp),
        cmocka_unit_test(a_stream_joined_in_the_middle_is_xmpp),
        cmocka_unit_test(a_blank_keeps_a_stream_alive),
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
