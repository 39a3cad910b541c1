/* flow_merge.c
 * Two records of one flow make one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/flow_merge.h"

unsigned impsvc_icmp_blocks(const impsvc_icmp_head *head)
{
    static const struct {
        bool     v6;
        uint8_t  type;
        unsigned blocks;
    } types[] = {
        { false, 3,  2 },   /* destination unreachable */
        { false, 11, 2 },   /* time exceeded */
        { true,  1,  2 },   /* destination unreachable */
        { true,  3,  2 },   /* time exceeded */
        { true,  2,  1 }    /* packet too big */
    };

    if (!head->v6 && head->type == 3 && head->code == 4)    /* fragmentation needed: the packet was too big */
        return 1;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].v6 == head->v6 && types[i].type == head->type)
            return types[i].blocks;
    return 0;
}

static int compare(uint32_t one, uint32_t other)
{
    return one == other ? 0 : one < other ? -1 : 1;
}

/* Whatever decides between two of one frame (of two captures), it must not be the order. */
static int compare_icmp(const impsvc_flow_icmp *one, const impsvc_flow_icmp *other)
{
    const int by[] = { compare(impsvc_icmp_blocks(&other->head), impsvc_icmp_blocks(&one->head)), compare(one->frame, other->frame),
                       compare(one->quoted, other->quoted), compare(one->head.type, other->head.type),
                       compare(one->head.code, other->head.code), impsvc_ip_compare(&one->sender, &other->sender) };

    for (size_t i = 0; i < sizeof by / sizeof *by; i++)
        if (by[i] != 0)
            return by[i];
    return 0;
}

void impsvc_flow_merge_icmp(impsvc_flow_icmp *icmp, const impsvc_flow_icmp *other)
{
    if (other->is_there && (!icmp->is_there || compare_icmp(other, icmp) < 0))
        *icmp = *other;
}

static void merge_end(impsvc_flow_end *end, const impsvc_flow_end *other)
{
    impsvc_flow_marks marks = impsvc_flow_marks_of(end), others = impsvc_flow_marks_of(other);

    end->sent |= other->sent;
    if (end->ttl_least == 0 || (other->ttl_least != 0 && other->ttl_least < end->ttl_least))
        end->ttl_least = other->ttl_least;
    if (other->ttl_most > end->ttl_most)
        end->ttl_most = other->ttl_most;
    end->packets += other->packets;
    end->retransmissions += other->retransmissions;
    end->bytes += other->bytes;
    end->interfaces |= other->interfaces;
    end->frame = impsvc_flow_first_frame(end->frame, other->frame);
    end->closed = impsvc_flow_first_frame(end->closed, other->closed);
    impsvc_marks_merge(&marks, &others);
    impsvc_flow_set_marks(end, &marks);
    impsvc_reset_merge(&end->reset, &other->reset);
    impsvc_sequence_merge(&end->data, &other->data);
}

static bool is_same_end(const impsvc_flow_end *one, const impsvc_flow_end *other)
{
    return one->at.port == other->at.port && impsvc_ip_equal(&one->at.address, &other->at.address);
}

/* Two that are equally sure are compared by what they say, so that the order does not matter. */
static bool knows_more(const impsvc_flow_record *one, const impsvc_flow_record *other)
{
    const uint32_t by[][2] = {
        { one->entry != NULL, other->entry != NULL },
        { one->confidence, other->confidence },
        { one->entry == NULL ? 0 : (uint32_t)impsvc_entry_place(one->entry), other->entry == NULL ? 0 : (uint32_t)impsvc_entry_place(other->entry) },
        { one->carrier, other->carrier },
        { one->flow, other->flow },
        { one->ends[0].role, other->ends[0].role },
        { one->ends[1].role, other->ends[1].role },
        { one->ends[0].is_node, other->ends[0].is_node },
        { one->ends[1].is_node, other->ends[1].is_node },
        { one->initiator, other->initiator }
    };

    for (size_t i = 0; i < sizeof by / sizeof *by; i++)
        if (by[i][0] != by[i][1])
            return by[i][0] > by[i][1];
    return false;
}

static void learn(impsvc_flow_record *record, const impsvc_flow_record *other)
{
    record->entry = other->entry;
    record->carrier = other->carrier;
    record->confidence = other->confidence;
    record->flow = other->flow;
    record->initiator = other->initiator;
    for (unsigned i = 0; i < 2; i++) {
        record->ends[i].role = other->ends[i].role;
        record->ends[i].is_node = other->ends[i].is_node;
    }
}

/* The record with its ends in the other order. */
static impsvc_flow_record turned(const impsvc_flow_record *record)
{
    impsvc_flow_record made = *record;

    made.ends[0] = record->ends[1];
    made.ends[1] = record->ends[0];
    made.initiator = 1 - record->initiator;
    made.icmp.quoted = record->icmp.is_there ? 1 - record->icmp.quoted : 0;
    return made;
}

void impsvc_flow_merge(impsvc_flow_record *record, const impsvc_flow_record *other)
{
    impsvc_flow_record from = is_same_end(&record->ends[0], &other->ends[0]) ? *other : turned(other);

    if (knows_more(&from, record))
        learn(record, &from);
    record->tcp |= from.tcp;
    if (record->ping == 0 || (from.ping != 0 && from.ping < record->ping))
        record->ping = from.ping;
    merge_end(&record->ends[0], &from.ends[0]);
    merge_end(&record->ends[1], &from.ends[1]);
    impsvc_activity_merge(&record->activity, &from.activity);
    impsvc_numbers_merge(&record->syns, &from.syns);
    impsvc_numbers_merge(&record->syn_acks, &from.syn_acks);
    impsvc_flow_merge_icmp(&record->icmp, &from.icmp);
}
