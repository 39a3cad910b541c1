/* recognise_surely.c
 * Payloads that are of one protocol beyond doubt, whatever the port
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/recognise_surely.h"

#include "core/ber.h"
#include "core/recognise.h"

#define HEAD 1024   /* the first bytes show which text protocol it is */

static bool is_kind_of(impsvc_protocols protocol, const impsvc_payload *p)
{
    return impsvc_recognise(protocol, p->bytes, p->length, p->whole);
}

static bool is_sip(const impsvc_payload *p)
{
    return is_kind_of(IMPSVC_PROTOCOL_SIP, p) && (impsvc_begins_with(p, "SIP/2.0 ") || impsvc_contains(p, " SIP/2.0\r\n", HEAD));
}

static bool is_http(const impsvc_payload *p)
{
    return is_kind_of(IMPSVC_PROTOCOL_HTTP, p) && (impsvc_begins_with(p, "HTTP/1.") || impsvc_contains(p, " HTTP/1.", HEAD));
}

/* RFC 8446, 4: the greeting of either end, in a record that holds at least its head. */
static bool is_tls_hello(const impsvc_payload *p)
{
    return p->length >= 11 && p->bytes[0] == IMPSVC_TLS_HANDSHAKE && p->bytes[1] == 3 && p->bytes[2] <= 4
           && (p->bytes[5] == 1 || p->bytes[5] == 2) && p->bytes[6] == 0 && p->bytes[9] == 3;
}

/* RFC 4253, 4.2. */
static bool is_ssh(const impsvc_payload *p)
{
    return impsvc_begins_with(p, "SSH-2.0-") || impsvc_begins_with(p, "SSH-1.99-");
}

/* Whether a stream's head has a namespace. Further on, anybody may write its name into a message. */
static bool head_has(const impsvc_payload *p, const char *space)
{
    size_t from = impsvc_find_text(p, "<stream:stream", HEAD);
    impsvc_payload head = { p->bytes + from, p->length - from, p->whole - from };

    head.length = impsvc_find_text(&head, ">", HEAD);
    return impsvc_contains(&head, space, HEAD);
}

/* RFC 6120, 4: a stream's head, with the namespace of streams. Behind anything else than markup it is quoted. */
static bool opens_stream(const impsvc_payload *p)
{
    return impsvc_begins_with(p, "<") && is_kind_of(IMPSVC_PROTOCOL_XMPP, p) && impsvc_contains(p, "<stream:stream", HEAD)
           && impsvc_contains(p, "http://etherx.jabber.org/streams", HEAD);
}

/* RFC 6120, 8: a stanza. The blank or slash after its name keeps other XML out. */
static bool is_stanza(const impsvc_payload *p)
{
    static const char *const starts[] = {
        "<message ", "<presence ", "<presence/>", "<presence>", "<iq ", "<stream:features", "<starttls ", "<auth xmlns",
        "</stream:stream>", NULL
    };

    return impsvc_begins_with_one_of(p, starts) && is_kind_of(IMPSVC_PROTOCOL_XMPP, p);
}

bool impsvc_surely_xcp(const impsvc_payload *p)
{
    return opens_stream(p) && head_has(p, "jabber:component:");
}

bool impsvc_accepts_component(const impsvc_payload *p)
{
    return (impsvc_contains(p, "<handshake/>", HEAD) || impsvc_contains(p, "<handshake></handshake>", HEAD))
           && !impsvc_contains(p, "<stream:error", HEAD);
}

bool impsvc_surely_xmpp_server(const impsvc_payload *p)
{
    static const char *const starts[] = { "<db:result ", "<db:verify ", NULL };

    return impsvc_begins_with_one_of(p, starts) || (opens_stream(p) && head_has(p, "jabber:server"));
}

bool impsvc_surely_no_component(const impsvc_payload *p)
{
    return is_kind_of(IMPSVC_PROTOCOL_XMPP, p) && (head_has(p, "jabber:client") || head_has(p, "jabber:server"));
}

static bool is_xmpp(const impsvc_payload *p)
{
    if (p->length == 0 || p->bytes[0] != '<')   /* most are sorted out by this */
        return false;
    return opens_stream(p) || is_stanza(p) || impsvc_surely_xcp(p) || impsvc_surely_xmpp_server(p);
}

