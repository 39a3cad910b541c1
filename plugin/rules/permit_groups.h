/* permit_groups.h
 * The hosts of a service in as few groups as say the same: every host of one may reach every host of the other
 *
 * For dialects that take sets of addresses. Nobody needs a firewall to reach itself, so that two hosts that reach each other are one group.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PERMIT_GROUPS_H
#define IMPSVC_PERMIT_GROUPS_H

#include "rules/permits.h"

/** Numbers of hosts, sorted; a prefix is not there if a wider one is. */
typedef struct {
    GArray *from;   /**< of uint32_t */
    GArray *to;
} impsvc_permit_group;

/** The groups of a service: a GPtrArray of impsvc_permit_group, which frees them. */
GPtrArray *impsvc_permit_groups_of(const impsvc_permits *permits, const impsvc_permit_service *service);

#endif /* IMPSVC_PERMIT_GROUPS_H */
