/* test_foreign.c
 * Payloads of protocols that no service of the port list speaks
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "exact_payload.h"
#include "fixed_random.h"
#include "core/foreign.h"

static bool ask_cut(const void *bytes, size_t length, size_t whole)
{
    impsvc_payload payload = cut_payload(bytes, length, whole);
    bool answer = impsvc_is_foreign(&payload);

    free_payload(payload);
    return answer;
}

/* A string literal's bytes, zeros included. */
#define is_foreign(literal) ask_cut(literal, sizeof(literal) - 1, sizeof(literal) - 1)

typedef struct {
    const char *bytes;
    size_t      length;
    size_t      enough;     /* so many bytes of it must have been captured */
} sample;

#define one(enough, literal) { literal, sizeof(literal) - 1, enough }

#define DNS_NAME "\x04" "cup1\x07" "example\x03" "com\x00"

static const sample samples[] = {
    /* mail, file transfer */
    one(4, "220 mail.example.com ESMTP\r\n"), one(4, "220-welcome\r\n"), one(5, "EHLO a.example\r\n"),
    one(5, "HELO a.example\r\n"),
    one(3, "+OK POP3 ready\r\n"), one(4, "* OK [CAPABILITY IMAP4rev1] ready\r\n"), one(9, "* PREAUTH IMAP4rev1\r\n"),
    /* media, screens, queues */
    one(9, "RTSP/1.0 200 OK\r\n"), one(9, "RTSP/2.0 200 OK\r\n"), one(14, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    one(8, "RFB 003.008\n"), one(8, "RFB 004.000\n"), one(4, "AMQP\x00\x00\x09\x01"),
    one(6, "INFO {\"server_id\":\"N\"}\r\n"), one(9, "CONNECT {\"verbose\":false}\r\n"),
    /* memcached, Redis, ZooKeeper */
    one(9, "VERSION\r\n"), one(6, "VALUE key 0 1\r\n1\r\nEND\r\n"), one(8, "STORED\r\n"),
    one(4, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n"), one(4, "$5\r\nhello\r\n"), one(9, ":100000\r\n"), one(5, "$-1\r\n"),
    one(4, "%2\r\n+a\r\n:1\r\n+b\r\n:2\r\n"), one(4, "~1\r\n:1\r\n"), one(4, ">2\r\n+a\r\n+b\r\n"), one(3, "+OK\r\n"),
    one(7, "+PONG\r\n"),
    one(6, "PING\r\n"), one(5, "-ERR unknown command\r\n"), one(8, "-NOAUTH Authentication required.\r\n"),
    one(7, "-MOVED 1 10.0.0.1:9004\r\n"), one(5, "-ASK 1 10.0.0.1:9004\r\n"), one(9, "-LOADING Redis is loading\r\n"),
    one(4, "ruok"), one(4, "imok"),
    /* MySQL and MariaDB */
    one(8, "\x1c\x00\x00\x00\x0a" "8.0.36\x00\x08\x00\x00\x00" "12345678\x00\xff\xff\xff\x02\x00\xff\xc7"),
    one(8, "\x12\x00\x00\x00\x0a" "10.6.16-Maria\x00\x01\x02\x03"),
    /* DNS: with a question, its answer, over TCP */
    one(34, "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" DNS_NAME "\x00\x01\x00\x01"
        "\x00\x00\x29\x10\x00\x00\x00\x00\x00\x00\x00"),
    one(34, "\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00" DNS_NAME "\x00\x01\x00\x01"
        "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x0a\x00\x00\x01"),
    one(36, "\x00\x22\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" DNS_NAME "\x00\x01\x00\x01"),
    /* MQTT, MongoDB, STUN, TPKT, SMB, BitTorrent */
    one(8, "\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04" "abcd"),
    one(8, "\x10\x10\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x02" "ab"),
    one(16, "\x18\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xdd\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    one(16, "\x18\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    one(16, "\x18\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\xd4\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    one(16, "\x18\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\xdc\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    one(20, "\x00\x01\x00\x00\x21\x12\xa4\x42" "123456789012"), one(20, "\x01\x01\x00\x00\x21\x12\xa4\x42" "123456789012"),
    one(7, "\x03\x00\x00\x0b\x06\xe0\x00\x00\x00\x00\x00"), one(7, "\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00"),
    one(7, "\x03\x00\x00\x08\x02\xf0\x80\x7f"),
    one(8, "\x00\x00\x00\x10\xff" "SMBr\x00\x00\x00\x00\x18\x53\xc8\x00\x00\x00"),
    one(8, "\x00\x00\x00\x10\xfe" "SMB@\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    one(4, "\xff" "SMBr\x00\x00\x00\x00"), one(4, "\xfe" "SMB@\x00\x00\x00"),
    one(20, "\x13" "BitTorrent protocol" "\x00\x00\x00\x00\x00\x10\x00\x05" "12345678901234567890")
};
#define SAMPLES (sizeof samples / sizeof samples[0])

static void what_other_peoples_programs_say_is_foreign(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++)
        if (!ask_cut(samples[i].bytes, samples[i].length, samples[i].length))
            fail_msg("sample %zu, %.12s, is not foreign", i, samples[i].bytes);
}

/* As much as tells it must be there, and no more. */
static void a_cut_payload_is_foreign_once_it_tells(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++)
        for (size_t length = 0; length <= samples[i].length; length++)
            if (ask_cut(samples[i].bytes, length, samples[i].length) != (length >= samples[i].enough))
                fail_msg("sample %zu, %.12s, cut to %zu", i, samples[i].bytes, length);
}

/* What the services of the port list say themselves. */
static void what_the_lists_services_say_is_not_foreign(void **state)
{
    (void)state;
    assert_false(is_foreign("OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\n\r\n"));
    assert_false(is_foreign("SIP/2.0 200 OK\r\n\r\n"));
    assert_false(is_foreign("GET /axl/ HTTP/1.1\r\n\r\n"));
    assert_false(is_foreign("CONNECT cup1:443 HTTP/1.1\r\n\r\n"));
    assert_false(is_foreign("HTTP/1.1 200 OK\r\n\r\n"));
    assert_false(is_foreign("SSH-2.0-OpenSSH_8.4\r\n"));
    assert_false(is_foreign("<stream:stream xmlns='jabber:component:accept' to='jsm-1.cup1'>"));
    assert_false(is_foreign("<handshake/>"));
    assert_false(is_foreign(" "));
    assert_false(is_foreign("\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03\x03"));
    assert_false(is_foreign("\x15\x03\x03\x00\x02\x02\x28"));
    assert_false(is_foreign("\x17\x03\x03\x00\x05\x31\x32\x33\x34\x35"));
    assert_false(is_foreign("\x30\x13\x02\x01\x01\x04\x06public\xa7\x06\x02\x01\x01\x30\x00\x05"));
    assert_false(is_foreign("\x30\x0c\x02\x01\x02\x60\x07\x02\x01\x03\x04\x00\x80\x00"));
    assert_false(is_foreign("\x01\x0d\x10\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x00"));
    assert_false(is_foreign("JRMI\x00\x02\x4b"));
    assert_false(is_foreign("\x50\xac\xed\x00\x05\x77\x22\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"));
    assert_false(is_foreign("\x4e\x00\x09" "127.0.0.1" "\x00\x00\x9d\x0c"));
    assert_false(is_foreign("\x00\x00\x00\x08\x04\xd2\x16\x2f"));
    assert_false(is_foreign("\x00\x00\x00\x10\x00\x03\x00\x00user\x00x\x00\x00"));
    assert_false(is_foreign("12345678" "\x00\x00\x00\x00\x00\x00\x00\x00\x21\x20\x22\x08\x00\x00\x00\x00\x00\x00\x00\x1c"));
    assert_false(is_foreign("\x23\x03\x06\xec" "12345678901234567890123456789012345678901234"));
    assert_false(is_foreign(""));
}

/* Each has one thing that its protocol does not allow. */
static void what_only_looks_like_it_is_not_foreign(void **state)
{
    (void)state;
    assert_false(is_foreign("220"));
    assert_false(is_foreign("221 bye\r\n"));
    assert_false(is_foreign("* ok"));
    assert_false(is_foreign("VERSION 1\r\n"));
    assert_false(is_foreign("INFO x"));
    assert_false(is_foreign("*3\n$3\n"));
    assert_false(is_foreign("*x\r\n"));
    assert_false(is_foreign("*\r\n*"));
    assert_false(is_foreign("*-\r\n"));
    assert_false(is_foreign("#1\r\n"));
    assert_false(is_foreign(":123456789012\r\n"));
    assert_false(is_foreign("\x1c\x00\x00\x01\x0a" "8.0.36\x00\x08\x00\x00\x00" "12345678\x00\xff\xff\xff\x02\x00\xff\xc7"));
    assert_false(is_foreign("\x1c\x00\x00\x00\x0a" "x.0.36\x00\x08\x00\x00\x00" "12345678\x00\xff\xff\xff\x02\x00\xff\xc7"));
    assert_false(is_foreign("\x1d\x00\x00\x00\x0a" "8.0.36\x00\x08\x00\x00\x00" "12345678\x00\xff\xff\xff\x02\x00\xff\xc7"));
    assert_false(is_foreign("\x10\x90\x00\x04MQTT\x04"));
    assert_false(is_foreign("\x10\x10\x00\x05MQTTX\x04"));
    assert_false(is_foreign("\x19\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xdd\x07\x00\x00\x00\x00"
                            "\x00\x00\x00\x00\x00\x00"));
    assert_false(is_foreign("\x18\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xde\x07\x00\x00\x00\x00"
                            "\x00\x00\x00\x00\x00\x00"));
    assert_false(is_foreign("\x00\x01\x00\x00\x21\x12\xa4\x43" "123456789012"));
    assert_false(is_foreign("\x02\x01\x00\x00\x21\x12\xa4\x42" "123456789012"));
    assert_false(is_foreign("\x03\x00\x00\x0c\x06\xe0\x00\x00\x00\x00\x00"));
    assert_false(is_foreign("\x03\x00\x00\x0b\x06\x10\x00\x00\x00\x00\x00"));
    assert_false(is_foreign("\x00\x00\x00\x10\xfd" "SMBr"));
    assert_false(is_foreign("\x13" "BitTorrent protocoL" "12345678"));
}

#define QUESTION(flags, counts, name, kind) "\x12\x34" flags counts name kind
#define COUNTS "\x00\x01\x00\x00\x00\x00\x00\x00"
#define ADDRESS "\x00\x01\x00\x01"

/* RFC 1035, 4.1. */
static void a_dns_message_has_one_question_with_a_name(void **state)
{
    (void)state;
    assert_true(is_foreign(QUESTION("\x01\x00", COUNTS, DNS_NAME, ADDRESS)));
    assert_true(is_foreign(QUESTION("\x01\x00", COUNTS, "\x01" "a\x00", "\x00\x1c\x00\xff")));
    assert_false(is_foreign(QUESTION("\x29\x00", COUNTS, DNS_NAME, ADDRESS)));      /* an update */
    assert_false(is_foreign(QUESTION("\x01\x40", COUNTS, DNS_NAME, ADDRESS)));      /* a bit that must be zero */
    assert_false(is_foreign(QUESTION("\x01\x00", "\x00\x02\x00\x00\x00\x00\x00\x00", DNS_NAME, ADDRESS)));
    assert_false(is_foreign(QUESTION("\x01\x00", "\x00\x01\x01\x00\x00\x00\x00\x00", DNS_NAME, ADDRESS)));
    assert_false(is_foreign(QUESTION("\x01\x00", "\x00\x01\x00\x00\x01\x00\x00\x00", DNS_NAME, ADDRESS)));
    assert_false(is_foreign(QUESTION("\x01\x00", "\x00\x01\x00\x00\x00\x00\x01\x00", DNS_NAME, ADDRESS)));
    assert_false(is_foreign(QUESTION("\x01\x00", COUNTS, "\x00", ADDRESS "\x00\x00\x00")));     /* no name */
    assert_false(is_foreign(QUESTION("\x01\x00", COUNTS, "\x40" "a\x00", ADDRESS)));
    assert_false(is_foreign(QUESTION("\x01\x00", COUNTS, "\x3f" "a\x00", ADDRESS)));            /* beyond the end */
    assert_false(is_foreign(QUESTION("\x01\x00", COUNTS, DNS_NAME, "\x00\x01\x00\x00")));
    assert_false(is_foreign(QUESTION("\x01\x00", COUNTS, DNS_NAME, "\x00\x01\x01\x01")));
    assert_false(is_foreign("\x00\x23" QUESTION("\x01\x00", COUNTS, DNS_NAME, ADDRESS)));       /* not its length */
}

/* Any byte changed, any snap length, any length told by the wire: nothing is read that is not there. */
static void broken_payloads_are_read_within_their_bounds(void **state)
{
    fixed_random random = { 12 };
    unsigned foreign = 0, others = 0;

    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        const sample *seed = &samples[random_below(&random, SAMPLES)];
        size_t length = i % 2 == 0 ? seed->length : random_below(&random, seed->length + 1);
        uint8_t bytes[128];
        bool answer;

        assert_true(seed->length <= sizeof bytes);
        memcpy(bytes, seed->bytes, length);
        for (size_t changes = random_below(&random, 4); length > 0 && changes > 0; changes--)
            bytes[random_below(&random, length)] = (uint8_t)random_64(&random);
        answer = ask_cut(bytes, length, seed->length + (i % 5 == 0 ? random_below(&random, 300) : 0));
        foreign += answer;
        others += !answer;
    }
    assert_true(foreign > 10000 && others > 10000);
}

/* It must not be met by chance: of what is encrypted or compressed hardly anything begins so. */
static void noise_is_not_foreign(void **state)
{
    fixed_random random = { 13 };
    unsigned foreign = 0;

    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        uint64_t noise[8];

        for (size_t j = 0; j < sizeof noise / sizeof noise[0]; j++)
            noise[j] = random_64(&random);
        foreign += ask_cut(noise, sizeof noise, sizeof noise);
    }
    assert_true(foreign <= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_other_peoples_programs_say_is_foreign),
        cmocka_unit_test(a_cut_payload_is_foreign_once_it_tells),
        cmocka_unit_test(what_the_lists_services_say_is_not_foreign),
        cmocka_unit_test(what_only_looks_like_it_is_not_foreign),
        cmocka_unit_test(a_dns_message_has_one_question_with_a_name),
        cmocka_unit_test(broken_payloads_are_read_within_their_bounds),
        cmocka_unit_test(noise_is_not_foreign)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
