/* permit_text.c
 * What dialects write: addresses, what a rule is for, and texts that cannot become rules
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules/permit_text.h"

#include "core/ip_text.h"

#define HOST_BITS 128

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
    char text[IMPSVC_IP_TEXT_SIZE];

    g_string_append(out, impsvc_ip_text(address, text));
}

void impsvc_permit_prefix(GString *out, const impsvc_prefix *prefix)
{
    impsvc_permit_address(out, &prefix->address);
    if (!impsvc_permit_is_host(prefix))
        g_string_append_printf(out, "/%u", impsvc_permit_bits(prefix));
}

/* Characters that cannot be seen, or that make another line or direction of writing. */
static bool is_unseen(gunichar character)
{
    GUnicodeType type = g_unichar_type(character);

    return !g_unichar_isprint(character) || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR
           || type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

static gunichar plain(gunichar character, bool only_ascii)
{
    if (character == '"' || character == '`')
        return '\'';
    if (character < ' ')
        return ' ';
    if (only_ascii)     /* a router takes ? for a question */
        return character > '~' || character == '\\' || character == '?' ? '_' : character;
    return character == '\\' || is_unseen(character) ? '?' : character;
}

static void append(GString *out, const char *text, size_t most, bool only_ascii)
{
    static const char more[] = "...";
    char *valid = g_utf8_make_valid(text, -1);
    size_t length = (size_t)g_utf8_strlen(valid, -1);
    size_t shown = length > most ? most - strlen(more) : length;
    const char *at = valid;

    for (size_t i = 0; i < shown; i++, at = g_utf8_next_char(at))
        g_string_append_unichar(out, plain(g_utf8_get_char(at), only_ascii));
    if (length > most)
        g_string_append(out, more);
    g_free(valid);
}

void impsvc_permit_append_plain(GString *out, const char *text, size_t most)
{
    append(out, text, most, false);
}

void impsvc_permit_append_ascii(GString *out, const char *text, size_t most)
{
    append(out, text, most, true);
}

GString *impsvc_permit_entries(const impsvc_permit_service *service, bool ids, bool names, const char *between)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < service->entries->len; i++) {
        const impsvc_entry *entry = (const impsvc_entry *)g_ptr_array_index(service->entries, i);

        g_string_append_printf(text, "%s%s%s%s", i == 0 ? "" : between, ids ? entry->id : "", ids && names ? " " : "",
                               names ? entry->service.in[IMPSVC_ENGLISH] : "");
    }
    return text;
}

char *impsvc_permit_purpose(const impsvc_permit_service *service, size_t most)
{
    GString *purpose = impsvc_permit_entries(service, true, true, ", ");
    GString *text = g_string_new(NULL);

    if (purpose->len > most) {
        g_string_free(purpose, TRUE);
        purpose = impsvc_permit_entries(service, true, false, ", ");
    }
    impsvc_permit_append_plain(text, purpose->str, most);
    g_string_free(purpose, TRUE);
    return g_string_free(text, FALSE);
}

const char *impsvc_permit_doubt_text(uint8_t doubt)
{
    switch (doubt) {
    case IMPSVC_PERMIT_STRANGER:
        return "the port list has an IM and Presence node at this end, and the host is not known to be one";
    case IMPSVC_PERMIT_REVERSED:
        return "opened by the side that should listen";
    case IMPSVC_PERMIT_LOCAL:
        return "the service is for the local host only";
    case IMPSVC_PERMIT_REFUSED:
        return "the listener itself refuses: no firewall rule helps";
    case IMPSVC_PERMIT_LOST:
        return "it got through at first, and was stopped later by a timeout or the path MTU: no rule helps";
    default:
        return "";
    }
}

const char *impsvc_permit_begin(GString *out, const char *comment, const impsvc_permit_service *service, uint8_t *said)
{
    if (service->doubt == IMPSVC_PERMIT_SURE)
        return "";
    if (service->doubt != *said)
        g_string_append_printf(out, "%s Not to be allowed without asking; %s:\n", comment, impsvc_permit_doubt_text(service->doubt));
    *said = service->doubt;
    return comment[0] == '#' ? "#? " : "!? ";
}

const char *impsvc_permit_transport(uint8_t transport)
{
    return transport == IMPSVC_UDP ? "udp" : transport == IMPSVC_ICMP ? "icmp" : "tcp";
}

void impsvc_permit_ports(GString *out, impsvc_port_range ports, char between)
{
    g_string_append_printf(out, "%u", ports.first);
    if (ports.last != ports.first)
        g_string_append_printf(out, "%c%u", between, ports.last);
}
