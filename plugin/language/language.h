/* language.h
 * What people read, in the language they have chosen (impsvc.language)
 *
 * Field values, which filters, columns and exports go by, are English whatever was chosen. Sentences stand where they
 * are made, in both languages side by side; names come from the catalog; what fields are called is in language.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_LANGUAGE_H
#define IMPSVC_LANGUAGE_H

#include "core/classify.h"
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

/** A text of the catalog, or one like it, in the user's language. */
const char *impsvc_shown(const impsvc_text *text);

/** Words of the fields that are numbers, in English, as Wireshark registers them. */
extern const value_string impsvc_confidence_words[];
extern const value_string impsvc_direction_words[];
extern const value_string impsvc_flow_words[];
extern const value_string impsvc_reach_words[];

/** "TCP", "UDP", "TLS" or "ICMP", which are the same in every language; carrier: IMPSVC_TCP, … */
const char *impsvc_carrier_name(uint8_t carrier);

/** "request" or "reply", in the user's language. */
const char *impsvc_direction_name(impsvc_direction direction);

/**
 * Whether a field that was just added to a tree needs a label of ours: the tree is looked at, not only filtered, so that
 * item is the field's (else it may be the tree itself); and English, which Wireshark makes itself, was not chosen.
 */
bool impsvc_label_wanted(proto_item *item);

/** Label an item for which one is wanted. The value as people shall read it is cut where it does not fit. */
void impsvc_label_text(proto_item *item, int hf, const char *shown);

/** The same for a number, with its word if it has one. */
void impsvc_label_number(proto_item *item, int hf, uint32_t value);

/** The same for bytes; the whole tvb is the value. */
void impsvc_label_bytes(proto_item *item, int hf, wmem_allocator_t *pool, tvbuff_t *tvb);

/** How a text goes into a label: so many of its bytes, and "…" or nothing behind them. */
typedef struct {
    int         length;
    const char *more;
} impsvc_cut;

/** Cut a text (UTF-8) that is longer than room, in bytes, between characters, as Wireshark does not. */
impsvc_cut impsvc_cut_to(const char *text, int room);

#endif /* IMPSVC_LANGUAGE_H */
