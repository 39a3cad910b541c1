/* icmp_head.c
 * The head of an ICMP message, and what kind of message it is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/icmp_head.h"

#include <stddef.h>

static const struct {
    bool             v6;
    uint8_t          type;
    impsvc_icmp_kind kind;
} types[] = {
    { false, 0,   IMPSVC_ICMP_REPLY },      /* echo */
    { false, 8,   IMPSVC_ICMP_REQUEST },
    { false, 13,  IMPSVC_ICMP_REQUEST },    /* timestamp */
    { false, 14,  IMPSVC_ICMP_REPLY },
    { false, 15,  IMPSVC_ICMP_REQUEST },    /* information */
    { false, 16,  IMPSVC_ICMP_REPLY },
    { false, 17,  IMPSVC_ICMP_REQUEST },    /* address mask */
    { false, 18,  IMPSVC_ICMP_REPLY },
    { false, 3,   IMPSVC_ICMP_ERROR },      /* destination unreachable */
    { false, 4,   IMPSVC_ICMP_ERROR },      /* source quench */
    { false, 5,   IMPSVC_ICMP_ERROR },      /* redirect */
    { false, 11,  IMPSVC_ICMP_ERROR },      /* time exceeded */
    { false, 12,  IMPSVC_ICMP_ERROR },      /* parameter problem */
    { true,  128, IMPSVC_ICMP_REQUEST },    /* echo */
    { true,  129, IMPSVC_ICMP_REPLY },
    { true,  1,   IMPSVC_ICMP_ERROR },      /* destination unreachable */
    { true,  2,   IMPSVC_ICMP_ERROR },      /* packet too big */
    { true,  3,   IMPSVC_ICMP_ERROR },      /* time exceeded */
    { true,  4,   IMPSVC_ICMP_ERROR }       /* parameter problem */
};

impsvc_icmp_kind impsvc_icmp_kind_of(const impsvc_icmp_head *head)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i].v6 == head->v6 && types[i].type == head->type)
            return types[i].kind;
    return IMPSVC_ICMP_OTHER;
}
