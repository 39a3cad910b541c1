/* roles.h
 * Words for what is said about a packet's ends: which way a flow goes, and how sure the match is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_ROLES_H
#define IMPSVC_ROLES_H

#include <stdint.h>

/** No role, where an index into impsvc_roles is expected. */
#define IMPSVC_NO_ROLE UINT8_MAX

/** impsvc.flow: which way a flow goes, as seen by the cluster. */
typedef enum {
    IMPSVC_FLOW_INBOUND      = 1,
    IMPSVC_FLOW_OUTBOUND     = 2,
    IMPSVC_FLOW_INTRACLUSTER = 3,
    IMPSVC_FLOW_LOCALHOST    = 4
} impsvc_flow;

/** impsvc.confidence */
typedef enum {
    IMPSVC_CONFIDENCE_PORT       = 1,
    IMPSVC_CONFIDENCE_PAYLOAD    = 2,
    IMPSVC_CONFIDENCE_LEARNED    = 3,
    IMPSVC_CONFIDENCE_CONFIGURED = 4
} impsvc_confidence;

#endif /* IMPSVC_ROLES_H */
