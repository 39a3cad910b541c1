/* release_menu.h
 * Tools > IM and Presence > Port list: chooses the release with a click, which the preference wants typed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RELEASE_MENU_H
#define IMPSVC_RELEASE_MENU_H

/** Register the menu: a line for each list. */
void impsvc_release_menu_register(void);

#endif /* IMPSVC_RELEASE_MENU_H */
