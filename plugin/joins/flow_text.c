/* flow_text.c
 * The record of a flow as a line of text, and back
 *
 * One function goes through the members, whichever way: so what is written is what is read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "joins/flow_text.h"

#include <errno.h>
#include <stdio.h>

#include "core/release.h"

/* The form of the text; another one is not read. */
#define FORM 1

/* A text that is written, or one that is read as far as nothing is wrong. */
typedef struct {
    GString    *text;
    const char *at;
    const char *wrong;
    bool        has_begun;
} passage;

/* There are a hundred of them in each flow: printf would take longer than all else that is done to keep it. */
static void write_number(passage *through, uint64_t value)
{
    char digits[sizeof "18446744073709551615"];
    size_t at = sizeof digits;

    do
        digits[--at] = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    if (through->has_begun)
        g_string_append_c(through->text, ' ');
    through->has_begun = true;
    g_string_append_len(through->text, digits + at, (gssize)(sizeof digits - at));
}

/* Only what was written is read: one blank, and no zeros that need not be. So there is one text for each record. */
static bool is_at_number(passage *through)
{
    const char *at = through->has_begun && *through->at == ' ' ? through->at + 1 : through->at;
    bool is_number = (at > through->at || !through->has_begun) && *at >= '0' && *at <= '9' && (*at != '0' || at[1] < '0' || at[1] > '9');

    if (!is_number)
        through->wrong = *at == '\0' ? "it ends too early" : "it has something that is no number";
    through->has_begun = true;
    through->at = at;
    return is_number;
}

static uint64_t read_number(passage *through, uint64_t most)
{
    uint64_t value;
    char *end;

    if (through->wrong != NULL || !is_at_number(through))
        return 0;
    errno = 0;
    value = g_ascii_strtoull(through->at, &end, 10);
    if (errno == ERANGE || value > most)
        through->wrong = "a number is too large";
    through->at = end;
    return through->wrong == NULL ? value : 0;
}

static uint64_t number(passage *through, uint64_t value, uint64_t most)
{
    if (through->text == NULL)
        return read_number(through, most);
    write_number(through, value);
    return value;
}

static void u64(passage *through, uint64_t *value) { *value = number(through, *value, UINT64_MAX); }
static void u32(passage *through, uint32_t *value) { *value = (uint32_t)number(through, *value, UINT32_MAX); }
static void u16(passage *through, uint16_t *value) { *value = (uint16_t)number(through, *value, UINT16_MAX); }
static void u8(passage *through, uint8_t *value, uint8_t most) { *value = (uint8_t)number(through, *value, most); }
static void truth(passage *through, bool *value) { *value = number(through, *value, 1) != 0; }

/* Times before 1970 are negative; as they are, in two's complement, they are numbers like others. */
static void when(passage *through, int64_t *value)
{
    *value = (int64_t)number(through, (uint64_t)*value, UINT64_MAX);
}

static void address(passage *through, impsvc_ip *ip)
{
    for (unsigned half = 0; half < 2; half++) {
        uint64_t value = 0;

        for (unsigned i = 0; i < 8; i++)
            value = value << 8 | ip->bytes[half * 8 + i];
        u64(through, &value);
        for (unsigned i = 8; i-- > 0; value >>= 8)
            ip->bytes[half * 8 + i] = (uint8_t)value;
    }
}

static void numbers(passage *through, impsvc_flow_numbers *set)
{
    u8(through, &set->count, IMPSVC_FLOW_NUMBERS);
    truth(through, &set->more);
    for (unsigned i = 0; i < set->count; i++) {
        u32(through, &set->value[i]);
        u32(through, &set->frame[i]);
    }
}

static void reset(passage *through, impsvc_flow_reset *rst)
{
    u8(through, &rst->is, UINT8_MAX);
    if (rst->is == 0)
        return;
    u32(through, &rst->ack);
    u32(through, &rst->frame);
    u8(through, &rst->ttl, UINT8_MAX);
    u8(through, &rst->interface, IMPSVC_FLOW_INTERFACES - 1);
}

static void sequence(passage *through, impsvc_flow_sequence *data)
{
    u8(through, &data->has, UINT8_MAX);
    truth(through, &data->has_time);
    u8(through, &data->eighths, UINT8_MAX);
    when(through, &data->data_last);
    if (data->has == 0)
        return;
    when(through, &data->data_first);
    when(through, &data->ack_first);
    u32(through, &data->data_end);
    u32(through, &data->data_frame);
    u32(through, &data->ack_most);
    u32(through, &data->ack_least);
    u32(through, &data->large_end);
    u32(through, &data->small_end);
    u16(through, &data->large_size);
    u16(through, &data->small_size);
    u8(through, &data->data_on, UINT8_MAX);
}

static void one_end(passage *through, impsvc_flow_end *one)
{
    u8(through, &one->role, UINT8_MAX);
    truth(through, &one->is_node);
    u8(through, &one->sent, UINT8_MAX);
    u8(through, &one->ttl_least, UINT8_MAX);
    u8(through, &one->ttl_most, UINT8_MAX);
    truth(through, &one->many_marks);
    u64(through, &one->marks);
    u32(through, &one->packets);
    u32(through, &one->retransmissions);
    u64(through, &one->bytes);
    u32(through, &one->interfaces);
    u32(through, &one->frame);
    u32(through, &one->closed);
    reset(through, &one->reset);
    sequence(through, &one->data);
}

