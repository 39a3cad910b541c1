/* service_filter.h
 * Conversation Filter > IM and Presence service: what goes on with the service of a packet at its listener
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_SERVICE_FILTER_H
#define IMPSVC_SERVICE_FILTER_H

/** Register the filter with Wireshark's menus (Analyze, the packet list's context menu, View > Colorize Conversation). */
void impsvc_service_filter_register(void);

#endif /* IMPSVC_SERVICE_FILTER_H */
