/* stats_tree.c
 * What the statistics trees share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/stats_tree.h"

#include "language/language.h"

int impsvc_stats_count(stats_tree *st, const char *name, int parent, bool has_children, const packet_info *pinfo)
{
    return avg_stat_node_add_value_int(st, name, parent, has_children, (int)pinfo->fd->pkt_len);
}

/* Each packet needs one of them: all are made once, in each language. */
const char *impsvc_stats_entry_name(const impsvc_entry *entry)
{
    static char **names[IMPSVC_LANGUAGES];
    impsvc_language language = impsvc_user_language();

    if (names[language] == NULL) {
        names[language] = g_new0(char *, impsvc_entry_count);
        for (size_t i = 0; i < impsvc_entry_count; i++)
            names[language][i] = g_strdup_printf("%s %s", impsvc_entries[i].id, impsvc_shown(&impsvc_entries[i].service));
    }
    return names[language][entry - impsvc_entries];
}

void impsvc_stats_init(stats_tree *st _U_)
{
}
