/* flow_feed.h
 * From an annotated packet to the record of its flow
 *
 * The one place where records are filled: whatever is said of flows reads them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_FEED_H
#define IMPSVC_FLOW_FEED_H

#include "flows/flow_capture.h"
#include "identify/identity.h"

/** Count a packet in the record of its flow; the record. */
const impsvc_flow_record *impsvc_flow_feed(impsvc_flow_capture *capture, packet_info *pinfo, const impsvc_identity *identity);

/** The record of a packet's flow, NULL if none of its packets was counted. */
const impsvc_flow_record *impsvc_flow_find(const impsvc_flow_capture *capture, const impsvc_identity *identity);

#endif /* IMPSVC_FLOW_FEED_H */
