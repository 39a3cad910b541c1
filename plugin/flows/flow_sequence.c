/* flow_sequence.c
 * How far one end's data went in a TCP connection, and how far they were acknowledged
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/flow_sequence.h"

#include "flows/flow_activity.h"

#define EIGHTHS 8

/* Four eighths side by side are half of the number space: any two numbers in them can be compared. */
static bool is_wide(unsigned eighths)
{
    for (unsigned from = 0; from < EIGHTHS; from++) {
        unsigned half = 0x0fu << from;

        if ((eighths & ~(half | half >> EIGHTHS)) == 0)
            return false;
    }
    return true;
}

/* What is known but for times, which need no numbers, is given up. */
static void give_up(impsvc_flow_sequence *sequence)
{
    *sequence = (impsvc_flow_sequence){ .data_last = sequence->data_last, .has_time = sequence->has_time,
                                        .has = IMPSVC_SEQUENCE_TOO_WIDE };
}

/* Whether numbers in these eighths can be compared with those so far. */
static bool takes(impsvc_flow_sequence *sequence, uint8_t eighths)
{
    uint8_t all = sequence->eighths | eighths;

    if (sequence->has & IMPSVC_SEQUENCE_TOO_WIDE)
        return false;
    if (all != sequence->eighths && is_wide(all)) {
        give_up(sequence);
        return false;
    }
    sequence->eighths = all;
    return true;
}

static uint8_t eighth_of(uint32_t number)
{
    return (uint8_t)(1u << (number >> 29));
}

void impsvc_sequence_time(impsvc_flow_sequence *sequence, int64_t when)
{
    if (!sequence->has_time || when > sequence->data_last)
        sequence->data_last = when;
    sequence->has_time = true;
}

/* What was seen first of the data that go furthest. */
static void note_furthest(impsvc_flow_sequence *sequence, const impsvc_flow_sequence *other)
{
    bool is_further = (sequence->has & IMPSVC_SEQUENCE_DATA) == 0 || impsvc_sequence_before(sequence->data_end, other->data_end);
    bool is_same = !is_further && other->data_end == sequence->data_end;
    bool is_earlier = other->data_first < sequence->data_first
                      || (other->data_first == sequence->data_first && other->data_frame < sequence->data_frame);

    sequence->has |= IMPSVC_SEQUENCE_DATA;
    if (is_further)
        sequence->data_on = 0;
    if (is_further || is_same)
        sequence->data_on |= other->data_on;
    if (!is_further && !(is_same && is_earlier))
        return;
    sequence->data_end = other->data_end;
    sequence->data_first = other->data_first;
    sequence->data_frame = other->data_frame;
}

/* The largest, and where the first of that size ends. */
static void note_large(impsvc_flow_sequence *sequence, uint32_t end, uint16_t size)
{
    if ((sequence->has & IMPSVC_SEQUENCE_LARGE) == 0 || size > sequence->large_size
        || (size == sequence->large_size && impsvc_sequence_before(end, sequence->large_end))) {
        sequence->large_size = size;
        sequence->large_end = end;
    }
    sequence->has |= IMPSVC_SEQUENCE_LARGE;
}

/* The first, and the larger of two that end there. */
static void note_small(impsvc_flow_sequence *sequence, uint32_t end, uint16_t size)
{
    if ((sequence->has & IMPSVC_SEQUENCE_SMALL) == 0 || impsvc_sequence_before(end, sequence->small_end)
        || (end == sequence->small_end && size > sequence->small_size)) {
        sequence->small_size = size;
        sequence->small_end = end;
    }
    sequence->has |= IMPSVC_SEQUENCE_SMALL;
}

void impsvc_sequence_data(impsvc_flow_sequence *sequence, uint32_t size, const impsvc_flow_sequence *data)
{
    impsvc_sequence_time(sequence, data->data_first);
    if (!takes(sequence, eighth_of(data->data_end)))
        return;
    note_furthest(sequence, data);
    if (size > IMPSVC_ALWAYS_FITS)
        note_large(sequence, data->data_end, (uint16_t)(size > UINT16_MAX ? UINT16_MAX : size));
    else if (size > 0)
        note_small(sequence, data->data_end, (uint16_t)size);
}

static void note_ack(impsvc_flow_sequence *sequence, uint32_t ack, uint8_t no_room, int64_t when)
{
    bool has = sequence->has & IMPSVC_SEQUENCE_ACK;

    if (!has || impsvc_sequence_before(sequence->ack_most, ack)) {
        sequence->ack_most = ack;
        sequence->ack_first = when;
        sequence->has = (uint8_t)((sequence->has & ~IMPSVC_SEQUENCE_NO_ROOM) | IMPSVC_SEQUENCE_ACK | no_room);
    } else if (ack == sequence->ack_most) {
        sequence->ack_first = when < sequence->ack_first ? when : sequence->ack_first;
        sequence->has |= no_room;
    }
    if (!has || impsvc_sequence_before(ack, sequence->ack_least))
        sequence->ack_least = ack;
}

