/* verdict_said.h
 * Who said no: ICMP errors, and RSTs with the TTL they came with
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_VERDICT_SAID_H
#define IMPSVC_VERDICT_SAID_H

#include "flows/result.h"

/** Whether an ICMP error says that a request was not let through, or nobody listens: then the verdict. */
bool impsvc_flow_said_by_icmp(const impsvc_flow_record *record, impsvc_flow_verdict *verdict);

/** Whether an RST in the listener's name answers the initiator: then the verdict. */
bool impsvc_flow_said_by_reset(const impsvc_flow_record *record, const impsvc_flow_context *context, impsvc_flow_verdict *verdict);

#endif /* IMPSVC_VERDICT_SAID_H */
