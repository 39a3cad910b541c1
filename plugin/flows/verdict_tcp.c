/* verdict_tcp.c
 * The verdict on a TCP connection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/verdict_tcp.h"

#include "flows/flow_merge.h"
#include "flows/verdict_said.h"

#define TALK (IMPSVC_SENT_ACK | IMPSVC_SENT_DATA | IMPSVC_SENT_FIN)   /* what only a connection that is open has */

static impsvc_flow_verdict result(impsvc_flow_result what, uint32_t frame)
{
    return (impsvc_flow_verdict){ .result = what, .frame = frame };
}

/* The frame of a SYN+ACK to a SYN that was seen, 0 if there is none. */
static uint32_t opening(const impsvc_flow_record *record)
{
    for (unsigned i = 0; i < record->syns.count; i++) {
        uint32_t frame = impsvc_numbers_frame(&record->syn_acks, record->syns.value[i]);

        if (frame != 0)
            return frame;
    }
    return 0;
}

/* Whether the listener acknowledged one of the SYNs later on: as far as the initiator's data go, and no further. */
static bool takes_up(const impsvc_flow_record *record)
{
    const impsvc_flow_sequence *data = &impsvc_flow_initiator(record)->data;

    if ((data->has & IMPSVC_SEQUENCE_ACK) == 0)
        return false;
    for (unsigned i = 0; i < record->syns.count; i++) {
        uint32_t first = record->syns.value[i] + 1;
        uint32_t end = data->has & IMPSVC_SEQUENCE_DATA ? data->data_end : first;

        if (data->ack_most - first <= end - first && end - first < UINT32_C(1) << 31)
            return true;
    }
    return false;
}

/* The frame that shows that the listener answered, 0 if none does. */
static uint32_t answer(const impsvc_flow_record *record)
{
    const impsvc_flow_end *initiator = impsvc_flow_initiator(record);
    const impsvc_flow_end *listener = impsvc_flow_listener(record);
    uint32_t frame = opening(record);

    if (frame != 0)
        return frame;
    if ((initiator->sent & TALK) == 0)
        return 0;
    if (record->syns.count == 0)
        return listener->sent & (TALK | IMPSVC_SENT_SYN_ACK) ? listener->frame : 0;
    return listener->sent & TALK && takes_up(record) ? listener->frame : 0;
}

/* How long nothing was sent before these data: since the other end's last word. */
static int64_t silence_before(const impsvc_flow_record *record, const impsvc_flow_sequence *data, const impsvc_flow_sequence *other)
{
    bool has_ack = data->has & IMPSVC_SEQUENCE_ACK;
    int64_t since = has_ack ? data->ack_first : other->data_last;

    if (!has_ack && !other->has_time)
        return 0;
    if (other->has_time && other->data_last > since)
        since = other->data_last;
    return impsvc_activity_quiet(&record->activity, since, data->data_first).at_least;
}

static bool is_acknowledged(const impsvc_flow_sequence *data, uint32_t end)
{
    return (data->has & IMPSVC_SEQUENCE_ACK) && !impsvc_sequence_before(data->ack_most, end);
}

static void say_sizes(impsvc_flow_verdict *verdict, const impsvc_flow_sequence *data)
{
    bool small_passed = (data->has & IMPSVC_SEQUENCE_SMALL) && is_acknowledged(data, data->small_end);
    bool large_passed = (data->has & IMPSVC_SEQUENCE_LARGE) && is_acknowledged(data, data->large_end);

    if (large_passed || small_passed)
        verdict->passed_size = large_passed ? data->large_size : data->small_size;
    if ((data->has & IMPSVC_SEQUENCE_LARGE) && !large_passed)
        verdict->lost_size = data->large_size;
    verdict->only_large = verdict->lost_size != 0 && small_passed;
}

/* Nobody answers the last FIN when both have said that they are done: that loses nothing. */
static bool is_last_fin(const impsvc_flow_end *end, const impsvc_flow_end *other)
{
    return (end->sent & IMPSVC_SENT_FIN) && (other->sent & IMPSVC_SENT_FIN)
           && (end->data.has & IMPSVC_SEQUENCE_ACK) && end->data.data_end - end->data.ack_most == 1;
}

/* Whether the data of one end were sent again and again, to no avail. */
static bool is_lost(const impsvc_flow_end *end, const impsvc_flow_end *other)
{
    return impsvc_sequence_tried(&end->data) >= IMPSVC_LOST_AFTER && (end->data.has & IMPSVC_SEQUENCE_NO_ROOM) == 0
           && (other->sent & IMPSVC_SENT_RST) == 0 && !is_last_fin(end, other);
}

