/* flow_numbers.h
 * Small sets: the sequence numbers of SYNs, and the DSCP values on each interface; and which RST is kept of many
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

/** Whether a set that was read from somewhere could have been made here. */
bool impsvc_numbers_are_sound(const impsvc_flow_numbers *numbers);

/** The frame that had a number first, 0 if it is not in the set. */
uint32_t impsvc_numbers_frame(const impsvc_flow_numbers *numbers, uint32_t value);

/** How many of a capture's interfaces are told apart, as bits of a set: the last is for all further ones, too. */
#define IMPSVC_FLOW_INTERFACES 32

/** The DSCP values of an end's packets, and on which interfaces of the capture each was seen, as long as those are at most four pairs:
 *  then the values alone are kept. So a flow needs no more room than for the values. */
typedef struct {
    uint64_t of;    /**< four pairs of 16 bits, in order, from the lowest bits on, 0 for none; or the values, as bits */
    bool     many;  /**< it is the values */
} impsvc_flow_marks;

/** Add a value, 0 to 63, that was seen on an interface, 0 to 31. */
void impsvc_marks_add(impsvc_flow_marks *marks, unsigned interface, unsigned dscp);

/** Add all of another set. */
void impsvc_marks_merge(impsvc_flow_marks *marks, const impsvc_flow_marks *other);

/** The same values on interfaces with other numbers: for each its new one, all below IMPSVC_FLOW_INTERFACES. */
impsvc_flow_marks impsvc_marks_moved(const impsvc_flow_marks *marks, const uint8_t to[IMPSVC_FLOW_INTERFACES]);

/** Whether a set that was read from somewhere could have been made here. */
bool impsvc_marks_are_sound(const impsvc_flow_marks *marks);

/** All values, as bits. */
uint64_t impsvc_marks_values(const impsvc_flow_marks *marks);

/** The values seen on an interface; none if there were too many pairs. */
uint64_t impsvc_marks_on(const impsvc_flow_marks *marks, unsigned interface);

/** Whether several values were surely seen on one interface; how many interfaces there are. */
bool impsvc_marks_are_mixed(const impsvc_flow_marks *marks, unsigned interfaces);

/** Whether two interfaces saw different values; not known, and so false, if there were too many pairs. */
bool impsvc_marks_differ(const impsvc_flow_marks *marks);

/** What an impsvc_flow_reset is. */
enum {
    IMPSVC_RESET_SEEN    = 1,
    IMPSVC_RESET_HAS_ACK = 2,
    IMPSVC_RESET_OF_SYN  = 4    /**< with sequence number 0, as in answer to a SYN (RFC 9293, 3.5.2) */
};

/** An RST: of several, the first of those that answer a SYN, or the first. */
typedef struct {
    uint32_t ack;       /**< 0 if it acknowledges nothing */
    uint32_t frame;
    uint8_t  is;        /**< IMPSVC_RESET_…; 0 for none */
    uint8_t  ttl;       /**< 0 if not known */
    uint8_t  interface; /**< of the capture */
} impsvc_flow_reset;

/** Take another RST if it says more. */
void impsvc_reset_merge(impsvc_flow_reset *reset, const impsvc_flow_reset *other);

/** Whether one that was read from somewhere could have been made here. */
bool impsvc_reset_is_sound(const impsvc_flow_reset *reset);

#endif /* IMPSVC_FLOW_NUMBERS_H */
