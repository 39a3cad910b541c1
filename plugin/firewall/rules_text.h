/* rules_text.h
 * Firewall rules for what is planned, seen or missing, as a text
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RULES_TEXT_H
#define IMPSVC_RULES_TEXT_H

#include "flows/flow_capture.h"
#include "rules/dialects.h"

/** What is asked for. */
typedef struct {
    const impsvc_dialect *dialect;
    impsvc_rules_source   source;
    const char           *filter;   /**< of the packets that were counted, or NULL */
} impsvc_rules_asked;

/** Where rules come from if nobody says: from the plan if hosts are named, else from what was seen. */
impsvc_rules_source impsvc_rules_default_source(void);

/** The rules; to be freed. Whatever cannot be written is said in the text. */
GString *impsvc_rules_text(const impsvc_rules_asked *asked, const impsvc_flow_capture *capture);

#endif /* IMPSVC_RULES_TEXT_H */
