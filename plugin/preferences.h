/* preferences.h
 * The preferences impsvc.* (design, section 6)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PREFERENCES_H
#define IMPSVC_PREFERENCES_H

#include <stdbool.h>

#include "catalog.h"

/** Register all preferences and tables under a protocol of Wireshark. */
void impsvc_preferences_register(int proto);

/** Whether only packets of known nodes are annotated. */
bool impsvc_preference_known_nodes_only(void);

/** The language of what people read; see language.h. */
impsvc_language impsvc_preference_language(void);

#endif /* IMPSVC_PREFERENCES_H */
