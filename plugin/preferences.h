/* preferences.h
 * The preferences impsvc.* (design, section 6)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PREFERENCES_H
#define IMPSVC_PREFERENCES_H

#include <stdbool.h>

/** Register all preferences and tables under a protocol of Wireshark. */
void impsvc_preferences_register(int proto);

/** Whether only packets of known nodes are annotated. */
bool impsvc_preference_known_nodes_only(void);

#endif /* IMPSVC_PREFERENCES_H */
