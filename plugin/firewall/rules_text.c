/* rules_text.c
 * Firewall rules for what is planned, seen or missing, as a text
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "firewall/rules_text.h"

#include "firewall/planned_permits.h"
#include "firewall/seen_permits.h"
#include "identify/node_table.h"

impsvc_rules_source impsvc_rules_default_source(void)
{
    return impsvc_configured_count() > 0 ? IMPSVC_RULES_PLAN : IMPSVC_RULES_SEEN;
}

static impsvc_permits *permits_of(const impsvc_rules_asked *asked, const impsvc_flow_capture *capture)
{
    impsvc_permits *permits = impsvc_permits_new();

    if (asked->source != IMPSVC_RULES_PLAN) {
        impsvc_add_seen_permits(permits, capture, asked->source == IMPSVC_RULES_MISSING);
    } else {
        impsvc_add_planned_permits(permits);
        if (asked->filter != NULL)
            impsvc_permits_say(permits, "A filter chooses packets, and a plan has none: all that is planned is here.");
    }
    impsvc_permits_finish(permits);
    return permits;
}

/* Instead of more lines than a firewall takes. */
static impsvc_permits *too_many(const impsvc_rules_asked *asked, uint64_t pairs)
{
    impsvc_permits *permits = impsvc_permits_new();
    char *sentence = g_strdup_printf("Not written: %" G_GUINT64_FORMAT " pairs of hosts would be as many rules or more, and %"
                                     G_GUINT64_FORMAT " are the most. Name prefixes instead of hosts, or write nftables.",
                                     pairs, asked->dialect->most_pairs);

    impsvc_permits_say(permits, sentence);
    impsvc_permits_finish(permits);
    g_free(sentence);
    return permits;
}

GString *impsvc_rules_text(const impsvc_rules_asked *asked, const impsvc_flow_capture *capture)
{
    impsvc_permits *permits = permits_of(asked, capture);
    GString *text = g_string_new(NULL);
    uint64_t pairs = impsvc_permits_pairs(permits);

    if (asked->dialect->most_pairs != 0 && pairs > asked->dialect->most_pairs) {
        impsvc_permits_free(permits);
        permits = too_many(asked, pairs);
    }
    impsvc_rules_write(text, asked->dialect, permits, asked->source);
    impsvc_permits_free(permits);
    return text;
}
