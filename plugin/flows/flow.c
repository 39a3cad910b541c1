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

void impsvc_flow_count(impsvc_flow_record *record, impsvc_direction direction, uint32_t bytes, int64_t when)
{
    impsvc_flow_share *share = direction == IMPSVC_REQUEST ? &record->requests : &record->replies;

    /* In merged files time may go backwards. */
    if (record->requests.packets + record->replies.packets == 0)
        record->first = record->last = when;
    if (when < record->first)
        record->first = when;
    if (when > record->last)
        record->last = when;
    share->packets++;
    share->bytes += bytes;
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
    return record->has_icmp_error ? IMPSVC_HANDSHAKE_ICMP : IMPSVC_HANDSHAKE_NO_ANSWER;
}

impsvc_flow_handshake impsvc_flow_handshake_of(const impsvc_flow_record *record)
{
    if (record->key.transport != IMPSVC_TCP)
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
    if (record->key.transport != IMPSVC_TCP)
        return record->has_icmp_error ? IMPSVC_ENDING_ICMP : IMPSVC_ENDING_NONE;
    if (never_began(record))
        return IMPSVC_ENDING_NONE;
    if (record->tcp & IMPSVC_TCP_FIN)
        return record->tcp & IMPSVC_TCP_RST ? IMPSVC_ENDING_CLOSED_AND_RESET : IMPSVC_ENDING_CLOSED;
    if (record->tcp & IMPSVC_TCP_RST)
        return IMPSVC_ENDING_RESET;
    return record->has_icmp_error ? IMPSVC_ENDING_ICMP : IMPSVC_ENDING_OPEN;
}
