/* foreign.c
 * Payloads of well-known protocols that no service of the port list speaks
 *
 * Each begins with something that its standard or manual fixes, and long enough not to be met by chance.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/foreign.h"

#include "core/recognise.h"
#include "core/recognise_surely.h"

static const char *const greetings[] = {
    "220 ", "220-", "EHLO ", "HELO ",                               /* SMTP, FTP: RFC 5321, RFC 959 */
    "+OK", "* OK", "* PREAUTH",                                     /* POP3, IMAP: RFC 1939, RFC 9051 */
    "RTSP/1.0 ", "RTSP/2.0 ",                                       /* RFC 7826 */
    "PRI * HTTP/2.0",                                               /* RFC 9113, 3.4 */
    "RFB 003.", "RFB 004.",                                         /* VNC: RFC 6143, 7.1.1 */
    "AMQP",                                                         /* AMQP 0-9-1, 4.2.2 */
    "INFO {", "CONNECT {",                                          /* NATS client protocol */
    "VERSION\r\n", "VALUE ", "STORED\r\n",                 /* memcached */
    "\xffSMB", "\xfeSMB",                                           /* without NetBIOS' head */
    "-ERR ", "+PONG\r\n", "PING\r\n", "-NOAUTH ", "-MOVED ", "-ASK ", "-LOADING ",   /* Redis */
    "ruok", "imok",                                                 /* ZooKeeper */
    NULL
};

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* RESP: "*3\r\n$3\r\n…", "$5\r\n…", ":1000\r\n", "+OK\r\n" (Redis serialization protocol). */
static bool is_redis(const impsvc_payload *p)
{
    size_t digits, at;

    if (p->length < 4 || p->bytes[0] == 0 || strchr("*$:%~>", p->bytes[0]) == NULL)
        return false;
    digits = p->bytes[1] == '-' ? 2 : 1;
    for (at = digits; at < p->length && at < 12 && is_digit(p->bytes[at]); at++)
        ;
    return at > digits && at + 1 < p->length && p->bytes[at] == '\r' && p->bytes[at + 1] == '\n';
}

/* MySQL, "Protocol::HandshakeV10": length of three bytes, packet 0, version 10, then digits of the server's version. */
static bool is_mysql(const impsvc_payload *p)
{
    return p->length >= 8 && p->bytes[3] == 0 && p->bytes[4] == 10 && is_digit(p->bytes[5])
           && (p->bytes[6] == '.' || is_digit(p->bytes[6]))
           && ((size_t)p->bytes[0] | (size_t)p->bytes[1] << 8 | (size_t)p->bytes[2] << 16) + 4 == p->whole;
}

/* RFC 1035, 4.1.1: a message with one question, whose name is made of labels. Over TCP its length stands before it (4.2.2). */
static bool is_dns_at(const impsvc_payload *p, size_t at)
{
    size_t name = at + 12;

    if (p->length < at + 17 || (p->bytes[at + 2] & 0x78) != 0 || (p->bytes[at + 3] & 0x40) != 0
        || impsvc_get_16(p, at + 4) != 1 || impsvc_get_16(p, at + 6) > 255 || impsvc_get_16(p, at + 8) > 255
        || impsvc_get_16(p, at + 10) > 255)
        return false;
    while (name < p->length && p->bytes[name] != 0 && p->bytes[name] < 64)
        name += 1 + (size_t)p->bytes[name];
    return name > at + 12 && name + 5 <= p->length && p->bytes[name] == 0 && impsvc_get_16(p, name + 3) <= 255
           && p->bytes[name + 4] != 0;
}

static bool is_dns(const impsvc_payload *p)
{
    return is_dns_at(p, 0) || (p->length > 2 && (size_t)impsvc_get_16(p, 0) + 2 == p->whole && is_dns_at(p, 2));
}

/* MQTT 3.1.1, 3.1: CONNECT, with the protocol's name. */
static bool is_mqtt(const impsvc_payload *p)
{
    return p->length >= 8 && p->bytes[0] == 0x10 && p->bytes[1] < 0x80 && p->bytes[2] == 0
           && (memcmp(p->bytes + 3, "\x04MQTT", 5) == 0 || memcmp(p->bytes + 3, "\x06MQIs", 5) == 0);
}

/* MongoDB wire protocol: length of the whole, two numbers, then OP_MSG (2013), OP_QUERY (2004), OP_REPLY (1) or OP_COMPRESSED. */
static bool is_mongodb(const impsvc_payload *p)
{
    size_t length, operation;

    if (p->length < 16)
        return false;
    length = (size_t)p->bytes[0] | (size_t)p->bytes[1] << 8 | (size_t)p->bytes[2] << 16 | (size_t)p->bytes[3] << 24;
    operation = (size_t)p->bytes[12] | (size_t)p->bytes[13] << 8 | (size_t)p->bytes[14] << 16 | (size_t)p->bytes[15] << 24;
    return length == p->whole && (operation == 2013 || operation == 2012 || operation == 2004 || operation == 1);
}

/* RFC 8489, 5: STUN's length and magic cookie. */
static bool is_stun(const impsvc_payload *p)
{
    return p->length >= 20 && p->bytes[0] < 2 && impsvc_get_32(p, 4) == 0x2112a442;
}

/* TPKT (RFC 1006, 6) with a connection request or confirmation of COTP: RDP, H.323. */
static bool is_tpkt(const impsvc_payload *p)
{
    return p->length >= 7 && p->bytes[0] == 3 && p->bytes[1] == 0 && impsvc_get_16(p, 2) == p->whole
           && ((p->bytes[5] & 0xf0) == 0xe0 || (p->bytes[5] & 0xf0) == 0xd0 || p->bytes[5] == 0xf0);
}

/* SMB after NetBIOS' session head of four bytes. */
static bool is_smb(const impsvc_payload *p)
{
    return p->length >= 8 && p->bytes[0] == 0 && (p->bytes[4] == 0xff || p->bytes[4] == 0xfe)
           && memcmp(p->bytes + 5, "SMB", 3) == 0;
}

bool impsvc_is_foreign(const impsvc_payload *p)
{
    static bool (*const tests[])(const impsvc_payload *payload) = {
        is_redis, is_mysql, is_dns, is_mqtt, is_mongodb, is_stun, is_tpkt, is_smb
    };

    if (p->length == 0)
        return false;
    if (impsvc_begins_with_one_of(p, greetings) || (p->bytes[0] == 19 && p->length >= 20
                                                    && memcmp(p->bytes + 1, "BitTorrent protocol", 19) == 0))
        return true;
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        if (tests[i](p))
            return true;
    return false;
}

bool impsvc_is_not_of(impsvc_protocols protocol, const impsvc_payload *p)
{
    if (p->length == 0 || (protocol == IMPSVC_PROTOCOL_XMPP && p->bytes[0] == '<'))
        return false;
    if (protocol != IMPSVC_PROTOCOL_XMPP && impsvc_recognise(protocol, p->bytes, p->length, p->whole))
        return false;       /* most are what they should be */
    if (protocol != IMPSVC_PROTOCOL_TLS && impsvc_recognise(IMPSVC_PROTOCOL_TLS, p->bytes, p->length, p->whole))
        return true;
    if ((protocol & (IMPSVC_PROTOCOL_HTTP | IMPSVC_PROTOCOL_LDAP)) != 0)
        return true;
    return impsvc_surely_one_of(~protocol, p);
}
