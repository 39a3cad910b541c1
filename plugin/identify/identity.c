/* identity.c
 * Whether anybody wants to know of packets that belong to no entry
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/identity.h"

impsvc_others impsvc_identity_others;

void impsvc_identity_want_others(impsvc_others others)
{
    if (others > impsvc_identity_others)
        impsvc_identity_others = others;
}
