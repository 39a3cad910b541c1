/* verdict.h
 * Did a flow get through, and if not, who stopped it: the firewall check's answer for one record
 *
 * Never more than the capture shows. It cannot tell a packet that was dropped from a host that is down, and does not see address
 * translation: what comes out under another address is another flow.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_VERDICT_H
#define IMPSVC_VERDICT_H

#include "flows/result.h"

/** The verdict on a record. It depends on no sum, so a part that was counted twice does not change it. */
impsvc_flow_verdict impsvc_flow_verdict_of(const impsvc_flow_record *record, const impsvc_flow_context *context);

/** Whether it says that the flow does not get through. It does not yet where an answer may still come. */
bool impsvc_verdict_is_blocked(const impsvc_flow_verdict *verdict);

#endif /* IMPSVC_VERDICT_H */
