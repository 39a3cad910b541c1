/* flow_sequence.h
 * How far one end's data went in a TCP connection, and how far they were acknowledged
 *
 * Two of these for the same data make one, in whatever order: each member belongs to the largest or smallest of what was seen.
 * That needs sequence numbers that can be compared, so it holds only where all of them lie within half the number space. Where
 * they do not (more than some gigabytes, or numbers that somebody made up), nothing is kept but IMPSVC_SEQUENCE_TOO_WIDE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_SEQUENCE_H
#define IMPSVC_FLOW_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

/** A segment of this many bytes passes wherever IPv6 does, and everywhere on today's IPv4: 1280 bytes (RFC 8200, 5) without
 *  the heads of IPv6 and of TCP, with options. */
#define IMPSVC_ALWAYS_FITS 1200

/** The highest interface number that has a bit of its own in data_on. */
#define IMPSVC_SEQUENCE_LAST_INTERFACE 7

/** What an impsvc_flow_sequence has. */
enum {
    IMPSVC_SEQUENCE_DATA     = 1,
    IMPSVC_SEQUENCE_ACK      = 2,
    IMPSVC_SEQUENCE_SMALL    = 4,   /**< a segment that always fits */
    IMPSVC_SEQUENCE_LARGE    = 8,   /**< one that need not */
    IMPSVC_SEQUENCE_NO_ROOM  = 16,  /**< the furthest acknowledgement came with a window of zero, at least once */
    IMPSVC_SEQUENCE_TOO_WIDE = 32
};

typedef struct {
    int64_t  data_first;    /**< when the data that go furthest were sent first, in nanoseconds since 1970 */
    int64_t  data_last;     /**< when data were sent last; for UDP and pings: any packet */
    int64_t  ack_first;     /**< when the furthest acknowledgement came first */
    uint32_t data_end;      /**< the number behind the data that go furthest */
    uint32_t data_frame;    /**< the frame of data_first */
    uint32_t ack_most;      /**< the furthest acknowledgement */
    uint32_t ack_least;
    uint32_t large_end;     /**< the number behind the largest segment, the first time one of that size was seen; its size */
    uint32_t small_end;     /**< the number behind the first segment that always fits; its size */
    uint16_t large_size;
    uint16_t small_size;
    uint8_t  eighths;       /**< which eighths of the number space the numbers lie in */
    uint8_t  has;
    uint8_t  data_on;       /**< the capture's interfaces on which the data that go furthest were seen, as bits; the last for all further ones */
    bool     has_time;      /**< data_last counts */
} impsvc_flow_sequence;

/** Whether a number comes before another one, within half the number space (RFC 9293, 3.4). */
static inline bool impsvc_sequence_before(uint32_t one, uint32_t other)
{
    return one != other && other - one < UINT32_C(1) << 31;
}

/**
 * Note data that somebody sent, or a FIN, which counts as one byte.
 * @param size of the segment's payload, 0 for a FIN alone
 * @param data what is known of them: data_end, data_frame, data_on, and data_first, when they were seen
 */
void impsvc_sequence_data(impsvc_flow_sequence *sequence, uint32_t size, const impsvc_flow_sequence *data);

/** Note that the other end acknowledged data up to a number. */
void impsvc_sequence_ack(impsvc_flow_sequence *sequence, uint32_t ack, bool no_room, int64_t when);

/** Note when something was sent that has no number. */
void impsvc_sequence_time(impsvc_flow_sequence *sequence, int64_t when);

/** Add what another one knows of the same data. */
void impsvc_sequence_merge(impsvc_flow_sequence *sequence, const impsvc_flow_sequence *other);

/** Whether one that was read from somewhere could have been made here. */
bool impsvc_sequence_is_sound(const impsvc_flow_sequence *sequence);

/** Whether there are data that were never acknowledged. */
static inline bool impsvc_sequence_is_open(const impsvc_flow_sequence *sequence)
{
    return (sequence->has & IMPSVC_SEQUENCE_DATA)
           && ((sequence->has & IMPSVC_SEQUENCE_ACK) == 0 || impsvc_sequence_before(sequence->ack_most, sequence->data_end));
}

/** For how long the last data were sent again and again, in nanoseconds, while acknowledgements went no further. All data sent in that
 *  time had been sent before. */
int64_t impsvc_sequence_tried(const impsvc_flow_sequence *sequence);

#endif /* IMPSVC_FLOW_SEQUENCE_H */
