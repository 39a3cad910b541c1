/* dialects.h
 * The languages that firewall rules can be written in
 *
 * Each has a room of its own, rules_<name>, with one function; a new one is a row in dialects.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_DIALECTS_H
#define IMPSVC_DIALECTS_H

#include "rules/dialect.h"

/** All of them. */
extern const impsvc_dialect impsvc_dialects[];
extern const size_t         impsvc_dialect_count;

/** One by its name, or NULL. */
const impsvc_dialect *impsvc_dialect_find(const char *name, size_t length);

/** "plan", "seen", "missing" */
extern const char *const impsvc_rules_sources[IMPSVC_RULES_MISSING + 1];

/** Write finished permits as rules: a head that says what they are and what is not among them, the hosts, the rules. */
void impsvc_rules_write(GString *out, const impsvc_dialect *dialect, const impsvc_permits *permits, impsvc_rules_source source);

#endif /* IMPSVC_DIALECTS_H */
