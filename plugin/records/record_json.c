/* record_json.c
 * The record of a flow, and the verdict on it, as JSON for other programs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "records/record_json.h"

#include "flows/community_id.h"
#include "flows/flow_merge.h"
#include "flows/verdict.h"
#include "identify/node_table.h"
#include "language/language.h"
#include "language/result_text.h"
#include "statistics/flow_words.h"
#include "wireshark/addresses.h"

#define SECOND UINT64_C(1000000000)

static void add_text(json_dumper *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    json_dumper_set_member_name(out, name);
    json_dumper_value_string(out, value);
}

static void add_number(json_dumper *out, const char *name, uint64_t value)
{
    json_dumper_set_member_name(out, name);
    json_dumper_value_anyf(out, "%" PRIu64, value);
}

/* For numbers that are 0 where they are not known. */
static void add_known(json_dumper *out, const char *name, uint64_t value)
{
    if (value != 0)
        add_number(out, name, value);
}

static void add_truth(json_dumper *out, const char *name, bool value)
{
    json_dumper_set_member_name(out, name);
    json_dumper_value_anyf(out, "%s", value ? "true" : "false");
}

/* A text, as programs that read numbers as doubles would lose the last digits: as frame.time_epoch has it. */
static void add_seconds(json_dumper *out, wmem_allocator_t *pool, const char *name, int64_t nanoseconds)
{
    uint64_t size = nanoseconds < 0 ? -(uint64_t)nanoseconds : (uint64_t)nanoseconds;

    add_text(out, name, wmem_strdup_printf(pool, "%s%" PRIu64 ".%09" PRIu64, nanoseconds < 0 ? "-" : "", size / SECOND, size % SECOND));
}

static bool is_known(const impsvc_ip *ip)
{
    static const impsvc_ip none;

    return !impsvc_ip_equal(ip, &none);
}

static void add_address(json_dumper *out, wmem_allocator_t *pool, const char *name, const impsvc_ip *ip)
{
    if (is_known(ip))
        add_text(out, name, impsvc_ip_to_str(pool, ip));
}

/* As the user calls the host. */
static const char *name_of(const impsvc_ip *ip)
{
    size_t row = is_known(ip) ? impsvc_configured_find(ip, !impsvc_ip_is_v4(ip)) : IMPSVC_NOT_CONFIGURED;

    return row == IMPSVC_NOT_CONFIGURED ? NULL : impsvc_configured_at(row).name;
}

static void add_dscp(json_dumper *out, uint64_t values)
{
    if (values == 0)
        return;
    json_dumper_set_member_name(out, "dscp");
    json_dumper_begin_array(out);
    for (unsigned i = 0; i < 64; i++)
        if (values >> i & 1)
            json_dumper_value_anyf(out, "%u", i);
    json_dumper_end_array(out);
}

static void add_interfaces(json_dumper *out, uint32_t numbers, const impsvc_interface_names *interfaces)
{
    if (numbers == 0)
        return;
    json_dumper_set_member_name(out, "interfaces");
    json_dumper_begin_array(out);
    for (unsigned i = 0; i < G_N_ELEMENTS(interfaces->name); i++) {
        if ((numbers >> i & 1) == 0)
            continue;
        json_dumper_begin_object(out);
        add_number(out, "number", i);
        add_text(out, "name", interfaces->name[i]);
        json_dumper_end_object(out);
    }
    json_dumper_end_array(out);
}

static void add_segment(json_dumper *out, const char *name, const impsvc_flow_sequence *data, uint16_t size, uint32_t end)
{
    json_dumper_set_member_name(out, name);
    json_dumper_begin_object(out);
    add_number(out, "bytes", size);
    add_truth(out, "acknowledged", (data->has & IMPSVC_SEQUENCE_ACK) && !impsvc_sequence_before(data->ack_most, end));
    json_dumper_end_object(out);
}

static void add_segments(json_dumper *out, const impsvc_flow_sequence *data)
{
    if (data->has & IMPSVC_SEQUENCE_LARGE)
        add_segment(out, "largest_segment", data, data->large_size, data->large_end);
    if (data->has & IMPSVC_SEQUENCE_SMALL)
        add_segment(out, "small_segment", data, data->small_size, data->small_end);
}

static void add_end(json_dumper *out, wmem_allocator_t *pool, const char *name, const impsvc_flow_end *end,
                    const impsvc_interface_names *interfaces)
{
    impsvc_flow_marks marks = impsvc_flow_marks_of(end);

    json_dumper_set_member_name(out, name);
    json_dumper_begin_object(out);
    add_address(out, pool, "address", &end->at.address);
    add_known(out, "port", end->at.port);
    add_truth(out, "node", end->is_node);
    add_text(out, "name", name_of(&end->at.address));
    add_text(out, "role", impsvc_role_name(end->role)->in[IMPSVC_ENGLISH]);
    add_number(out, "packets", end->packets);
    add_number(out, "bytes", end->bytes);
    add_number(out, "retransmissions", end->retransmissions);
    add_segments(out, &end->data);
    add_known(out, "ttl_least", end->ttl_least);
    add_known(out, "ttl_most", end->ttl_most);
    add_known(out, "reset_ttl", end->reset.ttl);
    add_dscp(out, impsvc_marks_values(&marks));
    add_interfaces(out, end->interfaces, interfaces);
    json_dumper_end_object(out);
}

