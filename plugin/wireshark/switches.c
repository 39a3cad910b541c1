/* switches.c
 * What the user has switched on or off in Wireshark, as far as our dissectors depend on it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/switches.h"

#include <epan/prefs.h>
#include <epan/prefs-int.h>

#include "core/catalog_index.h"

const char *impsvc_heuristics_list(uint8_t carrier)
{
    switch (carrier) {
    case IMPSVC_TCP:
        return "tcp";
    case IMPSVC_UDP:
        return "udp";
    case IMPSVC_TLS:
        return "tls";
    default:
        return "icmp";
    }
}

char *impsvc_heuristic_name(const impsvc_table *table, uint8_t carrier)
{
    return g_strdup_printf("impsvc_%s_%s", table->slug, impsvc_heuristics_list(carrier));
}

bool impsvc_heuristic_is_on(uint8_t number, uint8_t carrier)
{
    const impsvc_table *table = impsvc_table_find(number);
    const heur_dtbl_entry_t *heuristic;
    char *name;

    if (table == NULL)
        return false;
    name = impsvc_heuristic_name(table, carrier);
    heuristic = find_heur_dissector_by_unique_short_name(name);
    g_free(name);
    return heuristic != NULL && heuristic->enabled;
}

bool impsvc_heuristics_come_first(uint8_t carrier)
{
    module_t *layer = prefs_find_module(carrier == IMPSVC_UDP ? "udp" : "tcp");
    pref_t *first = layer == NULL ? NULL : prefs_find_preference(layer, "try_heuristic_first");

    return first != NULL && prefs_get_bool_value(first, pref_current);
}
