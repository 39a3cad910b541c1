/* stats_records.c
 * tshark -z impsvc,records: the record of each flow, a line of JSON each
 *
 * For other programs: nothing but such lines, whatever the language, in the order in which flows were seen first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "records/stats_records.h"

#include "wireshark/compat.h"

#include <stdio.h>

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <wiretap/wtap.h>

#include "records/record_json.h"
#include "statistics/flow_feed.h"
#include "wireshark/command_line.h"
#include "wireshark/times.h"

#define NAME "impsvc,records"

/* One -z: there may be several, each with a filter of its own. */
typedef struct {
    impsvc_flow_capture   *flows;
    impsvc_interface_names interfaces;
} asked;

static void empty(asked *one)
{
    impsvc_flow_capture_free(one->flows);
    impsvc_interface_names_forget(&one->interfaces);
    one->flows = NULL;
}

static void forget(void *tapdata)
{
    asked *one = (asked *)tapdata;

    empty(one);
    one->flows = impsvc_flow_capture_new();
}

static void finish(void *tapdata)
{
    empty((asked *)tapdata);
    g_free(tapdata);
}

static tap_packet_status packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    const impsvc_identity *identity = (const impsvc_identity *)data;
    asked *one = (asked *)tapdata;

    if (identity->match.entry == NULL)
        return TAP_PACKET_DONT_REDRAW;
    impsvc_interface_names_note(&one->interfaces, pinfo);
    (void)impsvc_flow_feed(one->flows, pinfo, identity);
    return TAP_PACKET_REDRAW;
}

/* Any packet: whether an answer may still come depends on when the capture ends. */
static tap_packet_status frame(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data _U_,
                               tap_flags_t flags _U_)
{
    const asked *one = *(asked **)tapdata;

    impsvc_flow_capture_note_time(one->flows, impsvc_nanoseconds(&pinfo->abs_ts));
    return TAP_PACKET_DONT_REDRAW;
}

static void print_all(void *tapdata)
{
    const asked *one = (const asked *)tapdata;
    impsvc_flow_list *flows = impsvc_flow_capture_flows(one->flows);
    wmem_allocator_t *pool = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK_FAST);
    json_dumper out = { .output_file = stdout };

    for (uint32_t number = 1; number <= impsvc_flow_list_size(flows); number++) {
        const impsvc_flow_record *record = impsvc_flow_list_at(flows, number);
        impsvc_flow_verdict verdict = impsvc_flow_capture_verdict(one->flows, record);

        impsvc_record_json(&out, pool, record, &verdict, &one->interfaces);
        (void)json_dumper_finish(&out);     /* ends the line */
        wmem_free_all(pool);
    }
    wmem_destroy_allocator(pool);
}

static void listen(const char *tap, void *tapdata, const char *filter, tap_reset_cb reset, tap_packet_cb each, tap_draw_cb draw,
                   tap_finish_cb end)
{
    GString *error = register_tap_listener(tap, tapdata, filter, TL_REQUIRES_NOTHING, reset, each, draw, end);

    if (error != NULL)
        impsvc_refuse("-z %s: %s", NAME, error->str);
}

static impsvc_begun begin(const char *argument, void *userdata _U_)
{
    const char *rest = argument + strlen(NAME);
    asked *one = g_new0(asked, 1);
    asked **whose = g_new(asked *, 1);

    if (rest[0] != '\0' && rest[0] != ',')
        impsvc_refuse("-z %s: a comma and a filter may follow, not \"%s\"", NAME, rest);
    *whose = one;
    one->flows = impsvc_flow_capture_new();
    listen("impsvc", one, rest[0] == ',' ? rest + 1 : NULL, forget, packet, print_all, finish);
    listen("frame", whose, NULL, NULL, frame, NULL, g_free);
    return IMPSVC_BEGUN;
}

void impsvc_stats_records_register(void)
{
    static stat_tap_ui ui = { REGISTER_STAT_GROUP_GENERIC, NULL, NAME, begin, 0, NULL };

    register_stat_tap_ui(&ui, NULL);
}
