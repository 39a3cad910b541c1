/* detail.c
 * What a payload says about its service: a name, a path, an event (impsvc.detail)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/detail.h"

#include <string.h>

#include <glib.h>

#include "core/recognise_surely.h"
#include "core/release.h"

#define LONGEST 255     /* a longer name or path is not shown */
#define HEADERS 4096    /* headers are looked for in this many bytes */

static const impsvc_text_span nothing = { NULL, 0 };

static bool is_printable(uint8_t byte)
{
    return byte > ' ' && byte != 0x7f;
}

/* From an offset to the first of some bytes that end it; nothing if that is not there or something unprintable is. */
static impsvc_text_span until(const impsvc_payload *p, size_t from, const char *ends)
{
    for (size_t at = from; at < p->length && at - from <= LONGEST; at++) {
        if (p->bytes[at] != 0 && strchr(ends, p->bytes[at]) != NULL)
            return at > from ? (impsvc_text_span){ (const char *)p->bytes + from, at - from } : nothing;
        if (!is_printable(p->bytes[at]))
            return nothing;
    }
    return nothing;
}

/* RFC 9112, 3: method, target, version. A target may be a whole URL. */
impsvc_text_span impsvc_detail_request_path(const impsvc_payload *p)
{
    size_t at = 0;
    size_t scheme;

    if (!impsvc_surely(IMPSVC_PROTOCOL_HTTP, p) || impsvc_begins_with(p, "HTTP/"))
        return nothing;
    while (at < p->length && p->bytes[at] != ' ')
        at++;
    at++;
    scheme = at < p->length && p->bytes[at] != '/' ? impsvc_find_text(p, "://", at + 16) : p->length;
    for (at = scheme < p->length ? scheme + 3 : at; at < p->length && p->bytes[at] != '/'; at++)
        if (!is_printable(p->bytes[at]) || p->bytes[at] == '?' || p->bytes[at] == '#')
            return nothing;     /* a host ends here, too (RFC 3986, 3.2) */
    return until(p, at, " ?#");
}

/* The value of an attribute in the stream's head, in either kind of quotes. */
static impsvc_text_span attribute(const impsvc_payload *p, size_t from, size_t end, const char *name)
{
    const impsvc_payload head = { p->bytes + from, end - from, end - from };
    size_t at = impsvc_find_text(&head, name, head.length);
    char quote[2] = { 0, 0 };

    at += strlen(name);
    if (at >= head.length)
        return nothing;
    quote[0] = (char)head.bytes[at];
    return quote[0] == '\'' || quote[0] == '"' ? until(&head, at + 1, quote) : nothing;
}

impsvc_text_span impsvc_detail_component(const impsvc_payload *p)
{
    size_t head = impsvc_find_text(p, "<stream:stream ", HEADERS);
    size_t end = head;
    impsvc_text_span name;

    if (head >= p->length || impsvc_surely_no_component(p))
        return nothing;
    while (end < p->length && p->bytes[end] != '>')
        end++;
    name = attribute(p, head, end, " to=");
    return name.start != NULL ? name : attribute(p, head, end, " from=");
}

/* RFC 8446, 4.1.2: record (5), handshake (4), version (2), random (32), then session,
 * cipher suites and compression methods with their lengths, then extensions. */
impsvc_text_span impsvc_detail_tls_name(const impsvc_payload *p)
{
    size_t at = 43;
    size_t end;

    if (p->length < at || p->bytes[0] != IMPSVC_TLS_HANDSHAKE || p->bytes[1] != 3 || p->bytes[5] != 1)
        return nothing;
    at += 1 + (at < p->length ? (size_t)p->bytes[at] : 0);
    at += 2 + impsvc_get_16(p, at);
    at += 1 + (at < p->length ? (size_t)p->bytes[at] : 0);
    end = at + 2 + impsvc_get_16(p, at);
    end = end < p->length ? end : p->length;
    at += 2;
    while (at + 4 <= end) {
        size_t length = impsvc_get_16(p, at + 2);

        if (impsvc_get_16(p, at) == 0) {    /* server_name: a list, whose first entry is a host name */
            size_t name = impsvc_get_16(p, at + 7);

            if (at + 9 + name > end || name == 0 || name > LONGEST || p->bytes[at + 6] != 0 || name + 5 > length)
                return nothing;
            for (size_t i = 0; i < name; i++)
                if (!is_printable(p->bytes[at + 9 + i]) || p->bytes[at + 9 + i] >= 0x80)
                    return nothing;
            return (impsvc_text_span){ (const char *)p->bytes + at + 9, name };
        }
        at += 4 + length;
    }
    return nothing;
}

static size_t skip_blanks(const impsvc_payload *p, size_t at)
{
    while (at < p->length && (p->bytes[at] == ' ' || p->bytes[at] == '\t'))
        at++;
    return at;
}

/* Where the line that begins at an offset ends, in CR and LF; p->length where it does not end among the headers. */
static size_t line_end(const impsvc_payload *p, size_t from)
{
    const impsvc_payload rest = { p->bytes + from, p->length - from, p->length - from };

    return from + impsvc_find_text(&rest, "\r\n", from < HEADERS ? HEADERS + 1 - from : 0);
}

/* A header's value, by its name at the beginning of a line; there may be blanks around the colon (RFC 3261, 25.1). */
static impsvc_text_span header(const impsvc_payload *p, const char *name)
{
    size_t length = strlen(name);

    for (size_t at = line_end(p, 0); at + 2 + length < p->length; at = line_end(p, at + 2)) {
        size_t value = at + 2 + length;

        if (p->bytes[at + 2] == '\r')
            return nothing;     /* the body begins */
        if (g_ascii_strncasecmp((const char *)p->bytes + at + 2, name, length) != 0)
            continue;
        value = skip_blanks(p, value);
        if (value < p->length && p->bytes[value] == ':')
            return until(p, skip_blanks(p, value + 1), "; \t\r");
    }
    return nothing;
}

impsvc_text_span impsvc_detail_sip_event(const impsvc_payload *p)
{
    impsvc_text_span event = nothing;

    if (impsvc_surely(IMPSVC_PROTOCOL_SIP, p))
        event = header(p, "Event");
    return event.start != NULL || !impsvc_surely(IMPSVC_PROTOCOL_SIP, p) ? event : header(p, "o");   /* RFC 6665, 8.4 */
}

const impsvc_entry *impsvc_detail_entry_of_path(impsvc_text_span path)
{
    size_t length = 0;

    if (path.start == NULL || path.length < 2 || path.start[0] != '/')
        return NULL;
    while (1 + length < path.length && path.start[1 + length] != '/' && path.start[1 + length] != ';')
        length++;
    for (size_t i = 0; i < impsvc_list->application_count; i++)
        if (strlen(impsvc_list->applications[i].name) == length
            && g_ascii_strncasecmp(path.start + 1, impsvc_list->applications[i].name, length) == 0)
            return impsvc_list->applications[i].entry;
    return NULL;
}
