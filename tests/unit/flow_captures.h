/* flow_captures.h
 * Captures of the same two ends, made here and there and now and then, as records that are to be joined
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_CAPTURES_H
#define IMPSVC_FLOW_CAPTURES_H

#include "flow_stories.h"

#include "flows/flow_merge.h"
#include "joins/flow_join.h"

/** Points of the tests' firewall. */
enum { INSIDE, OUTSIDE, ELSEWHERE, MOST_FLOWS = 16 };

#define AT(point) (UINT32_C(1) << (point))

typedef struct {
    GArray            *sightings;
    GArray            *watches;
    GPtrArray         *texts;
    impsvc_flow_places places;
    uint64_t           captures;
    unsigned           count;                   /* of the joined flows */
    impsvc_flow_joined flows[MOST_FLOWS];
} collection;

/** Nothing was recorded yet; inside and outside show the same packets. */
static inline collection *collect(void)
{
    collection *made = g_new0(collection, 1);

    made->sightings = g_array_new(FALSE, FALSE, sizeof(impsvc_flow_sighting));
    made->watches = g_array_new(FALSE, FALSE, sizeof(impsvc_flow_watch));
    made->texts = g_ptr_array_new_with_free_func(g_free);
    made->places.watches = made->watches;
    made->places.sides[INSIDE] = made->places.sides[OUTSIDE] = AT(INSIDE) | AT(OUTSIDE);
    return made;
}

static inline void free_collection(collection *all)
{
    g_array_free(all->sightings, TRUE);
    g_array_free(all->watches, TRUE);
    g_ptr_array_free(all->texts, TRUE);
    g_free(all);
}

/** Somebody recorded the two hosts' packets at a point. */
static inline void watch(collection *all, uint32_t points, int64_t from, int64_t until)
{
    const impsvc_flow_watch made = { from, until, points };

    g_array_append_val(all->watches, made);
}

/** A record of a capture. */
static inline impsvc_flow_sighting *sight(collection *all, uint64_t capture, const impsvc_flow_record *record, int64_t end)
{
    impsvc_flow_sighting made = { .record = *record, .capture = capture, .around.end = end };
    GString *text = g_string_new(NULL);

    made.record.entry = &impsvc_list->entries[0];
    impsvc_flow_text_append(text, &made.record, &made.around);
    g_ptr_array_add(all->texts, text->str);
    made.text = g_string_free(text, FALSE);
    g_array_append_val(all->sightings, made);
    return &g_array_index(all->sightings, impsvc_flow_sighting, all->sightings->len - 1);
}

/** How a capture sees a story. */
typedef struct {
    unsigned point;
    int64_t  clock;         /**< what its clock is ahead */
    int64_t  from, until;   /**< of the story's packets, by the right time: 0 for no limit */
    uint32_t renumbered;    /**< what the firewall has added to the client's sequence numbers */
    uint8_t  ends;          /**< whose packets: 0 for both, or 1 + CLIENT, 1 + SERVER */
    uint8_t  hops;          /**< taken off every TTL */
    bool     drops_server;  /**< what the server sends did not get here */
} view;

static inline impsvc_flow_packet as_seen(const impsvc_flow_packet *packet, const view *how)
{
    impsvc_flow_packet seen = *packet;

    seen.when += how->clock;
    seen.interface = how->point;
    seen.ttl = (uint8_t)(packet->ttl - how->hops);
    if (packet->from == CLIENT)
        seen.seq += how->renumbered;
    else if (packet->flags & ACK)
        seen.ack += how->renumbered;
    return seen;
}

static inline bool is_seen(const impsvc_flow_packet *packet, const view *how)
{
    return (how->from == 0 || packet->when >= how->from) && (how->until == 0 || packet->when < how->until)
           && (how->ends == 0 || packet->from == how->ends - 1) && !(how->drops_server && packet->from == SERVER);
}

/** Record a story: one capture more. Like Wireshark, it takes what begins with another SYN for another connection. */
static inline void record_story(collection *all, const story *it, view how)
{
    impsvc_flow_record record = record_for(it);
    int64_t end = (how.until != 0 ? how.until : it->now) + how.clock;
    uint32_t syn = 0;
    bool has_any = false;

    for (size_t i = 0; i < it->count; i++) {
        impsvc_flow_packet seen = as_seen(&it->packet[i], &how);
        bool is_syn = seen.has_tcp && (seen.flags & (SYN | ACK | RST)) == SYN;

        if (!is_seen(&it->packet[i], &how))
            continue;
        if (is_syn && record.tcp != 0 && seen.seq != syn) {
            (void)sight(all, all->captures, &record, end);
            record = record_for(it);
            record.stream++;
        }
        if (is_syn)
            syn = seen.seq;
        record.tcp |= seen.has_tcp ? IMPSVC_TCP_ACK : 0;
        impsvc_flow_add(&record, &seen);
        has_any = true;
    }
    if (has_any)
        (void)sight(all, all->captures, &record, end);
    all->captures++;
}

static inline void keep_joined(const impsvc_flow_joined *joined, void *data)
{
    collection *all = (collection *)data;

    if (all->count < MOST_FLOWS)
        all->flows[all->count] = *joined;
    all->count++;
}

/** Join what was recorded; how many flows it is. */
static inline unsigned join(collection *all)
{
    all->count = 0;
    impsvc_flow_join(all->sightings, &all->places, keep_joined, all);
    return all->count;
}

#endif /* IMPSVC_FLOW_CAPTURES_H */
