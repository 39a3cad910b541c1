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

uint32_t impsvc_numbers_frame(const impsvc_flow_numbers *numbers, uint32_t value)
{
    for (unsigned i = 0; i < numbers->count; i++)
        if (numbers->value[i] == value)
            return numbers->frame[i];
    return 0;
}

/* A mark is interface and value, and more than 0. In the last place, this one says that there were others, larger than those before. */
#define MORE_MARKS UINT16_MAX
#define VALUES     64u

static void add_mark(impsvc_flow_marks *marks, uint16_t mark)
{
    unsigned at = 0;
    uint16_t next = mark;

    while (at < IMPSVC_FLOW_MARKS && marks->mark[at] != 0 && marks->mark[at] < mark)
        at++;
    if (at < IMPSVC_FLOW_MARKS && marks->mark[at] == mark)
        return;
    for (; at < IMPSVC_FLOW_MARKS && next != 0; at++) {
        uint16_t moved = marks->mark[at];

        marks->mark[at] = next;
        next = moved;
    }
    if (next != 0)
        marks->mark[IMPSVC_FLOW_MARKS - 1] = MORE_MARKS;
}

void impsvc_marks_add(impsvc_flow_marks *marks, unsigned interface, unsigned dscp)
{
    add_mark(marks, (uint16_t)(interface * VALUES + dscp % VALUES + 1));
}

void impsvc_marks_merge(impsvc_flow_marks *marks, const impsvc_flow_marks *other)
{
    for (unsigned i = 0; i < IMPSVC_FLOW_MARKS && other->mark[i] != 0; i++)
        add_mark(marks, other->mark[i]);
}

/* Of the interfaces that the set still knows all values of. */
static unsigned count_known(const impsvc_flow_marks *marks)
{
    unsigned count = 0;

    while (count < IMPSVC_FLOW_MARKS && marks->mark[count] != 0)
        count++;
    if (count < IMPSVC_FLOW_MARKS || marks->mark[count - 1] != MORE_MARKS)
        return count;
    for (count--; count > 1 && (marks->mark[count - 2] - 1u) / VALUES == (marks->mark[count - 1] - 1u) / VALUES; )
        count--;
    return count - 1;
}

static uint64_t values_on(const impsvc_flow_marks *marks, unsigned count, unsigned interface)
{
    uint64_t values = 0;

    for (unsigned i = 0; i < count; i++)
        if ((marks->mark[i] - 1u) / VALUES == interface)
            values |= UINT64_C(1) << (marks->mark[i] - 1u) % VALUES;
    return values;
}

uint64_t impsvc_marks_on(const impsvc_flow_marks *marks, unsigned interface)
{
    return values_on(marks, IMPSVC_FLOW_MARKS, interface);
}

bool impsvc_marks_are_mixed(const impsvc_flow_marks *marks)
{
    for (unsigned i = 1; i < IMPSVC_FLOW_MARKS && marks->mark[i] != 0 && marks->mark[i] != MORE_MARKS; i++)
        if ((marks->mark[i - 1] - 1u) / VALUES == (marks->mark[i] - 1u) / VALUES)
            return true;
    return false;
}

bool impsvc_marks_differ(const impsvc_flow_marks *marks)
{
    unsigned count = count_known(marks);
    uint64_t first = count == 0 ? 0 : values_on(marks, count, (marks->mark[0] - 1u) / VALUES);

    for (unsigned i = 1; i < count; i++)
        if (values_on(marks, count, (marks->mark[i] - 1u) / VALUES) != first)
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
