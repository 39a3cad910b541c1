/* flow_numbers.c
 * Small sets: the sequence numbers of SYNs, and the DSCP values on each interface; and which RST is kept of many
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/flow_numbers.h"

void impsvc_numbers_add(impsvc_flow_numbers *numbers, uint32_t value, uint32_t frame)
{
    unsigned at = 0;

    while (at < numbers->count && numbers->value[at] < value)
        at++;
    if (at < numbers->count && numbers->value[at] == value) {
        if (frame < numbers->frame[at])
            numbers->frame[at] = frame;
        return;
    }
    numbers->more |= numbers->count == IMPSVC_FLOW_NUMBERS;
    if (at == IMPSVC_FLOW_NUMBERS)
        return;
    if (numbers->count < IMPSVC_FLOW_NUMBERS)
        numbers->count++;
    for (unsigned i = numbers->count - 1u; i > at; i--) {
        numbers->value[i] = numbers->value[i - 1];
        numbers->frame[i] = numbers->frame[i - 1];
    }
    numbers->value[at] = value;
    numbers->frame[at] = frame;
}

void impsvc_numbers_merge(impsvc_flow_numbers *numbers, const impsvc_flow_numbers *other)
{
    for (unsigned i = 0; i < other->count; i++)
        impsvc_numbers_add(numbers, other->value[i], other->frame[i]);
    numbers->more |= other->more;
}

bool impsvc_numbers_are_sound(const impsvc_flow_numbers *numbers)
{
    for (unsigned i = 1; i < numbers->count; i++)
        if (numbers->value[i - 1] >= numbers->value[i])
            return false;
    return !numbers->more || numbers->count == IMPSVC_FLOW_NUMBERS;
}

uint32_t impsvc_numbers_frame(const impsvc_flow_numbers *numbers, uint32_t value)
{
    for (unsigned i = 0; i < numbers->count; i++)
        if (numbers->value[i] == value)
            return numbers->frame[i];
    return 0;
}

/* A pair is interface and value, and more than 0. */
#define VALUES 64u
#define PAIRS  4u
#define WIDTH  16u

static unsigned pair_at(const impsvc_flow_marks *marks, unsigned place)
{
    return (unsigned)(marks->of >> place * WIDTH & UINT16_MAX);
}

static unsigned interface_of(unsigned pair)
{
    return (pair - 1) / VALUES;
}

static uint64_t value_of(unsigned pair)
{
    return UINT64_C(1) << (pair - 1) % VALUES;
}

static unsigned count_pairs(const impsvc_flow_marks *marks)
{
    unsigned count = 0;

    while (!marks->many && count < PAIRS && pair_at(marks, count) != 0)
        count++;
    return count;
}

static void add_values(impsvc_flow_marks *marks, uint64_t values)
{
    marks->of = impsvc_marks_values(marks) | values;
    marks->many = true;
}

static void add_pair(impsvc_flow_marks *marks, unsigned pair)
{
    unsigned count = count_pairs(marks), at = 0;
    uint64_t below;

    while (at < count && pair_at(marks, at) < pair)
        at++;
    if (at < count && pair_at(marks, at) == pair)
        return;
    if (marks->many || count == PAIRS) {
        add_values(marks, value_of(pair));
        return;
    }
    below = marks->of & ((UINT64_C(1) << at * WIDTH) - 1);
    marks->of = below | (uint64_t)pair << at * WIDTH | (marks->of ^ below) << WIDTH;
}

void impsvc_marks_add(impsvc_flow_marks *marks, unsigned interface, unsigned dscp)
{
    add_pair(marks, interface * VALUES + dscp % VALUES + 1);
}

void impsvc_marks_merge(impsvc_flow_marks *marks, const impsvc_flow_marks *other)
{
    if (other->many)
        add_values(marks, other->of);
    for (unsigned i = 0; i < count_pairs(other); i++)
        add_pair(marks, pair_at(other, i));
}

