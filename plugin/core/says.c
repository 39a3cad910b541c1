/* says.c
 * What a message says of itself: whether it asks, answers or notifies
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/says.h"

#include "core/ber.h"
#include "core/recognise_surely.h"

/* RFC 5905, 7.3: leap indicator, version and mode in the first byte. Broadcasts (5) are sent by servers. Of control messages
 * (6, RFC 9327, 2) the second byte has the response bit, of private ones (7) the first. */
static impsvc_saying ntp(const impsvc_payload *p)
{
    unsigned version, mode;

    if (p->length < 12)
        return IMPSVC_SAYS_NOTHING;
    version = p->bytes[0] >> 3 & 7;
    mode = p->bytes[0] & 7;
    if (version < 1 || version > 4 || mode == 0)
        return IMPSVC_SAYS_NOTHING;
    if (mode == 7)
        return p->bytes[0] & 0x80 ? IMPSVC_SAYS_ANSWER : IMPSVC_SAYS_QUESTION;
    if (mode == 6)
        return p->bytes[1] & 0x80 ? IMPSVC_SAYS_ANSWER : IMPSVC_SAYS_QUESTION;
    if (p->whole < 48 || p->whole % 4 != 0 || p->bytes[1] > 16)     /* its strata end at 16 */
        return IMPSVC_SAYS_NOTHING;
    return mode == 1 || mode == 3 ? IMPSVC_SAYS_QUESTION : IMPSVC_SAYS_ANSWER;
}

/* RFC 1035, 4.1.1: the QR bit, and an operation that is in use. */
static impsvc_saying dns(const impsvc_payload *p)
{
    if (p->length < 12 || (p->bytes[2] >> 3 & 15) > 6)
        return IMPSVC_SAYS_NOTHING;
    return p->bytes[2] & 0x80 ? IMPSVC_SAYS_ANSWER : IMPSVC_SAYS_QUESTION;
}

/* RFC 7296, 3.1: the response flag. IKE's first version has none, but the responder's cookie is zero in the first question. */
static impsvc_saying isakmp(const impsvc_payload *p)
{
    size_t at = impsvc_isakmp_marker(p);

    if (!impsvc_surely(IMPSVC_PROTOCOL_ISAKMP, p))
        return IMPSVC_SAYS_NOTHING;
    if (p->bytes[at + 17] >> 4 == 2)
        return p->bytes[at + 19] & 0x20 ? IMPSVC_SAYS_ANSWER : IMPSVC_SAYS_QUESTION;
    return (impsvc_get_32(p, at + 8) | impsvc_get_32(p, at + 12)) == 0 ? IMPSVC_SAYS_QUESTION : IMPSVC_SAYS_NOTHING;
}

/* RFC 3416, 3: after version and community, a tag that is the message's type. */
static impsvc_saying snmp(const impsvc_payload *p)
{
    switch (impsvc_surely_snmp_type(p)) {
    case 0xa0:      /* get */
    case 0xa1:
    case 0xa3:      /* set */
    case 0xa5:
        return IMPSVC_SAYS_QUESTION;
    case 0xa2:      /* response */
    case 0xa8:      /* report */
        return IMPSVC_SAYS_ANSWER;
    case 0xa4:      /* trap */
    case 0xa6:      /* inform */
    case 0xa7:
        return IMPSVC_SAYS_NOTICE;
    default:
        return IMPSVC_SAYS_NOTHING;
    }
}

/* RFC 4511, 4.2 ff.: the operation's tag. */
static impsvc_saying ldap(const impsvc_payload *p)
{
    static const uint32_t answers = 1U << 1 | 1U << 4 | 1U << 5 | 1U << 7 | 1U << 9 | 1U << 11 | 1U << 13 | 1U << 15 | 1U << 19
                                    | 1U << 24 | 1U << 25;
    size_t length;
    size_t at = impsvc_surely(IMPSVC_PROTOCOL_LDAP, p) ? impsvc_ber_content(p, 1, &length) : 0;

    if (at == 0)
        return IMPSVC_SAYS_NOTHING;
    at += 2 + (size_t)p->bytes[at + 1];
    return answers >> (p->bytes[at] & 0x1f) & 1 ? IMPSVC_SAYS_ANSWER : IMPSVC_SAYS_QUESTION;
}

/* RFC 3261, 7 and RFC 9112, 2.1: a status line, or a request's. */
static impsvc_saying sip(const impsvc_payload *p)
{
    if (!impsvc_surely(IMPSVC_PROTOCOL_SIP, p))
        return IMPSVC_SAYS_NOTHING;
    return impsvc_begins_with(p, "SIP/") ? IMPSVC_SAYS_ANSWER : IMPSVC_SAYS_QUESTION;
}

static impsvc_saying http(const impsvc_payload *p)
{
    if (!impsvc_surely(IMPSVC_PROTOCOL_HTTP, p))
        return IMPSVC_SAYS_NOTHING;
    return impsvc_begins_with(p, "HTTP/") ? IMPSVC_SAYS_ANSWER : IMPSVC_SAYS_QUESTION;
}

/* RFC 8446, 4: the client's greeting, or the server's. */
static impsvc_saying tls(const impsvc_payload *p)
{
    if (!impsvc_surely(IMPSVC_PROTOCOL_TLS, p))
        return IMPSVC_SAYS_NOTHING;
    return p->bytes[5] == 1 ? IMPSVC_SAYS_QUESTION : IMPSVC_SAYS_ANSWER;
}

static const struct {
    impsvc_protocols protocol;
    impsvc_saying  (*says)(const impsvc_payload *p);
} sayings[] = {
    { IMPSVC_PROTOCOL_SIP,    sip },
    { IMPSVC_PROTOCOL_HTTP,   http },
    { IMPSVC_PROTOCOL_TLS,    tls },
    { IMPSVC_PROTOCOL_SNMP,   snmp },
    { IMPSVC_PROTOCOL_LDAP,   ldap },
    { IMPSVC_PROTOCOL_ISAKMP, isakmp },
    { IMPSVC_PROTOCOL_NTP,    ntp },
    { IMPSVC_PROTOCOL_DNS,    dns },
    { IMPSVC_PROTOCOL_MDNS,   dns }
};

impsvc_saying impsvc_says(const impsvc_payload *payload, impsvc_protocols among, impsvc_protocols *protocol)
{
    for (size_t i = 0; payload->length > 0 && i < sizeof sayings / sizeof sayings[0]; i++) {
        impsvc_saying saying = sayings[i].protocol & among ? sayings[i].says(payload) : IMPSVC_SAYS_NOTHING;

        if (saying == IMPSVC_SAYS_NOTHING)
            continue;
        *protocol = sayings[i].protocol;
        return saying;
    }
    return IMPSVC_SAYS_NOTHING;
}
