/* flow_merge.h
 * Two records of one flow make one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_MERGE_H
#define IMPSVC_FLOW_MERGE_H

#include "flows/flow.h"

/**
 * Add what another record knows of the same flow. The order of parts does not matter, and what is no sum may be added any number of
 * times; that no part is counted twice is up to the caller (flow.h).
 * @param record it keeps its number
 * @param other its ends may be in the other order; it may be of another capture, and then has another connection number
 */
void impsvc_flow_merge(impsvc_flow_record *record, const impsvc_flow_record *other);

/** How much an ICMP error says: 2 that a packet was not let through or cannot be delivered, 1 that it was too big, 0 anything else.
 *  RFC 792, 1191 and 1812 (5.2.7.1) for IPv4, RFC 4443 (3) for IPv6. */
unsigned impsvc_icmp_blocks(const impsvc_icmp_head *head);

/** Of two ICMP errors, the one that says more; of equals, the first. */
void impsvc_flow_merge_icmp(impsvc_flow_icmp *icmp, const impsvc_flow_icmp *other);

/** The first of two frames, of which 0 is none. */
static inline uint32_t impsvc_flow_first_frame(uint32_t one, uint32_t other)
{
    return one == 0 || (other != 0 && other < one) ? other : one;
}

#endif /* IMPSVC_FLOW_MERGE_H */