static bool find_lost(const impsvc_flow_record *record, impsvc_direction whose, impsvc_flow_verdict *verdict)
{
    const impsvc_flow_end *initiator = impsvc_flow_initiator(record);
    const impsvc_flow_end *listener = impsvc_flow_listener(record);
    const impsvc_flow_end *end = whose == IMPSVC_REQUEST ? initiator : listener;
    const impsvc_flow_end *other = whose == IMPSVC_REQUEST ? listener : initiator;
    const impsvc_flow_icmp *icmp = &record->icmp;

    if (!is_lost(end, other))
        return false;
    *verdict = result(IMPSVC_RESULT_LOST, end->data.data_frame);
    verdict->lost = whose;
    verdict->tried = impsvc_sequence_tried(&end->data);
    verdict->silence = silence_before(record, &end->data, &other->data);
    verdict->after_silence = verdict->silence >= IMPSVC_LONG_SILENCE;
    say_sizes(verdict, &end->data);
    if (icmp->is_there && impsvc_icmp_blocks(&icmp->head) > 0 && &record->ends[icmp->quoted] == end) {
        verdict->by = IMPSVC_STOPPED_BY_ICMP_SENDER;
        verdict->icmp = icmp->head;
        verdict->icmp_sender = icmp->sender;
    }
    return true;
}

/* A connection that was open: only data that were lost, or that a device in between reset, make it anything else. */
static impsvc_flow_verdict verdict_of_open(const impsvc_flow_record *record, const impsvc_flow_context *context, uint32_t frame)
{
    impsvc_flow_verdict verdict;

    if (find_lost(record, IMPSVC_REQUEST, &verdict) || find_lost(record, IMPSVC_REPLY, &verdict))
        return verdict;
    if (impsvc_sequence_is_open(&impsvc_flow_initiator(record)->data) && impsvc_flow_said_by_reset(record, context, &verdict)
        && verdict.result == IMPSVC_RESULT_REJECTED)
        return verdict;
    return result(IMPSVC_RESULT_OPEN, frame);
}

static bool goes_on(const impsvc_flow_sequence *acknowledged)
{
    return (acknowledged->has & IMPSVC_SEQUENCE_ACK) && acknowledged->ack_most != acknowledged->ack_least;
}

/* One end talks and the other one is not there: what it acknowledges shows whether that one talks, too. */
static impsvc_flow_verdict verdict_of_one(const impsvc_flow_record *record, const impsvc_flow_context *context, impsvc_direction whose)
{
    const impsvc_flow_end *end = whose == IMPSVC_REQUEST ? impsvc_flow_initiator(record) : impsvc_flow_listener(record);
    const impsvc_flow_end *other = whose == IMPSVC_REQUEST ? impsvc_flow_listener(record) : impsvc_flow_initiator(record);
    bool acknowledges_syn = whose == IMPSVC_REQUEST ? record->syns.count > 0 : end->sent & IMPSVC_SENT_SYN_ACK;
    impsvc_flow_verdict verdict;

    if (acknowledges_syn || goes_on(&other->data))
        return result(IMPSVC_RESULT_ONE_WAY, end->frame);
    if (whose == IMPSVC_REQUEST && (impsvc_flow_said_by_reset(record, context, &verdict) || impsvc_flow_said_by_icmp(record, &verdict)))
        return verdict;
    if (find_lost(record, whose, &verdict))
        return verdict;
    return result(IMPSVC_RESULT_UNDECIDED, end->frame);
}

static impsvc_flow_verdict verdict_of_tries(const impsvc_flow_record *record, const impsvc_flow_context *context)
{
    const impsvc_flow_end *initiator = impsvc_flow_initiator(record);
    impsvc_flow_verdict verdict;

    if (impsvc_flow_said_by_reset(record, context, &verdict) || impsvc_flow_said_by_icmp(record, &verdict))
        return verdict;
    if (record->syns.count == 0)
        return result(IMPSVC_RESULT_UNDECIDED, initiator->frame);
    verdict = result(IMPSVC_RESULT_NO_ANSWER, initiator->frame);
    verdict.wrong_answer = impsvc_flow_listener(record)->sent & IMPSVC_SENT_SYN_ACK;
    return verdict;
}

impsvc_flow_verdict impsvc_verdict_of_tcp(const impsvc_flow_record *record, const impsvc_flow_context *context)
{
    const impsvc_flow_end *initiator = impsvc_flow_initiator(record);
    const impsvc_flow_end *listener = impsvc_flow_listener(record);
    uint32_t frame = answer(record);

    if (frame != 0)
        return verdict_of_open(record, context, frame);
    if ((initiator->sent & TALK) && (listener->sent & (TALK | IMPSVC_SENT_SYN_ACK)) == 0)
        return verdict_of_one(record, context, IMPSVC_REQUEST);
    if ((listener->sent & (TALK | IMPSVC_SENT_SYN_ACK)) && (initiator->sent & ~IMPSVC_SENT_RST & ~IMPSVC_SENT) == 0)
        return verdict_of_one(record, context, IMPSVC_REPLY);
    return verdict_of_tries(record, context);
}
