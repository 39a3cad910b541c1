/* results.c
 * Whether a packet's flow got through: the verdict on it, and the fields impsvc.result and impsvc.result_by
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "annotate/results.h"

#include "language/result_text.h"
#include "statistics/flow_feed.h"
#include "wireshark/capture_end.h"
#include "wireshark/passes.h"

static int hf_result = -1;
static int hf_result_by = -1;

/* The frames at which something is shown; 0: not yet. */
typedef struct {
    uint32_t of[IMPSVC_SHOWN_KINDS];
} shown_frames;

/* Of the file that is open. */
static impsvc_flow_capture *flows;
static GArray *shown;           /* of shown_frames, for each flow by its number */

static void begin_file(void)
{
    flows = impsvc_flow_capture_new();
    shown = g_array_new(FALSE, TRUE, sizeof(shown_frames));
}

static void end_file(void)
{
    impsvc_flow_capture_free(flows);
    flows = NULL;
    g_array_free(shown, TRUE);
    shown = NULL;
}

void impsvc_results_register(int proto)
{
    static hf_register_info hf[] = {
        { &hf_result,
          { "Result", "impsvc.result", FT_UINT8, BASE_DEC, VALS(impsvc_result_words), 0x0,
            "Whether the flow gets through", HFILL } },
        { &hf_result_by,
          { "Stopped by", "impsvc.result_by", FT_STRING, BASE_NONE, NULL, 0x0,
            "Who says that the flow does not get through, if anybody does", HFILL } }
    };

    proto_register_field_array(proto, hf, array_length(hf));
    register_init_routine(begin_file);
    register_cleanup_routine(end_file);
}

bool impsvc_results_want(packet_info *pinfo)
{
    return !PINFO_FD_VISITED(pinfo) && pinfo->cinfo == NULL && !impsvc_is_only_pass(pinfo);
}

bool impsvc_results_wanted(proto_tree *tree)
{
    return proto_field_is_referenced(tree, hf_result) || proto_field_is_referenced(tree, hf_result_by);
}

/* The record of a packet's flow, NULL if there is none. */
static const impsvc_flow_record *record_of(packet_info *pinfo, const impsvc_identity *identity)
{
    if (flows == NULL)
        return NULL;
    return PINFO_FD_VISITED(pinfo) ? impsvc_flow_find(flows, identity) : impsvc_flow_feed(flows, pinfo, identity);
}

impsvc_judgement impsvc_results_of(packet_info *pinfo, const impsvc_identity *identity, bool judge)
{
    impsvc_judgement judgement = { .record = NULL };

    if (!judge && PINFO_FD_VISITED(pinfo))
        return judgement;
    judgement.record = record_of(pinfo, identity);
    if (!judge || judgement.record == NULL)
        return judgement;
    impsvc_flow_capture_note_time(flows, impsvc_capture_end());
    judgement.verdict = impsvc_flow_capture_verdict(flows, judgement.record);
    if (judgement.verdict.too_early && !PINFO_FD_VISITED(pinfo))
        judgement.verdict.result = IMPSVC_RESULT_UNDECIDED;
    return judgement;
}

bool impsvc_results_first(const impsvc_judgement *judgement, const packet_info *pinfo, impsvc_shown_once what)
{
    uint32_t *frame;

    if (shown->len < judgement->record->number)
        g_array_set_size(shown, judgement->record->number);
    frame = &g_array_index(shown, shown_frames, judgement->record->number - 1).of[what];
    if (*frame != 0 && *frame < pinfo->num)
        return false;
    *frame = pinfo->num;
    return true;
}

static void add_result(proto_tree *tree, tvbuff_t *tvb, impsvc_flow_result result)
{
    proto_item *item = proto_tree_add_uint(tree, hf_result, tvb, 0, 0, result);

    proto_item_set_generated(item);
    if (impsvc_label_wanted(item))
        impsvc_label_number(item, hf_result, result);
}

static void add_by(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const impsvc_judgement *judgement)
{
    const char *by = impsvc_result_by(pinfo->pool, judgement->record, &judgement->verdict, IMPSVC_ENGLISH);
    proto_item *item;

    if (by == NULL)
        return;
    item = proto_tree_add_string(tree, hf_result_by, tvb, 0, 0, by);
    proto_item_set_generated(item);
    if (impsvc_label_wanted(item))
        impsvc_label_text(item, hf_result_by,
                          impsvc_result_by(pinfo->pool, judgement->record, &judgement->verdict, impsvc_user_language()));
}

void impsvc_results_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const impsvc_judgement *judgement)
{
    if (judgement->verdict.result == IMPSVC_RESULT_UNDECIDED)
        return;
    add_result(tree, tvb, judgement->verdict.result);
    add_by(tree, tvb, pinfo, judgement);
}
