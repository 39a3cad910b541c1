/* packet_sum.h
 * Packets added up: how many, their bytes, and those of the smallest and the largest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PACKET_SUM_H
#define IMPSVC_PACKET_SUM_H

#include <stdint.h>

/** Packets, with their bytes on the wire: together, and of the smallest and the largest. */
typedef struct {
    uint64_t bytes;
    int      packets;
    int      least;
    int      most;
} impsvc_packet_sum;

/** One packet. */
static inline impsvc_packet_sum impsvc_packet_sum_of(uint32_t bytes)
{
    return (impsvc_packet_sum){ .bytes = bytes, .packets = 1, .least = (int)bytes, .most = (int)bytes };
}

/** Add packets to others. */
static inline void impsvc_packet_sum_add(impsvc_packet_sum *to, const impsvc_packet_sum *packets)
{
    if (packets->packets == 0)
        return;
    if (to->packets == 0 || packets->least < to->least)
        to->least = packets->least;
    if (packets->most > to->most)
        to->most = packets->most;
    to->packets += packets->packets;
    to->bytes += packets->bytes;
}

#endif /* IMPSVC_PACKET_SUM_H */
