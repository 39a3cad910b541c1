/* message.c
 * The bytes of a packet's message, once dissection is over
 *
 * Our own dissector on the port has seen the payload in the clear. What TLS
 * decrypted is a data source of its own, shown in the window as a tab "Decrypted
 * TLS": no tree is needed to read it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "message.h"

#include "detail.h"
#include "ports.h"
#include "protocols.h"

impsvc_payload impsvc_payload_of(tvbuff_t *tvb)
{
    int length = tvb == NULL ? 0 : (int)tvb_captured_length(tvb);

    if (length == 0)
        return (impsvc_payload){ NULL, 0, 0 };
    return (impsvc_payload){ tvb_get_ptr(tvb, 0, length), (size_t)length, tvb_reported_length(tvb) };
}

/* The first answer that the packet's payloads give. */
static impsvc_text_span first_answer(packet_info *pinfo, impsvc_text_span (*ask)(const impsvc_payload *payload))
{
    impsvc_payload payload = impsvc_payload_of(impsvc_ports_seen(pinfo));
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
