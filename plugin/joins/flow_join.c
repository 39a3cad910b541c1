/* flow_join.c
 * Records from many captures that are of one flow become one, with one verdict
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "joins/flow_join.h"

#include <string.h>

#include "flows/flow_merge.h"
#include "flows/verdict.h"

#define SECOND INT64_C(1000000000)

/* Packets of a connection that has ended come no later than this: twice the longest time a segment lives (RFC 9293, 3.4.3) is two minutes,
 * and systems wait for one. */
#define AFTER_ITS_END (60 * SECOND)

/* A connection without a packet for longer than this was not seen to go on: keep-alives come every two hours (RFC 9293, 3.8.4). */
#define LONGEST_SILENCE (3 * 3600 * SECOND)

/* How many flows back one is looked for that a record belongs to: more than that do not go on at the same time on the same ports. */
#define LOOK_BACK 8

/* What was counted in captures that were made in the same places. */
typedef struct {
    uint32_t         points;
    impsvc_flow_sums sums[2];
} tally;

/* Records that are of one flow. */
typedef struct {
    impsvc_flow_record record;
    int64_t            first_last;      /* when the record that began it ends */
    uint32_t           points;          /* where it was seen */
    GArray            *sightings;       /* indexes of them, uint32_t */
    GArray            *tallies;
} group;

static int compare_sightings(const void *a, const void *b)
{
    const impsvc_flow_sighting *one = (const impsvc_flow_sighting *)a;
    const impsvc_flow_sighting *other = (const impsvc_flow_sighting *)b;

    if (one->record.activity.first != other->record.activity.first)
        return one->record.activity.first < other->record.activity.first ? -1 : 1;
    if (one->record.activity.last != other->record.activity.last)
        return one->record.activity.last < other->record.activity.last ? -1 : 1;
    return strcmp(one->text, other->text);
}

static uint32_t points_of(const impsvc_flow_record *record)
{
    return record->ends[0].interfaces | record->ends[1].interfaces;
}

static bool have_one_in_common(const impsvc_flow_numbers *one, const impsvc_flow_numbers *other)
{
    for (unsigned i = 0; i < one->count; i++)
        for (unsigned j = 0; j < other->count; j++)
            if (one->value[i] == other->value[j])
                return true;
    return false;
}

static bool has_opening(const impsvc_flow_record *record)
{
    return record->syns.count > 0 || record->syn_acks.count > 0;
}

/* Wireshark has told the connections of one capture apart. */
static bool has_capture(const group *one, const GArray *sightings, uint64_t capture)
{
    for (unsigned i = 0; i < one->sightings->len; i++)
        if (g_array_index(sightings, impsvc_flow_sighting, g_array_index(one->sightings, uint32_t, i)).capture == capture)
            return true;
    return false;
}

static bool has_ended(const impsvc_flow_record *record)
{
    return record->ends[0].closed != 0 || record->ends[1].closed != 0;
}

/* The record begins no earlier than the group. A firewall that gives connections other sequence numbers (as ASA does) shows both at once,
 * in two places. */
static bool is_same_connection(const group *one, const impsvc_flow_record *record)
{
    int64_t later = record->activity.first - one->record.activity.first;
    int64_t after = record->activity.first - one->record.activity.last;

    if (have_one_in_common(&one->record.syns, &record->syns) || have_one_in_common(&one->record.syn_acks, &record->syn_acks))
        return true;
    if (has_opening(record))
        return later <= IMPSVC_CLOCKS_DIFFER && (points_of(record) & one->points) == 0;
    return after <= (has_ended(&one->record) ? AFTER_ITS_END : LONGEST_SILENCE);
}

/* Datagrams and pings have no beginning. What goes on in the next capture of the same place is another flow, or there would be one a year. */
static bool is_same_exchange(const group *one, const impsvc_flow_record *record)
{
    int64_t slack = (points_of(record) & one->points) == 0 ? IMPSVC_CLOCKS_DIFFER : 0;

    return record->activity.first <= one->first_last + slack;
}

static bool belongs(const group *one, const GArray *sightings, const impsvc_flow_sighting *sighting)
{
    if (has_capture(one, sightings, sighting->capture))
        return false;
    return sighting->record.transport == IMPSVC_TCP ? is_same_connection(one, &sighting->record) : is_same_exchange(one, &sighting->record);
}

static void count(group *one, const impsvc_flow_record *record)
{
    uint32_t points = points_of(record);
    unsigned turned = record->ends[0].at.port == one->record.ends[0].at.port
                      && impsvc_ip_equal(&record->ends[0].at.address, &one->record.ends[0].at.address) ? 0 : 1;
    unsigned at = 0;

    while (at < one->tallies->len && g_array_index(one->tallies, tally, at).points != points)
        at++;
    if (at == one->tallies->len) {
        tally made = { .points = points };

        g_array_append_val(one->tallies, made);
    }
    for (unsigned i = 0; i < 2; i++) {
        impsvc_flow_sums *sums = &g_array_index(one->tallies, tally, at).sums[i ^ turned];

        sums->packets += record->ends[i].packets;
        sums->bytes += record->ends[i].bytes;
        sums->retransmissions += record->ends[i].retransmissions;
    }
}

