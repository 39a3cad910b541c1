/* rules_csv.h
 * Permits as a change request: a table for a spreadsheet
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RULES_CSV_H
#define IMPSVC_RULES_CSV_H

#include "rules/dialect.h"

/** Write a row for each service and pair of hosts (RFC 4180, but with line feeds alone), with a head. What is not among them is a row that has
 *  only a sentence in the column why. */
void impsvc_rules_csv(GString *out, const impsvc_permits *permits, impsvc_rules_source source);

#endif /* IMPSVC_RULES_CSV_H */
