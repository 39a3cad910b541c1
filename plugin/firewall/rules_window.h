/* rules_window.h
 * Tools > IM and Presence > Firewall rules
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RULES_WINDOW_H
#define IMPSVC_RULES_WINDOW_H

/** Put it into the menu. Call after the tap is registered. */
void impsvc_rules_window_register(void);

#endif /* IMPSVC_RULES_WINDOW_H */
