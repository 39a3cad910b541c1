/* flow_paths.c
 * What the flows of each path came to: entry, initiator's host, listener's host and port
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/flow_paths.h"

#include <glib.h>

#include "core/seeded_hash.h"

struct impsvc_flow_paths {
    GHashTable *by_key;     /* paths, by what they go from and to */
    GPtrArray  *all;        /* whose paths these are */
};

/* Somebody says no; nobody says anything; it worked for a while; the host itself says no; and then what is no trouble for sure. */
static const impsvc_flow_result worst_first[IMPSVC_RESULTS] = {
    IMPSVC_RESULT_REJECTED, IMPSVC_RESULT_NO_ANSWER, IMPSVC_RESULT_LOST, IMPSVC_RESULT_REFUSED, IMPSVC_RESULT_ONE_WAY,
    IMPSVC_RESULT_UNDECIDED, IMPSVC_RESULT_OPEN, IMPSVC_RESULT_SENT, IMPSVC_RESULT_NOT_SEEN
};

impsvc_flow_result impsvc_flow_result_by_rank(unsigned rank)
{
    return worst_first[rank];
}

static unsigned rank_of(impsvc_flow_result result)
{
    unsigned rank = 0;

    while (worst_first[rank] != result)
        rank++;
    return rank;
}

/* A try that may still be answered is no worse than one of which too little was seen. */
static unsigned rank_among_paths(const impsvc_flow_path *path)
{
    return rank_of(path->verdict.too_early ? IMPSVC_RESULT_UNDECIDED : path->result);
}

/* Within a path, flows that nobody can judge do not hide what others show. */
unsigned impsvc_flow_rank_within(const impsvc_flow_verdict *verdict)
{
    if (verdict->result == IMPSVC_RESULT_UNDECIDED)
        return IMPSVC_RESULTS + 1;
    return verdict->too_early ? IMPSVC_RESULTS : rank_of(verdict->result);
}

static unsigned hash(const void *of)
{
    const impsvc_flow_path *path = (const impsvc_flow_path *)of;
    uint32_t words[10];

    memcpy(words, path->initiator.bytes, sizeof path->initiator.bytes);
    memcpy(words + 4, path->listener.bytes, sizeof path->listener.bytes);
    words[8] = (uint32_t)path->port << 16 | path->transport;
    words[9] = (uint32_t)path->entry->table << 8 | path->entry->row;
    return impsvc_seeded_hash(words, G_N_ELEMENTS(words));
}

static gboolean is_same(const void *of, const void *with)
{
    const impsvc_flow_path *one = (const impsvc_flow_path *)of;
    const impsvc_flow_path *other = (const impsvc_flow_path *)with;

    return one->entry == other->entry && one->port == other->port && one->transport == other->transport
           && impsvc_ip_equal(&one->initiator, &other->initiator) && impsvc_ip_equal(&one->listener, &other->listener);
}

impsvc_flow_paths *impsvc_flow_paths_new(void)
{
    impsvc_flow_paths *paths = g_new(impsvc_flow_paths, 1);

    paths->by_key = g_hash_table_new(hash, is_same);
    paths->all = g_ptr_array_new_with_free_func(g_free);
    return paths;
}

void impsvc_flow_paths_free(impsvc_flow_paths *paths)
{
    if (paths == NULL)
        return;
    g_hash_table_destroy(paths->by_key);
    g_ptr_array_free(paths->all, TRUE);
    g_free(paths);
}

static impsvc_flow_path *path_of(impsvc_flow_paths *paths, const impsvc_flow_record *record)
{
    impsvc_flow_path wanted = {
        .entry = record->entry, .initiator = impsvc_flow_initiator(record)->at.address,
        .listener = impsvc_flow_listener(record)->at.address, .port = impsvc_flow_listener(record)->at.port,
        .transport = record->transport };
    impsvc_flow_path *path = (impsvc_flow_path *)g_hash_table_lookup(paths->by_key, &wanted);

    if (path != NULL)
        return path;
    path = g_new(impsvc_flow_path, 1);
    *path = wanted;
    g_ptr_array_add(paths->all, path);
    g_hash_table_add(paths->by_key, path);
    return path;
}

/* Of flows that began at the same time, the one that was seen later. */
static bool is_later(const impsvc_flow_record *record, int64_t first, uint32_t number)
{
    return record->activity.first != first ? record->activity.first > first : record->number > number;
}