void impsvc_sequence_ack(impsvc_flow_sequence *sequence, uint32_t ack, bool no_room, int64_t when)
{
    if (takes(sequence, eighth_of(ack)))
        note_ack(sequence, ack, no_room ? IMPSVC_SEQUENCE_NO_ROOM : 0, when);
}

void impsvc_sequence_merge(impsvc_flow_sequence *sequence, const impsvc_flow_sequence *other)
{
    if (other->has_time)
        impsvc_sequence_time(sequence, other->data_last);
    if (other->has & IMPSVC_SEQUENCE_TOO_WIDE)
        give_up(sequence);
    if (!takes(sequence, other->eighths))
        return;
    if (other->has & IMPSVC_SEQUENCE_DATA)
        note_furthest(sequence, other);
    if (other->has & IMPSVC_SEQUENCE_LARGE)
        note_large(sequence, other->large_end, other->large_size);
    if (other->has & IMPSVC_SEQUENCE_SMALL)
        note_small(sequence, other->small_end, other->small_size);
    if (other->has & IMPSVC_SEQUENCE_ACK) {
        note_ack(sequence, other->ack_most, other->has & IMPSVC_SEQUENCE_NO_ROOM, other->ack_first);
        if (impsvc_sequence_before(other->ack_least, sequence->ack_least))
            sequence->ack_least = other->ack_least;
    }
}

/* Whether a number lies in one of the eighths that are noted. */
static bool is_noted(const impsvc_flow_sequence *sequence, uint32_t number)
{
    return (sequence->eighths & eighth_of(number)) != 0;
}

static bool data_are_sound(const impsvc_flow_sequence *sequence)
{
    if (sequence->has & IMPSVC_SEQUENCE_DATA)
        return sequence->has_time && sequence->data_first <= sequence->data_last && is_noted(sequence, sequence->data_end);
    return sequence->data_first == 0 && sequence->data_end == 0 && sequence->data_frame == 0 && sequence->data_on == 0;
}

static bool acks_are_sound(const impsvc_flow_sequence *sequence)
{
    if (sequence->has & IMPSVC_SEQUENCE_ACK)
        return is_noted(sequence, sequence->ack_most) && is_noted(sequence, sequence->ack_least)
               && !impsvc_sequence_before(sequence->ack_most, sequence->ack_least);
    return sequence->ack_first == 0 && sequence->ack_most == 0 && sequence->ack_least == 0
           && (sequence->has & IMPSVC_SEQUENCE_NO_ROOM) == 0;
}

/* Of the data that are there, a segment and its size. */
static bool segment_is_sound(const impsvc_flow_sequence *sequence, bool is_there, uint32_t end, uint16_t size)
{
    if (is_there)
        return (sequence->has & IMPSVC_SEQUENCE_DATA) && is_noted(sequence, end) && !impsvc_sequence_before(sequence->data_end, end);
    return end == 0 && size == 0;
}

bool impsvc_sequence_is_sound(const impsvc_flow_sequence *sequence)
{
    const uint8_t all = IMPSVC_SEQUENCE_DATA | IMPSVC_SEQUENCE_ACK | IMPSVC_SEQUENCE_SMALL | IMPSVC_SEQUENCE_LARGE
                        | IMPSVC_SEQUENCE_NO_ROOM;
    bool is_nothing = sequence->has == 0 || sequence->has == IMPSVC_SEQUENCE_TOO_WIDE;

    if ((!sequence->has_time && sequence->data_last != 0) || (!is_nothing && (sequence->has & ~all) != 0))
        return false;
    return is_nothing == (sequence->eighths == 0) && !is_wide(sequence->eighths) && data_are_sound(sequence) && acks_are_sound(sequence)
           && segment_is_sound(sequence, sequence->has & IMPSVC_SEQUENCE_LARGE, sequence->large_end, sequence->large_size)
           && segment_is_sound(sequence, sequence->has & IMPSVC_SEQUENCE_SMALL, sequence->small_end, sequence->small_size);
}

int64_t impsvc_sequence_tried(const impsvc_flow_sequence *sequence)
{
    int64_t since = sequence->data_first;

    if ((sequence->has & IMPSVC_SEQUENCE_ACK) && sequence->ack_first > since)
        since = sequence->ack_first;
    return impsvc_sequence_is_open(sequence) ? impsvc_time_between(since, sequence->data_last) : 0;
}
