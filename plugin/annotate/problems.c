/* problems.c
 * What is wrong with a packet of a node: the expert items
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "annotate/problems.h"

#include <epan/column-info.h>
#include <epan/expert.h>
#include <epan/tap.h>
#include <epan/to_str.h>

#include "annotate/wrong_dscp.h"
#include "core/recognise_surely.h"
#include "flows/verdict.h"
#include "language/language.h"
#include "language/result_text.h"
#include "wireshark/message.h"
#include "wireshark/protocols.h"

static int expert_tap;

void impsvc_problems_init(void)
{
    /* Wireshark registers it after the plugins; asked for by name it is the same one then. */
    expert_tap = register_tap("expert");
}

/* What the packet's bytes say, whatever dissector was given them. One that stands on a port takes what comes,
 * and so says little of that. */
typedef struct {
    impsvc_payload   payload;   /* without bytes where the service has no ports */
    impsvc_protocols text;      /* the protocol of text that it surely is, by its first bytes; 0: none */
    const impsvc_judgement *judgement;  /* what is known of its flow */
} message;

/* Protocols that change to TLS on their own port (StartTLS), and HTTP, which the port list prints as HTTPS on 8080. */
static bool may_start_tls(const impsvc_entry *entry)
{
    return (entry->on_transport & (IMPSVC_PROTOCOL_HTTP | IMPSVC_PROTOCOL_LDAP | IMPSVC_PROTOCOL_PGSQL | IMPSVC_PROTOCOL_XMPP))
           != 0;
}

/* What is seen but not the entry's, or 0. Nothing can be said of an entry whose protocol is not public. */
static impsvc_protocols unexpected(const message *said, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;
    impsvc_protocols expected = impsvc_entry_protocols(entry);

    if (expected == 0)
        return 0;
    if (said->text & ~expected)
        return said->text;
    if (!may_start_tls(entry) && (expected & IMPSVC_PROTOCOL_TLS) == 0 && impsvc_surely(IMPSVC_PROTOCOL_TLS, &said->payload))
        return IMPSVC_PROTOCOL_TLS;
    if (identity->protocol != 0)
        return 0;
    return identity->seen_now & ~expected & ~IMPSVC_PROTOCOL_ICMP & ~(may_start_tls(entry) ? IMPSVC_PROTOCOL_TLS : 0);
}

static bool is_tls_entry(const impsvc_entry *entry)
{
    return (entry->transports & IMPSVC_TLS) != 0 || entry->on_transport == IMPSVC_PROTOCOL_TLS;
}

/* Wireshark's TLS dissector stands on 636 and calls whatever comes TLS: the payload itself knows better. */
static bool is_cleartext(const message *said, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;

    if (!is_tls_entry(entry))
        return false;
    if (entry->inside_tls != 0 && impsvc_surely(entry->inside_tls, &said->payload))
        return true;
    return (identity->seen_now & IMPSVC_PROTOCOL_TLS) == 0 && (identity->seen_now | said->text) != 0;
}

static impsvc_protocols clear_protocol(const message *said, const impsvc_identity *identity)
{
    impsvc_protocols seen = (identity->seen_now | said->text) & ~IMPSVC_PROTOCOL_TLS;

    return seen != 0 ? seen : identity->match.entry->inside_tls;
}

/* "TCP port 8443" */
static const char *port_text(packet_info *pinfo, const impsvc_identity *identity)
{
    return wmem_strdup_printf(pinfo->pool, IMPSVC_SAY("%s port %u", "%s ポート %u"), identity->carrier == IMPSVC_UDP ? "UDP" : "TCP",
                              identity->match.port);
}

/* "10.1.0.11 (pub-1)" */
static const char *end_text(packet_info *pinfo, const impsvc_end *end)
{
    const char *addr = address_to_str(pinfo->pool, end->address);

    return end->node.name == NULL || strcmp(end->node.name, addr) == 0
           ? addr : wmem_strdup_printf(pinfo->pool, "%s (%s)", addr, end->node.name);
}

static const char *entry_text(packet_info *pinfo, const impsvc_entry *entry)
{
    return wmem_strdup_printf(pinfo->pool, "%s (%s)", impsvc_shown(&entry->service), entry->id);
}