/* The flow that stands for the path. */
static void choose(impsvc_flow_path *path, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict)
{
    unsigned rank = impsvc_flow_rank_within(verdict);

    if (path->record != NULL) {
        unsigned before = impsvc_flow_rank_within(&path->verdict);

        if (rank > before || (rank == before && !is_later(record, path->record->activity.first, path->record->number)))
            return;
    }
    path->record = record;
    path->verdict = *verdict;
    path->result = verdict->result;
}

bool impsvc_flow_is_answered(impsvc_flow_result result)
{
    return result == IMPSVC_RESULT_OPEN || result == IMPSVC_RESULT_LOST || result == IMPSVC_RESULT_ONE_WAY;
}

/* The end is one of the record's. */
static void add_marks(uint64_t *dscp, const impsvc_flow_record **remarked, const impsvc_flow_record *record, const impsvc_flow_end *end)
{
    impsvc_flow_marks marks = impsvc_flow_marks_of(end);

    *dscp |= impsvc_marks_values(&marks);
    if (impsvc_marks_differ(&marks) && (*remarked == NULL || record->number < (*remarked)->number))
        *remarked = record;
}

void impsvc_flow_paths_add(impsvc_flow_paths *paths, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict)
{
    impsvc_flow_path *path = path_of(paths, record);

    if (path->record == NULL || is_later(record, path->last_first, path->last_number)) {
        path->last = verdict->result;
        path->last_first = record->activity.first;
        path->last_number = record->number;
    }
    choose(path, record, verdict);
    path->count[verdict->result]++;
    path->tries += verdict->tries > 1 ? verdict->tries : 1;
    path->more_tries |= verdict->more_tries;
    path->answered += impsvc_flow_is_answered(verdict->result);
    add_marks(&path->dscp_to, &path->remarked_to, record, impsvc_flow_initiator(record));
    add_marks(&path->dscp_back, &path->remarked_back, record, impsvc_flow_listener(record));
}

static int compare_numbers(unsigned one, unsigned other)
{
    return one < other ? -1 : one > other;
}

static int worse_first(const void *a, const void *b)
{
    const impsvc_flow_path *one = *(const impsvc_flow_path *const *)a;
    const impsvc_flow_path *other = *(const impsvc_flow_path *const *)b;
    int order = compare_numbers(rank_among_paths(one), rank_among_paths(other));

    if (order == 0)
        order = compare_numbers(one->entry->table, other->entry->table);
    if (order == 0)
        order = compare_numbers(one->entry->row, other->entry->row);
    if (order == 0)
        order = impsvc_ip_compare(&one->initiator, &other->initiator);
    if (order == 0)
        order = impsvc_ip_compare(&one->listener, &other->listener);
    if (order == 0)
        order = compare_numbers(one->port, other->port);
    return order != 0 ? order : compare_numbers(one->transport, other->transport);
}

void impsvc_flow_paths_sort(impsvc_flow_paths *paths)
{
    g_ptr_array_sort(paths->all, worse_first);
}

impsvc_flow_paths *impsvc_flow_paths_of(const impsvc_flow_capture *capture)
{
    impsvc_flow_list *flows = impsvc_flow_capture_flows(capture);
    impsvc_flow_paths *paths = impsvc_flow_paths_new();

    for (uint32_t number = 1; number <= impsvc_flow_list_size(flows); number++) {
        const impsvc_flow_record *record = impsvc_flow_list_at(flows, number);
        impsvc_flow_verdict verdict = impsvc_flow_capture_verdict(capture, record);

        impsvc_flow_paths_add(paths, record, &verdict);
    }
    impsvc_flow_paths_sort(paths);
    return paths;
}

uint32_t impsvc_flow_paths_size(const impsvc_flow_paths *paths)
{
    return paths->all->len;
}

const impsvc_flow_path *impsvc_flow_paths_at(const impsvc_flow_paths *paths, uint32_t number)
{
    return (const impsvc_flow_path *)g_ptr_array_index(paths->all, number);
}

bool impsvc_flow_path_differs(const impsvc_flow_path *path)
{
    unsigned different = 0;

    for (unsigned i = 0; i < IMPSVC_RESULTS; i++)
        different += path->count[i] != 0;
    return different > 1;
}
