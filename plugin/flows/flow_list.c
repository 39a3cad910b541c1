/* flow_list.c
 * Flows and what is counted of each: packets, bytes, times, how it began and ended
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/flow_list.h"

#include <stdlib.h>

#define SLOTS_AT_FIRST 64   /* a power of two */

struct impsvc_flow_list {
    uint32_t             size;
    uint32_t             slots;     /* a power of two; never more than half of them are taken */
    impsvc_flow_record **records;   /* by hash */
};

impsvc_flow_key impsvc_flow_key_of_stream(uint32_t stream)
{
    return (impsvc_flow_key){ .transport = IMPSVC_TCP, .has_stream = true, .stream = stream };
}

static int compare_ends(const impsvc_flow_end *one, const impsvc_flow_end *other)
{
    int order = impsvc_ip_compare(&one->address, &other->address);

    return order != 0 ? order : (int)one->port - (int)other->port;
}

impsvc_flow_key impsvc_flow_key_of_ends(uint8_t transport, const impsvc_flow_end *one, const impsvc_flow_end *other)
{
    bool in_order = compare_ends(one, other) <= 0;

    return (impsvc_flow_key){ .transport = transport, .ends = { in_order ? *one : *other, in_order ? *other : *one } };
}

impsvc_flow_key impsvc_flow_key_of_pings(const impsvc_ip *initiator, const impsvc_ip *listener)
{
    return (impsvc_flow_key){ .transport = IMPSVC_ICMP, .ends = { { *initiator, 0 }, { *listener, 0 } } };
}

static bool is_same(const impsvc_flow_key *one, const impsvc_flow_key *other)
{
    return one->transport == other->transport && one->has_stream == other->has_stream && one->stream == other->stream
           && compare_ends(&one->ends[0], &other->ends[0]) == 0 && compare_ends(&one->ends[1], &other->ends[1]) == 0;
}

static uint32_t mix(uint32_t value, uint32_t word)
{
    value = (value ^ word) * UINT32_C(0x9e3779b1);
    return value ^ value >> 15;
}

static uint32_t hash(const impsvc_flow_key *key)
{
    uint32_t value = mix(mix(key->transport, key->has_stream), key->stream);

    for (unsigned end = 0; !key->has_stream && end < 2; end++)
        value = mix(mix(value, impsvc_ip_hash(&key->ends[end].address)), key->ends[end].port);
    return value;
}

/* The flow's place, or the free one where it belongs. */
static impsvc_flow_record **place_of(const impsvc_flow_list *list, const impsvc_flow_key *key)
{
    uint32_t at = hash(key) & (list->slots - 1);

    while (list->records[at] != NULL && !is_same(&list->records[at]->key, key))
        at = (at + 1) & (list->slots - 1);
    return &list->records[at];
}

static bool make_room(impsvc_flow_list *list)
{
    impsvc_flow_record **all = list->records;
    uint32_t slots = list->slots;
    impsvc_flow_record **more;

    if (list->size < slots / 2)
        return true;
    more = (impsvc_flow_record **)calloc((size_t)slots * 2, sizeof *more);
    if (more == NULL)
        return false;
    list->records = more;
    list->slots = slots * 2;
    for (uint32_t i = 0; i < slots; i++)
        if (all[i] != NULL)
            *place_of(list, &all[i]->key) = all[i];
    free(all);
    return true;
}

impsvc_flow_list *impsvc_flow_list_new(void)
{
    impsvc_flow_list *list = (impsvc_flow_list *)calloc(1, sizeof *list);

    if (list == NULL)
        return NULL;
    list->slots = SLOTS_AT_FIRST;
    list->records = (impsvc_flow_record **)calloc(list->slots, sizeof *list->records);
    if (list->records != NULL)
        return list;
    free(list);
    return NULL;
}

void impsvc_flow_list_free(impsvc_flow_list *list)
{
    if (list == NULL)
        return;
    for (uint32_t i = 0; i < list->slots; i++)
        free(list->records[i]);
    free(list->records);
    free(list);
}

uint32_t impsvc_flow_list_size(const impsvc_flow_list *list)
{
    return list->size;
}