static void icmp_error(passage *through, impsvc_flow_icmp *icmp)
{
    bool is_there = icmp->is_there;
    uint8_t quoted = icmp->quoted;

    truth(through, &is_there);
    icmp->is_there = is_there;
    if (!is_there)
        return;
    u8(through, &quoted, 1);
    icmp->quoted = quoted != 0;
    address(through, &icmp->sender);
    u32(through, &icmp->frame);
    truth(through, &icmp->head.v6);
    u8(through, &icmp->head.type, UINT8_MAX);
    u8(through, &icmp->head.code, UINT8_MAX);
}

/* Entries are named by table and row, which mean the same in all versions of the catalog. */
static void entry(passage *through, const impsvc_entry **of)
{
    char id[sizeof "255.255"];
    uint8_t table = *of == NULL ? 0 : (*of)->table, row = *of == NULL ? 0 : (*of)->row;

    u8(through, &table, UINT8_MAX);
    u8(through, &row, UINT8_MAX);
    if (through->text != NULL || through->wrong != NULL)
        return;
    (void)snprintf(id, sizeof id, "%u.%u", table, row);
    *of = impsvc_entry_in(impsvc_list, id);
    if (*of == NULL)
        through->wrong = "the port list has no such entry";
}

static void surroundings(passage *through, impsvc_flow_surroundings *around)
{
    truth(through, &around->answers_elsewhere);
    when(through, &around->end);
    for (unsigned i = 0; i < G_N_ELEMENTS(around->listener_ttls.bits); i++)
        u64(through, &around->listener_ttls.bits[i]);
}

static void whole_record(passage *through, impsvc_flow_record *record, impsvc_flow_surroundings *around)
{
    uint8_t form = FORM;

    u8(through, &form, UINT8_MAX);
    if (form != FORM && through->wrong == NULL)
        through->wrong = "it is of another version";
    u8(through, &record->transport, UINT8_MAX);
    for (unsigned i = 0; i < 2; i++) {
        address(through, &record->ends[i].at.address);
        u16(through, &record->ends[i].at.port);
    }
    when(through, &record->activity.first);
    when(through, &record->activity.last);
    u64(through, &record->activity.stripes);
    u8(through, &record->activity.width, 63);
    truth(through, &record->has_stream);
    u32(through, &record->stream);
    u32(through, &record->number);
    entry(through, &record->entry);
    u8(through, &record->carrier, UINT8_MAX);
    u8(through, &record->confidence, UINT8_MAX);
    u8(through, &record->flow, UINT8_MAX);
    u8(through, &record->initiator, 1);
    u8(through, &record->tcp, UINT8_MAX);
    u8(through, &record->ping, UINT8_MAX);
    one_end(through, &record->ends[0]);
    one_end(through, &record->ends[1]);
    numbers(through, &record->syns);
    numbers(through, &record->syn_acks);
    icmp_error(through, &record->icmp);
    surroundings(through, around);
}

void impsvc_flow_text_append(GString *text, const impsvc_flow_record *record, const impsvc_flow_surroundings *around)
{
    passage through = { .text = text };
    impsvc_flow_record copy = *record;
    impsvc_flow_surroundings copied = *around;

    whole_record(&through, &copy, &copied);
}

static bool end_is_sound(const impsvc_flow_end *one)
{
    impsvc_flow_marks marks = impsvc_flow_marks_of(one);

    return one->ttl_least <= one->ttl_most && (one->ttl_least == 0) == (one->ttl_most == 0) && impsvc_marks_are_sound(&marks)
           && impsvc_reset_is_sound(&one->reset) && impsvc_sequence_is_sound(&one->data);
}

/* Whether it could have been made of packets: what reads records relies on that. */
static const char *what_is_unsound(const impsvc_flow_record *record)
{
    if (record->transport != IMPSVC_TCP && record->transport != IMPSVC_UDP && record->transport != IMPSVC_ICMP)
        return "there is no such transport";
    if (!impsvc_activity_is_sound(&record->activity))
        return "its times contradict each other";
    if (!end_is_sound(&record->ends[0]) || !end_is_sound(&record->ends[1]) || !impsvc_numbers_are_sound(&record->syns)
        || !impsvc_numbers_are_sound(&record->syn_acks))
        return "it contradicts itself";
    return NULL;
}

const char *impsvc_flow_text_read(const char *text, impsvc_flow_record *record, impsvc_flow_surroundings *around)
{
    passage through = { .at = text };

    *record = (impsvc_flow_record){ 0 };
    *around = (impsvc_flow_surroundings){ 0 };
    whole_record(&through, record, around);
    if (through.wrong == NULL && *through.at != '\0')
        through.wrong = "it goes on after its end";
    return through.wrong != NULL ? through.wrong : what_is_unsound(record);
}
