/* verdict_said.c
 * Who said no: ICMP errors, and RSTs with the TTL they came with
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/verdict_said.h"

#include "flows/flow_merge.h"

#define BLOCKS 2    /* see impsvc_icmp_blocks() */

bool impsvc_flow_said_by_icmp(const impsvc_flow_record *record, impsvc_flow_verdict *verdict)
{
    const impsvc_flow_icmp *icmp = &record->icmp;
    bool by_listener = impsvc_ip_equal(&icmp->sender, &impsvc_flow_listener(record)->at.address);

    if (!icmp->is_there || icmp->quoted != record->initiator || impsvc_icmp_blocks(&icmp->head) < BLOCKS)
        return false;
    *verdict = (impsvc_flow_verdict){
        .result = by_listener ? IMPSVC_RESULT_REFUSED : IMPSVC_RESULT_REJECTED,
        .by = by_listener ? IMPSVC_STOPPED_BY_LISTENER : IMPSVC_STOPPED_BY_ICMP_SENDER,
        .frame = icmp->frame, .icmp = icmp->head, .icmp_sender = icmp->sender };
    return true;
}

/* Whether an RST answers what the initiator sent. Of this connection it is if it acknowledges a SYN or data after it (RFC 9293, 3.10.7.3);
 * devices that forget to acknowledge are believed. In a capture that begins late it is an answer to data that are still open. */
static bool is_about(const impsvc_flow_record *record, const impsvc_flow_reset *reset)
{
    const impsvc_flow_sequence *data = &impsvc_flow_initiator(record)->data;

    if (record->syns.count == 0)
        return impsvc_sequence_is_open(data);
    for (unsigned i = 0; i < record->syns.count; i++) {
        uint32_t first = record->syns.value[i] + 1;
        uint32_t end = data->has & IMPSVC_SEQUENCE_DATA ? data->data_end : first;

        if ((reset->is & IMPSVC_RESET_HAS_ACK) == 0 || reset->ack - first <= end - first)
            return true;
    }
    return record->syns.more;
}

/* The TTL of the host's other packets that is nearest, 0 if there is none. The flow's own are known if it was captured in one place. */
static uint8_t usual_ttl(const impsvc_flow_end *host, const impsvc_flow_context *context, uint8_t ttl)
{
    impsvc_ttls known = context->listener_ttls;

    if ((host->interfaces & (host->interfaces - 1)) == 0 && host->ttl_least != 0) {
        impsvc_ttls_add(&known, host->ttl_least);
        impsvc_ttls_add(&known, host->ttl_most);
    }
    for (int apart = 0; apart <= UINT8_MAX; apart++) {
        if (ttl + apart <= UINT8_MAX && impsvc_ttls_has(&known, (uint8_t)(ttl + apart)))
            return (uint8_t)(ttl + apart);
        if (ttl - apart > 0 && impsvc_ttls_has(&known, (uint8_t)(ttl - apart)))
            return (uint8_t)(ttl - apart);
    }
    return 0;
}

/* Without another TTL to compare with, the name it comes in counts. */
bool impsvc_flow_said_by_reset(const impsvc_flow_record *record, const impsvc_flow_context *context, impsvc_flow_verdict *verdict)
{
    const impsvc_flow_reset *reset = &impsvc_flow_listener(record)->reset;
    bool by_device;

    if (reset->is == 0 || !is_about(record, reset))
        return false;
    *verdict = (impsvc_flow_verdict){ .frame = reset->frame, .ttl = reset->ttl };
    if (reset->ttl != 0)
        verdict->usual_ttl = usual_ttl(impsvc_flow_listener(record), context, reset->ttl);
    by_device = verdict->usual_ttl != 0 && verdict->usual_ttl != reset->ttl;
    verdict->result = by_device ? IMPSVC_RESULT_REJECTED : IMPSVC_RESULT_REFUSED;
    verdict->by = by_device ? IMPSVC_STOPPED_BY_DEVICE : IMPSVC_STOPPED_BY_LISTENER;
    return true;
}
