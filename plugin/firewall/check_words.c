/* check_words.c
 * What the firewall check says of a path, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "firewall/check_words.h"

#include "language/dscp_text.h"
#include "language/icmp_text.h"
#include "language/language.h"
#include "wireshark/addresses.h"

#define SECOND INT64_C(1000000000)

static const char *punctuation(const char *english, const char *japanese)
{
    return impsvc_user_language() == IMPSVC_JAPANESE ? japanese : english;
}

/* Begin another part of the sentence. */
static void next_part(wmem_strbuf_t *said)
{
    if (wmem_strbuf_get_len(said) > 0)
        wmem_strbuf_append(said, punctuation("; ", "。"));
}

static void say_counts(wmem_strbuf_t *said, const impsvc_flow_path *path)
{
    const char *between = "";

    for (unsigned rank = IMPSVC_RESULTS; rank-- > 0; ) {
        impsvc_flow_result result = impsvc_flow_result_by_rank(rank);

        if (path->count[result] == 0)
            continue;
        wmem_strbuf_append_printf(said, "%s%s %u", between, impsvc_result_name(result), path->count[result]);
        between = punctuation(", ", "、");
    }
    next_part(said);
    wmem_strbuf_append_printf(said, IMPSVC_SAY("last: %s", "最後: %s"), impsvc_result_name(path->last));
}

static void say_tries(wmem_strbuf_t *said, const impsvc_flow_verdict *verdict)
{
    if (verdict->more_tries)
        wmem_strbuf_append_printf(said, IMPSVC_SAY("more than %u tries, ", "試行は %u 回より多い、"), verdict->tries);
    else if (verdict->tries == 1)
        wmem_strbuf_append(said, IMPSVC_SAY("1 try, ", "試行 1 回、"));
    else if (verdict->tries > 1)
        wmem_strbuf_append_printf(said, IMPSVC_SAY("%u tries, ", "試行 %u 回、"), verdict->tries);
}

static void say_no_answer(wmem_strbuf_t *said, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict)
{
    wmem_strbuf_append_printf(said, record->transport == IMPSVC_TCP ? IMPSVC_SAY("SYN in frame %u, ", "フレーム %u に SYN、")
                                                                   : IMPSVC_SAY("request in frame %u, ", "フレーム %u に要求、"),
                              verdict->frame);
    say_tries(said, verdict);
    if (verdict->answer != 0) {
        wmem_strbuf_append_printf(said, IMPSVC_SAY("answered in frame %u, but the answer does not arrive", "フレーム %u の応答は届いていない"), verdict->answer);
        return;
    }
    wmem_strbuf_append(said, verdict->wrong_answer ? IMPSVC_SAY("the SYN+ACK that came back answers another SYN", "戻った SYN+ACK は別の SYN への応答")
                                                   : IMPSVC_SAY("nothing came back", "何も戻らない"));
    next_part(said);
    if (verdict->too_early)
        wmem_strbuf_append(said, IMPSVC_SAY("the capture ends too soon to tell", "キャプチャの終わりが早く、判定できない"));
    else if (verdict->answers_elsewhere)
        wmem_strbuf_append(said, IMPSVC_SAY("the host answers elsewhere in this capture", "このキャプチャではホストは他の通信に応答している"));
    else
        wmem_strbuf_append(said, IMPSVC_SAY("the host accepts nothing in this capture", "このキャプチャではホストは何も受け付けていない"));
}

static void say_icmp(wmem_strbuf_t *said, wmem_allocator_t *pool, const impsvc_flow_verdict *verdict)
{
    wmem_strbuf_append(said, impsvc_icmp_error_short(pool, &verdict->icmp, impsvc_ip_to_str(pool, &verdict->icmp_sender),
                                                     impsvc_user_language()));
}

static void say_ttl(wmem_strbuf_t *said, const impsvc_flow_verdict *verdict)
{
    if (verdict->ttl == 0)
        wmem_strbuf_append(said, IMPSVC_SAY(", its TTL is not known", "、TTL は不明"));
    else if (verdict->usual_ttl == 0)
        wmem_strbuf_append_printf(said, IMPSVC_SAY(", TTL %u, and no other packet of the host to compare with",
                                                   "、TTL %u。比べられるホストの他のパケットがない"), verdict->ttl);
    else if (verdict->usual_ttl == verdict->ttl)
        wmem_strbuf_append_printf(said, IMPSVC_SAY(", TTL %u like other packets of the host", "、TTL %u。ホストの他のパケットと同じ"),
                                  verdict->ttl);
    else
        wmem_strbuf_append_printf(said, IMPSVC_SAY(", TTL %u, the host's other packets %u", "、TTL %u。ホストの他のパケットは %u"),
                                  verdict->ttl, verdict->usual_ttl);
}

