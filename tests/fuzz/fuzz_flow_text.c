/* fuzz_flow_text.c
 * Any text is refused, or is a record that everything else can use
 *
 * Input: the text, which ends at its end or at its first byte of zero.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "flows/flow_merge.h"
#include "flows/verdict.h"
#include "joins/flow_join.h"
#include "joins/flow_moved.h"

static GString *written(const impsvc_flow_record *record, const impsvc_flow_surroundings *around)
{
    GString *text = g_string_new(NULL);

    impsvc_flow_text_append(text, record, around);
    return text;
}

/* The numbers in between are nobody's business, so records are compared by what is written of them. */
static bool is_same(const impsvc_flow_record *one, const impsvc_flow_record *other, const impsvc_flow_surroundings *around)
{
    GString *text = written(one, around), *others = written(other, around);
    bool same = strcmp(text->str, others->str) == 0;

    g_string_free(text, TRUE);
    g_string_free(others, TRUE);
    return same;
}

static void set_no_sums(impsvc_flow_record *record)
{
    for (unsigned i = 0; i < 2; i++) {
        record->ends[i].packets = record->ends[i].retransmissions = 0;
        record->ends[i].bytes = 0;
    }
}

/* Merged with itself a record is the same, but for its sums. */
static void check_merge(const impsvc_flow_record *record, const impsvc_flow_surroundings *around)
{
    impsvc_flow_record once = *record, twice = *record;

    impsvc_flow_merge(&twice, record);
    set_no_sums(&once);
    set_no_sums(&twice);
    must(is_same(&once, &twice, around));
}

/* What was moved can still be read. */
static void check_move(const impsvc_flow_record *record, const impsvc_flow_surroundings *around)
{
    static const uint8_t there[IMPSVC_FLOW_INTERFACES] = { 31, 3, 3, 0, 7, 8, 1 };
    impsvc_flow_record moved = *record, found;
    impsvc_flow_surroundings others;
    GString *text;

    impsvc_flow_move(&moved, there);
    must((moved.ends[0].interfaces == 0) == (record->ends[0].interfaces == 0 && record->ends[0].sent == 0));
    text = written(&moved, around);
    must(impsvc_flow_text_read(text->str, &found, &others) == NULL);
    g_string_free(text, TRUE);
}

static void check_verdict(const impsvc_flow_record *record, const impsvc_flow_surroundings *around)
{
    const impsvc_flow_context context = { true, around->listener_ttls, around->answers_elsewhere, UINT32_MAX, UINT32_MAX, around->end };
    impsvc_flow_verdict verdict = impsvc_flow_verdict_of(record, &context);
    impsvc_flow_silence silence = impsvc_flow_silence_of(record);

    must(verdict.result < IMPSVC_RESULT_NOT_SEEN && verdict.tries <= IMPSVC_FLOW_NUMBERS);
    must((verdict.seen_on & verdict.not_seen_on) == 0);
    must(silence.at_least >= 0);
}

static void count(const impsvc_flow_joined *joined, void *data)
{
    must(joined->captures >= 1);
    *(unsigned *)data += joined->captures;
}

/* The same in two captures, and once more. */
static void check_join(const impsvc_flow_record *record, const impsvc_flow_surroundings *around, const char *text)
{
    impsvc_flow_watch watch = { INT64_MIN, around->end, 3 };
    GArray *sightings = g_array_new(FALSE, FALSE, sizeof(impsvc_flow_sighting)), *watches = g_array_new(FALSE, FALSE, sizeof watch);
    impsvc_flow_places places = { watches, { 3, 3 } };
    unsigned seen = 0;

    g_array_append_val(watches, watch);
    for (uint64_t i = 0; i < 3; i++) {
        impsvc_flow_sighting sighting = { *record, *around, i / 2, text };

        g_array_append_val(sightings, sighting);
    }
    impsvc_flow_join(sightings, &places, count, &seen);
    must(seen == 2);
    g_array_free(sightings, TRUE);
    g_array_free(watches, TRUE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    impsvc_flow_record record;
    impsvc_flow_surroundings around;
    char *text = g_strndup((const char *)data, size);
    const char *wrong;

    take_list(NULL, 0);
    wrong = impsvc_flow_text_read(text, &record, &around);
    if (wrong == NULL) {
        GString *again = written(&record, &around);

        must(strcmp(text, again->str) == 0);
        check_merge(&record, &around);
        check_move(&record, &around);
        check_verdict(&record, &around);
        check_join(&record, &around, text);
        g_string_free(again, TRUE);
    }
    must(wrong == NULL || wrong[0] != '\0');
    g_free(text);
    return 0;
}
