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

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/catalog_index.h"
#include "core/dscp.h"
#include "flows/community_id.h"
#include "joins/flow_join.h"
#include "flows/flow_merge.h"
#include "joins/flow_moved.h"
#include "flows/flow_paths.h"
#include "flows/verdict.h"

static const char *const columns =
    "key\tentry\tservice\ttransport\tcarrier\tway\tconfidence\tinitiator\tinitiator_port\tinitiator_role\tinitiator_is_node\tlistener\t"
    "listener_port\tlistener_role\tlistener_is_node\tfirst_seen\tlast_seen\tpackets_to\tbytes_to\tretransmissions_to\tpackets_back\t"
    "bytes_back\tretransmissions_back\tdscp_to\tdscp_back\tresult\tis_blocked\tis_answered\tis_judged\tbadness\tstopped_by\ttries\t"
    "points_to\tpoints_back\tseen_on\tnot_seen_on\tcaptures\tcommunity_id";

typedef struct {
    unsigned long      line;
    GPtrArray         *points;      /* names */
    GString           *key;
    GArray            *watches;
    GArray            *sightings;
    GPtrArray         *texts;       /* of the sightings */
    impsvc_flow_places places;
} state;

static G_GNUC_NORETURN void refuse(const state *at, const char *why)
{
    (void)fprintf(stderr, "impsvc-merge: line %lu: %s\n", at->line, why);
    exit(2);
}

static const char *address(const impsvc_ip *ip, char text[INET6_ADDRSTRLEN])
{
    bool is_v4 = impsvc_ip_is_v4(ip);

    return inet_ntop(is_v4 ? AF_INET : AF_INET6, is_v4 ? ip->bytes + IMPSVC_IP_V4_BITS / 8 : ip->bytes, text, INET6_ADDRSTRLEN);
}

static const char *carrier_word(uint8_t carrier)
{
    switch (carrier) {
    case IMPSVC_TCP:
        return "TCP";
    case IMPSVC_UDP:
        return "UDP";
    case IMPSVC_TLS:
        return "TLS";
    case IMPSVC_ICMP:
    default:
        return "ICMP";
    }
}

#define WORD(number, word) case number: return word;

static const char *way_word(unsigned flow)
{
    switch (flow) {
        IMPSVC_FLOW_WORDS(WORD)
    default:
        return "";
    }
}

static const char *result_word(impsvc_flow_result result)
{
    switch (result) {
        IMPSVC_RESULT_WORDS(WORD)
    default:
        return "undecided";
    }
}

static void put(const char *text) { (void)printf("\t%s", text); }
static void put_number(uint64_t value) { (void)printf("\t%" PRIu64, value); }

static void put_points(const state *at, uint32_t points)
{
    const char *between = "\t";

    if (points == 0)
        put("");
    for (unsigned i = 0; i < at->points->len; i++)
        if (points >> i & 1) {
            (void)printf("%s%s", between, (const char *)g_ptr_array_index(at->points, i));
            between = ", ";
        }
}

static void put_dscp(const impsvc_flow_end *end)
{
    impsvc_flow_marks marks = impsvc_flow_marks_of(end);
    uint64_t values = impsvc_marks_values(&marks);
    const char *between = "\t";

    if (values == 0)
        put("");
    for (unsigned i = 0; i < IMPSVC_DSCP_VALUES; i++)
        if (values >> i & 1) {
            (void)printf("%s%s", between, impsvc_dscp_name(i));
            between = ", ";
        }
}

static void put_end(const impsvc_flow_end *end)
{
    char text[INET6_ADDRSTRLEN];

    put(address(&end->at.address, text));
    put_number(end->at.port);
    put(impsvc_role_name(end->role)->in[IMPSVC_ENGLISH]);
    put_number(end->is_node);
}

static void put_sums(const impsvc_flow_sums *sums)
{
    put_number(sums->packets);
    put_number(sums->bytes);
    put_number(sums->retransmissions);
}

