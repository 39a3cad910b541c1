/* merge_table.c
 * The table that impsvc-merge writes: a line for each flow
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "merge_table.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/dscp.h"
#include "core/ip_text.h"
#include "flows/community_id.h"
#include "flows/flow_paths.h"
#include "flows/verdict.h"

static const char *const columns =
    "key\tentry\tservice\ttransport\tcarrier\tway\tconfidence\tinitiator\tinitiator_port\tinitiator_role\tinitiator_is_node\tlistener\t"
    "listener_port\tlistener_role\tlistener_is_node\tfirst_seen\tlast_seen\tpackets_to\tbytes_to\tretransmissions_to\tpackets_back\t"
    "bytes_back\tretransmissions_back\tdscp_to\tdscp_back\tresult\tis_blocked\tis_answered\tis_judged\tbadness\tstopped_by\ttries\t"
    "points_to\tpoints_back\tseen_on\tnot_seen_on\tcaptures\tcommunity_id";

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

static void put_points(const GPtrArray *points, uint32_t bits)
{
    const char *between = "\t";

    if (bits == 0)
        put("");
    for (unsigned i = 0; i < points->len; i++)
        if (bits >> i & 1) {
            (void)printf("%s%s", between, (const char *)g_ptr_array_index(points, i));
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
    char text[IMPSVC_IP_TEXT_SIZE];

    put(impsvc_ip_text(&end->at.address, text));
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
    char text[IMPSVC_IP_TEXT_SIZE];

    switch (verdict->by) {
    case IMPSVC_STOPPED_BY_LISTENER:
        put(impsvc_ip_text(&impsvc_flow_listener(&joined->record)->at.address, text));
        return;
    case IMPSVC_STOPPED_BY_ICMP_SENDER:
        put(impsvc_ip_text(&verdict->icmp_sender, text));
        return;
    case IMPSVC_STOPPED_BY_DEVICE:
        (void)printf("\ta device in between (TTL %u, the host's others %u)", verdict->ttl, verdict->usual_ttl);
        return;
    case IMPSVC_STOPPED_BY_NOBODY:
    default:
        put("");
    }
}

static void put_verdict(const GPtrArray *points, const impsvc_flow_joined *joined)
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
    put_points(points, impsvc_flow_initiator(record)->interfaces);
    put_points(points, impsvc_flow_listener(record)->interfaces);
    put_points(points, verdict->seen_on);
    put_points(points, verdict->not_seen_on);
}

void impsvc_merge_write_columns(void)
{
    (void)puts(columns);
}

void impsvc_merge_write(const char *key, const GPtrArray *points, const impsvc_flow_joined *joined)
{
    const impsvc_flow_record *record = &joined->record;
    char community_id[IMPSVC_COMMUNITY_ID_SIZE];

    impsvc_community_id_of(record, community_id);
    (void)fputs(key, stdout);
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
    put_verdict(points, joined);
    put_number(joined->captures);
    put(community_id);
    (void)putchar('\n');
}
