/* permit_text.c
 * What dialects write: addresses, what a rule is for, and texts that cannot become rules
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules/permit_text.h"

#include <arpa/inet.h>

#define HOST_BITS 128
#define LARGEST 0x10ffff     /* Unicode has no character beyond it */

unsigned impsvc_permit_bits(const impsvc_prefix *prefix)
{
    return prefix->length - (impsvc_prefix_is_v4(prefix) ? IMPSVC_IP_V4_BITS : 0u);
}

bool impsvc_permit_is_host(const impsvc_prefix *prefix)
{
    return prefix->length == HOST_BITS;
}

void impsvc_permit_address(GString *out, const impsvc_ip *address)
{
    char text[INET6_ADDRSTRLEN];
    bool v4 = impsvc_ip_is_v4(address);

    if (inet_ntop(v4 ? AF_INET : AF_INET6, address->bytes + (v4 ? IMPSVC_IP_V4_BITS / 8 : 0), text, sizeof text) != NULL)
        g_string_append(out, text);
}

void impsvc_permit_prefix(GString *out, const impsvc_prefix *prefix)
{
    impsvc_permit_address(out, &prefix->address);
    if (!impsvc_permit_is_host(prefix))
        g_string_append_printf(out, "/%u", impsvc_permit_bits(prefix));
}

static gunichar plain(gunichar character)
{
    if (character == '"' || character == '`')
        return '\'';
    if (character < ' ')
        return ' ';
    if (character == '\\' || !g_unichar_isprint(character) || g_unichar_type(character) == G_UNICODE_FORMAT)
        return '?';
    return character;
}

static void append(GString *out, const char *text, size_t most, gunichar largest)
{
    static const char more[] = "...";
    char *valid = g_utf8_make_valid(text, -1);
    size_t length = (size_t)g_utf8_strlen(valid, -1);
    size_t shown = length > most ? most - strlen(more) : length;
    const char *at = valid;

    for (size_t i = 0; i < shown; i++, at = g_utf8_next_char(at)) {
        gunichar character = plain(g_utf8_get_char(at));

        g_string_append_unichar(out, character > largest ? '?' : character);
    }
    if (length > most)
        g_string_append(out, more);
    g_free(valid);
}

void impsvc_permit_append_plain(GString *out, const char *text, size_t most)
{
    append(out, text, most, LARGEST);
}

void impsvc_permit_append_ascii(GString *out, const char *text, size_t most)
{
    append(out, text, most, '~');
}

static GString *listed(const impsvc_permit_service *service, bool with_names)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < service->entries->len; i++) {
        const impsvc_entry *entry = (const impsvc_entry *)g_ptr_array_index(service->entries, i);

        g_string_append_printf(text, "%s%s", i == 0 ? "" : ", ", entry->id);
        if (with_names)
            g_string_append_printf(text, " %s", entry->service.in[IMPSVC_ENGLISH]);
    }
    return text;
}

char *impsvc_permit_purpose(const impsvc_permit_service *service, size_t most)
{
    GString *purpose = listed(service, true);
    GString *text = g_string_new(NULL);

    if (purpose->len > most) {
        g_string_free(purpose, TRUE);
        purpose = listed(service, false);
    }
    impsvc_permit_append_plain(text, purpose->str, most);
    g_string_free(purpose, TRUE);
    return g_string_free(text, FALSE);
}

const char *impsvc_permit_doubt_text(uint8_t doubt)
{
    switch (doubt) {
    case IMPSVC_PERMIT_STRANGER:
        return "a host that is not known as a node stands where the list has one";
    case IMPSVC_PERMIT_REVERSED:
        return "opened by the side that should listen";
    case IMPSVC_PERMIT_LOCAL:
        return "for the local host only";
    case IMPSVC_PERMIT_REFUSED:
        return "the listener itself refuses: no rule changes that";
    case IMPSVC_PERMIT_LOST:
        return "it got through at first, and then a timeout or the path MTU stopped it: no rule changes that";
    default:
        return "";
    }
}

const char *impsvc_permit_transport(uint8_t transport)
{
    return transport == IMPSVC_UDP ? "udp" : transport == IMPSVC_ICMP ? "icmp" : "tcp";
}
