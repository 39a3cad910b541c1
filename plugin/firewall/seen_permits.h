/* seen_permits.h
 * What a firewall lets through, or should and does not, by what a capture shows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_SEEN_PERMITS_H
#define IMPSVC_SEEN_PERMITS_H

#include "flows/flow_capture.h"
#include "rules/permits.h"

/** Add what got through or, if missing, what the firewall check found blocked. A host is as the user named it, with its prefix; one that is
 *  not named is its address. Where nobody but a person can decide, the permit says why. */
void impsvc_add_seen_permits(impsvc_permits *permits, const impsvc_flow_capture *capture, bool missing);

#endif /* IMPSVC_SEEN_PERMITS_H */
