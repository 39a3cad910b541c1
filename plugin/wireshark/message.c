/* message.c
 * The bytes of a packet's message, once dissection is over
 *
 * One of our dissectors was given the payload in the clear. What TLS
 * decrypted is a data source of its own, shown in the window as a tab "Decrypted
 * TLS": no tree is needed to read it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/message.h"

#include "core/detail.h"
#include "core/foreign.h"
#include "core/recognise_surely.h"
#include "wireshark/packet_memory.h"

impsvc_payload impsvc_payload_of(tvbuff_t *tvb)
{
    impsvc_offset length = tvb == NULL ? 0 : (impsvc_offset)tvb_captured_length(tvb);

    if (length == 0)
        return (impsvc_payload){ NULL, 0, 0 };
    return (impsvc_payload){ tvb_get_ptr(tvb, 0, length), (size_t)length, tvb_reported_length(tvb) };
}

tvbuff_t *impsvc_message_tvb(const packet_info *pinfo)
{
    const impsvc_packet_memory *memory = impsvc_packet_memory_find(pinfo);

    return memory == NULL ? NULL : memory->message;
}

void impsvc_message_note(packet_info *pinfo, tvbuff_t *tvb)
{
    if (!pinfo->flags.in_error_pkt && impsvc_message_tvb(pinfo) == NULL)
        impsvc_packet_memory_get(pinfo)->message = tvb;
}

bool impsvc_message_noted(packet_info *pinfo)
{
    return impsvc_message_tvb(pinfo) != NULL;
}

impsvc_payload impsvc_message(packet_info *pinfo)
{
    return impsvc_payload_of(impsvc_message_tvb(pinfo));
}

/* Wireshark's own dissectors are given payloads without ours being called. Text in the clear is
 * found again in the frame itself: after the headers, which are not text and not longer than this. */
#define HEADERS_END 256

/* Requests and answers begin with three capital letters, XML with a bracket: that skips headers quickly. */
static bool may_begin_text(const uint8_t *bytes)
{
    return bytes[0] == '<' || (g_ascii_isupper(bytes[0]) && g_ascii_isupper(bytes[1]) && g_ascii_isupper(bytes[2]));
}

static impsvc_payload text_in_frame(const impsvc_payload *frame)
{
    for (size_t at = 0; at + 3 <= frame->length && at < HEADERS_END; at++) {
        impsvc_payload rest = { frame->bytes + at, frame->length - at, frame->whole - at };

        if (may_begin_text(rest.bytes) && impsvc_surely_text(&rest) != 0)
            return rest;
    }
    return (impsvc_payload){ NULL, 0, 0 };
}

impsvc_protocols impsvc_message_taken_wrongly(packet_info *pinfo)
{
    const impsvc_packet_memory *memory = impsvc_packet_memory_find(pinfo);
    impsvc_payload payload;

    if (memory == NULL || memory->owner == 0)
        return 0;
    payload = impsvc_message(pinfo);
    return impsvc_is_not_of(memory->owner, &payload) ? memory->owner : 0;
}

bool impsvc_message_for_each_given(packet_info *pinfo, impsvc_message_call call, void *data)
{
    impsvc_payload payload = impsvc_message(pinfo);
    const GSList *frame = pinfo->data_src;

    if (payload.length > 0 && call(&payload, data))
        return true;
    for (const GSList *source = frame == NULL ? NULL : frame->next; source != NULL; source = source->next) {
        payload = impsvc_payload_of(get_data_source_tvb((const struct data_source *)source->data));
        if (call(&payload, data))
            return true;
    }
    return false;
}

void impsvc_message_for_each(packet_info *pinfo, impsvc_message_call call, void *data)
{
    const GSList *frame = pinfo->data_src;
    impsvc_payload payload;

    if (impsvc_message_for_each_given(pinfo, call, data) || frame == NULL)
        return;
    payload = impsvc_payload_of(get_data_source_tvb((const struct data_source *)frame->data));
    payload = text_in_frame(&payload);
    if (payload.length > 0)
        call(&payload, data);
}

/* A question to each message, until one has an answer. */
typedef struct {
    impsvc_text_span (*ask)(const impsvc_payload *payload);
    impsvc_text_span answer;
} question;

static bool ask_message(const impsvc_payload *payload, void *data)
{
    question *asked = (question *)data;

    asked->answer = asked->ask(payload);
    return asked->answer.start != NULL;
}

static impsvc_text_span first_answer(packet_info *pinfo, impsvc_text_span (*ask)(const impsvc_payload *payload))
{
    question asked = { ask, { NULL, 0 } };

    impsvc_message_for_each(pinfo, ask_message, &asked);
    return asked.answer;
}

impsvc_text_span impsvc_message_request_path(packet_info *pinfo)
{
    return first_answer(pinfo, impsvc_detail_request_path);
}

impsvc_text_span impsvc_message_sip_event(packet_info *pinfo)
{
    return first_answer(pinfo, impsvc_detail_sip_event);
}
