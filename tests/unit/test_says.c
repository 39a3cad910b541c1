/* test_says.c
 * Whether a message asks, answers or notifies
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "exact_payload.h"
#include "fixed_random.h"
#include "core/says.h"

#define EVERY UINT32_MAX

static impsvc_saying said_cut(impsvc_protocols among, const void *bytes, size_t length, size_t whole)
{
    impsvc_payload payload = cut_payload(bytes, length, whole);
    impsvc_protocols protocol = 0;
    impsvc_saying saying = impsvc_says(&payload, among, &protocol);

    free_payload(payload);
    if (saying == IMPSVC_SAYS_NOTHING)
        assert_int_equal(protocol, 0);
    else
        assert_true(protocol != 0 && (protocol & (protocol - 1)) == 0 && (protocol & among) == protocol);
    return saying;
}

/* A string literal's bytes, zeros included. */
#define said(protocol, literal) \
    said_cut(IMPSVC_PROTOCOL_##protocol, literal, sizeof(literal) - 1, sizeof(literal) - 1)
#define asks(protocol, literal)     assert_int_equal(said(protocol, literal), IMPSVC_SAYS_QUESTION)
#define replies(protocol, literal)  assert_int_equal(said(protocol, literal), IMPSVC_SAYS_ANSWER)
#define notifies(protocol, literal) assert_int_equal(said(protocol, literal), IMPSVC_SAYS_NOTICE)
#define is_mute(protocol, literal)  assert_int_equal(said(protocol, literal), IMPSVC_SAYS_NOTHING)

static impsvc_saying ntp_of(unsigned version, unsigned mode, size_t length)
{
    uint8_t bytes[48] = { (uint8_t)(version << 3 | mode), 3, 6, 0xec };

    return said_cut(IMPSVC_PROTOCOL_NTP, bytes, length, length);
}

/* RFC 5905, 7.3. */
static void ntp_says_it_by_its_mode(void **state)
{
    static const impsvc_saying by_mode[] = { IMPSVC_SAYS_NOTHING, IMPSVC_SAYS_QUESTION, IMPSVC_SAYS_ANSWER,
                                             IMPSVC_SAYS_QUESTION, IMPSVC_SAYS_ANSWER, IMPSVC_SAYS_ANSWER };

    (void)state;
    for (unsigned version = 0; version < 8; version++)
        for (unsigned mode = 0; mode < sizeof by_mode / sizeof by_mode[0]; mode++) {
            bool is_version = version >= 1 && version <= 4;

            assert_int_equal(ntp_of(version, mode, 48), is_version ? by_mode[mode] : IMPSVC_SAYS_NOTHING);
            assert_int_equal(ntp_of(version, mode | 0xc0, 48), is_version ? by_mode[mode] : IMPSVC_SAYS_NOTHING);
            assert_int_equal(ntp_of(version, mode, 47), IMPSVC_SAYS_NOTHING);
        }
}

/* RFC 9327, 2: control messages are short. Private ones have the bit in the first byte. */
static void ntps_control_messages_have_a_response_bit(void **state)
{
    (void)state;
    asks(NTP, "\x16\x02\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00");
    replies(NTP, "\x16\x82\x00\x01\x06\x15\x00\x00\x00\x00\x00\x00");
    asks(NTP, "\x17\x00\x03\x2a\x00\x00\x00\x00\x00\x00\x00\x00");
    replies(NTP, "\x97\x00\x03\x2a\x00\x00\x00\x00\x00\x00\x00\x00");
    is_mute(NTP, "\x16\x02\x00\x01\x00\x00\x00\x00\x00\x00\x00");
    is_mute(NTP, "\x17\x00\x03\x2a\x00\x00\x00\x00\x00\x00\x00");
}

#define DNS_TAIL "\x00\x01\x00\x00\x00\x00\x00\x00" "\x04" "cup1\x00\x00\x01\x00\x01"

static void dns_says_it_by_a_bit(void **state)
{
    (void)state;
    asks(DNS, "\x12\x34\x01\x00" DNS_TAIL);
    replies(DNS, "\x12\x34\x81\x80" DNS_TAIL);
    asks(DNS, "\x12\x34\x28\x00" DNS_TAIL);         /* an update */
    replies(DNS, "\x12\x34\xb0\x00" DNS_TAIL);      /* stateful, RFC 8490 */
    is_mute(DNS, "\x12\x34\x38\x00" DNS_TAIL);      /* no operation has the number 7 */
    is_mute(DNS, "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00");
    asks(MDNS, "\x00\x00\x00\x00" DNS_TAIL);
    replies(MDNS, "\x00\x00\x84\x00" DNS_TAIL);
}

#define COOKIES "12345678" "\x00\x00\x00\x00\x00\x00\x00\x00"
#define ANSWERED "12345678" "abcdefgh"
#define LENGTH_28 "\x00\x00\x00\x00" "\x00\x00\x00\x1c"

static void ike_says_it_by_its_response_flag(void **state)
{
    (void)state;
    asks(ISAKMP, COOKIES "\x21\x20\x22\x08" LENGTH_28);
    replies(ISAKMP, ANSWERED "\x21\x20\x22\x20" LENGTH_28);
    asks(ISAKMP, ANSWERED "\x2e\x20\x25\x08" LENGTH_28);    /* either end may ask later */
    asks(ISAKMP, ANSWERED "\x2e\x20\x25\x00" LENGTH_28);
    replies(ISAKMP, ANSWERED "\x2e\x20\x25\x28" LENGTH_28);
    asks(ISAKMP, "\x00\x00\x00\x00" COOKIES "\x21\x20\x22\x08" LENGTH_28);  /* on 4500 */
    replies(ISAKMP, "\x00\x00\x00\x00" ANSWERED "\x21\x20\x22\x20" LENGTH_28);
    is_mute(ISAKMP, "\xff");                        /* keeps a translation alive */
    is_mute(ISAKMP, COOKIES "\x21\x20\x22\x08" "\x00\x00\x00\x00" "\x00\x00\x00\x1d");
}

/* RFC 2408 has no such flag: only the first message has no cookie of who answers. */
static void of_ikes_first_version_the_first_message_asks(void **state)
{
    (void)state;
    asks(ISAKMP, COOKIES "\x01\x10\x02\x00" LENGTH_28);
    is_mute(ISAKMP, ANSWERED "\x01\x10\x02\x00" LENGTH_28);
    is_mute(ISAKMP, ANSWERED "\x01\x10\x02\x20" LENGTH_28);
}

#define SNMP(type) "\x30\x13\x02\x01\x01\x04\x06public" type "\x06\x02\x01\x01\x30\x00\x05"

/* RFC 3416, 3. */
static void snmp_says_it_by_its_type(void **state)
{
    (void)state;
    asks(SNMP, SNMP("\xa0"));
    asks(SNMP, SNMP("\xa1"));
    replies(SNMP, SNMP("\xa2"));
    asks(SNMP, SNMP("\xa3"));
    notifies(SNMP, SNMP("\xa4"));
    asks(SNMP, SNMP("\xa5"));
    notifies(SNMP, SNMP("\xa6"));
    notifies(SNMP, SNMP("\xa7"));
    replies(SNMP, SNMP("\xa8"));
    is_mute(SNMP, SNMP("\xa9"));
    is_mute(SNMP, SNMP("\x30"));
}

#define SNMP_V3(flags, text) \
    "\x02\x01\x03\x30\x0d\x02\x01\x01\x02\x02\x05\xdc\x04\x01" flags "\x02\x01\x03\x04\x02\x30\x00" text

static void what_is_encrypted_says_nothing(void **state)
{
    (void)state;
    asks(SNMP, "\x30\x28" SNMP_V3("\x04", "\x30\x10\x04\x04" "engi" "\x04\x00" "\xa0\x06\x02\x01\x01\x30\x00\x05"));
    notifies(SNMP, "\x30\x28" SNMP_V3("\x04", "\x30\x10\x04\x04" "engi" "\x04\x00" "\xa7\x06\x02\x01\x01\x30\x00\x05"));
    is_mute(SNMP, "\x30\x1a" SNMP_V3("\x03", "\x04\x02\xa0\x00"));
}

static impsvc_saying ldap_of(unsigned operation)
{
    uint8_t bytes[] = { 0x30, 0x0c, 0x02, 0x01, 0x02, (uint8_t)(0x60 | operation), 7, 2, 1, 3, 4, 0, 0x80, 0 };

    return said_cut(IMPSVC_PROTOCOL_LDAP, bytes, sizeof bytes, sizeof bytes);
}

/* RFC 4511, 4.2 to 4.13. */
static void ldap_says_it_by_its_operation(void **state)
{
    static const unsigned questions[] = { 0, 2, 3, 6, 8, 10, 12, 14, 16, 23 };
    static const unsigned responses[] = { 1, 4, 5, 7, 9, 11, 13, 15, 19, 24, 25 };

    (void)state;
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
        assert_int_equal(ldap_of(questions[i]), IMPSVC_SAYS_QUESTION);
    for (size_t i = 0; i < sizeof responses / sizeof responses[0]; i++)
        assert_int_equal(ldap_of(responses[i]), IMPSVC_SAYS_ANSWER);
    for (unsigned none = 26; none < 32; none++)
        assert_int_equal(ldap_of(none), IMPSVC_SAYS_NOTHING);
    asks(LDAP, "\x30\x0e\x02\x03\x01\x02\x03\x60\x07\x02\x01\x03\x04\x00\x80\x00");      /* a longer number */
    replies(LDAP, "\x30\x84\x00\x00\x00\x10\x02\x01\x01\x61\x84\x00\x00\x00\x07\x0a\x01\x00\x04\x00\x04\x00");
}

static void texts_say_it_by_their_first_line(void **state)
{
    (void)state;
    asks(SIP, "OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\n\r\n");
    replies(SIP, "SIP/2.0 200 OK\r\nVia: x\r\n\r\n");
    is_mute(SIP, "OPTIONS sip:a@b\r\n");
    is_mute(SIP, "\r\n\r\n");                       /* keeps a connection alive */
    asks(HTTP, "POST /axl/ HTTP/1.1\r\n\r\n");
    replies(HTTP, "HTTP/1.1 200 OK\r\n\r\n");
    is_mute(HTTP, "<html/>");
}

static void tls_says_it_by_its_greeting(void **state)
{
    (void)state;
    asks(TLS, "\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03\x03");
    replies(TLS, "\x16\x03\x03\x00\x2d\x02\x00\x00\x29\x03\x03");
    is_mute(TLS, "\x16\x03\x03\x00\x2d\x0b\x00\x00\x29\x03\x03");
    is_mute(TLS, "\x17\x03\x03\x00\x2d\x01\x00\x00\x29\x03\x03");
    is_mute(TLS, "\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03");
}

/* A message of each protocol that says something. */
#define one(name, literal) { IMPSVC_PROTOCOL_##name, literal, sizeof(literal) - 1 }
static const struct { impsvc_protocols protocol; const char *bytes; size_t length; } messages[] = {
    one(NTP, "\x23\x03\x06\xec" "12345678901234567890123456789012345678901234"),
    one(NTP, "\x16\x82\x00\x01\x06\x15\x00\x00\x00\x00\x00\x00"),
    one(NTP, "\x97\x00\x03\x2a\x00\x00\x00\x00\x00\x00\x00\x00"),
    one(DNS, "\x12\x34\x81\x80" DNS_TAIL),
    one(MDNS, "\x00\x00\x84\x00" DNS_TAIL),
    one(ISAKMP, COOKIES "\x21\x20\x22\x08" LENGTH_28),
    one(ISAKMP, "\x00\x00\x00\x00" ANSWERED "\x21\x20\x22\x20" LENGTH_28),
    one(SNMP, SNMP("\xa2")),
    one(SNMP, "\x30\x28" SNMP_V3("\x04", "\x30\x10\x04\x04" "engi" "\x04\x00" "\xa7\x06\x02\x01\x01\x30\x00\x05")),
    one(LDAP, "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00"),
    one(LDAP, "\x30\x84\x00\x00\x00\x10\x02\x01\x01\x61\x84\x00\x00\x00\x07\x0a\x01\x00\x04\x00\x04\x00"),
    one(SIP, "OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\n\r\n"),
    one(SIP, "SIP/2.0 200 OK\r\nVia: x\r\n\r\n"),
    one(HTTP, "POST /axl/ HTTP/1.1\r\n\r\n"),
    one(HTTP, "HTTP/1.1 200 OK\r\n\r\n"),
    one(TLS, "\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03\x03")
};
#undef one
#define MESSAGES (sizeof messages / sizeof messages[0])

/* The snap length must not turn an answer into a question. */
static void a_cut_message_says_the_same_or_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < MESSAGES; i++) {
        impsvc_saying whole = said_cut(messages[i].protocol, messages[i].bytes, messages[i].length, messages[i].length);

        assert_int_not_equal(whole, IMPSVC_SAYS_NOTHING);
        for (size_t length = 0; length <= messages[i].length; length++) {
            impsvc_saying cut = said_cut(messages[i].protocol, messages[i].bytes, length, messages[i].length);

            assert_true(cut == whole || cut == IMPSVC_SAYS_NOTHING);
            (void)said_cut(EVERY, messages[i].bytes, length, length);
        }
        assert_int_equal(said_cut(messages[i].protocol, messages[i].bytes, 0, messages[i].length), IMPSVC_SAYS_NOTHING);
    }
}

