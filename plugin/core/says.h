/* says.h
 * What a message says of itself: whether it asks, answers or notifies
 *
 * Works on plain bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_SAYS_H
#define IMPSVC_SAYS_H

#include "core/catalog.h"
#include "core/payload.h"

typedef enum {
    IMPSVC_SAYS_NOTHING,
    IMPSVC_SAYS_QUESTION,
    IMPSVC_SAYS_ANSWER,
    IMPSVC_SAYS_NOTICE      /**< sent without being asked, to whom it may concern: an SNMP trap or inform */
} impsvc_saying;

/**
 * What a payload says, if it is a message of one of some protocols.
 * @param among a set; of others nothing is said
 * @param protocol set to the one that the message is of when something is said
 */
impsvc_saying impsvc_says(const impsvc_payload *payload, impsvc_protocols among, impsvc_protocols *protocol);

#endif /* IMPSVC_SAYS_H */
