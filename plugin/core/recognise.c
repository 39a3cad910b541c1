/* recognise.c
 * Which protocol a payload begins like
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/recognise.h"

#include "core/ber.h"
#include "core/payload.h"

/* This many bytes of text with markup in them are enough to call it XML. */
#define XMPP_TEXT_ENOUGH 64

/* Namespaces are looked for in this many bytes. */
#define NAMESPACES_END 4096

/* RFC 8446, 5.1: content type, legacy version 3.0 to 3.4, length at most 2^14 + 2048 (RFC 5246, 6.2.3). */
static bool is_tls(const impsvc_payload *p)
{
    if (p->length < 5)
        return false;
    return p->bytes[0] >= 20 && p->bytes[0] <= 24 && p->bytes[1] == 3 && p->bytes[2] <= 4
           && (p->bytes[3] << 8 | p->bytes[4]) <= 16384 + 2048;
}

/* RFC 3261, 7: a status line, or one of the methods in use and a URI. */
static bool is_sip(const impsvc_payload *p)
{
    static const char *const starts[] = {
        "SIP/2.0 ", "INVITE sip", "ACK sip", "BYE sip", "CANCEL sip", "REGISTER sip", "OPTIONS sip", "PRACK sip",
        "SUBSCRIBE sip", "NOTIFY sip", "PUBLISH sip", "INFO sip", "REFER sip", "MESSAGE sip", "UPDATE sip",
        "INVITE tel:", "SUBSCRIBE tel:", "PUBLISH tel:", "MESSAGE tel:", NULL
    };

    return impsvc_begins_with_one_of(p, starts);
}

/* RFC 9110, 9; RFC 4918, 9 (WebDAV) and the NOTIFY that Exchange sends over UDP. */
static bool is_http(const impsvc_payload *p)
{
    static const char *const starts[] = {
        "HTTP/1.", "GET /", "POST /", "PUT /", "HEAD /", "DELETE /", "PATCH /", "OPTIONS /", "OPTIONS *", "TRACE /",
        "NOTIFY /", "SUBSCRIBE /", "UNSUBSCRIBE /", "POLL /", "PROPFIND /", "PROPPATCH /", "SEARCH /", "MKCOL /",
        "NOTIFY http", "GET http", "POST http", "PUT http", "CONNECT ", NULL
    };

    return impsvc_begins_with_one_of(p, starts);
}

