/* dialects.c
 * The languages that firewall rules can be written in, and the head that all have
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules/dialects.h"

#include "core/release.h"
#include "rules/permit_text.h"
#include "rules/rules_asa.h"
#include "rules/rules_csv.h"
#include "rules/rules_ios.h"
#include "rules/rules_iptables.h"
#include "rules/rules_nftables.h"

/* Nobody loads more lines than this into a router. */
#define MOST_LINES 100000

/* A sentence has no more characters. */
#define LONGEST 2000

const impsvc_dialect impsvc_dialects[] = {
    { "nftables", "nftables",               "#",  false, 0,          impsvc_rules_nftables },
    { "iptables", "iptables and ip6tables", "#",  false, 0,          impsvc_rules_iptables },
    { "ios",      "Cisco IOS",              "!",  true,  MOST_LINES, impsvc_rules_ios },
    { "asa",      "Cisco ASA",              "!",  true,  MOST_LINES, impsvc_rules_asa },
    { "csv",      "a change request",       NULL, false, MOST_LINES, impsvc_rules_csv }
};
const size_t impsvc_dialect_count = G_N_ELEMENTS(impsvc_dialects);

const char *const impsvc_rules_sources[] = { "plan", "seen", "missing" };

const impsvc_dialect *impsvc_dialect_find(const char *name, size_t length)
{
    for (size_t i = 0; i < impsvc_dialect_count; i++)
        if (strlen(impsvc_dialects[i].name) == length && memcmp(impsvc_dialects[i].name, name, length) == 0)
            return &impsvc_dialects[i];
    return NULL;
}

static void say(GString *out, const impsvc_dialect *dialect, const char *sentence)
{
    g_string_append_printf(out, "%s ", dialect->comment);
    (dialect->only_ascii ? impsvc_permit_append_ascii : impsvc_permit_append_plain)(out, sentence, LONGEST);
    g_string_append_c(out, '\n');
}

static const char *what_these_are(impsvc_rules_source source)
{
    switch (source) {
    case IMPSVC_RULES_PLAN:
        return "what the port list wants between the hosts below";
    case IMPSVC_RULES_SEEN:
        return "what got through in the capture";
    default:
        return "what did not get through in the capture";
    }
}

static void say_host(GString *out, const impsvc_dialect *dialect, const impsvc_permit_host *host)
{
    GString *line = g_string_new(NULL);

    impsvc_permit_prefix(line, &host->prefix);
    g_string_append_printf(line, "  %s", host->name);
    say(out, dialect, line->str);
    g_string_free(line, TRUE);
}

/* Which list they are by, if it is not the usual one. */
static void say_list(GString *out, const impsvc_dialect *dialect)
{
    char *sentence;

    if (impsvc_list == &impsvc_releases[0])
        return;
    sentence = g_strdup_printf("The port list is that of %s.", impsvc_list->name);
    say(out, dialect, sentence);
    g_free(sentence);
}

static void write_head(GString *out, const impsvc_dialect *dialect, const impsvc_permits *permits, impsvc_rules_source source)
{
    const GPtrArray *sentences = impsvc_permits_sentences(permits);
    char *first = g_strdup_printf("Rules for %s to let Cisco IM and Presence through: %s.", dialect->product, what_these_are(source));

    say(out, dialect, first);
    say_list(out, dialect);
    for (unsigned i = 0; i < sentences->len; i++)
        say(out, dialect, (const char *)g_ptr_array_index(sentences, i));
    for (uint32_t i = 0; i < impsvc_permits_hosts(permits); i++)
        if (impsvc_permits_host_at(permits, i)->name != NULL)
            say_host(out, dialect, impsvc_permits_host_at(permits, i));
    g_free(first);
}

void impsvc_rules_write(GString *out, const impsvc_dialect *dialect, const impsvc_permits *permits, impsvc_rules_source source)
{
    if (dialect->comment != NULL)
        write_head(out, dialect, permits, source);
    dialect->write(out, permits, source);
}
