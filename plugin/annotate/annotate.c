/* annotate.c
 * The post-dissector: adds the tree and the fields impsvc.*, and queues the tap
 *
 * Wireshark calls it for every frame when dissection is over. It depends on no
 * other of the plugin's dissectors having run: users move ports and use Decode As.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "annotate/annotate.h"

#include <epan/prefs.h>
#include <epan/tap.h>

#include "annotate/fields.h"
#include "annotate/problems.h"
#include "annotate/results.h"
#include "identify/identify.h"
#include "identify/remember.h"
#include "language/language.h"
#include "wireshark/capture_end.h"
#include "wireshark/own_protocol.h"
#include "wireshark/passes.h"
#include "wireshark/protocols.h"

static int proto_annotated;
static int ett_annotation = -1;
static int tap_annotated;
static int tap_all;

enum { EVERY_MATCH, KNOWN_NODES_ONLY };

static int which = EVERY_MATCH;

/* Names on the command line ("-o impsvc.annotate:nodes"), and in the window. */
static const enum_val_t choices[] = {
    { "all",   "Every match",      EVERY_MATCH },
    { "nodes", "Known nodes only", KNOWN_NODES_ONLY },
    { NULL, NULL, 0 }
};

bool impsvc_is_annotated(const impsvc_identity *identity)
{
    return which == EVERY_MATCH || identity->confidence >= IMPSVC_CONFIDENCE_LEARNED;
}

bool impsvc_will_be_annotated(const packet_info *pinfo)
{
    return which == EVERY_MATCH
           || (impsvc_nodes_known() && (impsvc_is_node_at(&pinfo->src) || impsvc_is_node_at(&pinfo->dst)));
}

/* "IM and Presence, AXL (4.2), request"; what is wrong comes first: "IM and Presence, No TLS where …: AXL (4.2), request". */
static void name_service(proto_item *head, const impsvc_identity *identity, bool problem_named)
{
    const impsvc_entry *entry = identity->match.entry;

    proto_item_append_text(head, "%s%s (%s), %s", problem_named ? ": " : ", ", impsvc_shown(&entry->service), entry->id,
                           impsvc_direction_name(identity->match.direction));
}

static bool add_problems(proto_item *head, packet_info *pinfo, const impsvc_identity *identity, const impsvc_judgement *judgement)
{
    /* Items are told by the protocol at work, which a name only does not set. */
    pinfo->current_proto = proto_get_protocol_short_name(find_protocol_by_id(proto_annotated));
    return impsvc_problems_add(head, pinfo, identity, judgement);
}

/* Whether a packet of the file was found to belong to an entry. */
static bool found_one;

static void begin_file(void)
{
    found_one = false;
}

static bool all_are_wanted(void)
{
    return impsvc_identity_others_wanted() == IMPSVC_ALL_OTHERS && have_tap_listener(tap_all);
}

static void queue(packet_info *pinfo, const impsvc_identity *identity)
{
    impsvc_identity *copy = wmem_new(pinfo->pool, impsvc_identity);

    *copy = *identity;
    tap_queue_packet(tap_annotated, pinfo, copy);
    if (all_are_wanted())
        tap_queue_packet(tap_all, pinfo, copy);
}

/* A statistic of a file without any says what is in it instead; another wants all packets with ports. */
static void queue_other(packet_info *pinfo)
{
    static const impsvc_identity nothing;

    if (!found_one && have_tap_listener(tap_annotated))
        tap_queue_packet(tap_annotated, pinfo, &nothing);
    if (impsvc_identity_others_wanted() == IMPSVC_ALL_OTHERS && (pinfo->ptype == PT_TCP || pinfo->ptype == PT_UDP)
        && !impsvc_icmp_is_in(pinfo))
        tap_queue_packet(tap_all, pinfo, &nothing);
}

static inline int pass_over(packet_info *pinfo)
{
    if (impsvc_identity_others_wanted() != IMPSVC_NO_OTHERS)
        queue_other(pinfo);
    return 0;
}

static bool may_belong(packet_info *pinfo)
{
    if (pinfo->ptype != PT_TCP && pinfo->ptype != PT_UDP && !impsvc_icmp_is_in(pinfo))
        return false;
    return impsvc_look_for_entry(pinfo);
}

