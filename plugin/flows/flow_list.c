/* flow_list.c
 * The flows of a capture, each with its record
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/flow_list.h"

#include <glib.h>

#include "core/seeded_hash.h"

/* Records come in blocks, which never move: that takes less memory than a million pieces, and pointers to them. */
#define BLOCK 64

struct impsvc_flow_list {
    GHashTable *by_key;     /* records, by their keys */
    GPtrArray  *blocks;     /* whose records these are */
    uint32_t    size;
    impsvc_flow_record *last;   /* that was asked for: the next packet often is of the same flow */
};

/* Against a hash that is known, a capture can be made whose flows all collide. */
static unsigned hash(const void *of)
{
    const impsvc_flow_record *record = (const impsvc_flow_record *)of;
    uint32_t words[2 + 2 * 5] = { record->transport | (uint32_t)record->has_stream << 8, record->stream };

    if (record->has_stream)
        return impsvc_seeded_hash(words, 2);
    for (size_t end = 0; end < 2; end++) {
        memcpy(words + 2 + 5 * end, record->ends[end].at.address.bytes, sizeof record->ends[end].at.address.bytes);
        words[2 + 5 * end + 4] = record->ends[end].at.port;
    }
    return impsvc_seeded_hash(words, G_N_ELEMENTS(words));
}

static bool is_same_end(const impsvc_endpoint *one, const impsvc_endpoint *other)
{
    return one->port == other->port && impsvc_ip_equal(&one->address, &other->address);
}

static gboolean is_same(const void *one, const void *other)
{
    const impsvc_flow_record *records[] = { (const impsvc_flow_record *)one, (const impsvc_flow_record *)other };

    if (records[0]->has_stream || records[1]->has_stream)
        return records[0]->has_stream && records[1]->has_stream && records[0]->stream == records[1]->stream;
    return records[0]->transport == records[1]->transport && is_same_end(&records[0]->ends[0].at, &records[1]->ends[0].at)
           && is_same_end(&records[0]->ends[1].at, &records[1]->ends[1].at);
}

/* Of a record that others are compared with, nothing is looked at but its key. */
static void set_key(impsvc_flow_record *record, const impsvc_flow_key *key)
{
    record->transport = key->transport;
    record->has_stream = key->has_stream;
    record->stream = key->stream;
    if (key->has_stream)
        return;
    record->ends[0].at = key->ends[0];
    record->ends[1].at = key->ends[1];
}

impsvc_flow_list *impsvc_flow_list_new(void)
{
    impsvc_flow_list *list = g_new0(impsvc_flow_list, 1);

    list->by_key = g_hash_table_new(hash, is_same);
    list->blocks = g_ptr_array_new_with_free_func(g_free);
    return list;
}

void impsvc_flow_list_free(impsvc_flow_list *list)
{
    if (list == NULL)
        return;
    g_hash_table_destroy(list->by_key);
    g_ptr_array_free(list->blocks, TRUE);
    g_free(list);
}

uint32_t impsvc_flow_list_size(const impsvc_flow_list *list)
{
    return list->size;
}

static impsvc_flow_record *record_at(const impsvc_flow_list *list, uint32_t place)
{
    return (impsvc_flow_record *)g_ptr_array_index(list->blocks, place / BLOCK) + place % BLOCK;
}

const impsvc_flow_record *impsvc_flow_list_at(const impsvc_flow_list *list, uint32_t number)
{
    return record_at(list, number - 1);
}

const impsvc_flow_record *impsvc_flow_list_find(const impsvc_flow_list *list, const impsvc_flow_key *key)
{
    impsvc_flow_record wanted;

    set_key(&wanted, key);
    return (const impsvc_flow_record *)g_hash_table_lookup(list->by_key, &wanted);
}

static impsvc_flow_record *add(impsvc_flow_list *list, const impsvc_flow_key *key)
{
    impsvc_flow_record *record;

    if (list->size % BLOCK == 0)
        g_ptr_array_add(list->blocks, g_new(impsvc_flow_record, BLOCK));
    record = record_at(list, list->size);
    *record = impsvc_flow_new(key);
    record->number = ++list->size;
    g_hash_table_add(list->by_key, record);
    return record;
}

impsvc_flow_record *impsvc_flow_list_get(impsvc_flow_list *list, const impsvc_flow_key *key)
{
    impsvc_flow_record wanted;
    impsvc_flow_record *record;

    set_key(&wanted, key);
    if (list->last != NULL && is_same(list->last, &wanted))
        return list->last;
    record = (impsvc_flow_record *)g_hash_table_lookup(list->by_key, &wanted);
    if (record == NULL)
        record = add(list, key);
    list->last = record;
    return record;
}
