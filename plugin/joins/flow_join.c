/* flow_join.c
 * Records from many captures that are of one flow become one, with one verdict
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "joins/flow_join.h"

#include <string.h>

#include "flows/flow_merge.h"
#include "joins/joined_verdict.h"

#define SECOND INT64_C(1000000000)
#define DAY    (INT64_C(86400) * SECOND)

/* Packets of a connection that has ended come no later than this: twice the longest time a segment lives (RFC 9293, 3.4.3) is two minutes,
 * and systems wait for one. */
#define AFTER_ITS_END (60 * SECOND)

/* A connection without a packet for longer than this was not seen to go on: keep-alives come every two hours (RFC 9293, 3.8.4). */
#define LONGEST_SILENCE (3 * (3600 * SECOND))

/* How many flows back one is looked for that a record belongs to: more than that do not go on at the same time on the same ports. */
#define LOOK_BACK 8

/* What captures counted of an end's packets in the same places. */
typedef struct {
    unsigned            end;
    uint32_t            points;
    impsvc_flow_sums    sums;
    impsvc_flow_numbers syns;
} tally;

/* Records that are of one flow. */
typedef struct {
    impsvc_flow_record record;
    int64_t            first_last;      /* when the record that began it ends */
    int64_t            longest_last;    /* … and when the last of those ends that begin before that */
    uint32_t           points;          /* where it was seen */
    GPtrArray         *sightings;
    GArray            *tallies;
} group;

static int compare_sightings(const void *a, const void *b)
{
    const impsvc_flow_sighting *one = (const impsvc_flow_sighting *)a;
    const impsvc_flow_sighting *other = (const impsvc_flow_sighting *)b;
    int order;

    if (one->record.activity.first != other->record.activity.first)
        return one->record.activity.first < other->record.activity.first ? -1 : 1;
    if (one->record.activity.last != other->record.activity.last)
        return one->record.activity.last < other->record.activity.last ? -1 : 1;
    order = strcmp(one->text, other->text);
    if (order != 0 || one->capture == other->capture)
        return order;
    return one->capture < other->capture ? -1 : 1;
}

/* The same part of the same capture, once more. */
static bool is_repetition(const impsvc_flow_sighting *one, const impsvc_flow_sighting *other)
{
    return one->capture == other->capture && strcmp(one->text, other->text) == 0;
}

static bool have_one_in_common(const impsvc_flow_numbers *one, const impsvc_flow_numbers *other)
{
    for (unsigned i = 0; i < one->count; i++)
        for (unsigned j = 0; j < other->count; j++)
            if (one->value[i] == other->value[j])
                return true;
    return false;
}

/* A SYN, or a SYN+ACK that answers it: one of them may be in the next file, or on the other cable of a tap. */
static bool have_an_opening_in_common(const impsvc_flow_record *one, const impsvc_flow_record *other)
{
    return have_one_in_common(&one->syns, &other->syns) || have_one_in_common(&one->syn_acks, &other->syn_acks)
           || have_one_in_common(&one->syns, &other->syn_acks) || have_one_in_common(&one->syn_acks, &other->syns);
}

static bool has_opening(const impsvc_flow_record *record)
{
    return record->syns.count > 0 || record->syn_acks.count > 0;
}

/* Wireshark has told the connections of one capture apart. */
static bool has_capture(const group *one, uint64_t capture)
{
    for (unsigned i = 0; i < one->sightings->len; i++)
        if (((const impsvc_flow_sighting *)g_ptr_array_index(one->sightings, i))->capture == capture)
            return true;
    return false;
}

/* What has ended does not go on, nor does what was never open: later on the ports are another connection's. */
static bool may_go_on(const impsvc_flow_record *record)
{
    uint8_t sent = record->ends[0].sent | record->ends[1].sent;

    return record->ends[0].closed == 0 && record->ends[1].closed == 0
           && (!has_opening(record) || (sent & (IMPSVC_SENT_SYN_ACK | IMPSVC_SENT_ACK | IMPSVC_SENT_DATA)) != 0);
}

