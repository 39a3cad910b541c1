/* port_uses.c
 * What hosts do on which ports, counted
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "lists/port_uses.h"

#include "core/seeded_hash.h"

/* From here on only hosts that matter get another. */
#define MUCH 200000

struct impsvc_port_uses {
    GHashTable *rows;   /* of impsvc_host_use, each its own key */
};

static unsigned hash(const void *key)
{
    const impsvc_host_use *one = (const impsvc_host_use *)key;
    uint32_t words[5] = { 0 };

    memcpy(words, &one->host, sizeof one->host);
    words[4] = (uint32_t)one->use.port << 16 | (uint32_t)one->use.transport << 8 | (uint32_t)one->use.listens;
    return impsvc_seeded_hash(words, G_N_ELEMENTS(words));
}

static gboolean is_same(const void *one, const void *other)
{
    const impsvc_host_use *a = (const impsvc_host_use *)one;
    const impsvc_host_use *b = (const impsvc_host_use *)other;

    return impsvc_ip_equal(&a->host, &b->host) && a->use.port == b->use.port && a->use.transport == b->use.transport
           && a->use.listens == b->use.listens;
}

impsvc_port_uses *impsvc_port_uses_new(void)
{
    impsvc_port_uses *uses = g_new(impsvc_port_uses, 1);

    uses->rows = g_hash_table_new_full(hash, is_same, g_free, NULL);
    return uses;
}

void impsvc_port_uses_free(impsvc_port_uses *uses)
{
    if (uses != NULL)
        g_hash_table_destroy(uses->rows);
    g_free(uses);
}

void impsvc_port_uses_add(impsvc_port_uses *uses, const impsvc_host_use *seen, bool (*matters)(const impsvc_ip *host))
{
    impsvc_host_use *known = (impsvc_host_use *)g_hash_table_lookup(uses->rows, seen);

    if (known != NULL) {
        impsvc_packet_sum_add(&known->packets, &seen->packets);
        return;
    }
    if (g_hash_table_size(uses->rows) >= MUCH && !matters(&seen->host))
        return;
    known = g_new(impsvc_host_use, 1);
    *known = *seen;
    g_hash_table_add(uses->rows, known);
}

static int by_number(unsigned one, unsigned other)
{
    return (one > other) - (one < other);
}

static int by_host_and_port(const void *a, const void *b)
{
    const impsvc_host_use *one = *(const impsvc_host_use *const *)a;
    const impsvc_host_use *other = *(const impsvc_host_use *const *)b;
    int order = impsvc_ip_compare(&one->host, &other->host);

    if (order == 0)
        order = by_number(!one->use.listens, !other->use.listens);
    if (order == 0)
        order = by_number(one->use.port, other->use.port);
    return order != 0 ? order : by_number(one->use.transport, other->use.transport);
}

GPtrArray *impsvc_port_uses_of(const impsvc_port_uses *uses, bool (*matters)(const impsvc_ip *host))
{
    GPtrArray *rows = g_ptr_array_new();
    GHashTableIter each;
    void *key;

    g_hash_table_iter_init(&each, uses->rows);
    while (g_hash_table_iter_next(&each, &key, NULL))
        if (matters(&((const impsvc_host_use *)key)->host))
            g_ptr_array_add(rows, key);
    g_ptr_array_sort(rows, by_host_and_port);
    return rows;
}

GArray *impsvc_distinct_uses(const GPtrArray *uses)
{
    GArray *distinct = g_array_new(FALSE, FALSE, sizeof(impsvc_port_use));
    GHashTable *known = g_hash_table_new_full(hash, is_same, g_free, NULL);

    for (unsigned i = 0; i < uses->len; i++) {
        impsvc_host_use *anybodys = g_new0(impsvc_host_use, 1);

        anybodys->use = ((const impsvc_host_use *)g_ptr_array_index(uses, i))->use;
        if (g_hash_table_add(known, anybodys))
            g_array_append_val(distinct, anybodys->use);
    }
    g_hash_table_destroy(known);
    return distinct;
}
