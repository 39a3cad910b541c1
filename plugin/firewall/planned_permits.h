/* planned_permits.h
 * What a firewall is to let through because the list wants it between the hosts that the user named
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PLANNED_PERMITS_H
#define IMPSVC_PLANNED_PERMITS_H

#include "rules/permits.h"

/** Add all that is planned, and say for which services no host is named. */
void impsvc_add_planned_permits(impsvc_permits *permits);

#endif /* IMPSVC_PLANNED_PERMITS_H */
