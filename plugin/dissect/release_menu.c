/* release_menu.c
 * Tools > IM and Presence > Port list: chooses the release with a click, which the preference wants typed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "dissect/release_menu.h"

#include "wireshark/compat.h"

#include <epan/funnel.h>
#include <epan/prefs.h>
#include <wsutil/report_message.h>

#include "core/release.h"

/* As the window of preferences does it: set, apply, save for the profile, dissect anew. */
static void choose(void *data)
{
    const impsvc_release *release = (const impsvc_release *)data;
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    char *setting = g_strdup_printf("impsvc.release:%s", release->id);
    char *error = NULL;
    char *path = NULL;
    int failure;

    if (prefs_set_pref(setting, &error) == PREFS_SET_OK) {
        prefs_apply_all();
        failure = write_prefs(&path);
        if (failure != 0)
            report_failure("The port list of %s is chosen, but that cannot be saved in \"%s\": %s", release->name,
                           path == NULL ? "preferences" : path, g_strerror(failure));
        if (ops != NULL && ops->redissect_packets != NULL)
            ops->redissect_packets(ops->ops_id);
    }
    g_free(path);
    g_free(error);
    g_free(setting);
}

void impsvc_release_menu_register(void)
{
    for (size_t i = 0; i < impsvc_release_count; i++) {
        char *name;

        if (!impsvc_releases[i].is_complete)
            continue;
        name = g_strdup_printf("IM and Presence/Port list/%s", impsvc_releases[i].name);
        funnel_register_menu(name, REGISTER_TOOLS_GROUP_UNSORTED, choose, (void *)&impsvc_releases[i], NULL, FALSE);
        g_free(name);
    }
}