/* An RST, or an ICMP error, whoever it is from. */
static void say_refusal(wmem_strbuf_t *said, wmem_allocator_t *pool, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict)
{
    const impsvc_flow_reset *reset = &impsvc_flow_listener(record)->reset;

    if (reset->is != 0 && reset->frame == verdict->frame) {
        wmem_strbuf_append_printf(said, IMPSVC_SAY("RST in frame %u", "フレーム %u に RST"), verdict->frame);
        say_ttl(said, verdict);
        return;
    }
    wmem_strbuf_append_printf(said, IMPSVC_SAY("ICMP in frame %u: ", "フレーム %u に ICMP: "), verdict->frame);
    say_icmp(said, pool, verdict);
}

static int seconds_of(int64_t nanoseconds)
{
    return (int)((nanoseconds + SECOND / 2) / SECOND);
}

static void say_sizes(wmem_strbuf_t *said, const impsvc_flow_verdict *verdict)
{
    if (!verdict->only_large)
        return;
    next_part(said);
    if (verdict->passed_size != 0)
        wmem_strbuf_append_printf(said, IMPSVC_SAY("only large segments were lost: %u bytes never arrived, %u did",
                                                   "大きなセグメントだけが失われた: %u バイトは届かず、%u バイトは届いた"),
                                  verdict->lost_size, verdict->passed_size);
    else
        wmem_strbuf_append_printf(said, IMPSVC_SAY("only large segments were lost: %u bytes never arrived",
                                                   "大きなセグメントだけが失われた: %u バイトは届かず"), verdict->lost_size);
}

static void say_lost(wmem_strbuf_t *said, wmem_allocator_t *pool, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict)
{
    if (impsvc_flow_initiator(record)->sent != 0 && impsvc_flow_listener(record)->sent & ~(IMPSVC_SENT | IMPSVC_SENT_RST))
        wmem_strbuf_append(said, IMPSVC_SAY("open, then ", "通過、その後"));
    if (verdict->after_silence)
        wmem_strbuf_append_printf(said, IMPSVC_SAY("after %d s of silence ", "%d 秒の無通信の後 "), seconds_of(verdict->silence));
    wmem_strbuf_append_printf(said, verdict->lost == IMPSVC_REPLY
        ? IMPSVC_SAY("the listener's data in frame %u were never acknowledged", "フレーム %u の待ち受け側のデータに確認応答がない")
        : IMPSVC_SAY("the initiator's data in frame %u were never acknowledged", "フレーム %u の開始側のデータに確認応答がない"), verdict->frame);
    wmem_strbuf_append_printf(said, IMPSVC_SAY(", sent again for %d s", "、再送 %d 秒間"), seconds_of(verdict->tried));
    say_sizes(said, verdict);
    if (verdict->by == IMPSVC_STOPPED_BY_ICMP_SENDER) {
        next_part(said);
        say_icmp(said, pool, verdict);
    }
}

static void say_open(wmem_strbuf_t *said, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict)
{
    if (record->icmp.is_there && verdict->frame == record->icmp.frame)
        wmem_strbuf_append_printf(said, IMPSVC_SAY("the ICMP error in frame %u quotes an answer", "フレーム %u の ICMP エラーが応答を引用"),
                                  verdict->frame);
    else
        wmem_strbuf_append_printf(said, IMPSVC_SAY("answered in frame %u", "フレーム %u で応答"), verdict->frame);
}

static void say_undecided(wmem_strbuf_t *said, const impsvc_flow_verdict *verdict)
{
    wmem_strbuf_append(said, IMPSVC_SAY("the capture shows too little of it", "キャプチャに十分な通信がない"));
    if (verdict->frame != 0)
        wmem_strbuf_append_printf(said, IMPSVC_SAY(" (frame %u)", " (フレーム %u)"), verdict->frame);
}

static void say_verdict(wmem_strbuf_t *said, wmem_allocator_t *pool, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict)
{
    switch (verdict->result) {
    case IMPSVC_RESULT_OPEN:
        say_open(said, record, verdict);
        return;
    case IMPSVC_RESULT_REFUSED:
    case IMPSVC_RESULT_REJECTED:
        say_refusal(said, pool, record, verdict);
        return;
    case IMPSVC_RESULT_NO_ANSWER:
        say_no_answer(said, record, verdict);
        return;
    case IMPSVC_RESULT_LOST:
        say_lost(said, pool, record, verdict);
        return;
    case IMPSVC_RESULT_ONE_WAY:
        wmem_strbuf_append_printf(said, IMPSVC_SAY("one direction only, from frame %u on: the other one is acknowledged, and not in the capture",
                                                   "フレーム %u から片方向のみ。逆方向は確認応答されているが、キャプチャにない"), verdict->frame);
        return;
    case IMPSVC_RESULT_SENT:
        wmem_strbuf_append_printf(said, IMPSVC_SAY("sent in frame %u, no answer is due", "フレーム %u で送信、応答はないのが普通"), verdict->frame);
        return;
    case IMPSVC_RESULT_UNDECIDED:
    case IMPSVC_RESULT_NOT_SEEN:
    default:
        say_undecided(said, verdict);
    }
}