static void only_protocols_that_are_asked_for_say_something(void **state)
{
    (void)state;
    for (size_t i = 0; i < MESSAGES; i++) {
        impsvc_payload payload = whole_payload(messages[i].bytes, messages[i].length);
        impsvc_protocols protocol = 0;

        assert_int_equal(impsvc_says(&payload, 0, &protocol), IMPSVC_SAYS_NOTHING);
        assert_int_equal(impsvc_says(&payload, IMPSVC_PROTOCOL_XMPP | IMPSVC_PROTOCOL_SSH, &protocol), IMPSVC_SAYS_NOTHING);
        assert_int_equal(protocol, 0);
        assert_int_not_equal(impsvc_says(&payload, messages[i].protocol, &protocol), IMPSVC_SAYS_NOTHING);
        assert_int_equal(protocol, messages[i].protocol);
        free_payload(payload);
    }
}

/* Of several protocols the one that is surer says it: nearly anything may be NTP or DNS. */
static void the_surer_protocol_says_it(void **state)
{
    static const impsvc_protocols unsure = IMPSVC_PROTOCOL_NTP | IMPSVC_PROTOCOL_DNS | IMPSVC_PROTOCOL_MDNS;

    (void)state;
    for (size_t i = 0; i < MESSAGES; i++) {
        impsvc_payload payload = whole_payload(messages[i].bytes, messages[i].length);
        impsvc_protocols protocol = 0;

        if ((messages[i].protocol & unsure) == 0) {
            assert_int_not_equal(impsvc_says(&payload, EVERY, &protocol), IMPSVC_SAYS_NOTHING);
            assert_int_equal(protocol, messages[i].protocol);
        }
        free_payload(payload);
    }
}

