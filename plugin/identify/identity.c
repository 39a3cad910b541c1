/* identity.c
 * Whether anybody wants to know of packets that belong to no entry
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/identity.h"

static impsvc_others wanted;

void impsvc_identity_want_others(impsvc_others others)
{
    if (others > wanted)
        wanted = others;
}

impsvc_others impsvc_identity_others_wanted(void)
{
    return wanted;
}
