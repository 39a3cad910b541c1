/* ip_head.h
 * The IP head of the packet at hand, while somebody wants to know it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_IP_HEAD_H
#define IMPSVC_IP_HEAD_H

#include "wireshark/compat.h"

/** What is wanted of a head. */
typedef struct {
    uint8_t ttl;    /**< or hop limit */
    uint8_t dscp;
} impsvc_ip_head;

/** Note the head of each packet from now on. Calling it again does no harm. */
void impsvc_ip_head_watch(void);

/** Stop noting them. */
void impsvc_ip_head_rest(void);

/** The head that carries the packet's ports, the innermost one; false if none was noted. */
bool impsvc_ip_head_of(const packet_info *pinfo, impsvc_ip_head *head);

#endif /* IMPSVC_IP_HEAD_H */