/* What to do is said only where the list is sure: to block the databases' ports may stop replication. */
static const char *advice(const impsvc_entry *entry)
{
    return entry->may_leave_host ? IMPSVC_SAY("the cluster may need it", "クラスタに必要な場合あり")
                               : IMPSVC_SAY("block it between hosts", "ホスト間では遮断が必要");
}

static const char *localhost_exposed(packet_info *pinfo, const impsvc_identity *identity, const message *said _U_)
{
    if (identity->match.entry->reach != IMPSVC_REACH_LOCALHOST || identity->flow == IMPSVC_FLOW_LOCALHOST || identity->path != NULL)
        return NULL;
    return wmem_strdup_printf(pinfo->pool,
                              IMPSVC_SAY("%s is for the local host only, but %s connects to %s on %s: %s",
                                         "%s はローカルホスト専用ですが、%s が %s で %s に接続: %s"),
                              entry_text(pinfo, identity->match.entry), end_text(pinfo, &identity->initiator),
                              port_text(pinfo, identity), end_text(pinfo, &identity->listener), advice(identity->match.entry));
}

static const char *cluster_exposed(packet_info *pinfo, const impsvc_identity *identity, const message *said _U_)
{
    if (identity->match.entry->reach != IMPSVC_REACH_CLUSTER || identity->flow != IMPSVC_FLOW_INBOUND || identity->path != NULL
        || identity->initiator.node.is_node || identity->confidence != IMPSVC_CONFIDENCE_CONFIGURED)
        return NULL;
    return wmem_strdup_printf(pinfo->pool,
                              IMPSVC_SAY("%s is for the cluster's nodes only, but %s, which is not among them, connects to %s on %s",
                                         "%s はクラスタ内専用ですが、ノードではない %s が %s で %s に接続"),
                              entry_text(pinfo, identity->match.entry), end_text(pinfo, &identity->initiator),
                              port_text(pinfo, identity), end_text(pinfo, &identity->listener));
}

static const char *reversed(packet_info *pinfo, const impsvc_identity *identity, const message *said _U_)
{
    const impsvc_entry *entry = identity->match.entry;

    if (!identity->reversed)
        return NULL;
    return wmem_strdup_printf(pinfo->pool,
                              IMPSVC_SAY("The port list has %s opened by %s towards %s; here %s opened it towards %s: "
                                         "a rule for the list's direction does not allow this",
                                         "%s: 一覧では %s → %s、実際は %s → %s: 一覧の向きの規則では通りません"),
                              entry_text(pinfo, entry), impsvc_shown(&impsvc_roles[entry->from].name),
                              impsvc_shown(&impsvc_roles[entry->to].name), end_text(pinfo, &identity->initiator),
                              end_text(pinfo, &identity->listener));
}

/* "port 22", "ports 161 and 8161" */
static const char *listed_ports(packet_info *pinfo, const impsvc_entry *entry)
{
    if (entry->port_count == 0)
        return IMPSVC_SAY("no port", "ポートなし");
    if (entry->port_count == 1)
        return wmem_strdup_printf(pinfo->pool, IMPSVC_SAY("port %u", "ポート %u"), entry->ports[0]);
    return wmem_strdup_printf(pinfo->pool, IMPSVC_SAY("ports %u and %u", "ポート %u と %u"), entry->ports[0], entry->ports[1]);
}

static const char *moved(packet_info *pinfo, const impsvc_identity *identity, const message *said _U_)
{
    const impsvc_entry *entry = identity->match.entry;

    if (!impsvc_is_moved(entry, identity->match.port))
        return NULL;
    return wmem_strdup_printf(pinfo->pool,
                              IMPSVC_SAY("%s was seen on %s; the port list has %s: rules for that do not cover it",
                                         "%s を %s で検出、一覧では%s: 一覧どおりの規則では対象外"),
                              entry_text(pinfo, entry), port_text(pinfo, identity), listed_ports(pinfo, entry));
}

/* " by a device in between (TTL 61, the host's others 64)", or nothing. */
static const char *by_text(packet_info *pinfo, const impsvc_judgement *judgement)
{
    const char *by = impsvc_result_by(pinfo->pool, judgement->record, &judgement->verdict, impsvc_user_language());

    if (by != NULL)
        return wmem_strdup_printf(pinfo->pool, IMPSVC_SAY(" by %s", " (%s による)"), by);
    return judgement->verdict.result == IMPSVC_RESULT_NO_ANSWER
           ? IMPSVC_SAY(" (dropped on the way, or the host is down)", " (途中で破棄されたか、ホスト停止中)") : "";
}

