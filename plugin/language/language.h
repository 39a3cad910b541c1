/* language.h
 * What people read, in the language they have chosen (impsvc.language)
 *
 * Field values, which filters, columns and exports rely on, are English in any case. Sentences are written where they
 * are made, in both languages side by side; names come from the catalog; what fields are called is in language.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_LANGUAGE_H
#define IMPSVC_LANGUAGE_H

#include "core/classify.h"
#include "core/learned_list.h"
#include "flows/result.h"
#include "wireshark/compat.h"

/** Register the preference impsvc.language. */
void impsvc_language_register(module_t *preferences);

/** The language that the user chose for what people read. */
impsvc_language impsvc_user_language(void);

/**
 * A sentence or a format in one of the languages. Formats must be literals, so that the compiler checks both of them; both take
 * the same arguments in the same order.
 */
#define IMPSVC_IN(language, english, japanese) ((language) == IMPSVC_JAPANESE ? (japanese) : (english))

/** The same in the user's language. */
#define IMPSVC_SAY(english, japanese) IMPSVC_IN(impsvc_user_language(), english, japanese)

/** A text of the catalog, or any other in both languages, in the user's. */
const char *impsvc_shown(const impsvc_text *text);

/** Words of the fields that are numbers, in English, as Wireshark registers them. */
extern const value_string impsvc_confidence_words[];
extern const value_string impsvc_direction_words[];
extern const value_string impsvc_flow_words[];
extern const value_string impsvc_reach_words[];
extern const value_string impsvc_result_words[];

/** "TCP", "UDP", "TLS" or "ICMP", which are the same in every language; carrier: IMPSVC_TCP, … */
const char *impsvc_carrier_name(uint8_t carrier);

/** "request" or "reply", in the user's language. */
const char *impsvc_direction_name(impsvc_direction direction);

/** "open", "no answer", … in the user's language; that of IMPSVC_RESULT_UNDECIDED, which no field has, is "undecided". */
const char *impsvc_result_name(impsvc_flow_result result);

/** What a learned address was learned from, in a few words. */
const impsvc_text *impsvc_learned_by_name(impsvc_learned_by by);

/**
 * Whether a field that was just added to a tree needs a label from us. It does if somebody looks at the tree, not only
 * filters it (only then is the item the field's; otherwise it may be the tree itself), and if the language is not English,
 * whose labels Wireshark makes itself.
 */
bool impsvc_label_wanted(proto_item *item);

/** Label an item that needs one. The value, as people are to read it, is cut where it does not fit. */
void impsvc_label_text(proto_item *item, int hf, const char *shown);

/** The same for a number, with its word if it has one. */
void impsvc_label_number(proto_item *item, int hf, uint32_t value);

/** The same for bytes; the whole tvb is the value. */
void impsvc_label_bytes(proto_item *item, int hf, wmem_allocator_t *pool, tvbuff_t *tvb);

/** How a text goes into a label: this many of its bytes, and then "…" or nothing. */
typedef struct {
    int         length;
    const char *more;
} impsvc_cut;

/** Cut a text (UTF-8) that is longer than room, in bytes. Unlike Wireshark, this never cuts within a character. */
impsvc_cut impsvc_cut_to(const char *text, int room);

#endif /* IMPSVC_LANGUAGE_H */