/* A datagram is one message, so the outermost SEQUENCE fills it. After the version comes a community
 * or, in version 3, a SEQUENCE: otherwise LDAP's first message begins in the same way. */
static bool is_snmp(const impsvc_payload *p)
{
    size_t length;
    size_t at = is_kind_of(IMPSVC_PROTOCOL_SNMP, p) ? impsvc_ber_content(p, 1, &length) : 0;

    return at != 0 && at + length == p->whole && at + 3 < p->length
           && p->bytes[at + 3] == (p->bytes[at + 2] == 3 ? 0x30 : 0x04);
}

/* The place after the element at an offset; 0 where that is beyond what was captured. */
static size_t ber_next(const impsvc_payload *p, size_t at)
{
    size_t length;

    at = at == 0 ? 0 : impsvc_ber_content(p, at + 1, &length);
    return at == 0 || length >= p->length || at + length >= p->length ? 0 : at + length;
}

/* Of version 1 and 2 (RFC 3416, 3) the message's own part comes after the community; of version 3 (RFC 3412, 6) after head
 * and security, and there after the context's engine and name. */
uint8_t impsvc_surely_snmp_type(const impsvc_payload *p)
{
    size_t length;
    size_t at = is_snmp(p) ? impsvc_ber_content(p, 1, &length) : 0;
    bool third = at != 0 && p->bytes[at + 2] == 3;

    at = ber_next(p, ber_next(p, at));
    if (at != 0 && third) {
        at = ber_next(p, at);
        if (at == 0 || p->bytes[at] != 0x30)
            return 0;       /* encrypted */
        at = impsvc_ber_content(p, at + 1, &length);
        at = ber_next(p, ber_next(p, at));
    }
    return at == 0 ? 0 : p->bytes[at];
}

bool impsvc_surely_snmp_trap(const impsvc_payload *p)
{
    uint8_t type = impsvc_surely_snmp_type(p);

    return type == 0xa4 || type == 0xa6 || type == 0xa7;
}

/* RFC 4511, 4.2 ff.: one of the operations, and a message that ends with the payload at the latest, unless
 * that is as long as the first segment of a large answer. */
static bool is_ldap(const impsvc_payload *p)
{
    size_t length, id;
    size_t at = is_kind_of(IMPSVC_PROTOCOL_LDAP, p) ? impsvc_ber_content(p, 1, &length) : 0;
    uint8_t operation;

    if (at == 0 || length < 5)
        return false;
    id = p->bytes[at + 1];
    if (at + 2 + id >= p->length)
        return false;
    operation = p->bytes[at + 2 + id] & 0x1f;
    return operation <= 25 && (at + length <= p->whole || p->whole >= 500);
}

/* RFC 2741, 6.1: a head of 20 bytes, with the length of the rest in the byte order that its flags name. */
static bool is_agentx(const impsvc_payload *p)
{
    size_t length;

    if (!is_kind_of(IMPSVC_PROTOCOL_AGENTX, p))
        return false;
    if (p->bytes[2] & 0x10)
        length = impsvc_get_32(p, 16);
    else
        length = (size_t)p->bytes[16] | (size_t)p->bytes[17] << 8 | (size_t)p->bytes[18] << 16 | (size_t)p->bytes[19] << 24;
    return length % 4 == 0 && length + 20 == p->whole;
}

/* The magic, or a call or return with the head of Java's serialization. */
static bool is_rmi(const impsvc_payload *p)
{
    return is_kind_of(IMPSVC_PROTOCOL_RMI, p) && (p->bytes[0] == 'J' || p->bytes[0] == 0x50 || p->bytes[0] == 0x51);
}

/* A query alone: its text and a zero byte after it. */
static bool is_query(const impsvc_payload *p)
{
    if (p->length < 7 || p->length != p->whole || p->bytes[0] != 'Q' || p->bytes[p->length - 1] != 0)
        return false;
    for (size_t at = 5; at + 1 < p->length; at++)
        if (p->bytes[at] < ' ' && p->bytes[at] != '\n' && p->bytes[at] != '\t' && p->bytes[at] != '\r')
            return false;
    return true;
}

/* PostgreSQL, "Message Formats": a start-up message, or several messages one after the other to the end. A
 * letter and a length are too little: one message alone must be a query. */
