/* other_lists.c
 * What is known of a port that the list at hand does not have: other releases' lists, and facts of releases without one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "lists/other_lists.h"

/* Whether a node stands on a side of a row. */
static bool has_node(uint8_t from, uint8_t to, bool bidirectional, bool listens)
{
    return impsvc_roles[listens ? to : from].in_cluster || (bidirectional && impsvc_roles[listens ? from : to].in_cluster);
}

bool impsvc_entry_explains(const impsvc_entry *entry, const impsvc_port_use *use)
{
    if (!impsvc_entry_has_port(entry, use->transport, use->port))
        return false;
    if (has_node(entry->from, entry->to, entry->bidirectional, use->listens) || (use->listens && entry->nodes_listen))
        return true;
    for (uint8_t i = 0; i < entry->path_count; i++)
        if (has_node(entry->paths[i].from, entry->paths[i].to, entry->paths[i].bidirectional, use->listens))
            return true;
    return false;
}

bool impsvc_release_explains(const impsvc_release *release, const impsvc_port_use *use)
{
    for (size_t i = 0; i < release->entry_count; i++)
        if (impsvc_entry_explains(&release->entries[i], use))
            return true;
    return false;
}

void impsvc_explain(const impsvc_port_use *use, void (*call)(const impsvc_explanation *explanation, void *data), void *data)
{
    for (size_t i = 0; i < impsvc_all_entry_count; i++) {
        impsvc_explanation explanation = { &impsvc_all_entries[i], NULL };
        bool at_hand = explanation.entry >= impsvc_list->entries && explanation.entry < impsvc_list->entries + impsvc_list->entry_count;

        if (!at_hand && impsvc_entry_explains(explanation.entry, use))
            call(&explanation, data);
    }
    for (size_t i = 0; i < impsvc_fact_count; i++) {
        impsvc_explanation explanation = { NULL, &impsvc_facts[i] };

        if (impsvc_fact_has_port(explanation.fact, use->transport, use->port))
            call(&explanation, data);
    }
}
