/* community_id.h
 * The Community ID of a flow, by which Zeek, Suricata, Arkime and others name the same flow
 *
 * Version 1 with seed 0: https://github.com/corelight/community-id-spec
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_COMMUNITY_ID_H
#define IMPSVC_COMMUNITY_ID_H

#include "flows/flow.h"

/** "1:", a SHA-1 in base64 (28 characters), and the end. */
#define IMPSVC_COMMUNITY_ID_SIZE 31

/**
 * The Community ID of a packet between two ends.
 * @param protocol IP's number: 1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6
 * @param src with its port; in ICMP the message's type stands for it
 * @param dst with its port; in ICMP the message's code
 */
void impsvc_community_id(uint8_t protocol, const impsvc_endpoint *src, const impsvc_endpoint *dst, char id[IMPSVC_COMMUNITY_ID_SIZE]);

/** The Community ID of a record. Each type of ICMP request has one of its own: that of the smallest in the record is given. */
void impsvc_community_id_of(const impsvc_flow_record *record, char id[IMPSVC_COMMUNITY_ID_SIZE]);

#endif /* IMPSVC_COMMUNITY_ID_H */
