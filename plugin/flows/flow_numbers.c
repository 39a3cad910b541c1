/* flow_numbers.c
 * Small sets: the sequence numbers of SYNs; and which RST is kept of many
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