static void add(group *one, uint32_t number, const impsvc_flow_record *record)
{
    impsvc_flow_merge(&one->record, record);
    one->points |= points_of(record);
    g_array_append_val(one->sightings, number);
    count(one, record);
}

static group *begin(uint32_t number, const impsvc_flow_record *record)
{
    group *made = g_new0(group, 1);

    made->record = *record;
    made->first_last = record->activity.last;
    made->points = points_of(record);
    made->sightings = g_array_new(FALSE, FALSE, sizeof number);
    made->tallies = g_array_new(FALSE, FALSE, sizeof(tally));
    g_array_append_val(made->sightings, number);
    count(made, record);
    return made;
}

static void free_group(void *data)
{
    group *one = (group *)data;

    g_array_free(one->sightings, TRUE);
    g_array_free(one->tallies, TRUE);
    g_free(one);
}

static GPtrArray *groups_of(const GArray *sightings)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(free_group);

    for (uint32_t i = 0; i < sightings->len; i++) {
        const impsvc_flow_sighting *sighting = &g_array_index(sightings, impsvc_flow_sighting, i);
        group *found = NULL;

        for (unsigned back = 1; back <= LOOK_BACK && back <= groups->len && found == NULL; back++) {
            group *one = (group *)g_ptr_array_index(groups, groups->len - back);

            if (belongs(one, sightings, sighting))
                found = one;
        }
        if (found != NULL)
            add(found, i, &sighting->record);
        else
            g_ptr_array_add(groups, begin(i, &sighting->record));
    }
    return groups;
}

/* Those of some points that have shown the same packets as all others of them. */
static uint32_t together(const impsvc_flow_places *places, uint32_t points)
{
    uint32_t all = 0;

    for (unsigned i = 0; i < IMPSVC_FLOW_INTERFACES; i++)
        if ((points >> i & 1) && (points & ~(places->sides[i] | UINT32_C(1) << i)) == 0)
            all |= UINT32_C(1) << i;
    return all;
}

/* What captures say of the hosts of a flow: those that show it, and where others of its packets could have been seen. */
static impsvc_flow_context context_of(const group *one, const GArray *sightings, const impsvc_flow_places *places)
{
    impsvc_flow_context context = { .answers = one->record.entry->answers, .interfaces = one->points };
    uint8_t reset_on = impsvc_flow_listener(&one->record)->reset.interface;

    for (unsigned i = 0; i < one->sightings->len; i++) {
        const impsvc_flow_sighting *sighting = &g_array_index(sightings, impsvc_flow_sighting, g_array_index(one->sightings, uint32_t, i));

        context.answers_elsewhere |= sighting->around.answers_elsewhere;
        if (sighting->around.end > context.end)
            context.end = sighting->around.end;
        if (impsvc_flow_listener(&sighting->record)->reset.is != 0 && impsvc_flow_listener(&sighting->record)->reset.interface == reset_on)
            for (unsigned word = 0; word < G_N_ELEMENTS(context.listener_ttls.bits); word++)
                context.listener_ttls.bits[word] |= sighting->around.listener_ttls.bits[word];
    }
    for (unsigned i = 0; i < places->watches->len; i++) {
        const impsvc_flow_watch *watch = &g_array_index(places->watches, impsvc_flow_watch, i);

        if (watch->from <= one->record.activity.first && one->record.activity.first <= watch->until)
            context.interfaces |= watch->points;
    }
    context.together = together(places, context.interfaces);
    return context;
}

static impsvc_flow_sums most(const group *one, unsigned end)
{
    impsvc_flow_sums found = { 0 };

    for (unsigned i = 0; i < one->tallies->len; i++) {
        impsvc_flow_sums sums = g_array_index(one->tallies, tally, i).sums[end];

        if (sums.packets > found.packets)
            found.packets = sums.packets;
        if (sums.bytes > found.bytes)
            found.bytes = sums.bytes;
        if (sums.retransmissions > found.retransmissions)
            found.retransmissions = sums.retransmissions;
    }
    return found;
}

void impsvc_flow_join(GArray *sightings, const impsvc_flow_places *places, void (*visit)(const impsvc_flow_joined *joined, void *data),
                      void *data)
{
    GPtrArray *groups;

    g_array_sort(sightings, compare_sightings);
    groups = groups_of(sightings);
    for (unsigned i = 0; i < groups->len; i++) {
        const group *one = (const group *)g_ptr_array_index(groups, i);
        impsvc_flow_context context = context_of(one, sightings, places);
        impsvc_flow_joined joined = { .record = one->record, .sums = { most(one, 0), most(one, 1) }, .captures = one->sightings->len };

        joined.verdict = impsvc_flow_verdict_of(&joined.record, &context);
        visit(&joined, data);
    }
    g_ptr_array_free(groups, TRUE);
}