/* A byte of text: any but control characters, of which only white space counts. */
static bool is_text(uint8_t byte)
{
    return byte >= ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_name_start(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || byte >= 0x80;
}

/* Markup opens here: a tag, an end tag, or the XML declaration. */
static bool opens_markup(const uint8_t *at, size_t length)
{
    if (length < 2 || at[0] != '<')
        return false;
    if (at[1] == '/')
        return length > 2 && is_name_start(at[2]);
    return is_name_start(at[1]) || at[1] == '?';
}

/* Text with markup in it. */
static bool is_xml(const impsvc_payload *p)
{
    bool markup = false;

    for (size_t i = 0; i < p->length && !(markup && i >= XMPP_TEXT_ENOUGH); i++) {
        if (!is_text(p->bytes[i]))
            return false;
        markup = markup || opens_markup(p->bytes + i, p->length - i);
    }
    return markup;
}

/* Whether an attribute's value begins with a text: namespaces stand so. What somebody writes may have it before. */
static bool has_value(const impsvc_payload *p, const char *text)
{
    impsvc_payload rest = { p->bytes, p->length < NAMESPACES_END ? p->length : NAMESPACES_END, p->whole };
    size_t at;

    for (; rest.length > 0; rest.bytes += at + 1, rest.length -= at + 1) {
        const uint8_t *found;

        at = impsvc_find_text(&rest, text, rest.length);
        if (at == rest.length)
            return false;
        found = rest.bytes + at;
        if (found > p->bytes && (found[-1] == '\'' || found[-1] == '"'))
            return true;
    }
    return false;
}

/* RFC 6120, 4.8 and 8: a stream's head and most stanzas name a namespace of XMPP's. Other XML has messages and routes, too. */
static bool is_xmpp(const impsvc_payload *p)
{
    static const char *const namespaces[] = {
        "http://etherx.jabber.org/streams", "jabber:", "urn:xmpp:", "http://jabber.org/protocol/", "urn:ietf:params:xml:ns:xmpp"
    };

    if (!is_xml(p))
        return false;
    for (size_t i = 0; i < sizeof namespaces / sizeof namespaces[0]; i++)
        if (has_value(p, namespaces[i]))
            return true;
    return false;
}

/* A lost segment may let the stream go on in the middle of a stanza. A single blank keeps it alive (RFC 6120, 4.6.1). */
bool impsvc_continues_xmpp(const impsvc_payload *p)
{
    return p->whole == 1 ? p->length == 1 && p->bytes[0] == ' ' : is_xml(p);
}

/* A SEQUENCE that begins with an INTEGER of one byte; its value, or -1. */
static int ber_first_integer(const impsvc_payload *p)
{
    size_t length;
    size_t at = p->length > 0 && p->bytes[0] == 0x30 ? impsvc_ber_content(p, 1, &length) : 0;

    if (at == 0 || p->length < at + 3 || p->bytes[at] != 0x02 || p->bytes[at + 1] != 1)
        return -1;
    return p->bytes[at + 2];
}

/* RFC 3416, RFC 3412: version 0 (v1), 1 (v2c) or 3. */
static bool is_snmp(const impsvc_payload *p)
{
    int version = ber_first_integer(p);

    return version == 0 || version == 1 || version == 3;
}

/* RFC 4511, 4.1.1: SEQUENCE, message id, then an application tag. */
static bool is_ldap(const impsvc_payload *p)
{
    size_t length;
    size_t at = p->length > 0 && p->bytes[0] == 0x30 ? impsvc_ber_content(p, 1, &length) : 0;

    if (at == 0 || p->length < at + 2 || p->bytes[at] != 0x02 || p->bytes[at + 1] < 1 || p->bytes[at + 1] > 4)
        return false;
    at += 2 + (size_t)p->bytes[at + 1];
    return p->length > at && (p->bytes[at] & 0xc0) == 0x40;
}

/* RFC 2741, 6.1: version 1, a type of 1 to 18, five flags, a zero, and a length in words. */
static bool is_agentx(const impsvc_payload *p)
{
    if (p->length < 20 || p->bytes[0] != 1 || p->bytes[1] < 1 || p->bytes[1] > 18)
        return false;
    return (p->bytes[2] & 0xe0) == 0 && p->bytes[3] == 0;
}

#define AGENTX_TEST_SET         8
#define AGENTX_NOTIFY           12
#define AGENTX_INDEX_ALLOCATE   14
#define AGENTX_INDEX_DEALLOCATE 15
#define AGENTX_RESPONSE         18
#define AGENTX_RESPONSE_LENGTH  8   /* without bindings: time, error, index */

bool impsvc_agentx_has_bindings(const impsvc_payload *p)
{
    if (!is_agentx(p))
        return false;
    switch (p->bytes[1]) {
    case AGENTX_TEST_SET:
    case AGENTX_NOTIFY:
    case AGENTX_INDEX_ALLOCATE:
    case AGENTX_INDEX_DEALLOCATE:
        return true;
    case AGENTX_RESPONSE:   /* the length may be in either byte order */
        return impsvc_get_32(p, 16) != AGENTX_RESPONSE_LENGTH && impsvc_get_32(p, 16) != AGENTX_RESPONSE_LENGTH << 24;
    default:
        return false;
    }
}

/* Java RMI wire protocol: the magic, the answer to it, calls and returns with
 * their serialization header, and the three messages without. */
static bool is_rmi(const impsvc_payload *p)
{
    static const uint8_t header[] = { 0xac, 0xed, 0x00, 0x05 };

    if (impsvc_begins_with(p, "JRMI") && p->length >= 7)
        return p->bytes[4] == 0 && p->bytes[6] >= 0x4b && p->bytes[6] <= 0x4d;
    if (p->length == 0)
        return false;
    switch (p->bytes[0]) {
    case 0x4e:  /* protocol acknowledged: the client's host name and port */
        return p->length >= 3 && (size_t)(p->bytes[1] << 8 | p->bytes[2]) + 7 == p->whole;
    case 0x50:  /* call */
    case 0x51:  /* return */
        return p->length >= 5 && memcmp(p->bytes + 1, header, sizeof header) == 0;
    case 0x52:  /* ping */
    case 0x53:  /* its answer */
        return p->whole == 1;
    case 0x54:  /* acknowledgement to the garbage collector: a unique identifier */
        return p->whole == 15;
    default:
        return false;
    }
}

static const struct {
    impsvc_protocols protocol;
    bool           (*is)(const impsvc_payload *p);
} recognisers[] = {
    { IMPSVC_PROTOCOL_AGENTX, is_agentx },
    { IMPSVC_PROTOCOL_HTTP,   is_http },
    { IMPSVC_PROTOCOL_LDAP,   is_ldap },
    { IMPSVC_PROTOCOL_RMI,    is_rmi },
    { IMPSVC_PROTOCOL_SIP,    is_sip },
    { IMPSVC_PROTOCOL_SNMP,   is_snmp },
    { IMPSVC_PROTOCOL_TLS,    is_tls },
    { IMPSVC_PROTOCOL_XMPP,   is_xmpp }
};

bool impsvc_recognise(impsvc_protocols protocol, const uint8_t *bytes, size_t length, size_t whole)
{
    impsvc_payload p = { bytes, length, whole };

    for (size_t i = 0; i < sizeof recognisers / sizeof recognisers[0]; i++)
        if (recognisers[i].protocol == protocol)
            return recognisers[i].is(&p);
    return false;
}