impsvc_flow_marks impsvc_marks_moved(const impsvc_flow_marks *marks, const uint8_t to[IMPSVC_FLOW_INTERFACES])
{
    impsvc_flow_marks moved = { marks->many ? marks->of : 0, marks->many };

    for (unsigned i = 0; i < count_pairs(marks); i++) {
        unsigned pair = pair_at(marks, i);

        add_pair(&moved, to[interface_of(pair) % IMPSVC_FLOW_INTERFACES] * VALUES + (pair - 1) % VALUES + 1);
    }
    return moved;
}

uint64_t impsvc_marks_values(const impsvc_flow_marks *marks)
{
    uint64_t values = marks->many ? marks->of : 0;

    for (unsigned i = 0; i < count_pairs(marks); i++)
        values |= value_of(pair_at(marks, i));
    return values;
}

uint64_t impsvc_marks_on(const impsvc_flow_marks *marks, unsigned interface)
{
    uint64_t values = 0;

    for (unsigned i = 0; i < count_pairs(marks); i++)
        if (interface_of(pair_at(marks, i)) == interface)
            values |= value_of(pair_at(marks, i));
    return values;
}

bool impsvc_marks_are_sound(const impsvc_flow_marks *marks)
{
    unsigned count = count_pairs(marks);

    if (marks->many)
        return marks->of != 0;
    for (unsigned i = 0; i < count; i++)
        if (interface_of(pair_at(marks, i)) >= IMPSVC_FLOW_INTERFACES || (i > 0 && pair_at(marks, i - 1) >= pair_at(marks, i)))
            return false;
    return count == PAIRS || marks->of >> count * WIDTH == 0;
}

static unsigned count_values(uint64_t values)
{
    unsigned count = 0;

    for (; values != 0; values &= values - 1)
        count++;
    return count;
}

/* Pairs of one interface stand together. Of more values than interfaces, two were on the same one. */
bool impsvc_marks_are_mixed(const impsvc_flow_marks *marks, unsigned interfaces)
{
    for (unsigned i = 1; i < count_pairs(marks); i++)
        if (interface_of(pair_at(marks, i - 1)) == interface_of(pair_at(marks, i)))
            return true;
    return count_values(impsvc_marks_values(marks)) > (interfaces == 0 ? 1 : interfaces);
}

bool impsvc_marks_differ(const impsvc_flow_marks *marks)
{
    unsigned count = count_pairs(marks);

    for (unsigned i = 1; i < count; i++)
        if (impsvc_marks_on(marks, interface_of(pair_at(marks, i))) != impsvc_marks_on(marks, interface_of(pair_at(marks, 0))))
            return true;
    return false;
}

/* Whatever decides between two of one frame (of two captures), it must not be the order. */
static bool says_more(const impsvc_flow_reset *one, const impsvc_flow_reset *other)
{
    uint8_t best = IMPSVC_RESET_SEEN | IMPSVC_RESET_OF_SYN;

    if ((one->is & best) != (other->is & best))
        return (one->is & best) > (other->is & best);
    if (one->frame != other->frame)
        return one->frame < other->frame;
    if (one->ack != other->ack || one->is != other->is)
        return one->ack != other->ack ? one->ack < other->ack : one->is < other->is;
    return one->ttl != other->ttl ? one->ttl < other->ttl : one->interface < other->interface;
}

void impsvc_reset_merge(impsvc_flow_reset *reset, const impsvc_flow_reset *other)
{
    if (says_more(other, reset))
        *reset = *other;
}

bool impsvc_reset_is_sound(const impsvc_flow_reset *reset)
{
    const uint8_t all = IMPSVC_RESET_SEEN | IMPSVC_RESET_HAS_ACK | IMPSVC_RESET_OF_SYN;

    if (reset->is == 0)
        return true;
    if ((reset->is & IMPSVC_RESET_HAS_ACK) == 0 && (reset->ack != 0 || (reset->is & IMPSVC_RESET_OF_SYN)))
        return false;
    return (reset->is & IMPSVC_RESET_SEEN) && (reset->is & ~all) == 0 && reset->interface < IMPSVC_FLOW_INTERFACES;
}
