/* stats_check.h
 * Statistics > IM and Presence firewall check, and tshark -z impsvc,check
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_STATS_CHECK_H
#define IMPSVC_STATS_CHECK_H

/** Register it with Wireshark. */
void impsvc_stats_check_register(void);

#endif /* IMPSVC_STATS_CHECK_H */
