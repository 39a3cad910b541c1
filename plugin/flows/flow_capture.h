/* flow_capture.h
 * The flows of a capture, and the verdict on each: what the firewall check, per packet and per path, reads
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_CAPTURE_H
#define IMPSVC_FLOW_CAPTURE_H

#include "flows/flow_list.h"
#include "flows/flow_packet.h"
#include "flows/result.h"

typedef struct impsvc_flow_capture impsvc_flow_capture;

/** A capture of which nothing was read. */
impsvc_flow_capture *impsvc_flow_capture_new(void);

/** Free it with its flows; NULL is allowed. */
void impsvc_flow_capture_free(impsvc_flow_capture *capture);

/** Its flows, to be looked up and counted. */
impsvc_flow_list *impsvc_flow_capture_flows(const impsvc_flow_capture *capture);

/** Count a packet in its flow's record, which is one of this capture's. */
void impsvc_flow_capture_add(impsvc_flow_capture *capture, impsvc_flow_record *record, const impsvc_flow_packet *packet);

/** Note the time of a packet, nanoseconds since 1970, whatever flow it belongs to: the last one ends the capture. */
void impsvc_flow_capture_note_time(impsvc_flow_capture *capture, int64_t when);

/** What all that was read so far says of a flow's hosts. */
impsvc_flow_context impsvc_flow_capture_context(const impsvc_flow_capture *capture, const impsvc_flow_record *record);

/** The verdict on a flow, from all that was read so far. It is the last word once the whole capture was read. */
impsvc_flow_verdict impsvc_flow_capture_verdict(const impsvc_flow_capture *capture, const impsvc_flow_record *record);

#endif /* IMPSVC_FLOW_CAPTURE_H */
