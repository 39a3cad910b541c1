/* permit_groups.c
 * The hosts of a service in as few groups as say the same: every host of one may reach every host of the other
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules/permit_groups.h"

#define HOST_BITS 128

static void free_group(void *data)
{
    impsvc_permit_group *group = (impsvc_permit_group *)data;

    g_array_free(group->from, TRUE);
    g_array_free(group->to, TRUE);
    g_free(group);
}

/* Numbers are sorted. */
static void add_once(GArray *hosts, uint32_t host)
{
    unsigned at = hosts->len;

    while (at > 0 && g_array_index(hosts, uint32_t, at - 1) > host)
        at--;
    if (at == 0 || g_array_index(hosts, uint32_t, at - 1) != host)
        g_array_insert_val(hosts, at, host);
}

/* Whom a host reaches, itself included if it is one of those that are reached: what hosts of one group have in common. */
static GBytes *reach_of(const impsvc_permits *permits, const GArray *pairs, unsigned first, unsigned next, GHashTable *reached)
{
    GArray *hosts = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t itself = g_array_index(pairs, impsvc_permit_pair, first).from;
    unsigned size;

    for (unsigned i = first; i < next; i++)
        g_array_append_val(hosts, g_array_index(pairs, impsvc_permit_pair, i).to);
    if (impsvc_permits_host_at(permits, itself)->prefix.length == HOST_BITS && g_hash_table_contains(reached, GUINT_TO_POINTER(itself)))
        add_once(hosts, itself);
    size = hosts->len * (unsigned)sizeof(uint32_t);
    return g_bytes_new_take(g_array_free(hosts, FALSE), size);
}

static impsvc_permit_group *group_of(GHashTable *known, GPtrArray *groups, GBytes *reach)
{
    impsvc_permit_group *group = (impsvc_permit_group *)g_hash_table_lookup(known, reach);

    if (group == NULL) {
        group = g_new(impsvc_permit_group, 1);
        group->from = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        group->to = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        g_ptr_array_add(groups, group);
        g_hash_table_insert(known, g_bytes_ref(reach), group);
    }
    return group;
}

static bool contains(const impsvc_prefix *wide, const impsvc_prefix *narrow)
{
    impsvc_prefix cut = { narrow->address, wide->length };
    impsvc_ip first = impsvc_prefix_first(&cut);

    return wide->length <= narrow->length && impsvc_prefix_is_v4(wide) == impsvc_prefix_is_v4(narrow)
           && impsvc_ip_equal(&first, &wide->address);
}

/* Hosts are in the order of their addresses, wider prefixes first: what contains one is the last that was kept. */
static void drop_contained(const impsvc_permits *permits, GArray *hosts)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < hosts->len; i++) {
        uint32_t host = g_array_index(hosts, uint32_t, i);

        if (kept > 0 && contains(&impsvc_permits_host_at(permits, g_array_index(hosts, uint32_t, kept - 1))->prefix,
                                 &impsvc_permits_host_at(permits, host)->prefix))
            continue;
        g_array_index(hosts, uint32_t, kept++) = host;
    }
    g_array_set_size(hosts, kept);
}

static GHashTable *all_reached(const GArray *pairs)
{
    GHashTable *reached = g_hash_table_new(NULL, NULL);

    for (unsigned i = 0; i < pairs->len; i++)
        g_hash_table_add(reached, GUINT_TO_POINTER(g_array_index(pairs, impsvc_permit_pair, i).to));
    return reached;
}

GPtrArray *impsvc_permit_groups_of(const impsvc_permits *permits, const impsvc_permit_service *service)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(free_group);
    GHashTable *known = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    GHashTable *reached = all_reached(service->pairs);
    const GArray *pairs = service->pairs;

    for (unsigned first = 0, next; first < pairs->len; first = next) {
        uint32_t from = g_array_index(pairs, impsvc_permit_pair, first).from;
        impsvc_permit_group *group;
        GBytes *reach;

        next = first + 1;
        while (next < pairs->len && g_array_index(pairs, impsvc_permit_pair, next).from == from)
            next++;
        reach = reach_of(permits, pairs, first, next, reached);
        group = group_of(known, groups, reach);
        g_array_append_val(group->from, from);
        for (unsigned i = first; i < next && group->from->len <= 2; i++)    /* two hosts reach all that the group reaches */
            add_once(group->to, g_array_index(pairs, impsvc_permit_pair, i).to);
        g_bytes_unref(reach);
    }
    for (unsigned i = 0; i < groups->len; i++) {
        drop_contained(permits, ((impsvc_permit_group *)g_ptr_array_index(groups, i))->from);
        drop_contained(permits, ((impsvc_permit_group *)g_ptr_array_index(groups, i))->to);
    }
    g_hash_table_destroy(known);
    g_hash_table_destroy(reached);
    return groups;
}
