/* configured_plan.h
 * The plan for the hosts in the user's table of nodes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_CONFIGURED_PLAN_H
#define IMPSVC_CONFIGURED_PLAN_H

#include "flows/plan.h"

/** The plan, to be freed: NULL if the table is empty. A host's number in it is its row, for impsvc_configured_at(). */
impsvc_plan *impsvc_configured_plan(void);

#endif /* IMPSVC_CONFIGURED_PLAN_H */
