/* better_list.h
 * Whether another release's list explains what nodes do better than the one at hand
 *
 * Knows nothing of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_BETTER_LIST_H
#define IMPSVC_BETTER_LIST_H

#include "lists/other_lists.h"

/** What a release would make of the ports in use. */
typedef struct {
    unsigned unlisted;  /**< uses that the list at hand does not have, each counted once */
    unsigned gained;    /**< … of which this one has so many */
    unsigned lost;      /**< uses that the list at hand has and this one has not */
} impsvc_list_score;

/**
 * Compare a release with the list at hand.
 * @param uses each once, whether the list at hand has them or not
 */
impsvc_list_score impsvc_score_list(const impsvc_release *release, const impsvc_port_use *uses, size_t count);

/** Whether it explains more than is lost by it. */
bool impsvc_list_is_better(const impsvc_list_score *score);

#endif /* IMPSVC_BETTER_LIST_H */
