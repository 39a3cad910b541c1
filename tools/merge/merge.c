/* merge.c
 * impsvc-merge: flows from many captures, joined and judged; impsvc collect starts it
 *
 * It reads from standard input lines of words with tabs between them:
 *
 *     release  ID                      the port list that the records are of
 *     points   NAME ...                where captures were made, at most 32: the first is point 0
 *     sides    POINT BITS              the points that have shown the same packets as this one, as bits
 *     flows    KEY                     what follows is of other two ends
 *     watched  FROM UNTIL BITS         a capture has the two hosts on these points; times in nanoseconds since 1970
 *     seen     CAPTURE POINT,... TEXT  a record (plugin/joins/flow_text.h) of a capture, and the point of each of its interfaces
 *
 * and writes a line for each flow, after one with the columns' names. A line that it does not understand ends it with status 2; a record
 * that is none is named and left out, so that one capture takes no others with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/catalog_index.h"
#include "joins/flow_moved.h"
#include "input_lines.h"
#include "merge_table.h"

typedef struct {
    uint64_t           line;
    GPtrArray         *points;      /* names */
    GString           *key;
    GArray            *watches;
    GArray            *sightings;
    GPtrArray         *texts;       /* of the sightings */
    impsvc_flow_places places;
} state;

static G_GNUC_NORETURN void refuse(const state *at, const char *why)
{
    (void)fprintf(stderr, "impsvc-merge: line %" PRIu64 ": %s\n", at->line, why);
    exit(2);
}

static void write_flow(const impsvc_flow_joined *joined, void *data)
{
    const state *at = (const state *)data;

    impsvc_merge_write(at->key->str, at->points, joined);
}

/* What was read of two ends is complete. */
static void finish_flows(state *at)
{
    if (at->sightings->len > 0)
        impsvc_flow_join(at->sightings, &at->places, write_flow, at);
    g_array_set_size(at->sightings, 0);
    g_array_set_size(at->watches, 0);
    g_ptr_array_set_size(at->texts, 0);
}

static int64_t number_of(const state *at, const char *word, int64_t least, int64_t most)
{
    char *end;
    gint64 value;

    errno = 0;
    value = g_ascii_strtoll(word, &end, 10);
    if (end == word || *end != '\0' || errno != 0 || value < least || value > most)
        refuse(at, "a word is no number that is possible here");
    return value;
}

static uint8_t point_of(const state *at, const char *word)
{
    int64_t point = number_of(at, word, 0, INT64_MAX);

    if (point >= at->points->len)
        refuse(at, "there is no such point");
    return (uint8_t)point;
}

static uint32_t bits_of(const state *at, const char *word)
{
    int64_t bits = number_of(at, word, 0, UINT32_MAX);

    if (bits >> at->points->len != 0)
        refuse(at, "there is no such point");
    return (uint32_t)bits;
}

static void take_release(state *at, char **words)
{
    const impsvc_release *release = impsvc_release_find(words[0]);

    if (release == NULL || !release->is_complete || !impsvc_index_build(release))
        refuse(at, "there is no such port list");
}

static void take_points(state *at, char **words)
{
    g_ptr_array_set_size(at->points, 0);
    memset(at->places.sides, 0, sizeof at->places.sides);
    for (; *words != NULL; words++)
        g_ptr_array_add(at->points, g_strdup(*words));
}

static void take_sides(state *at, char **words)
{
    at->places.sides[point_of(at, words[0])] = bits_of(at, words[1]);
}

static void take_flows(state *at, char **words)
{
    g_string_assign(at->key, words[0]);
}

static void take_watch(state *at, char **words)
{
    impsvc_flow_watch watch = { number_of(at, words[0], INT64_MIN, INT64_MAX), number_of(at, words[1], INT64_MIN, INT64_MAX),
                                bits_of(at, words[2]) };

    g_array_append_val(at->watches, watch);
}

/* Interfaces that have no point of their own are at the last one that is named. */
static void read_points(const state *at, const char *word, uint8_t to[IMPSVC_FLOW_INTERFACES])
{
    char **numbers = g_strsplit(word, ",", IMPSVC_FLOW_INTERFACES);
    unsigned named = g_strv_length(numbers);

    if (named == 0)
        refuse(at, "there is no such point");
    for (unsigned i = 0; i < IMPSVC_FLOW_INTERFACES; i++)
        to[i] = i < named ? point_of(at, numbers[i]) : to[i - 1];
    g_strfreev(numbers);
}

