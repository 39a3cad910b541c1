/* flow_moved.c
 * The record of a flow with other numbers for its capture's interfaces
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "joins/flow_moved.h"

static uint32_t moved(uint32_t interfaces, const uint8_t to[IMPSVC_FLOW_INTERFACES])
{
    uint32_t made = 0;

    for (unsigned i = 0; i < IMPSVC_FLOW_INTERFACES; i++)
        if (interfaces >> i & 1)
            made |= UINT32_C(1) << to[i];
    return made;
}

/* The last bit stands for all further interfaces: for those of them that the end was seen on. */
static uint8_t moved_data(uint8_t on, uint32_t interfaces, const uint8_t to[IMPSVC_FLOW_INTERFACES])
{
    uint8_t made = 0;

    for (unsigned i = 0; i < IMPSVC_FLOW_INTERFACES; i++) {
        unsigned bit = i < IMPSVC_SEQUENCE_LAST_INTERFACE ? i : IMPSVC_SEQUENCE_LAST_INTERFACE;
        unsigned new_bit = to[i] < IMPSVC_SEQUENCE_LAST_INTERFACE ? to[i] : IMPSVC_SEQUENCE_LAST_INTERFACE;

        if ((on >> bit & 1) && (interfaces >> i & 1))
            made |= (uint8_t)(1u << new_bit);
    }
    return made;
}

static void move_end(impsvc_flow_end *end, const uint8_t to[IMPSVC_FLOW_INTERFACES])
{
    impsvc_flow_marks marks = impsvc_flow_marks_of(end);

    if (end->interfaces == 0 && end->sent != 0) {
        end->interfaces = 1;
        end->data.data_on |= end->data.has & IMPSVC_SEQUENCE_DATA ? 1 : 0;
    }
    marks = impsvc_marks_moved(&marks, to);
    impsvc_flow_set_marks(end, &marks);
    end->data.data_on = moved_data(end->data.data_on, end->interfaces, to);
    end->interfaces = moved(end->interfaces, to);
    if (end->reset.is != 0)
        end->reset.interface = to[end->reset.interface];
}

void impsvc_flow_move(impsvc_flow_record *record, const uint8_t to[IMPSVC_FLOW_INTERFACES])
{
    move_end(&record->ends[0], to);
    move_end(&record->ends[1], to);
}
