/* stats_records.h
 * tshark -z impsvc,records: the record of each flow, a line of JSON each
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_STATS_RECORDS_H
#define IMPSVC_STATS_RECORDS_H

/** Register the statistic. Call after the tap is registered. */
void impsvc_stats_records_register(void);

#endif /* IMPSVC_STATS_RECORDS_H */