static bool is_end_of(const impsvc_flow_end *end, const impsvc_flow_record *record)
{
    for (unsigned i = 0; i < 2; i++)
        if (end->at.port == record->ends[i].at.port && impsvc_ip_equal(&end->at.address, &record->ends[i].at.address))
            return true;
    return false;
}

static bool are_of_same_ends(const impsvc_flow_record *one, const impsvc_flow_record *other)
{
    return one->transport == other->transport && is_end_of(&one->ends[0], other) && is_end_of(&one->ends[1], other)
           && is_end_of(&other->ends[0], one) && is_end_of(&other->ends[1], one);
}

static void take_sighting(state *at, char **words)
{
    impsvc_flow_sighting sighting = { .capture = (uint64_t)number_of(at, words[0], 0, INT64_MAX) };
    uint8_t to[IMPSVC_FLOW_INTERFACES];
    const char *wrong = impsvc_flow_text_read(words[2], &sighting.record, &sighting.around);

    if (wrong == NULL && at->sightings->len > 0
        && !are_of_same_ends(&g_array_index(at->sightings, impsvc_flow_sighting, 0).record, &sighting.record))
        wrong = "it is of other ends than the records before it";
    if (wrong != NULL) {
        (void)fprintf(stderr, "impsvc-merge: line %" PRIu64 ": a record of capture %s is left out: %s\n", at->line, words[0], wrong);
        return;
    }
    read_points(at, words[1], to);
    impsvc_flow_move(&sighting.record, to);
    g_ptr_array_add(at->texts, g_strdup(words[2]));
    sighting.text = (const char *)g_ptr_array_index(at->texts, at->texts->len - 1);
    g_array_append_val(at->sightings, sighting);
}

/* What lines begin with, and how many words follow. */
static const struct {
    const char *word;
    unsigned    least;
    unsigned    most;
    bool        goes_on;    /* it says more of the flows at hand */
    void      (*take)(state *at, char **words);
} kinds[] = {
    { "seen",    3, 3,                      true,  take_sighting },
    { "watched", 3, 3,                      true,  take_watch },
    { "flows",   1, 1,                      false, take_flows },
    { "release", 1, 1,                      false, take_release },
    { "points",  1, IMPSVC_FLOW_INTERFACES, false, take_points },
    { "sides",   2, 2,                      false, take_sides }
};

static void take(state *at, char **words)
{
    unsigned count = g_strv_length(words);

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (count == 0 || !g_str_equal(words[0], kinds[i].word))
            continue;
        if (count - 1 < kinds[i].least || count - 1 > kinds[i].most)
            refuse(at, count - 1 < kinds[i].least ? "a word is missing" : "there are too many words");
        if (!kinds[i].goes_on)
            finish_flows(at);
        kinds[i].take(at, words + 1);
        return;
    }
    refuse(at, "the first word is none of those that are known");
}

int main(void)
{
    state at = { .points = g_ptr_array_new_with_free_func(g_free), .key = g_string_new(NULL),
                 .watches = g_array_new(FALSE, FALSE, sizeof(impsvc_flow_watch)),
                 .sightings = g_array_new(FALSE, FALSE, sizeof(impsvc_flow_sighting)), .texts = g_ptr_array_new_with_free_func(g_free) };
    GString *line = g_string_new(NULL);

    at.places.watches = at.watches;
    impsvc_merge_write_columns();
    while (impsvc_read_line(line)) {
        char **words;

        at.line++;
        if (line->str[line->len - 1] != '\n')
            refuse(&at, "the input ends within a line");
        if (strlen(line->str) != line->len)
            refuse(&at, "it has a byte of zero");
        g_string_truncate(line, line->len - 1);
        words = g_strsplit(line->str, "\t", -1);
        take(&at, words);
        g_strfreev(words);
    }
    finish_flows(&at);
    g_string_free(line, TRUE);
    g_ptr_array_free(at.points, TRUE);
    g_ptr_array_free(at.texts, TRUE);
    g_array_free(at.watches, TRUE);
    g_array_free(at.sightings, TRUE);
    g_string_free(at.key, TRUE);
    return ferror(stdin) || fflush(stdout) != 0 ? 2 : 0;
}