static bool is_pgsql(const impsvc_payload *p)
{
    size_t at = 0;
    unsigned messages = 0;
    uint32_t code = impsvc_get_32(p, 4);

    if (impsvc_get_32(p, 0) == p->whole && (code == 0x00030000 || code == 80877103 || code == 80877102))
        return p->whole >= 8;
    while (at + 5 <= p->length && strchr("123BCDEFGHIKNPQRSTVWXZcdfnpst", p->bytes[at]) != NULL && p->bytes[at] != 0
           && impsvc_get_32(p, at + 1) >= 4 && impsvc_get_32(p, at + 1) <= p->whole) {
        at += 1 + (size_t)impsvc_get_32(p, at + 1);
        messages++;
    }
    return at == p->whole && (messages > 1 || is_query(p));
}

/* RFC 7296, 3.1 and RFC 2408, 3.1: a cookie of the initiator, version 1.0 or 2.0, the length of the
 * whole. On ports other than 500, four zero bytes come before it (RFC 3948, 2.2). */
static bool is_isakmp(const impsvc_payload *p)
{
    size_t at = impsvc_isakmp_marker(p);

    if (p->length < at + 28 || impsvc_get_32(p, at + 24) != p->whole - at)
        return false;
    return (impsvc_get_32(p, at) | impsvc_get_32(p, at + 4)) != 0
           && (p->bytes[at + 17] == 0x10 || p->bytes[at + 17] == 0x20);
}

size_t impsvc_isakmp_marker(const impsvc_payload *p)
{
    return p->length >= 4 && impsvc_get_32(p, 0) == 0 ? 4 : 0;
}

bool impsvc_surely_bosh(const impsvc_payload *p)
{
    return is_http(p) && impsvc_contains(p, "http://jabber.org/protocol/httpbind", p->length);
}

bool impsvc_surely_exchange(const impsvc_payload *p)
{
    if (!is_http(p))
        return false;
    if (impsvc_begins_with(p, "NOTIFY "))
        return impsvc_contains(p, "Subscription-", HEAD);
    return impsvc_contains(p, "SendNotification", p->length);
}

static const struct {
    impsvc_protocols protocol;
    bool           (*is)(const impsvc_payload *payload);
} tests[] = {
    { IMPSVC_PROTOCOL_AGENTX, is_agentx },
    { IMPSVC_PROTOCOL_HTTP,   is_http },
    { IMPSVC_PROTOCOL_ISAKMP, is_isakmp },
    { IMPSVC_PROTOCOL_LDAP,   is_ldap },
    { IMPSVC_PROTOCOL_PGSQL,  is_pgsql },
    { IMPSVC_PROTOCOL_RMI,    is_rmi },
    { IMPSVC_PROTOCOL_SIP,    is_sip },
    { IMPSVC_PROTOCOL_SNMP,   is_snmp },
    { IMPSVC_PROTOCOL_SSH,    is_ssh },
    { IMPSVC_PROTOCOL_TLS,    is_tls_hello },
    { IMPSVC_PROTOCOL_XMPP,   is_xmpp }
};

bool impsvc_surely(impsvc_protocols protocol, const impsvc_payload *payload)
{
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        if (tests[i].protocol == protocol)
            return payload->length > 0 && tests[i].is(payload);
    return false;
}

bool impsvc_surely_one_of(impsvc_protocols protocols, const impsvc_payload *payload)
{
    for (size_t i = 0; payload->length > 0 && i < sizeof tests / sizeof tests[0]; i++)
        if ((tests[i].protocol & protocols) != 0 && tests[i].is(payload))
            return true;
    return false;
}

impsvc_protocols impsvc_surely_text(const impsvc_payload *payload)
{
    static const impsvc_protocols texts[] = { IMPSVC_PROTOCOL_HTTP, IMPSVC_PROTOCOL_SIP, IMPSVC_PROTOCOL_SSH,
                                              IMPSVC_PROTOCOL_XMPP };

    /* Most payloads are none of them, and this is asked often. */
    if (payload->length == 0 || !(payload->bytes[0] == '<' || (payload->bytes[0] >= 'A' && payload->bytes[0] <= 'Z')))
        return 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (impsvc_surely(texts[i], payload))
            return texts[i];
    return 0;
}
