/* message.c
 * The bytes of a packet's message, once dissection is over
 *
 * One of our dissectors was given the payload in the clear. What TLS
 * decrypted is a data source of its own, shown in the window as a tab "Decrypted
 * TLS": no tree is needed to read it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "message.h"

#include <epan/proto_data.h>

#include "detail.h"
#include "plugin.h"
#include "protocols.h"

impsvc_payload impsvc_payload_of(tvbuff_t *tvb)
{
    int length = tvb == NULL ? 0 : (int)tvb_captured_length(tvb);

    if (length == 0)
        return (impsvc_payload){ NULL, 0, 0 };
    return (impsvc_payload){ tvb_get_ptr(tvb, 0, length), (size_t)length, tvb_reported_length(tvb) };
}

static tvbuff_t *noted(packet_info *pinfo)
{
    return (tvbuff_t *)p_get_proto_data(pinfo->pool, pinfo, impsvc_proto(), IMPSVC_DATA_MESSAGE);
}

void impsvc_message_note(packet_info *pinfo, tvbuff_t *tvb)
{
    if (!pinfo->flags.in_error_pkt && noted(pinfo) == NULL)
        p_add_proto_data(pinfo->pool, pinfo, impsvc_proto(), IMPSVC_DATA_MESSAGE, tvb);
}

bool impsvc_message_noted(packet_info *pinfo)
{
    return noted(pinfo) != NULL;
}

impsvc_payload impsvc_message(packet_info *pinfo)
{
    return impsvc_payload_of(noted(pinfo));
}

/* The first answer that the packet's payloads give. */
static impsvc_text_span first_answer(packet_info *pinfo, impsvc_text_span (*ask)(const impsvc_payload *payload))
{
    impsvc_payload payload = impsvc_message(pinfo);
    impsvc_text_span answer = ask(&payload);
    /* The first source is the frame itself. */
    const GSList *source = pinfo->data_src == NULL ? NULL : pinfo->data_src->next;

    for (; source != NULL && answer.start == NULL; source = source->next) {
        payload = impsvc_payload_of(get_data_source_tvb((const struct data_source *)source->data));
        answer = ask(&payload);
    }
    return answer;
}

impsvc_text_span impsvc_message_request_path(packet_info *pinfo)
{
    return first_answer(pinfo, impsvc_detail_request_path);
}

const char *impsvc_message_detail(packet_info *pinfo, const impsvc_identity *identity)
{
    impsvc_text_span answer = { NULL, 0 };
    const impsvc_notes *notes = identity->notes;

    if (identity->seen_now & impsvc_protocols_bit("http"))
        answer = impsvc_message_request_path(pinfo);
    else if (identity->seen_now & impsvc_protocols_bit("sip"))
        answer = first_answer(pinfo, impsvc_detail_sip_event);
    if (answer.start != NULL)
        return wmem_strndup(pinfo->pool, answer.start, answer.length);
    if (notes == NULL || notes->detail == NULL || notes->detail_frame > pinfo->num)
        return NULL;
    return notes->detail;
}
