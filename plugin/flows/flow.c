/* flow.c
 * What is known of a flow: the record that tables, verdicts and other programs read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/flow.h"

impsvc_flow_key impsvc_flow_key_of_stream(uint32_t stream)
{
    return (impsvc_flow_key){ .transport = IMPSVC_TCP, .has_stream = true, .stream = stream };
}

static int compare_ends(const impsvc_endpoint *one, const impsvc_endpoint *other)
{
    int order = impsvc_ip_compare(&one->address, &other->address);

    return order != 0 ? order : (int)one->port - (int)other->port;
}

impsvc_flow_key impsvc_flow_key_of_ends(uint8_t transport, const impsvc_endpoint *one, const impsvc_endpoint *other)
{
    bool in_order = compare_ends(one, other) <= 0;

    return (impsvc_flow_key){ .transport = transport, .ends = { in_order ? *one : *other, in_order ? *other : *one } };
}

impsvc_flow_key impsvc_flow_key_of_pings(const impsvc_ip *initiator, const impsvc_ip *listener)
{
    return (impsvc_flow_key){ .transport = IMPSVC_ICMP, .ends = { { *initiator, 0 }, { *listener, 0 } } };
}

bool impsvc_flow_key_equal(const impsvc_flow_key *one, const impsvc_flow_key *other)
{
    return one->transport == other->transport && one->has_stream == other->has_stream && one->stream == other->stream
           && compare_ends(&one->ends[0], &other->ends[0]) == 0 && compare_ends(&one->ends[1], &other->ends[1]) == 0;
}

/* The ends of a connection that has a number may be named in any order: its first packet does. */
impsvc_flow_key impsvc_flow_key_of(const impsvc_flow_record *record)
{
    if (record->has_stream)
        return (impsvc_flow_key){ .transport = record->transport, .has_stream = true, .stream = record->stream };
    return (impsvc_flow_key){ .transport = record->transport, .ends = { record->ends[0].at, record->ends[1].at } };
}

impsvc_flow_record impsvc_flow_new(const impsvc_flow_key *key)
{
    return (impsvc_flow_record){ .transport = key->transport, .has_stream = key->has_stream, .stream = key->stream,
                                 .ends = { { .at = key->ends[0] }, { .at = key->ends[1] } } };
}

/* Without a SYN+ACK the listener's side may not have been captured: then what the initiator sent after the SYN decides. */
static impsvc_flow_handshake without_answer(const impsvc_flow_record *record)
{
    if (record->tcp & IMPSVC_TCP_DATA)
        return IMPSVC_HANDSHAKE_COMPLETE;
    if (record->tcp & IMPSVC_TCP_RST)
        return IMPSVC_HANDSHAKE_REFUSED;
    if (record->tcp & (IMPSVC_TCP_ACK | IMPSVC_TCP_FIN))
        return IMPSVC_HANDSHAKE_COMPLETE;
    return record->icmp.is_there ? IMPSVC_HANDSHAKE_ICMP : IMPSVC_HANDSHAKE_NO_ANSWER;
}

impsvc_flow_handshake impsvc_flow_handshake_of(const impsvc_flow_record *record)
{
    if (record->transport != IMPSVC_TCP)
        return IMPSVC_HANDSHAKE_NONE;
    /* In a joined capture the SYN+ACK may come before the SYN, which Wireshark then does not count. */
    if ((record->tcp & (IMPSVC_TCP_SYN | IMPSVC_TCP_SYN_ACK)) == 0)
        return IMPSVC_HANDSHAKE_NOT_CAPTURED;
    if ((record->tcp & IMPSVC_TCP_SYN_ACK) == 0)
        return without_answer(record);
    return record->tcp & (IMPSVC_TCP_ACK | IMPSVC_TCP_DATA | IMPSVC_TCP_FIN) ? IMPSVC_HANDSHAKE_COMPLETE
                                                                             : IMPSVC_HANDSHAKE_ANSWERED;
}

static bool never_began(const impsvc_flow_record *record)
{
    return (record->tcp & (IMPSVC_TCP_SYN | IMPSVC_TCP_SYN_ACK)) == IMPSVC_TCP_SYN
           && impsvc_flow_handshake_of(record) != IMPSVC_HANDSHAKE_COMPLETE;
}

impsvc_flow_ending impsvc_flow_ending_of(const impsvc_flow_record *record)
{
    if (record->transport != IMPSVC_TCP)
        return record->icmp.is_there ? IMPSVC_ENDING_ICMP : IMPSVC_ENDING_NONE;
    if (never_began(record))
        return IMPSVC_ENDING_NONE;
    if (record->tcp & IMPSVC_TCP_FIN)
        return record->tcp & IMPSVC_TCP_RST ? IMPSVC_ENDING_CLOSED_AND_RESET : IMPSVC_ENDING_CLOSED;
    if (record->tcp & IMPSVC_TCP_RST)
        return IMPSVC_ENDING_RESET;
    return record->icmp.is_there ? IMPSVC_ENDING_ICMP : IMPSVC_ENDING_OPEN;
}

impsvc_flow_closer impsvc_flow_ended_by(const impsvc_flow_record *record)
{
    uint32_t one = impsvc_flow_initiator(record)->closed;
    uint32_t other = impsvc_flow_listener(record)->closed;

    if (one == other)
        return IMPSVC_ENDED_BY_NOBODY;
    return other == 0 || (one != 0 && one < other) ? IMPSVC_ENDED_BY_INITIATOR : IMPSVC_ENDED_BY_LISTENER;
}

impsvc_flow_silence impsvc_flow_silence_of(const impsvc_flow_record *record)
{
    const impsvc_flow_sequence *asked = &impsvc_flow_initiator(record)->data;
    const impsvc_flow_sequence *answered = &impsvc_flow_listener(record)->data;
    impsvc_flow_quiet quiet = impsvc_activity_quiet(&record->activity, record->activity.first, record->activity.last);

    return (impsvc_flow_silence){
        .at_least = quiet.at_least,
        .answered = quiet.at_least > 0 && ((answered->has_time && answered->data_last >= quiet.until)
                                           || ((asked->has & IMPSVC_SEQUENCE_ACK) && asked->ack_first >= quiet.until)) };
}