/* What of a packet somebody looks at. */
typedef struct {
    bool fields;
    bool problems;
    bool result;    /* its flow's */
    bool flows;     /* … or that of one of the next packets */
    bool tapped;
} looked_at;

static looked_at what_is_looked_at(packet_info *pinfo, proto_tree *tree)
{
    looked_at what = { .fields = proto_field_is_referenced(tree, proto_annotated), .problems = impsvc_problems_wanted(pinfo, tree),
                       .tapped = have_tap_listener(tap_annotated) || all_are_wanted() };

    what.result = what.problems || (what.fields && impsvc_results_wanted(tree));
    what.flows = what.result || impsvc_results_want(pinfo);
    return what;
}

static void show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const impsvc_identity *identity, const looked_at *what)
{
    impsvc_judgement judgement = { .record = NULL };
    proto_item *head = NULL;
    bool problem;

    if (what->flows)
        judgement = impsvc_results_of(pinfo, identity, what->result);

    if (what->fields) {
        head = proto_tree_add_item(tree, proto_annotated, tvb, 0, 0, ENC_NA);
        proto_item_set_generated(head);
    }
    problem = what->problems && add_problems(head, pinfo, identity, &judgement);    /* what is wrong stands first */
    if (what->fields) {
        name_service(head, identity, problem);
        tree = proto_item_add_subtree(head, ett_annotation);
        impsvc_results_add(tree, tvb, pinfo, &judgement);
        impsvc_fields_add(tree, tvb, pinfo, identity);
    }
    if (what->tapped)
        queue(pinfo, identity);
}

/* What the first two frames of a file say of all others. */
static void see_first(packet_info *pinfo)
{
    if (pinfo->num == 1)
        impsvc_nodes_see_first(pinfo);
    impsvc_passes_see(pinfo);
}

/* Nothing is worked out that nobody looks at. A tree that is there may be read by somebody else's
 * filter or column only: then it wants none of our fields. An ICMP error whose quoted packet was not captured whole leaves Wireshark
 * thinking that this is the quoted packet, which taps would not get. */
static G_GNUC_NO_INLINE int annotate_candidate(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    impsvc_identity identity;
    looked_at what;
    bool in_error;

    impsvc_conversations_see(pinfo);
    what = what_is_looked_at(pinfo, tree);
    if (!what.fields && !what.problems && !what.tapped && !what.flows && found_one && !impsvc_may_teach(pinfo))
        return 0;
    if (!impsvc_identify(pinfo, impsvc_protocols_seen(pinfo), &identity) || !impsvc_is_annotated(&identity))
        return pass_over(pinfo);
    found_one = true;
    in_error = pinfo->flags.in_error_pkt;
    pinfo->flags.in_error_pkt = false;
    show(tvb, pinfo, tree, &identity, &what);
    pinfo->flags.in_error_pkt = in_error;
    return (int)tvb_captured_length(tvb);
}

/* Most packets of most captures end here: what the others need on the stack would cost these a tenth. */
static int annotate(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    if (pinfo->num <= 2)
        see_first(pinfo);
    impsvc_capture_end_see(pinfo);
    return may_belong(pinfo) ? annotate_candidate(tvb, pinfo, tree) : pass_over(pinfo);
}

void impsvc_annotate_register(int proto, module_t *preferences)
{
    static int *ett[] = { &ett_annotation };

    prefs_register_enum_preference(preferences, "annotate", "Annotate",
        "Every packet that fits an entry of the port list, or only those with a configured or learned node at one end "
        "(confidence 3 and 4)",
        &which, choices, FALSE);
    proto_annotated = proto;
    impsvc_fields_register(proto);
    impsvc_problems_register(proto);
    impsvc_results_register(proto);
    proto_register_subtree_array(ett, array_length(ett));
    tap_annotated = register_tap("impsvc");
    tap_all = register_tap("impsvc_all");
    register_init_routine(begin_file);
    /* Under a protocol in name only, which is enabled with ours: calling it costs a third, since it adds no layer. */
    register_postdissector(register_dissector("impsvc", annotate, impsvc_payload_proto()));
}