/* The record begins no earlier than the group. A firewall that gives connections other sequence numbers (as ASA does) shows both at once,
 * in two places. */
static bool may_be_same_connection(const group *one, const impsvc_flow_record *record)
{
    if (has_opening(record))
        return impsvc_time_between(one->record.activity.first, record->activity.first) <= IMPSVC_CLOCKS_DIFFER
               && (impsvc_points_of(record) & one->points) == 0;
    return impsvc_time_between(one->record.activity.last, record->activity.first)
           <= (may_go_on(&one->record) ? LONGEST_SILENCE : AFTER_ITS_END);
}

static bool begins_with(const group *one, const impsvc_flow_record *record)
{
    int64_t slack = (impsvc_points_of(record) & one->points) == 0 ? IMPSVC_CLOCKS_DIFFER : 0;

    return impsvc_time_between(one->first_last, record->activity.first) <= slack;
}

/* Days of UTC, since 1970. */
static int64_t day_of(int64_t when)
{
    return when < 0 ? -1 : when / DAY;
}

/* Datagrams and pings have no beginning. What goes on in the next capture of the same place is another flow, or there would be one a year.
 * While a longer capture of another place goes on, it is the same: that one has the same packets. What begins on another day is another flow,
 * so that nobody has to look at all years to join what is new (tools/impsvc/many/joining.py). */
static bool is_same_exchange(const group *one, const impsvc_flow_record *record)
{
    if (day_of(record->activity.first) != day_of(one->record.activity.first))
        return false;
    return begins_with(one, record)
           || impsvc_time_between(record->activity.first, one->longest_last) > IMPSVC_CLOCKS_DIFFER;
}

/* Two hosts that ping each other have two flows between the same ends. */
static bool is_other_way_round(const impsvc_flow_record *one, const impsvc_flow_record *other)
{
    return one->transport == IMPSVC_ICMP
           && !impsvc_ip_equal(&impsvc_flow_initiator(one)->at.address, &impsvc_flow_initiator(other)->at.address);
}

/* Who has the same numbers belongs together, however many others are of the same time. */
static bool belongs(const group *one, const impsvc_flow_sighting *sighting, bool surely)
{
    if (has_capture(one, sighting->capture) || is_other_way_round(&one->record, &sighting->record))
        return false;
    if (surely)
        return have_an_opening_in_common(&one->record, &sighting->record);
    return sighting->record.transport == IMPSVC_TCP ? may_be_same_connection(one, &sighting->record)
                                                    : is_same_exchange(one, &sighting->record);
}

static group *find_group(const GPtrArray *groups, const impsvc_flow_sighting *sighting, bool surely)
{
    for (unsigned back = 1; back <= LOOK_BACK && back <= groups->len; back++) {
        group *one = (group *)g_ptr_array_index(groups, groups->len - back);

        if (belongs(one, sighting, surely))
            return one;
    }
    return NULL;
}

static tally *get_tally(GArray *tallies, unsigned end, uint32_t points)
{
    const tally made = { .end = end, .points = points };

    for (unsigned i = 0; i < tallies->len; i++) {
        tally *known = &g_array_index(tallies, tally, i);

        if (known->end == end && known->points == points)
            return known;
    }
    g_array_append_val(tallies, made);
    return &g_array_index(tallies, tally, tallies->len - 1);
}

/* The record's ends may be in the other order. Of an end that sent nothing, ICMP errors are counted: where the other one was seen. */
static void count(group *one, const impsvc_flow_record *record)
{
    unsigned turned = record->ends[0].at.port == one->record.ends[0].at.port
                      && impsvc_ip_equal(&record->ends[0].at.address, &one->record.ends[0].at.address) ? 0 : 1;

    for (unsigned i = 0; i < 2; i++) {
        const impsvc_flow_end *end = &record->ends[i];
        tally *of = get_tally(one->tallies, i ^ turned, end->interfaces != 0 ? end->interfaces : impsvc_points_of(record));

        of->sums.packets += end->packets;
        of->sums.bytes += end->bytes;
        of->sums.retransmissions += end->retransmissions;
        if (i == record->initiator)
            impsvc_numbers_merge(&of->syns, &record->syns);
    }
}

