/* flow_capture.c
 * The flows of a capture, and the verdict on each: what the firewall check, per packet and per path, reads
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/flow_capture.h"

#include <glib.h>

#include "flows/flow_hosts.h"
#include "flows/verdict.h"

struct impsvc_flow_capture {
    impsvc_flow_list  *flows;
    impsvc_flow_hosts *hosts;
    int64_t            end;     /* 0 if no packet was seen */
};

impsvc_flow_capture *impsvc_flow_capture_new(void)
{
    impsvc_flow_capture *capture = g_new(impsvc_flow_capture, 1);

    capture->flows = impsvc_flow_list_new();
    capture->hosts = impsvc_flow_hosts_new();
    capture->end = 0;
    return capture;
}

void impsvc_flow_capture_free(impsvc_flow_capture *capture)
{
    if (capture == NULL)
        return;
    impsvc_flow_list_free(capture->flows);
    impsvc_flow_hosts_free(capture->hosts);
    g_free(capture);
}

impsvc_flow_list *impsvc_flow_capture_flows(const impsvc_flow_capture *capture)
{
    return capture->flows;
}

void impsvc_flow_capture_add(impsvc_flow_capture *capture, impsvc_flow_record *record, const impsvc_flow_packet *packet)
{
    impsvc_flow_hosts_note(capture->hosts, record, packet);
    impsvc_flow_add(record, packet);
    impsvc_flow_capture_note_time(capture, packet->when);
}

void impsvc_flow_capture_note_time(impsvc_flow_capture *capture, int64_t when)
{
    if (when > capture->end)
        capture->end = when;
}

impsvc_flow_context impsvc_flow_capture_context(const impsvc_flow_capture *capture, const impsvc_flow_record *record)
{
    impsvc_flow_context context = impsvc_flow_hosts_context(capture->hosts, record);

    context.answers = record->entry->answers;
    context.end = capture->end;
    return context;
}

impsvc_flow_verdict impsvc_flow_capture_verdict(const impsvc_flow_capture *capture, const impsvc_flow_record *record)
{
    impsvc_flow_context context = impsvc_flow_capture_context(capture, record);

    return impsvc_flow_verdict_of(record, &context);
}