static const char *blocked(packet_info *pinfo, const impsvc_identity *identity, const message *said)
{
    const impsvc_judgement *judgement = said->judgement;

    if (judgement->record == NULL || !impsvc_verdict_is_blocked(&judgement->verdict))
        return NULL;
    return wmem_strdup_printf(pinfo->pool, IMPSVC_SAY("%s does not get from %s to %s: %s%s", "%s: %s から %s へ届きません: %s%s"),
                              entry_text(pinfo, identity->match.entry), end_text(pinfo, &identity->initiator),
                              end_text(pinfo, &identity->listener), impsvc_result_name(judgement->verdict.result),
                              by_text(pinfo, judgement));
}

static const char *cleartext(packet_info *pinfo, const impsvc_identity *identity, const message *said)
{
    if (identity->match.port == 0 || !is_cleartext(said, identity))
        return NULL;
    return wmem_strdup_printf(pinfo->pool,
                              IMPSVC_SAY("%s should be inside TLS, but %s on %s is readable",
                                         "%s は TLS で暗号化されるはずですが、%s が %s で平文のまま読めます"),
                              entry_text(pinfo, identity->match.entry), impsvc_protocols_label(clear_protocol(said, identity)),
                              port_text(pinfo, identity));
}

static const char *unexpected_payload(packet_info *pinfo, const impsvc_identity *identity, const message *said)
{
    impsvc_protocols other = identity->match.port == 0 ? 0 : unexpected(said, identity);

    if (other == 0)
        return NULL;
    return wmem_strdup_printf(pinfo->pool,
                              IMPSVC_SAY("%s was seen on %s, where the port list has %s: another program may listen on %s",
                                         "%s を %s で検出、一覧では %s: %s で別のプログラムが待ち受けている可能性"),
                              impsvc_protocols_label(other), port_text(pinfo, identity),
                              entry_text(pinfo, identity->match.entry), end_text(pinfo, &identity->listener));
}

/* It is shown once a flow, by the flow's record. */
static const char *wrong_dscp(packet_info *pinfo, const impsvc_identity *identity, const message *said)
{
    return said->judgement->record == NULL ? NULL : impsvc_wrong_dscp(pinfo, identity);
}

enum { BLOCKED, WRONG_DSCP };

/* All of them, in the order in which a packet shows them. */
static struct {
    const char  *name;
    int          group;
    int          severity;
    impsvc_text  summary;   /* what Expert Information groups by, which is English there; and in the head line */
    const char *(*sentence)(packet_info *pinfo, const impsvc_identity *identity, const message *said);  /* NULL: does not apply */
    expert_field number;
} problems[] = {
    [BLOCKED] =
    { "impsvc.blocked", PI_RESPONSE_CODE, PI_WARN,
      { { "A documented flow does not get through", "一覧のフローが通過できない" } }, blocked, EI_INIT },
    [WRONG_DSCP] =
    { "impsvc.dscp", PI_PROTOCOL, PI_NOTE,
      { { "Not the DSCP that is expected", "期待と異なる DSCP" } }, wrong_dscp, EI_INIT },
    { "impsvc.localhost_exposed", PI_SECURITY, PI_WARN,
      { { "A service for the local host only, between two hosts", "ローカルホスト専用サービスをホスト間で使用" } },
      localhost_exposed, EI_INIT },
    { "impsvc.cluster_exposed", PI_SECURITY, PI_WARN,
      { { "A service for the cluster's nodes only, asked for by another host", "クラスタ内専用サービスにノード以外が接続" } },
      cluster_exposed, EI_INIT },
    { "impsvc.reversed", PI_PROTOCOL, PI_NOTE,
      { { "The initiator is not who the port list says", "開始側が一覧と逆" } }, reversed, EI_INIT },
    { "impsvc.moved", PI_PROTOCOL, PI_NOTE,
      { { "A service on a port that the port list does not have", "一覧にないポートのサービス" } }, moved, EI_INIT },
    { "impsvc.cleartext", PI_SECURITY, PI_WARN,
      { { "No TLS where the port list has TLS", "TLS のはずが平文" } }, cleartext, EI_INIT },
    { "impsvc.unexpected_payload", PI_PROTOCOL, PI_WARN,
      { { "Not the protocol that the port list has here", "一覧と違うプロトコル" } }, unexpected_payload, EI_INIT }
};

