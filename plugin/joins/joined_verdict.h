/* joined_verdict.h
 * The verdict on a flow that several captures show: what each says of its hosts, and when somebody looked where
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_JOINED_VERDICT_H
#define IMPSVC_JOINED_VERDICT_H

#include "joins/sighting.h"

/**
 * The verdict on the record that sightings make together.
 * @param sightings of impsvc_flow_sighting
 * @param all of impsvc_flow_sighting: those of other flows of the same ends, too
 */
impsvc_flow_verdict impsvc_joined_verdict(const impsvc_flow_record *record, const GPtrArray *sightings, const GArray *all,
                                          const impsvc_flow_places *places);

#endif /* IMPSVC_JOINED_VERDICT_H */
