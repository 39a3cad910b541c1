/* plan_lanes.h
 * What of the port list can be in a plan, without hosts: which service goes from whom to whom, to which port
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PLAN_LANES_H
#define IMPSVC_PLAN_LANES_H

#include <glib.h>

#include "core/catalog.h"

/** An entry in one direction to one port, between the ends of its row or of a path. At least one end is a node. */
typedef struct {
    const impsvc_entry *entry;
    uint8_t             from;       /**< indexes into impsvc_roles; any role in the cluster is a node's */
    uint8_t             to;
    uint16_t            port;
    uint8_t             transports;
    impsvc_port_range   sources;    /**< the initiator's */
} impsvc_plan_lane;

/** All lanes, in the list's order and then by port: a GArray of impsvc_plan_lane. Ports are as the index of the catalog has them now. */
GArray *impsvc_plan_lanes(void);

#endif /* IMPSVC_PLAN_LANES_H */
