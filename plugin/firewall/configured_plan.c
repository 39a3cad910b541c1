/* configured_plan.c
 * The plan for the hosts in the user's table of nodes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "firewall/configured_plan.h"

#include "identify/node_table.h"

static impsvc_plan_host host_of(size_t row)
{
    impsvc_configured_host configured = impsvc_configured_at(row);

    return (impsvc_plan_host){ .prefix = configured.prefix, .is_node = configured.is_node,
                               .role = impsvc_configured_role_of(configured.role), .cluster = configured.cluster,
                               .kind = (uint8_t)impsvc_configured_kind(configured.role) };
}

impsvc_plan *impsvc_configured_plan(void)
{
    size_t count = impsvc_configured_count();
    impsvc_plan_host *hosts;
    impsvc_plan *plan;

    if (count == 0)
        return NULL;
    hosts = g_new(impsvc_plan_host, count);
    for (size_t row = 0; row < count; row++)
        hosts[row] = host_of(row);
    plan = impsvc_plan_new(hosts, count);
    g_free(hosts);
    return plan;
}
