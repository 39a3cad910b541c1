/* check_plan.h
 * The plan beside what was seen: which paths of the port list between configured hosts are open, blocked, or not in the capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_CHECK_PLAN_H
#define IMPSVC_CHECK_PLAN_H

#include "flows/flow_paths.h"
#include "flows/plan.h"

/** How many planned paths there are, and what became of them. */
typedef struct {
    uint64_t planned;
    uint64_t open;      /**< or sent, or seen one way: the firewall let it through */
    uint64_t blocked;
    uint64_t not_seen;
} impsvc_plan_counts;

typedef struct impsvc_check_plan impsvc_check_plan;

/** The plan for the hosts in the user's table of nodes, NULL if that has none. */
impsvc_check_plan *impsvc_check_plan_new(void);

/** Forget it; NULL is allowed. */
void impsvc_check_plan_free(impsvc_check_plan *plan);

/** How many paths it has. Beyond IMPSVC_PLAN_MOST they are not made: then nothing is in the plan. */
uint64_t impsvc_check_plan_size(const impsvc_check_plan *plan);

/** Note a path that was seen. */
void impsvc_check_plan_see(impsvc_check_plan *plan, const impsvc_flow_path *path);

/** Calls visit for each planned path that was not seen; its hosts are numbers for impsvc_configured_at(). The counts of all. */
impsvc_plan_counts impsvc_check_plan_compare(const impsvc_check_plan *plan, void (*visit)(const impsvc_plan_path *path, void *data),
                                             void *data);

#endif /* IMPSVC_CHECK_PLAN_H */
