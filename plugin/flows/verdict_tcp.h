/* verdict_tcp.h
 * The verdict on a TCP connection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_VERDICT_TCP_H
#define IMPSVC_VERDICT_TCP_H

#include "flows/result.h"

/** The verdict on a TCP connection, without what is common to all (verdict.c). */
impsvc_flow_verdict impsvc_verdict_of_tcp(const impsvc_flow_record *record, const impsvc_flow_context *context);

#endif /* IMPSVC_VERDICT_TCP_H */
