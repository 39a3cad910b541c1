/* dialect.h
 * A language that firewall rules can be written in
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_DIALECT_H
#define IMPSVC_DIALECT_H

#include "rules/permits.h"

/** Where permits come from. */
typedef enum {
    IMPSVC_RULES_PLAN,      /**< what the list wants between configured hosts */
    IMPSVC_RULES_SEEN,      /**< what got through */
    IMPSVC_RULES_MISSING    /**< what did not: to be added to the rules that are there */
} impsvc_rules_source;

typedef struct {
    const char *name;       /**< as users write it */
    const char *product;    /**< as people know it */
    const char *comment;    /**< what a line begins with that is no rule; NULL if there are no such lines */
    bool        only_ascii; /**< comments, too */
    uint64_t    most_pairs; /**< of hosts that are written one by one; 0: no limit, as sets are written */
    void      (*write)(GString *out, const impsvc_permits *permits, impsvc_rules_source source);
} impsvc_dialect;

#endif /* IMPSVC_DIALECT_H */
