/* verdict.c
 * Did a flow get through, and if not, who stopped it: the firewall check's answer for one record
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/verdict.h"

#include "flows/verdict_said.h"
#include "flows/verdict_tcp.h"

static impsvc_flow_verdict result(impsvc_flow_result what, uint32_t frame)
{
    return (impsvc_flow_verdict){ .result = what, .frame = frame };
}

/* Whether these packets were seen on one side of something, and not on the other, where others of the two hosts were. Interfaces that
 * never show the same packets are no sides: somebody may record one direction on each. */
static bool stops(uint32_t seen_on, const impsvc_flow_context *context)
{
    return seen_on != 0 && (context->interfaces & ~seen_on) != 0 && (context->interfaces & ~context->together) == 0;
}

/* Of a trap or a notification one cannot know what became of it, unless it was seen to stop. */
static bool answer_is_due(const impsvc_flow_record *record, const impsvc_flow_context *context)
{
    return record->transport != IMPSVC_UDP || context->answers || stops(impsvc_flow_initiator(record)->interfaces, context);
}

/* UDP and pings: whatever the listener sends is an answer. */
static impsvc_flow_verdict verdict_of_datagrams(const impsvc_flow_record *record, const impsvc_flow_context *context)
{
    const impsvc_flow_end *initiator = impsvc_flow_initiator(record);
    const impsvc_flow_end *listener = impsvc_flow_listener(record);
    impsvc_flow_verdict verdict;

    if (listener->sent != 0)
        return result(IMPSVC_RESULT_OPEN, listener->frame);
    if (impsvc_flow_said_by_icmp(record, &verdict))
        return verdict;
    /* An error that quotes an answer shows that there was one. */
    if (record->icmp.is_there && record->icmp.quoted != record->initiator)
        return result(IMPSVC_RESULT_OPEN, record->icmp.frame);
    if (initiator->sent == 0)
        return result(IMPSVC_RESULT_UNDECIDED, 0);
    if (!answer_is_due(record, context))
        return result(IMPSVC_RESULT_SENT, initiator->frame);
    return result(IMPSVC_RESULT_NO_ANSWER, initiator->frame);
}

/* Where the data were seen that were lost: other packets of the connection got further. */
static uint32_t data_on(const impsvc_flow_end *sender)
{
    uint32_t further = sender->data.data_on >> IMPSVC_SEQUENCE_LAST_INTERFACE & 1 ? UINT32_MAX << IMPSVC_SEQUENCE_LAST_INTERFACE : 0;

    return sender->interfaces & (sender->data.data_on | further);
}

/* Whoever tries again has waited for an answer. */
static bool is_too_early(const impsvc_flow_record *record, const impsvc_flow_context *context)
{
    return context->end != 0 && impsvc_time_between(record->activity.first, context->end) < IMPSVC_PATIENCE
           && impsvc_time_between(record->activity.first, record->activity.last) < IMPSVC_ONE_TRY;
}

/* Where the packets were seen that were stopped. */
static void say_where(impsvc_flow_verdict *verdict, const impsvc_flow_record *record, const impsvc_flow_context *context)
{
    const impsvc_flow_end *sender = verdict->lost == IMPSVC_REPLY || verdict->answer != 0 || impsvc_flow_initiator(record)->sent == 0
                                        ? impsvc_flow_listener(record) : impsvc_flow_initiator(record);

    switch (verdict->result) {
    case IMPSVC_RESULT_NO_ANSWER:
        verdict->answers_elsewhere = context->answers_elsewhere;
        verdict->too_early = is_too_early(record, context);
        break;
    case IMPSVC_RESULT_REJECTED:
    case IMPSVC_RESULT_LOST:
    case IMPSVC_RESULT_ONE_WAY:
        break;
    default:
        return;
    }
    verdict->seen_on = verdict->result == IMPSVC_RESULT_LOST ? data_on(sender) : sender->interfaces;
    verdict->not_seen_on = context->interfaces & ~verdict->seen_on;
}

/* Whether an answer stops on its way, or was sent by somebody who was not asked: it is not where the request was. Over TCP the initiator
 * would go on if it had it. */
static bool is_in_vain(const impsvc_flow_record *record, const impsvc_flow_context *context)
{
    const impsvc_flow_end *initiator = impsvc_flow_initiator(record);
    const impsvc_flow_end *listener = impsvc_flow_listener(record);
    bool goes_on = record->transport == IMPSVC_TCP && (initiator->sent & ~(IMPSVC_SENT | IMPSVC_SENT_SYN)) != 0;

    return (initiator->interfaces & ~listener->interfaces) != 0 && stops(listener->interfaces, context) && !goes_on;
}

static impsvc_flow_verdict answered_in_vain(const impsvc_flow_record *record, const impsvc_flow_context *context)
{
    const impsvc_flow_end *initiator = impsvc_flow_initiator(record);
    const impsvc_flow_end *listener = impsvc_flow_listener(record);
    bool is_due = answer_is_due(record, context);
    impsvc_flow_verdict verdict = result(is_due ? IMPSVC_RESULT_NO_ANSWER : IMPSVC_RESULT_SENT, initiator->frame);

    if (is_due && (initiator->interfaces & listener->interfaces) != 0)
        verdict.answer = listener->frame;
    return verdict;
}

impsvc_flow_verdict impsvc_flow_verdict_of(const impsvc_flow_record *record, const impsvc_flow_context *context)
{
    impsvc_flow_verdict verdict = record->transport == IMPSVC_TCP ? impsvc_verdict_of_tcp(record, context)
                                                                  : verdict_of_datagrams(record, context);

    if (verdict.result == IMPSVC_RESULT_OPEN && is_in_vain(record, context))
        verdict = answered_in_vain(record, context);
    verdict.tries = record->syns.count;
    verdict.more_tries = record->syns.more;
    say_where(&verdict, record, context);
    return verdict;
}

bool impsvc_verdict_is_blocked(const impsvc_flow_verdict *verdict)
{
    switch (verdict->result) {
    case IMPSVC_RESULT_REFUSED:
    case IMPSVC_RESULT_REJECTED:
    case IMPSVC_RESULT_LOST:
        return true;
    case IMPSVC_RESULT_NO_ANSWER:
        return !verdict->too_early;
    default:
        return false;
    }
}
