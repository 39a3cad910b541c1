/* flow_hosts.h
 * What all flows of a capture together say of its hosts: a verdict on one flow compares with it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_HOSTS_H
#define IMPSVC_FLOW_HOSTS_H

#include "flows/flow_packet.h"
#include "flows/result.h"

typedef struct impsvc_flow_hosts impsvc_flow_hosts;

/** Of no host anything is known. */
impsvc_flow_hosts *impsvc_flow_hosts_new(void);

/** Forget all hosts; NULL is allowed. */
void impsvc_flow_hosts_free(impsvc_flow_hosts *hosts);

/** Note what a packet says of its two hosts. Call it before the packet goes into the record: what the record knows already is no news. */
void impsvc_flow_hosts_note(impsvc_flow_hosts *hosts, const impsvc_flow_record *record, const impsvc_flow_packet *packet);

/** What the hosts of a record do in other flows, as far as known: members end and answers are the caller's to fill. */
impsvc_flow_context impsvc_flow_hosts_context(const impsvc_flow_hosts *hosts, const impsvc_flow_record *record);

#endif /* IMPSVC_FLOW_HOSTS_H */
