/* chosen_release.h
 * Which release of the port list is at hand: the preference impsvc.release, and everything that follows it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_CHOSEN_RELEASE_H
#define IMPSVC_CHOSEN_RELEASE_H

#include "wireshark/compat.h"

/** Register the preference. */
void impsvc_chosen_release_register(module_t *preferences);

/** Take the list that the user wants now. Call when preferences have changed. */
void impsvc_chosen_release_apply(void);

#endif /* IMPSVC_CHOSEN_RELEASE_H */
