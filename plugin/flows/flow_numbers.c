/* flow_numbers.c
 * Small sets: the sequence numbers of SYNs, and RSTs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/flow_numbers.h"

#include <string.h>

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

/* By what they acknowledge. */
static int compare(const impsvc_flow_reset *one, const impsvc_flow_reset *other)
{
    if (one->has_ack != other->has_ack)
        return one->has_ack < other->has_ack ? -1 : 1;
    return one->ack == other->ack ? 0 : one->ack < other->ack ? -1 : 1;
}

/* By who came first; whatever decides between two of one frame (of two captures), it must not be the order. */
static bool is_earlier(const impsvc_flow_reset *one, const impsvc_flow_reset *other)
{
    if (one->frame != other->frame)
        return one->frame < other->frame;
    return one->ttl != other->ttl ? one->ttl < other->ttl : one->interface < other->interface;
}

void impsvc_resets_add(impsvc_flow_resets *resets, const impsvc_flow_reset *reset)
{
    unsigned at = 0;

    while (at < resets->count && compare(&resets->reset[at], reset) < 0)
        at++;
    if (at < resets->count && compare(&resets->reset[at], reset) == 0) {
        if (is_earlier(reset, &resets->reset[at]))
            resets->reset[at] = *reset;
        return;
    }
    resets->more |= resets->count == IMPSVC_FLOW_NUMBERS;
    if (at == IMPSVC_FLOW_NUMBERS)
        return;
    if (resets->count < IMPSVC_FLOW_NUMBERS)
        resets->count++;
    memmove(resets->reset + at + 1, resets->reset + at, (resets->count - 1u - at) * sizeof *resets->reset);
    resets->reset[at] = *reset;
}

void impsvc_resets_merge(impsvc_flow_resets *resets, const impsvc_flow_resets *other)
{
    for (unsigned i = 0; i < other->count; i++)
        impsvc_resets_add(resets, &other->reset[i]);
    resets->more |= other->more;
}
