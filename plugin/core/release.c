/* release.c
 * The list at hand: the one release that ports, entries and everything else are taken from
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/release.h"

#include <string.h>

const impsvc_release *impsvc_list = &impsvc_releases[0];

const impsvc_release *impsvc_release_find(const char *id)
{
    for (size_t i = 0; i < impsvc_release_count; i++)
        if (strcmp(impsvc_releases[i].id, id) == 0)
            return &impsvc_releases[i];
    return NULL;
}

const impsvc_entry *impsvc_entry_in(const impsvc_release *release, const char *id)
{
    for (size_t i = 0; i < release->entry_count; i++)
        if (strcmp(release->entries[i].id, id) == 0)
            return &release->entries[i];
    return NULL;
}

const impsvc_entry *impsvc_entry_in_any(const char *id)
{
    const impsvc_entry *entry = NULL;

    for (size_t i = 0; i < impsvc_release_count && entry == NULL; i++)
        entry = impsvc_entry_in(&impsvc_releases[i], id);
    return entry;
}

static bool is_on(uint8_t transports, uint8_t transport)
{
    return (transports & (transport == IMPSVC_UDP ? IMPSVC_UDP : IMPSVC_TCP | IMPSVC_TLS)) != 0;
}

bool impsvc_entry_has_port(const impsvc_entry *entry, uint8_t transport, uint16_t port)
{
    if (!is_on(entry->transports, transport))
        return false;
    for (uint8_t i = 0; i < entry->port_count; i++)
        if (entry->ports[i] == port)
            return true;
    return entry->port_count == 0 && port != 0 && impsvc_fixed_source(entry) == port;
}

bool impsvc_release_lists(const impsvc_release *release, uint8_t transport, uint16_t port)
{
    for (size_t i = 0; i < release->entry_count; i++)
        if (impsvc_entry_has_port(&release->entries[i], transport, port))
            return true;
    return false;
}

bool impsvc_fact_has_port(const impsvc_fact *fact, uint8_t transport, uint16_t port)
{
    if (!is_on(fact->transports, transport))
        return false;
    for (uint8_t i = 0; i < fact->port_count; i++)
        if (fact->ports[i].first <= port && port <= fact->ports[i].last)
            return true;
    return false;
}
