/* flow_numbers.h
 * Small sets: the sequence numbers of SYNs, and RSTs
 *
 * A set keeps its smallest members and knows whether there were more. So two sets make one in whatever order, and a capture full
 * of made-up numbers takes no room.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_NUMBERS_H
#define IMPSVC_FLOW_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

/** A set has at most this many. */
#define IMPSVC_FLOW_NUMBERS 2

typedef struct {
    uint32_t value[IMPSVC_FLOW_NUMBERS];    /**< in order */
    uint32_t frame[IMPSVC_FLOW_NUMBERS];    /**< the first that had it */
    uint8_t  count;
    bool     more;
} impsvc_flow_numbers;

/** Add a number. */
void impsvc_numbers_add(impsvc_flow_numbers *numbers, uint32_t value, uint32_t frame);

/** Add all numbers of another set. */
void impsvc_numbers_merge(impsvc_flow_numbers *numbers, const impsvc_flow_numbers *other);

/** The frame that had a number first, 0 if it is not in the set. */
uint32_t impsvc_numbers_frame(const impsvc_flow_numbers *numbers, uint32_t value);

/** An RST. Two that acknowledge the same are one, the one that came first. */
typedef struct {
    uint32_t ack;       /**< 0 if it acknowledges nothing */
    uint32_t frame;
    uint8_t  has_ack;
    uint8_t  ttl;       /**< 0 if not known */
    uint8_t  interface; /**< of the capture */
} impsvc_flow_reset;

typedef struct {
    impsvc_flow_reset reset[IMPSVC_FLOW_NUMBERS];
    uint8_t           count;
    bool              more;
} impsvc_flow_resets;

/** Add an RST. */
void impsvc_resets_add(impsvc_flow_resets *resets, const impsvc_flow_reset *reset);

/** Add all RSTs of another set. */
void impsvc_resets_merge(impsvc_flow_resets *resets, const impsvc_flow_resets *other);

#endif /* IMPSVC_FLOW_NUMBERS_H */
