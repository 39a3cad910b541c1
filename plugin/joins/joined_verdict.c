/* joined_verdict.c
 * The verdict on a flow that several captures show: what each says of its hosts, and when somebody looked where
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "joins/joined_verdict.h"

#include "flows/verdict.h"

static const impsvc_flow_sighting *sighting_at(const GPtrArray *sightings, unsigned i)
{
    return (const impsvc_flow_sighting *)g_ptr_array_index(sightings, i);
}

/* The points at which packets of the two hosts would have been seen at a time. */
static uint32_t watched_at(int64_t when, const GPtrArray *sightings, const impsvc_flow_places *places)
{
    uint32_t points = 0;

    for (unsigned i = 0; i < places->watches->len; i++) {
        const impsvc_flow_watch *watch = &g_array_index(places->watches, impsvc_flow_watch, i);

        if (watch->from <= when && when <= watch->until)
            points |= watch->points;
    }
    for (unsigned i = 0; i < sightings->len; i++) {
        const impsvc_flow_record *record = &sighting_at(sightings, i)->record;

        if (record->activity.first <= when && when <= record->activity.last)
            points |= impsvc_points_of(record);
    }
    return points;
}

/* The points that have these datagrams perhaps in another file, which is another flow: files end at different times here and there. */
static uint32_t perhaps_seen_at(const impsvc_flow_record *record, const GArray *all)
{
    uint32_t points = 0;

    if (record->transport == IMPSVC_TCP)
        return 0;
    for (unsigned i = 0; i < all->len; i++) {
        const impsvc_flow_record *other = &g_array_index(all, impsvc_flow_sighting, i).record;

        if (impsvc_time_between(record->activity.last, other->activity.first) <= IMPSVC_CLOCKS_DIFFER
            && impsvc_time_between(other->activity.last, record->activity.first) <= IMPSVC_CLOCKS_DIFFER)
            points |= impsvc_points_of(other);
    }
    return points;
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

/* The TTLs at the point of the RST: in this flow as well, if the capture has the listener there alone. */
static void add_ttls(impsvc_ttls *ttls, const impsvc_flow_sighting *sighting, uint8_t reset_on)
{
    const impsvc_flow_end *listener = impsvc_flow_listener(&sighting->record);

    if (listener->reset.is != 0 && listener->reset.interface == reset_on)
        for (unsigned word = 0; word < G_N_ELEMENTS(ttls->bits); word++)
            ttls->bits[word] |= sighting->around.listener_ttls.bits[word];
    if (listener->interfaces == UINT32_C(1) << reset_on && listener->ttl_least != 0) {
        impsvc_ttls_add(ttls, listener->ttl_least);
        impsvc_ttls_add(ttls, listener->ttl_most);
    }
}

static impsvc_flow_context context_of(const impsvc_flow_record *record, const GPtrArray *sightings, const GArray *all,
                                      const impsvc_flow_places *places)
{
    impsvc_flow_context context = { .answers = record->entry->answers };

    for (unsigned i = 0; i < sightings->len; i++) {
        const impsvc_flow_sighting *sighting = sighting_at(sightings, i);

        context.answers_elsewhere |= sighting->around.answers_elsewhere;
        if (i == 0 || sighting->around.end > context.end)
            context.end = sighting->around.end;
        add_ttls(&context.listener_ttls, sighting, impsvc_flow_listener(record)->reset.interface);
    }
    context.interfaces = impsvc_points_of(record)
                         | (watched_at(record->activity.first, sightings, places) & ~perhaps_seen_at(record, all));
    context.together = together(places, context.interfaces);
    return context;
}

static const impsvc_flow_sequence *data_of(const impsvc_flow_record *record, const impsvc_endpoint *at)
{
    bool is_first = record->ends[0].at.port == at->port && impsvc_ip_equal(&record->ends[0].at.address, &at->address);

    return &record->ends[is_first ? 0 : 1].data;
}

/* What all captures of the same points as this one say of an end's data; nothing if an earlier one is of these points. */
static impsvc_flow_sequence data_at_points(const GPtrArray *sightings, unsigned first, const impsvc_endpoint *at)
{
    uint32_t points = impsvc_points_of(&sighting_at(sightings, first)->record);
    impsvc_flow_sequence data = { 0 };

    for (unsigned i = 0; i < sightings->len; i++) {
        const impsvc_flow_record *record = &sighting_at(sightings, i)->record;

        if (impsvc_points_of(record) != points)
            continue;
        if (i < first)
            return (impsvc_flow_sequence){ 0 };
        impsvc_sequence_merge(&data, data_of(record, at));
    }
    return data;
}

/* For how long captures of the same points, which have one clock, have seen an end send its furthest data again. */
static int64_t tried_by_one_clock(const GPtrArray *sightings, const impsvc_endpoint *at, uint32_t data_end)
{
    int64_t longest = 0;

    for (unsigned i = 0; i < sightings->len; i++) {
        impsvc_flow_sequence data = data_at_points(sightings, i, at);

        if ((data.has & IMPSVC_SEQUENCE_DATA) && data.data_end == data_end && impsvc_sequence_tried(&data) > longest)
            longest = impsvc_sequence_tried(&data);
    }
    return longest;
}

/* What one clock has sent, and another one that goes after it, looks as if it had been sent again. */
static void allow_for_clocks(impsvc_flow_end *end, const GPtrArray *sightings)
{
    impsvc_flow_sequence *data = &end->data;
    bool is_in_one_place = (data->data_on & (data->data_on - 1)) == 0 && data->data_on >> IMPSVC_SEQUENCE_LAST_INTERFACE == 0;
    int64_t since = (data->has & IMPSVC_SEQUENCE_ACK) && data->ack_first > data->data_first ? data->ack_first : data->data_first;
    int64_t last = data->data_last, tried;

    if ((data->has & IMPSVC_SEQUENCE_DATA) == 0 || is_in_one_place)
        return;
    if (impsvc_time_between(data->data_first, last) < IMPSVC_CLOCKS_DIFFER)
        data->data_last = data->data_first;
    else
        data->data_last -= IMPSVC_CLOCKS_DIFFER;
    tried = tried_by_one_clock(sightings, &end->at, data->data_end);
    if (impsvc_time_between(since, last) <= tried)
        data->data_last = last;
    else if (impsvc_time_between(since, data->data_last) < tried)
        data->data_last = since + tried;
}

/* Whether each capture ends too early for an answer, by its own clock: a SYN that was seen in two places was not sent again. */
static bool are_too_early(const GPtrArray *sightings)
{
    uint32_t points = 0;

    for (unsigned i = 0; i < sightings->len; i++) {
        const impsvc_flow_sighting *sighting = sighting_at(sightings, i);
        impsvc_flow_context context = { .answers = true, .end = sighting->around.end };

        if ((points & impsvc_points_of(&sighting->record)) != 0 || !impsvc_flow_verdict_of(&sighting->record, &context).too_early)
            return false;
        points |= impsvc_points_of(&sighting->record);
    }
    return true;
}

impsvc_flow_verdict impsvc_joined_verdict(const impsvc_flow_record *record, const GPtrArray *sightings, const GArray *all,
                                          const impsvc_flow_places *places)
{
    impsvc_flow_context context = context_of(record, sightings, all, places);
    impsvc_flow_record judged = *record;
    impsvc_flow_verdict verdict;

    for (unsigned i = 0; i < 2 && sightings->len > 1; i++)
        allow_for_clocks(&judged.ends[i], sightings);
    verdict = impsvc_flow_verdict_of(&judged, &context);
    if ((context.interfaces & ~context.together) != 0)      /* places that never showed the same packets are no sides of anything */
        verdict.not_seen_on = 0;
    if (verdict.result == IMPSVC_RESULT_NO_ANSWER && are_too_early(sightings))
        verdict.too_early = true;
    /* A capture that was over when the data were lost could not have shown them, whatever it has of the time before. */
    if (verdict.result == IMPSVC_RESULT_LOST) {
        const impsvc_flow_end *sender = verdict.lost == IMPSVC_REQUEST ? impsvc_flow_initiator(record) : impsvc_flow_listener(record);

        verdict.not_seen_on &= watched_at(sender->data.data_first, sightings, places);
    }
    return verdict;
}
