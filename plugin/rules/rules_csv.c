/* rules_csv.c
 * Permits as a change request: a table for a spreadsheet
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules/rules_csv.h"

#include "rules/permit_text.h"

#define LONGEST 2000

/* A spreadsheet takes what begins with one of these for a formula. */
static bool looks_like_formula(const char *text)
{
    return text[0] != '\0' && strchr("=+-@", text[0]) != NULL;
}

/* Quotes have become ', so nothing in it ends the cell. */
static void write_text(GString *out, const char *text)
{
    g_string_append(out, looks_like_formula(text) ? "\"'" : "\"");
    impsvc_permit_append_plain(out, text, LONGEST);
    g_string_append_c(out, '"');
}

static void write_port(GString *out, uint16_t port)
{
    if (port != 0)
        g_string_append_printf(out, "%u", port);
    g_string_append_c(out, ',');
}

static void write_ports(GString *out, impsvc_port_range ports)
{
    if (ports.first != 0)
        impsvc_permit_ports(out, ports, '-');
    g_string_append_c(out, ',');
}

/* Frees the text. */
static void write_cell(GString *out, GString *text)
{
    write_text(out, text->str);
    g_string_append_c(out, ',');
    g_string_free(text, TRUE);
}

static const char *result_text(uint8_t because)
{
    static const char *const texts[] = {
        [IMPSVC_RESULT_UNDECIDED] = "seen", [IMPSVC_RESULT_OPEN] = "seen, open", [IMPSVC_RESULT_REFUSED] = "refused",
        [IMPSVC_RESULT_REJECTED] = "rejected", [IMPSVC_RESULT_NO_ANSWER] = "no answer", [IMPSVC_RESULT_LOST] = "lost",
        [IMPSVC_RESULT_ONE_WAY] = "seen one way", [IMPSVC_RESULT_SENT] = "seen, sent", [IMPSVC_RESULT_NOT_SEEN] = "planned"
    };

    return because < G_N_ELEMENTS(texts) ? texts[because] : "";
}

static void write_why(GString *out, const impsvc_permit_service *service, const impsvc_permit_pair *pair)
{
    GString *why = g_string_new(result_text(pair->because));

    if (pair->frame != 0)
        g_string_append_printf(why, " (frame %u)", pair->frame);
    if (service->doubt != IMPSVC_PERMIT_SURE)
        g_string_append_printf(why, "; do not allow without asking: %s", impsvc_permit_doubt_text(service->doubt));
    write_cell(out, why);
}

static void write_name(GString *out, const impsvc_permits *permits, uint32_t host, char after)
{
    const char *name = impsvc_permits_host_at(permits, host)->name;

    if (name != NULL)
        write_text(out, name);
    g_string_append_c(out, after);
}

static void write_row(GString *out, const impsvc_permits *permits, const impsvc_permit_service *service,
                      const impsvc_permit_pair *pair)
{
    impsvc_permit_prefix(out, &impsvc_permits_host_at(permits, pair->from)->prefix);
    g_string_append_c(out, ',');
    impsvc_permit_prefix(out, &impsvc_permits_host_at(permits, pair->to)->prefix);
    g_string_append_printf(out, ",%s,", impsvc_permit_transport(service->transport));
    write_port(out, service->port);
    write_cell(out, impsvc_permit_entries(service, false, true, "; "));
    write_cell(out, impsvc_permit_entries(service, true, false, "; "));
    write_why(out, service, pair);
    write_ports(out, service->sources);
    g_string_append_printf(out, "%s,", service->transport == IMPSVC_ICMP ? "echo-request" : "");
    write_name(out, permits, pair->from, ',');
    write_name(out, permits, pair->to, '\n');
}

void impsvc_rules_csv(GString *out, const impsvc_permits *permits, impsvc_rules_source source)
{
    const GPtrArray *services = impsvc_permits_services(permits);
    const GPtrArray *sentences = impsvc_permits_sentences(permits);

    (void)source;
    g_string_append(out, "source,destination,transport,port,service,entry,why,source_port,icmp_type,source_name,destination_name\n");
    for (unsigned i = 0; i < services->len; i++) {
        const impsvc_permit_service *service = (const impsvc_permit_service *)g_ptr_array_index(services, i);

        for (unsigned j = 0; j < service->pairs->len; j++)
            write_row(out, permits, service, &g_array_index(service->pairs, impsvc_permit_pair, j));
    }
    for (unsigned i = 0; i < sentences->len; i++) {
        g_string_append(out, ",,,,,,");
        write_text(out, (const char *)g_ptr_array_index(sentences, i));
        g_string_append(out, ",,,,\n");
    }
}