impsvc_flow_record *impsvc_flow_list_get(impsvc_flow_list *list, const impsvc_flow_key *key)
{
    impsvc_flow_record **place = place_of(list, key);
    impsvc_flow_record *record;

    if (*place != NULL)
        return *place;
    if (!make_room(list))
        return NULL;
    record = (impsvc_flow_record *)calloc(1, sizeof *record);
    if (record == NULL)
        return NULL;
    record->key = *key;
    record->number = ++list->size;
    *place_of(list, key) = record;
    return record;
}

void impsvc_flow_count(impsvc_flow_record *record, impsvc_direction direction, uint32_t bytes, double seconds)
{
    impsvc_flow_share *share = direction == IMPSVC_REQUEST ? &record->requests : &record->replies;

    /* Files that were merged may go back in time. */
    if (record->requests.packets + record->replies.packets == 0)
        record->first = record->last = seconds;
    if (seconds < record->first)
        record->first = seconds;
    if (seconds > record->last)
        record->last = seconds;
    share->packets++;
    share->bytes += bytes;
}

typedef enum { NO_HANDSHAKE, NOT_CAPTURED, COMPLETE, ANSWERED, REFUSED, NO_ANSWER } handshake;

/* Without a SYN+ACK the listener's side may not have been captured: then what the initiator sent after the SYN tells. */
static handshake without_answer(uint8_t tcp)
{
    if (tcp & IMPSVC_TCP_DATA)
        return COMPLETE;
    if (tcp & IMPSVC_TCP_RST)
        return REFUSED;
    return tcp & (IMPSVC_TCP_ACK | IMPSVC_TCP_FIN) ? COMPLETE : NO_ANSWER;
}

static handshake handshake_of(const impsvc_flow_record *record)
{
    if (record->key.transport != IMPSVC_TCP)
        return NO_HANDSHAKE;
    if ((record->tcp & IMPSVC_TCP_SYN) == 0)
        return NOT_CAPTURED;
    if ((record->tcp & IMPSVC_TCP_SYN_ACK) == 0)
        return without_answer(record->tcp);
    return record->tcp & (IMPSVC_TCP_ACK | IMPSVC_TCP_DATA | IMPSVC_TCP_FIN) ? COMPLETE : ANSWERED;
}

const char *impsvc_flow_handshake(const impsvc_flow_record *record, impsvc_language language)
{
    static const impsvc_text words[] = {
        [NO_HANDSHAKE] = { { "-", "-" } },
        [NOT_CAPTURED] = { { "not captured", "キャプチャ前" } },
        [COMPLETE]     = { { "complete", "完了" } },
        [ANSWERED]     = { { "answered", "応答のみ" } },
        [REFUSED]      = { { "refused", "拒否" } },
        [NO_ANSWER]    = { { "no answer", "応答なし" } }
    };
    handshake how = handshake_of(record);

    return how == NO_ANSWER && record->icmp_error != NULL ? record->icmp_error : words[how].in[language];
}

static bool never_began(const impsvc_flow_record *record)
{
    return (record->tcp & (IMPSVC_TCP_SYN | IMPSVC_TCP_SYN_ACK)) == IMPSVC_TCP_SYN && handshake_of(record) != COMPLETE;
}

const char *impsvc_flow_ending(const impsvc_flow_record *record, impsvc_language language)
{
    static const impsvc_text closed = { { "closed", "終了" } };
    static const impsvc_text closed_and_reset = { { "closed, reset", "終了、リセット" } };
    static const impsvc_text reset = { { "reset", "リセット" } };
    static const impsvc_text open = { { "open", "継続中" } };

    if (record->key.transport != IMPSVC_TCP)
        return record->icmp_error != NULL ? record->icmp_error : "-";
    if (never_began(record))
        return "-";
    if (record->tcp & IMPSVC_TCP_FIN)
        return record->tcp & IMPSVC_TCP_RST ? closed_and_reset.in[language] : closed.in[language];
    if (record->tcp & IMPSVC_TCP_RST)
        return reset.in[language];
    return record->icmp_error != NULL ? record->icmp_error : open.in[language];
}
