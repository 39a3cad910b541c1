/* identity.c
 * Whether anybody wants to know of packets that belong to no entry
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/identity.h"

static bool others_wanted;

void impsvc_identity_want_others(void)
{
    others_wanted = true;
}

bool impsvc_identity_others_wanted(void)
{
    return others_wanted;
}