static void put_stopper(const impsvc_flow_joined *joined)
{
    const impsvc_flow_verdict *verdict = &joined->verdict;
    char text[INET6_ADDRSTRLEN];

    switch (verdict->by) {
    case IMPSVC_STOPPED_BY_LISTENER:
        put(address(&impsvc_flow_listener(&joined->record)->at.address, text));
        return;
    case IMPSVC_STOPPED_BY_ICMP_SENDER:
        put(address(&verdict->icmp_sender, text));
        return;
    case IMPSVC_STOPPED_BY_DEVICE:
        (void)printf("\ta device in between (TTL %u, the host's others %u)", verdict->ttl, verdict->usual_ttl);
        return;
    case IMPSVC_STOPPED_BY_NOBODY:
    default:
        put("");
    }
}

static void put_verdict(const state *at, const impsvc_flow_joined *joined)
{
    const impsvc_flow_verdict *verdict = &joined->verdict;
    const impsvc_flow_record *record = &joined->record;

    put(result_word(verdict->result));
    put_number(impsvc_verdict_is_blocked(verdict));
    put_number(impsvc_flow_is_answered(verdict->result));
    put_number(verdict->result != IMPSVC_RESULT_UNDECIDED && !verdict->too_early);
    put_number(impsvc_flow_rank_within(verdict));
    put_stopper(joined);
    put_number(verdict->tries > 1 ? verdict->tries : 1);
    put_points(at, impsvc_flow_initiator(record)->interfaces);
    put_points(at, impsvc_flow_listener(record)->interfaces);
    put_points(at, verdict->seen_on);
    put_points(at, verdict->not_seen_on);
}

static void write_flow(const impsvc_flow_joined *joined, void *data)
{
    const state *at = (const state *)data;
    const impsvc_flow_record *record = &joined->record;
    char community_id[IMPSVC_COMMUNITY_ID_SIZE];

    impsvc_community_id_of(record, community_id);
    (void)fputs(at->key->str, stdout);
    put(record->entry->id);
    put(record->entry->service.in[IMPSVC_ENGLISH]);
    put(carrier_word(record->transport));
    put(carrier_word(record->carrier));
    put(way_word(record->flow));
    put_number(record->confidence);
    put_end(impsvc_flow_initiator(record));
    put_end(impsvc_flow_listener(record));
    (void)printf("\t%" PRId64 "\t%" PRId64, record->activity.first, record->activity.last);
    put_sums(&joined->sums[record->initiator]);
    put_sums(&joined->sums[1 - record->initiator]);
    put_dscp(impsvc_flow_initiator(record));
    put_dscp(impsvc_flow_listener(record));
    put_verdict(at, joined);
    put_number(joined->captures);
    put(community_id);
    (void)putchar('\n');
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
        (void)fprintf(stderr, "impsvc-merge: line %lu: a record of capture %s is left out: %s\n", at->line, words[0], wrong);
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
    char *line = NULL;
    size_t room = 0;
    ssize_t length;

    at.places.watches = at.watches;
    (void)puts(columns);
    while ((length = getline(&line, &room, stdin)) > 0) {
        char **words;

        at.line++;
        if (line[length - 1] != '\n')
            refuse(&at, "the input ends within a line");
        if (strlen(line) != (size_t)length)
            refuse(&at, "it has a byte of zero");
        line[length - 1] = '\0';
        words = g_strsplit(line, "\t", -1);
        take(&at, words);
        g_strfreev(words);
    }
    finish_flows(&at);
    free(line);
    g_ptr_array_free(at.points, TRUE);
    g_ptr_array_free(at.texts, TRUE);
    g_array_free(at.watches, TRUE);
    g_array_free(at.sightings, TRUE);
    g_string_free(at.key, TRUE);
    return ferror(stdin) || fflush(stdout) != 0 ? 2 : 0;
}
