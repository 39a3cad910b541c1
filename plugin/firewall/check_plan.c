/* check_plan.c
 * The plan beside what was seen: which paths of the port list between configured hosts are open, blocked, or not in the capture
 *
 * A path that was seen counts for all planned ones that its two hosts may stand for: a host can be in several rows of the table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "firewall/check_plan.h"

#include "core/seeded_hash.h"
#include "firewall/configured_plan.h"
#include "flows/verdict.h"
#include "identify/node_table.h"

/* A planned path that was seen. Entries stay where they are. */
typedef struct {
    const impsvc_entry *entry;
    size_t              initiator;
    size_t              listener;
    uint16_t            port;
    bool                blocked;
} seen_path;

struct impsvc_check_plan {
    impsvc_plan *plan;
    uint64_t     size;
    GHashTable  *seen;
};

static unsigned hash(const void *key)
{
    const seen_path *path = (const seen_path *)key;
    const uint32_t words[] = { path->entry->table, path->entry->row, (uint32_t)path->initiator, (uint32_t)path->listener, path->port };

    return impsvc_seeded_hash(words, array_length(words));
}

static gboolean is_same(const void *one, const void *other)
{
    const seen_path *paths[] = { (const seen_path *)one, (const seen_path *)other };

    return paths[0]->entry == paths[1]->entry && paths[0]->initiator == paths[1]->initiator && paths[0]->listener == paths[1]->listener
           && paths[0]->port == paths[1]->port;
}

impsvc_check_plan *impsvc_check_plan_new(void)
{
    impsvc_plan *configured = impsvc_configured_plan();
    impsvc_check_plan *plan;

    if (configured == NULL)
        return NULL;
    plan = g_new(impsvc_check_plan, 1);
    plan->plan = configured;
    plan->size = impsvc_plan_count(configured);
    plan->seen = g_hash_table_new_full(hash, is_same, g_free, NULL);
    return plan;
}

void impsvc_check_plan_free(impsvc_check_plan *plan)
{
    if (plan == NULL)
        return;
    impsvc_plan_free(plan->plan);
    g_hash_table_destroy(plan->seen);
    g_free(plan);
}

uint64_t impsvc_check_plan_size(const impsvc_check_plan *plan)
{
    return plan->size;
}

static size_t row_of(const impsvc_ip *host)
{
    return impsvc_configured_find(host, !impsvc_ip_is_v4(host));
}

/* The same hosts may have been seen more than once, over TCP and UDP: blocked is what one of them is. */
static void see(impsvc_check_plan *plan, const seen_path *path)
{
    seen_path *known = (seen_path *)g_hash_table_lookup(plan->seen, path);

    if (known != NULL) {
        known->blocked |= path->blocked;
        return;
    }
    known = g_new(seen_path, 1);
    *known = *path;
    g_hash_table_add(plan->seen, known);
}

void impsvc_check_plan_see(impsvc_check_plan *plan, const impsvc_flow_path *path)
{
    size_t from, to;

    for (from = row_of(&path->initiator); from != IMPSVC_NOT_CONFIGURED; from = impsvc_configured_at(from).earlier)
        for (to = row_of(&path->listener); to != IMPSVC_NOT_CONFIGURED; to = impsvc_configured_at(to).earlier) {
            seen_path seen = { path->entry, from, to, path->port, impsvc_verdict_is_blocked(&path->verdict) };

            see(plan, &seen);
        }
}

/* Passed through the plan. */
typedef struct {
    const impsvc_check_plan *plan;
    void (*visit)(const impsvc_plan_path *path, void *data);
    void                    *data;
    impsvc_plan_counts       counts;
} comparison;

static void compare(const impsvc_plan_path *path, void *data)
{
    comparison *with = (comparison *)data;
    seen_path wanted = { path->entry, path->initiator, path->listener, path->port, false };
    const seen_path *seen = (const seen_path *)g_hash_table_lookup(with->plan->seen, &wanted);

    with->counts.planned++;
    if (seen == NULL) {
        with->counts.not_seen++;
        with->visit(path, with->data);
    } else if (seen->blocked) {
        with->counts.blocked++;
    } else {
        with->counts.open++;
    }
}

impsvc_plan_counts impsvc_check_plan_compare(const impsvc_check_plan *plan, void (*visit)(const impsvc_plan_path *path, void *data),
                                             void *data)
{
    comparison with = { .plan = plan, .visit = visit, .data = data };

    if (plan->size <= IMPSVC_PLAN_MOST)
        impsvc_plan_each(plan->plan, compare, &with);
    return with.counts;
}