/* Any byte changed, any length told by the wire: nothing is read that is not there, and the answer is the same again. */
static void broken_messages_are_read_within_their_bounds(void **state)
{
    fixed_random random = { 11 };
    unsigned sayings[IMPSVC_SAYS_NOTICE + 1] = { 0 };

    (void)state;
    for (unsigned i = 0; i < 100000; i++) {
        size_t number = random_below(&random, MESSAGES);
        size_t length = random_below(&random, messages[number].length + 1);
        size_t whole = messages[number].length + (i % 3 == 0 ? random_below(&random, 300) : 0);
        uint8_t bytes[64];
        impsvc_saying saying;

        assert_true(messages[number].length <= sizeof bytes);
        length = i % 2 == 0 ? messages[number].length : length;
        memcpy(bytes, messages[number].bytes, length);
        for (size_t changes = random_below(&random, 4); length > 0 && changes > 0; changes--)
            bytes[random_below(&random, length)] = (uint8_t)random_64(&random);
        saying = said_cut(i % 4 == 0 ? messages[number].protocol : EVERY, bytes, length, whole);
        assert_in_range(saying, IMPSVC_SAYS_NOTHING, IMPSVC_SAYS_NOTICE);
        sayings[saying]++;
    }
    for (size_t i = 0; i < sizeof sayings / sizeof sayings[0]; i++)
        assert_true(sayings[i] > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ntp_says_it_by_its_mode),
        cmocka_unit_test(ntps_control_messages_have_a_response_bit),
        cmocka_unit_test(dns_says_it_by_a_bit),
        cmocka_unit_test(ike_says_it_by_its_response_flag),
        cmocka_unit_test(of_ikes_first_version_the_first_message_asks),
        cmocka_unit_test(snmp_says_it_by_its_type),
        cmocka_unit_test(what_is_encrypted_says_nothing),
        cmocka_unit_test(ldap_says_it_by_its_operation),
        cmocka_unit_test(texts_say_it_by_their_first_line),
        cmocka_unit_test(tls_says_it_by_its_greeting),
        cmocka_unit_test(a_cut_message_says_the_same_or_nothing),
        cmocka_unit_test(only_protocols_that_are_asked_for_say_something),
        cmocka_unit_test(the_surer_protocol_says_it),
        cmocka_unit_test(broken_messages_are_read_within_their_bounds)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