static const char *side_of(const impsvc_flow_record *record, unsigned end)
{
    return end == record->initiator ? "initiator" : "listener";
}

static const char *ended_by(const impsvc_flow_record *record)
{
    switch (impsvc_flow_ended_by(record)) {
    case IMPSVC_ENDED_BY_INITIATOR:
        return "initiator";
    case IMPSVC_ENDED_BY_LISTENER:
        return "listener";
    case IMPSVC_ENDED_BY_NOBODY:
    default:
        return NULL;
    }
}

static void add_tcp(json_dumper *out, const impsvc_flow_record *record)
{
    if (record->transport != IMPSVC_TCP)
        return;
    add_number(out, "syns", record->syns.count);
    if (record->syns.more)
        add_truth(out, "more_syns", true);
    add_text(out, "handshake", impsvc_flow_handshake_word(impsvc_flow_handshake_of(record)));
    add_text(out, "end", impsvc_flow_ending_word(impsvc_flow_ending_of(record)));
    add_text(out, "ended_by", ended_by(record));
}

static void add_silence(json_dumper *out, wmem_allocator_t *pool, const impsvc_flow_record *record)
{
    impsvc_flow_silence silence = impsvc_flow_silence_of(record);

    if (silence.at_least == 0)
        return;
    json_dumper_set_member_name(out, "silence");
    json_dumper_begin_object(out);
    add_seconds(out, pool, "at_least", silence.at_least);
    add_truth(out, "answered", silence.answered);
    json_dumper_end_object(out);
}

static void add_icmp(json_dumper *out, wmem_allocator_t *pool, const impsvc_flow_record *record)
{
    const impsvc_flow_icmp *icmp = &record->icmp;

    if (!icmp->is_there)
        return;
    json_dumper_set_member_name(out, "icmp");
    json_dumper_begin_object(out);
    add_number(out, "version", icmp->head.v6 ? 6 : 4);
    add_number(out, "type", icmp->head.type);
    add_number(out, "code", icmp->head.code);
    add_address(out, pool, "sender", &icmp->sender);
    add_text(out, "quotes", side_of(record, icmp->quoted));
    add_number(out, "frame", icmp->frame);
    json_dumper_end_object(out);
}

static void add_verdict(json_dumper *out, wmem_allocator_t *pool, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict)
{
    json_dumper_set_member_name(out, "frames");
    json_dumper_begin_object(out);
    add_known(out, "first", impsvc_flow_first_frame(record->ends[0].frame, record->ends[1].frame));
    add_known(out, "verdict", verdict->frame);
    json_dumper_end_object(out);
    add_text(out, "result", try_val_to_str(verdict->result, impsvc_result_words));
    add_text(out, "result_by", impsvc_result_by(pool, record, verdict, IMPSVC_ENGLISH));
    add_truth(out, "blocked", impsvc_verdict_is_blocked(verdict));
}

void impsvc_record_json(json_dumper *out, wmem_allocator_t *pool, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict,
                        const impsvc_interface_names *interfaces)
{
    char community_id[IMPSVC_COMMUNITY_ID_SIZE];

    impsvc_community_id_of(record, community_id);
    json_dumper_begin_object(out);
    add_number(out, "number", record->number);
    add_text(out, "entry", record->entry->id);
    add_text(out, "release", record->entry->release);
    add_text(out, "service", record->entry->service.in[IMPSVC_ENGLISH]);
    add_text(out, "transport", impsvc_carrier_name(record->transport));
    add_text(out, "carrier", impsvc_carrier_name(record->carrier));
    if (record->has_stream)
        add_number(out, "stream", record->stream);
    add_text(out, "flow", try_val_to_str(record->flow, impsvc_flow_words));
    add_number(out, "confidence", record->confidence);
    add_end(out, pool, "initiator", impsvc_flow_initiator(record), interfaces);
    add_end(out, pool, "listener", impsvc_flow_listener(record), interfaces);
    add_seconds(out, pool, "first", record->activity.first);
    add_seconds(out, pool, "last", record->activity.last);
    add_tcp(out, record);
    add_silence(out, pool, record);
    add_icmp(out, pool, record);
    add_verdict(out, pool, record, verdict);
    if (community_id[0] != '\0')
        add_text(out, "community_id", community_id);
    json_dumper_end_object(out);
}