static void add(group *one, impsvc_flow_sighting *sighting)
{
    const impsvc_flow_record *record = &sighting->record;

    impsvc_flow_merge(&one->record, record);
    if (record->activity.last > one->longest_last && begins_with(one, record))
        one->longest_last = record->activity.last;
    one->points |= impsvc_points_of(record);
    g_ptr_array_add(one->sightings, sighting);
    count(one, record);
}

static group *begin(impsvc_flow_sighting *sighting)
{
    const impsvc_flow_record *record = &sighting->record;
    group *made = g_new0(group, 1);

    made->record = *record;
    made->first_last = made->longest_last = record->activity.last;
    made->points = impsvc_points_of(record);
    made->sightings = g_ptr_array_new();
    made->tallies = g_array_new(FALSE, FALSE, sizeof(tally));
    g_ptr_array_add(made->sightings, sighting);
    count(made, record);
    return made;
}

static void free_group(void *data)
{
    group *one = (group *)data;

    g_ptr_array_free(one->sightings, TRUE);
    g_array_free(one->tallies, TRUE);
    g_free(one);
}

static GPtrArray *groups_of(const GArray *sightings)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(free_group);

    for (uint32_t i = 0; i < sightings->len; i++) {
        impsvc_flow_sighting *sighting = &g_array_index(sightings, impsvc_flow_sighting, i);
        group *found;

        if (i > 0 && is_repetition(sighting, sighting - 1))
            continue;
        found = find_group(groups, sighting, true);
        if (found == NULL)
            found = find_group(groups, sighting, false);
        if (found != NULL)
            add(found, sighting);
        else
            g_ptr_array_add(groups, begin(sighting));
    }
    return groups;
}

static impsvc_flow_sums most(const group *one, unsigned end)
{
    impsvc_flow_sums found = { 0 };

    for (unsigned i = 0; i < one->tallies->len; i++) {
        impsvc_flow_sums sums = g_array_index(one->tallies, tally, i).sums;

        if (g_array_index(one->tallies, tally, i).end != end)
            continue;
        if (sums.packets > found.packets)
            found.packets = sums.packets;
        if (sums.bytes > found.bytes)
            found.bytes = sums.bytes;
        if (sums.retransmissions > found.retransmissions)
            found.retransmissions = sums.retransmissions;
    }
    return found;
}

/* A firewall that gives connections other numbers makes no further tries of them: what counts is where most were seen. */
static void count_tries(const group *one, impsvc_flow_verdict *verdict)
{
    verdict->tries = 0;
    verdict->more_tries = false;
    for (unsigned i = 0; i < one->tallies->len; i++) {
        const impsvc_flow_numbers *syns = &g_array_index(one->tallies, tally, i).syns;

        if (syns->count > verdict->tries)
            verdict->tries = syns->count;
        verdict->more_tries |= syns->more;
    }
}

void impsvc_flow_join(GArray *sightings, const impsvc_flow_places *places, void (*visit)(const impsvc_flow_joined *joined, void *data),
                      void *data)
{
    GPtrArray *groups;

    g_array_sort(sightings, compare_sightings);
    groups = groups_of(sightings);
    for (unsigned i = 0; i < groups->len; i++) {
        const group *one = (const group *)g_ptr_array_index(groups, i);
        impsvc_flow_joined joined = { .record = one->record, .sums = { most(one, 0), most(one, 1) }, .captures = one->sightings->len };

        joined.verdict = impsvc_joined_verdict(&joined.record, one->sightings, sightings, places);
        count_tries(one, &joined.verdict);
        visit(&joined, data);
    }
    g_ptr_array_free(groups, TRUE);
}