void impsvc_problems_register(int proto)
{
    G_STATIC_ASSERT(array_length(problems) <= IMPSVC_PROBLEMS);
    static ei_register_info ei[array_length(problems)];

    for (size_t i = 0; i < array_length(problems); i++) {
        ei[i].ids = &problems[i].number;
        ei[i].eiinfo = (expert_field_info){ .name = problems[i].name, .group = problems[i].group,
                                            .severity = problems[i].severity, .summary = problems[i].summary.in[IMPSVC_ENGLISH],
                                            EXPFILL };
    }
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}

static bool has_expert_column(const column_info *columns)
{
    return columns != NULL && columns->col_first != NULL && columns->col_first[COL_EXPERT] >= 0;
}

static bool is_one_referenced(proto_tree *tree)
{
    bool is_one = proto_field_is_referenced(tree, proto_expert);

    for (size_t i = 0; i < array_length(problems) && !is_one; i++)
        is_one = proto_field_is_referenced(tree, problems[i].number.hf);
    return is_one;
}

bool impsvc_problems_wanted(const packet_info *pinfo, proto_tree *tree)
{
    return (tree != NULL && is_one_referenced(tree)) || have_tap_listener(expert_tap) || has_expert_column(pinfo->cinfo);
}

/* Wireshark puts "Expert Info (Warning/Protocol): " before a sentence and cuts what is too long, even within a character. In
 * English, nothing is worse for that. */
static void add(proto_item *item, packet_info *pinfo, expert_field *problem, const char *sentence)
{
    impsvc_cut fit = impsvc_cut_to(sentence, ITEM_LABEL_LENGTH - 1 - (int)strlen("Expert Info (Warning/Protocol): "));

    if (impsvc_user_language() == IMPSVC_ENGLISH)
        expert_add_info_format(pinfo, item, problem, "%s", sentence);
    else
        expert_add_info_format(pinfo, item, problem, "%.*s%s", fit.length, sentence, fit.more);
}

/* A problem is shown once a connection: at the first of its packets that is known to have it. */
static bool is_first(const packet_info *pinfo, const impsvc_identity *identity, const impsvc_judgement *judgement, size_t problem)
{
    uint32_t *frame;

    if (problem == BLOCKED)
        return impsvc_results_first(judgement, pinfo, IMPSVC_SHOWN_BLOCKED);
    if (problem == WRONG_DSCP)
        return impsvc_results_first(judgement, pinfo, impsvc_shown_dscp(identity->match.direction));
    if (identity->conversation == NULL)
        return true;
    frame = impsvc_notes_problem_frame(impsvc_notes_make(identity->conversation), problem);
    if (*frame != 0 && *frame < pinfo->num)
        return false;
    *frame = pinfo->num;
    return true;
}

/* What is wrong with a service is said where a node is known; what is wrong with its packets, also on a port that no other program has. */
static bool may_have(const impsvc_identity *identity, size_t problem)
{
    if (problem == BLOCKED || problem == WRONG_DSCP)
        return identity->confidence >= IMPSVC_CONFIDENCE_LEARNED || identity->match.entry->distinctive;
    return identity->confidence >= IMPSVC_CONFIDENCE_LEARNED && identity->icmp_error == NULL;
}

bool impsvc_problems_add(proto_item *item, packet_info *pinfo, const impsvc_identity *identity, const impsvc_judgement *judgement)
{
    message said = { { NULL, 0, 0 }, 0, judgement };
    bool any = false;

    if (identity->confidence >= IMPSVC_CONFIDENCE_LEARNED && identity->icmp_error == NULL && identity->match.port != 0) {
        said.payload = impsvc_message(pinfo);
        said.text = impsvc_surely_text(&said.payload);
    }
    for (size_t i = 0; i < array_length(problems); i++) {
        const char *sentence = may_have(identity, i) ? problems[i].sentence(pinfo, identity, &said) : NULL;

        if (sentence == NULL || !is_first(pinfo, identity, judgement, i))
            continue;
        proto_item_append_text(item, "%s%s", any ? "; " : ", ", impsvc_shown(&problems[i].summary));
        add(item, pinfo, &problems[i].number, sentence);
        any = true;
    }
    return any;
}
