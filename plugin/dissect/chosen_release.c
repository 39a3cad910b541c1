/* chosen_release.c
 * Which release of the port list is at hand: the preference impsvc.release, and everything that follows it
 *
 * The preference is a text, not a choice: of a choice that does not exist, Wireshark says nothing and takes the default, and what is
 * then said of a firewall would be about another list than the user meant.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "dissect/chosen_release.h"

#include <epan/prefs.h>
#include <wsutil/report_message.h>

#include "core/catalog_index.h"
#include "dissect/inside_tls.h"
#include "dissect/moved_ports.h"
#include "dissect/ports.h"
#include "identify/nodes.h"

static const char *wanted;
static char       *refused;     /* what was said to be no list, so that it is said once */

/* "base, 12.5.1su3": those that can be chosen. Never freed by the caller. */
static const char *complete_releases(void)
{
    static char *names;
    GString *all;

    if (names != NULL)
        return names;
    all = g_string_new(NULL);
    for (size_t i = 0; i < impsvc_release_count; i++)
        if (impsvc_releases[i].is_complete)
            g_string_append_printf(all, "%s%s", all->len == 0 ? "" : ", ", impsvc_releases[i].id);
    names = g_string_free(all, FALSE);
    return names;
}

static void refuse(const char *text, const impsvc_release *release)
{
    if (g_strcmp0(refused, text) == 0)
        return;
    g_free(refused);
    refused = g_strdup(text);
    if (release == NULL)
        report_failure("impsvc.release: there is no port list \"%s\". Known: %s. The list stays that of %s.", text, complete_releases(),
                       impsvc_list->name);
    else
        report_failure("impsvc.release: of %s only some facts are known, not the whole list, so it cannot be chosen. Known: %s. The list "
                       "stays that of %s.", release->name, complete_releases(), impsvc_list->name);
}

/* By its identifier or by its name, in whatever letters; nothing is the first. */
static const impsvc_release *named(const char *text)
{
    if (text[0] == '\0')
        return &impsvc_releases[0];
    for (size_t i = 0; i < impsvc_release_count; i++)
        if (g_ascii_strcasecmp(text, impsvc_releases[i].id) == 0 || g_ascii_strcasecmp(text, impsvc_releases[i].name) == 0)
            return &impsvc_releases[i];
    return NULL;
}

/* The release that the preference names; the one at hand if it names none that can be chosen. */
static const impsvc_release *chosen(void)
{
    char *text = g_strstrip(g_strdup(wanted));
    const impsvc_release *release = named(text);

    if (release == NULL || !release->is_complete) {
        refuse(text, release);
        release = impsvc_list;
    } else {
        g_free(refused);
        refused = NULL;
    }
    g_free(text);
    return release;
}

void impsvc_chosen_release_apply(void)
{
    const impsvc_release *before = impsvc_list;
    const impsvc_release *release = chosen();

    if (release == before)
        return;
    impsvc_moved_ports_give_back();
    if (!impsvc_index_build(release))
        report_failure("impsvc: the port list of %s is larger than the plugin's index; some of its ports are missing", release->name);
    impsvc_ports_follow(before);
    impsvc_inside_tls_follow(before);
    impsvc_moved_ports_take();
    impsvc_nodes_forget();
}

void impsvc_chosen_release_register(module_t *preferences)
{
    /* Both live as long as Wireshark does. */
    const char *about = g_strdup_printf("Ports may differ by release: which list of IM and Presence ports is yours. One of: %s.",
                                        complete_releases());

    wanted = impsvc_releases[0].id;
    prefs_register_string_preference(preferences, "release", "Release of the port list", about, &wanted);
}
