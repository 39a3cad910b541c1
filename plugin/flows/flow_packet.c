/* flow_packet.c
 * A packet goes into the record of its flow
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/flow_packet.h"

#include "flows/flow_merge.h"

/* A keep-alive or a probe of a closed window may have a byte that means nothing. */
#define MEANS_NOTHING 1

/* Its interface among the eight that a sequence distinguishes. */
static uint8_t bit_of_eight(const impsvc_flow_packet *packet)
{
    if (!packet->has_interface)
        return 0;
    return (uint8_t)(1u << (packet->interface > IMPSVC_SEQUENCE_LAST_INTERFACE ? IMPSVC_SEQUENCE_LAST_INTERFACE : packet->interface));
}

static void note_icmp_error(impsvc_flow_record *record, const impsvc_flow_packet *packet)
{
    impsvc_flow_icmp icmp = { .is_there = true, .head = packet->icmp, .sender = packet->icmp_sender, .frame = packet->frame,
                              .quoted = packet->from == 0 };

    impsvc_flow_merge_icmp(&record->icmp, &icmp);
}

static uint8_t sent_in(const impsvc_flow_packet *packet)
{
    if (!packet->has_tcp)
        return IMPSVC_SENT;
    if (packet->flags & IMPSVC_FLAG_RST)
        return IMPSVC_SENT | IMPSVC_SENT_RST;
    if (packet->flags & IMPSVC_FLAG_SYN)
        return IMPSVC_SENT | (packet->flags & IMPSVC_FLAG_ACK ? IMPSVC_SENT_SYN_ACK : IMPSVC_SENT_SYN);
    return (uint8_t)(IMPSVC_SENT | (packet->flags & IMPSVC_FLAG_ACK ? IMPSVC_SENT_ACK : 0)
                     | (packet->payload > 0 ? IMPSVC_SENT_DATA : 0) | (packet->flags & IMPSVC_FLAG_FIN ? IMPSVC_SENT_FIN : 0));
}

static void note_reset(impsvc_flow_end *end, const impsvc_flow_packet *packet)
{
    bool has_ack = packet->flags & IMPSVC_FLAG_ACK;
    impsvc_flow_reset reset = { .ack = has_ack ? packet->ack : 0, .frame = packet->frame, .is = IMPSVC_RESET_SEEN, .ttl = packet->ttl,
                                .interface = impsvc_flow_interface_of(packet) };

    if (has_ack)
        reset.is |= packet->seq == 0 ? IMPSVC_RESET_HAS_ACK | IMPSVC_RESET_OF_SYN : IMPSVC_RESET_HAS_ACK;
    impsvc_reset_merge(&end->reset, &reset);
}

static void note_segment(impsvc_flow_end *end, impsvc_flow_end *other, const impsvc_flow_packet *packet)
{
    uint32_t fin = packet->flags & IMPSVC_FLAG_FIN ? 1 : 0;

    if (packet->flags & IMPSVC_FLAG_ACK)
        impsvc_sequence_ack(&other->data, packet->ack, packet->no_room, packet->when);
    if (packet->payload > MEANS_NOTHING || fin) {
        impsvc_flow_sequence data = { .data_end = packet->seq + packet->payload + fin, .data_first = packet->when,
                                      .data_frame = packet->frame, .data_on = bit_of_eight(packet) };

        impsvc_sequence_data(&end->data, packet->payload, &data);
    }
}

static void note_tcp(impsvc_flow_record *record, const impsvc_flow_packet *packet)
{
    impsvc_flow_end *end = &record->ends[packet->from];

    if (packet->flags & IMPSVC_FLAG_RST)
        note_reset(end, packet);
    else if ((packet->flags & IMPSVC_FLAG_SYN) == 0)
        note_segment(end, &record->ends[1 - packet->from], packet);
    else if (packet->flags & IMPSVC_FLAG_ACK)
        impsvc_numbers_add(&record->syn_acks, packet->ack - 1, packet->frame);
    else
        impsvc_numbers_add(&record->syns, packet->seq, packet->frame);
    if (packet->flags & (IMPSVC_FLAG_RST | IMPSVC_FLAG_FIN))
        end->closed = impsvc_flow_first_frame(end->closed, packet->frame);
}

/* An RST has a TTL and a mark of its own: whoever sends it in the host's name is not the host, and a host's system sends some unmarked. */
static void note_head(impsvc_flow_end *end, const impsvc_flow_packet *packet)
{
    impsvc_flow_marks marks = impsvc_flow_marks_of(end);

    if (packet->has_interface)
        end->interfaces |= UINT32_C(1) << impsvc_flow_interface_of(packet);
    if (!packet->has_ip || (packet->has_tcp && (packet->flags & IMPSVC_FLAG_RST)))
        return;
    impsvc_marks_add(&marks, impsvc_flow_interface_of(packet), packet->dscp);
    impsvc_flow_set_marks(end, &marks);
    if (packet->ttl == 0)
        return;
    if (end->ttl_least == 0 || packet->ttl < end->ttl_least)
        end->ttl_least = packet->ttl;
    if (packet->ttl > end->ttl_most)
        end->ttl_most = packet->ttl;
}

static void note_ping(impsvc_flow_record *record, const impsvc_icmp_head *head)
{
    if (impsvc_icmp_kind_of(head) == IMPSVC_ICMP_REQUEST && (record->ping == 0 || head->type < record->ping - 1))
        record->ping = head->type + 1;
}

bool impsvc_flow_has_data_of(const impsvc_flow_record *record, const impsvc_flow_packet *packet)
{
    const impsvc_flow_sequence *data = &record->ends[packet->from].data;

    return packet->has_tcp && (packet->flags & (IMPSVC_FLAG_SYN | IMPSVC_FLAG_RST)) == 0 && packet->payload > MEANS_NOTHING
           && (data->has & IMPSVC_SEQUENCE_DATA) && !impsvc_sequence_before(data->data_end, packet->seq + packet->payload);
}

void impsvc_flow_add(impsvc_flow_record *record, const impsvc_flow_packet *packet)
{
    impsvc_flow_end *end = &record->ends[packet->from];

    impsvc_activity_note(&record->activity, packet->when);
    end->packets++;
    end->bytes += packet->bytes;
    end->retransmissions += packet->retransmission;
    if (packet->has_icmp && impsvc_icmp_kind_of(&packet->icmp) == IMPSVC_ICMP_ERROR) {
        note_icmp_error(record, packet);
        return;
    }
    end->sent |= sent_in(packet);
    end->frame = impsvc_flow_first_frame(end->frame, packet->frame);
    note_head(end, packet);
    if (packet->has_icmp)
        note_ping(record, &packet->icmp);
    if (packet->has_tcp)
        note_tcp(record, packet);
    else
        impsvc_sequence_time(&end->data, packet->when);
}
