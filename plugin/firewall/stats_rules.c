/* stats_rules.c
 * tshark -z impsvc,rules,DIALECT[,SOURCE][,filter]: firewall rules
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "firewall/stats_rules.h"

#include "wireshark/compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "firewall/rules_text.h"
#include "statistics/flow_feed.h"
#include "wireshark/capture_end.h"
#include "wireshark/command_line.h"

#define NAME "impsvc,rules"

/* One -z: there may be several. */
typedef struct {
    impsvc_rules_asked   asked;
    bool                 has_source;    /* it was named */
    impsvc_flow_capture *flows;
} request;

static void forget(void *tapdata)
{
    request *one = (request *)tapdata;

    impsvc_flow_capture_free(one->flows);
    one->flows = impsvc_flow_capture_new();
}

static void finish(void *tapdata)
{
    request *one = (request *)tapdata;

    impsvc_flow_capture_free(one->flows);
    g_free((char *)one->asked.filter);
    g_free(one);
}

static tap_packet_status packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    const impsvc_identity *identity = (const impsvc_identity *)data;

    if (identity->match.entry == NULL)
        return TAP_PACKET_DONT_REDRAW;
    (void)impsvc_flow_feed(((const request *)tapdata)->flows, pinfo, identity);
    return TAP_PACKET_REDRAW;
}

static void print_all(void *tapdata)
{
    request *one = (request *)tapdata;
    GString *text;

    if (!one->has_source)
        one->asked.source = impsvc_rules_default_source();
    impsvc_flow_capture_note_time(one->flows, impsvc_capture_end());
    text = impsvc_rules_text(&one->asked, one->flows);
    impsvc_print("%s", text->str);
    g_string_free(text, TRUE);
}

/* "nftables, iptables, ios, asa, csv" */
static char *dialect_names(void)
{
    GString *names = g_string_new(NULL);

    for (size_t i = 0; i < impsvc_dialect_count; i++)
        g_string_append_printf(names, "%s%s", i == 0 ? "" : ", ", impsvc_dialects[i].name);
    return g_string_free(names, FALSE);
}

static size_t word_length(const char *word)
{
    return strcspn(word, ",");
}

static const impsvc_dialect *dialect_of(const char *word)
{
    const impsvc_dialect *dialect = impsvc_dialect_find(word, word_length(word));

    if (dialect == NULL)
        impsvc_refuse("-z %s: there is no dialect \"%.*s\"; choose one of %s", NAME, (int)word_length(word), word, dialect_names());
    return dialect;
}

/* What follows the dialect. A filter may stand where a source could. */
static const char *read_source(request *one, const char *word)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(impsvc_rules_sources); i++)
        if (strlen(impsvc_rules_sources[i]) == word_length(word) && strncmp(impsvc_rules_sources[i], word, word_length(word)) == 0) {
            one->asked.source = (impsvc_rules_source)i;
            one->has_source = true;
            return word + word_length(word);
        }
    return word - 1;
}

static impsvc_begun begin(const char *argument, void *userdata _U_)
{
    const char *rest = argument + strlen(NAME);
    request *one = g_new0(request, 1);
    GString *error;

    if (rest[0] != ',')
        impsvc_refuse("-z %s: a comma and a dialect must follow: %s", NAME, dialect_names());
    one->asked.dialect = dialect_of(rest + 1);
    rest += 1 + word_length(rest + 1);
    if (rest[0] == ',')
        rest = read_source(one, rest + 1);
    if (rest[0] == ',' && rest[1] != '\0')
        one->asked.filter = g_strdup(rest + 1);
    one->flows = impsvc_flow_capture_new();
    error = register_tap_listener("impsvc", one, one->asked.filter, TL_REQUIRES_NOTHING, forget, packet, print_all, finish);
    if (error != NULL)
        impsvc_refuse("-z %s: \"%s\" is %s: %s", NAME, one->asked.filter,
                      one->has_source ? "no display filter" : "none of plan, seen, missing, and no display filter", error->str);
    return IMPSVC_BEGUN;
}

void impsvc_stats_rules_register(void)
{
    static stat_tap_ui ui = { REGISTER_STAT_GROUP_GENERIC, NULL, NAME, begin, 0, NULL };

    register_stat_tap_ui(&ui, NULL);
}