static const char *names_of(wmem_allocator_t *pool, const impsvc_interface_names *interfaces, uint32_t set)
{
    wmem_strbuf_t *names = wmem_strbuf_new(pool, "");

    for (unsigned i = 0; i < IMPSVC_FLOW_INTERFACES; i++)
        if (set >> i & 1)
            wmem_strbuf_append_printf(names, "%s%s", wmem_strbuf_get_len(names) == 0 ? "" : IMPSVC_SAY(" and ", " と "),
                                      impsvc_interface_name_for(pool, interfaces, i));
    return wmem_strbuf_get_str(names);
}

/* Where there are several interfaces, packets that are on one and not on the other stop between them. What went another way did not stop. */
static void say_where(wmem_strbuf_t *said, wmem_allocator_t *pool, const impsvc_flow_verdict *verdict, const impsvc_interface_names *interfaces)
{
    const char *seen = names_of(pool, interfaces, verdict->seen_on);

    if (verdict->seen_on == 0)
        return;
    if (verdict->not_seen_on != 0) {
        next_part(said);
        wmem_strbuf_append_printf(said, verdict->result == IMPSVC_RESULT_ONE_WAY
            ? IMPSVC_SAY("seen on %s, not on %s", "%s で見え、%s では見えない")
            : verdict->answer != 0 ? IMPSVC_SAY("it stops between %s and %s", "%s と %s の間で止まる")
            : IMPSVC_SAY("stops between %s and %s", "%s と %s の間で止まる"), seen, names_of(pool, interfaces, verdict->not_seen_on));
    } else if ((verdict->seen_on & (verdict->seen_on - 1)) != 0) {
        next_part(said);
        wmem_strbuf_append_printf(said, IMPSVC_SAY("seen on %s", "%s で見える"), seen);
    }
}

/* What a device in between does to marks. */
static void say_marks(wmem_strbuf_t *said, wmem_allocator_t *pool, const impsvc_flow_path *path, const impsvc_interface_names *interfaces)
{
    impsvc_flow_marks marks;

    if (path->remarked_to != NULL) {
        marks = impsvc_flow_marks_of(impsvc_flow_initiator(path->remarked_to));
        next_part(said);
        wmem_strbuf_append_printf(said, IMPSVC_SAY("DSCP to the listener: %s", "往路の DSCP: %s"),
                                  impsvc_dscp_places_text(pool, &marks, interfaces));
    }
    if (path->remarked_back != NULL) {
        marks = impsvc_flow_marks_of(impsvc_flow_listener(path->remarked_back));
        next_part(said);
        wmem_strbuf_append_printf(said, IMPSVC_SAY("DSCP back: %s", "復路の DSCP: %s"),
                                  impsvc_dscp_places_text(pool, &marks, interfaces));
    }
}

const char *impsvc_check_evidence(wmem_allocator_t *pool, const impsvc_flow_path *path, const impsvc_interface_names *interfaces)
{
    wmem_strbuf_t *said = wmem_strbuf_new(pool, "");

    if (impsvc_flow_path_differs(path)) {
        say_counts(said, path);
        next_part(said);
    }
    say_verdict(said, pool, path->record, &path->verdict);
    say_where(said, pool, &path->verdict, interfaces);
    say_marks(said, pool, path, interfaces);
    return wmem_strbuf_get_str(said);
}

const char *impsvc_check_host(wmem_allocator_t *pool, const impsvc_ip *host, uint16_t port)
{
    const char *text = impsvc_ip_to_str(pool, host);

    if (port == 0)
        return text;
    return wmem_strdup_printf(pool, impsvc_ip_is_v4(host) ? "%s:%u" : "[%s]:%u", text, port);
}

/* Numbers of paths are whole, but may need more than 32 bits. */
const char *impsvc_check_plan_sentence(wmem_allocator_t *pool, uint64_t size, const impsvc_plan_counts *counts)
{
    if (counts->planned < size)
        return wmem_strdup_printf(pool, IMPSVC_SAY("it has %.0f paths, more than %d: only those that were seen are here",
                                                   "経路が %.0f 本あり、%d を超えるため、検出したものだけを表示"),
                                  (double)size, IMPSVC_PLAN_MOST);
    return wmem_strdup_printf(pool, IMPSVC_SAY("of %.0f planned paths %.0f get through, %.0f are blocked, %.0f were not seen",
                                               "計画の経路 %.0f: 通過 %.0f、遮断 %.0f、未検出 %.0f"),
                              (double)size, (double)counts->open, (double)counts->blocked, (double)counts->not_seen);
}

const char *impsvc_check_transports(wmem_allocator_t *pool, uint8_t transports)
{
    static const uint8_t all[] = { IMPSVC_TCP, IMPSVC_UDP, IMPSVC_TLS, IMPSVC_ICMP };
    wmem_strbuf_t *text = wmem_strbuf_new(pool, NULL);

    for (size_t i = 0; i < array_length(all); i++)
        if (transports & all[i])
            wmem_strbuf_append_printf(text, "%s%s", wmem_strbuf_get_len(text) > 0 ? ", " : "", impsvc_carrier_name(all[i]));
    return wmem_strbuf_get_str(text);
}
