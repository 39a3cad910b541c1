/* preferences.c
 * The preferences impsvc.* (design, section 6)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "preferences.h"

#include "compat.h"

#include <epan/prefs.h>

#include "moved_ports.h"
#include "nodes.h"

enum { EVERY_MATCH, KNOWN_NODES_ONLY };

static int annotate = EVERY_MATCH;
static int language = IMPSVC_ENGLISH;

/* Names on the command line ("-o impsvc.annotate:nodes"), and in the window. */
static const enum_val_t annotate_choices[] = {
    { "all",   "Every match",      EVERY_MATCH },
    { "nodes", "Known nodes only", KNOWN_NODES_ONLY },
    { NULL, NULL, 0 }
};

static const enum_val_t language_choices[] = {
    { "english",  "English", IMPSVC_ENGLISH },
    { "japanese", "日本語",  IMPSVC_JAPANESE },
    { NULL, NULL, 0 }
};

void impsvc_preferences_register(int proto)
{
    module_t *preferences = prefs_register_protocol(proto, NULL);

    prefs_register_enum_preference(preferences, "annotate", "Annotate",
        "Every packet that fits an entry of the port list, or only those with a configured or learned node at one end "
        "(confidence 3 and 4)",
        &annotate, annotate_choices, FALSE);
    prefs_register_enum_preference(preferences, "language", "Language",
        "Language of labels, notes, problems and statistics. Filters and what fields hold are English in any language.",
        &language, language_choices, FALSE);
    impsvc_nodes_register(preferences);
    impsvc_moved_ports_register(preferences);
}

bool impsvc_preference_known_nodes_only(void)
{
    return annotate == KNOWN_NODES_ONLY;
}

impsvc_language impsvc_preference_language(void)
{
    return (impsvc_language)language;
}
