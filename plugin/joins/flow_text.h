/* flow_text.h
 * The record of a flow as a line of text, and back: what is kept of a capture, to be joined with others later on
 *
 * All of the record that two of one flow are merged by, and what the verdict on it has to know of its capture. Made to be read again by
 * the same version of the plugin with the same catalog; what people and other programs read is record_json.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_TEXT_H
#define IMPSVC_FLOW_TEXT_H

#include <glib.h>

#include "flows/result.h"

/** What the rest of a flow's capture says, as far as it is kept with the flow: all but the interfaces, which are found in the records. */
typedef struct {
    impsvc_ttls listener_ttls;      /**< as in impsvc_flow_context */
    bool        answers_elsewhere;
    int64_t     end;
} impsvc_flow_surroundings;

/** Append a record and its surroundings to a text: numbers with a blank between them, no line break. */
void impsvc_flow_text_append(GString *text, const impsvc_flow_record *record, const impsvc_flow_surroundings *around);

/**
 * Read what impsvc_flow_text_append() wrote, and nothing else: what is accepted could have been made of packets, and is written in the
 * same words again.
 * @return NULL, or what is wrong with the text: words for "flow record: ..."
 */
const char *impsvc_flow_text_read(const char *text, impsvc_flow_record *record, impsvc_flow_surroundings *around);

#endif /* IMPSVC_FLOW_TEXT_H */
