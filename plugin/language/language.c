/* language.c
 * What fields and their numbers' words are called in Japanese, and labels made of them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "language/language.h"

#include <epan/prefs.h>
#include <epan/to_str.h>

#include "core/catalog_index.h"
#include "core/roles.h"

static int language = IMPSVC_ENGLISH;

/* Names on the command line ("-o impsvc.language:japanese"), and in the window. */
static const enum_val_t languages[] = {
    { "english",  "English", IMPSVC_ENGLISH },
    { "japanese", "日本語",  IMPSVC_JAPANESE },
    { NULL, NULL, 0 }
};

void impsvc_language_register(module_t *preferences)
{
    prefs_register_enum_preference(preferences, "language", "Language",
        "Language of labels, notes, problems and statistics. Filters and the values of fields are always English.",
        &language, languages, FALSE);
}

impsvc_language impsvc_user_language(void)
{
    return (impsvc_language)language;
}

const value_string impsvc_direction_words[] = {
    { IMPSVC_REQUEST, "request" },
    { IMPSVC_REPLY,   "reply" },
    { 0, NULL }
};

static const value_string directions[] = {
    { IMPSVC_REQUEST, "要求" },
    { IMPSVC_REPLY,   "応答" },
    { 0, NULL }
};

#define WORD(number, word) { number, word },

const value_string impsvc_flow_words[] = {
    IMPSVC_FLOW_WORDS(WORD)
    { 0, NULL }
};

static const value_string flows[] = {
    { IMPSVC_FLOW_INBOUND,      "インバウンド" },
    { IMPSVC_FLOW_OUTBOUND,     "アウトバウンド" },
    { IMPSVC_FLOW_INTRACLUSTER, "クラスタ内" },
    { IMPSVC_FLOW_LOCALHOST,    "ローカルホスト" },
    { IMPSVC_FLOW_INTERCLUSTER, "クラスタ間" },
    { 0, NULL }
};

const value_string impsvc_reach_words[] = {
    { IMPSVC_REACH_LOCALHOST, "localhost" },
    { IMPSVC_REACH_CLUSTER,   "cluster" },
    { IMPSVC_REACH_EXTERNAL,  "external" },
    { 0, NULL }
};

static const value_string reaches[] = {
    { IMPSVC_REACH_LOCALHOST, "ローカルホストのみ" },
    { IMPSVC_REACH_CLUSTER,   "クラスタ内" },
    { IMPSVC_REACH_EXTERNAL,  "クラスタ外" },
    { 0, NULL }
};

const value_string impsvc_confidence_words[] = {
    { IMPSVC_CONFIDENCE_PORT,       "port" },
    { IMPSVC_CONFIDENCE_PAYLOAD,    "payload" },
    { IMPSVC_CONFIDENCE_LEARNED,    "learned node" },
    { IMPSVC_CONFIDENCE_CONFIGURED, "configured node" },
    { 0, NULL }
};

static const value_string confidences[] = {
    { IMPSVC_CONFIDENCE_PORT,       "ポート" },
    { IMPSVC_CONFIDENCE_PAYLOAD,    "ペイロード" },
    { IMPSVC_CONFIDENCE_LEARNED,    "学習したノード" },
    { IMPSVC_CONFIDENCE_CONFIGURED, "設定したノード" },
    { 0, NULL }
};

const value_string impsvc_result_words[] = {
    IMPSVC_RESULT_WORDS(WORD)
    { 0, NULL }
};

static const value_string results[] = {
    { IMPSVC_RESULT_OPEN,      "通過" },
    { IMPSVC_RESULT_REFUSED,   "拒否" },
    { IMPSVC_RESULT_REJECTED,  "経路上で拒否" },
    { IMPSVC_RESULT_NO_ANSWER, "応答なし" },
    { IMPSVC_RESULT_LOST,      "途中で喪失" },
    { IMPSVC_RESULT_ONE_WAY,   "片方向のみ" },
    { IMPSVC_RESULT_SENT,      "送信のみ" },
    { IMPSVC_RESULT_NOT_SEEN,  "未検出" },
    { 0, NULL }
};

/* Fields have their English names from their registration (fields.c). */
static const struct {
    const char         *field;
    const char         *label;
    const value_string *words;
} labels[] = {
    { "impsvc.candidate",  "ほかの候補",         NULL },
    { "impsvc.confidence", "確度",               confidences },
    { "impsvc.detail",     "詳細",               NULL },
    { "impsvc.direction",  "方向",               directions },
    { "impsvc.entry",      "項目",               NULL },
    { "impsvc.evidence",   "根拠",               NULL },
    { "impsvc.flow",       "フローの向き",       flows },
    { "impsvc.icmp_error", "ICMP エラー",        NULL },
    { "impsvc.node.dst",   "宛先ノード",         NULL },
    { "impsvc.node.src",   "送信元ノード",       NULL },
    { "impsvc.note",       "備考",               NULL },
    { "impsvc.payload",    "ペイロード",         NULL },
    { "impsvc.port",       "待ち受けポート",     NULL },
    { "impsvc.protocol",   "プロトコル",         NULL },
    { "impsvc.reach",      "到達範囲",           reaches },
    { "impsvc.result",     "結果",               results },
    { "impsvc.result_by",  "遮断元",             NULL },
    { "impsvc.role",       "役割",               NULL },
    { "impsvc.role.dst",   "宛先の役割",         NULL },
    { "impsvc.role.src",   "送信元の役割",       NULL },
    { "impsvc.row",        "行",                 NULL },
    { "impsvc.service",    "サービス",           NULL },
    { "impsvc.table",      "表",                 NULL },
    { "impsvc.transport",  "トランスポート",     NULL }
};

const char *impsvc_shown(const impsvc_text *text)
{
    return text->in[impsvc_user_language()];
}

const char *impsvc_carrier_name(uint8_t carrier)
{
    static const value_string names[] = {
        { IMPSVC_TCP,  "TCP" },
        { IMPSVC_UDP,  "UDP" },
        { IMPSVC_TLS,  "TLS" },
        { IMPSVC_ICMP, "ICMP" },
        { 0, NULL }
    };

    return val_to_str_const(carrier, names, "?");
}

const char *impsvc_direction_name(impsvc_direction direction)
{
    return val_to_str_const(direction, IMPSVC_SAY(impsvc_direction_words, directions), "?");
}

const char *impsvc_result_name(impsvc_flow_result result)
{
    return val_to_str_const(result, IMPSVC_SAY(impsvc_result_words, results), IMPSVC_SAY("undecided", "判定不能"));
}

const impsvc_text *impsvc_learned_by_name(impsvc_learned_by by)
{
    static const impsvc_text names[] = {
        [IMPSVC_LEARNED_XCP]   = { { "XCP component logged on, and another service", "XCP コンポーネントと別サービス" } },
        [IMPSVC_LEARNED_PORTS] = { { "answers on several IM&P-only ports", "専用ポートで応答" } },
        [IMPSVC_LEARNED_PEER]  = { { "a node uses it", "ノードが使用" } }
    };

    return &names[by];
}

bool impsvc_label_wanted(proto_item *item)
{
    return impsvc_user_language() != IMPSVC_ENGLISH && item != NULL && PTREE_DATA(item)->visible
           && !proto_item_is_hidden(item);
}

/* The row of labels[]. If a field has none, a test of the Japanese tree finds out. */
static size_t row_of(const char *field)
{
    size_t row = 0;

    while (row < array_length(labels) && strcmp(labels[row].field, field) != 0)
        row++;
    return row;
}

static const char *label_of(const header_field_info *field)
{
    size_t row = row_of(field->abbrev);

    return row < array_length(labels) ? labels[row].label : field->name;
}

static const char *word_of(const header_field_info *field, uint32_t value)
{
    size_t row = row_of(field->abbrev);
    const impsvc_table *table;

    if (strcmp(field->abbrev, "impsvc.table") == 0) {
        table = impsvc_table_find((uint8_t)value);
        return table == NULL ? NULL : impsvc_shown(&table->name);
    }
    return row < array_length(labels) && labels[row].words != NULL ? try_val_to_str(value, labels[row].words) : NULL;
}

impsvc_cut impsvc_cut_to(const char *text, int room)
{
    impsvc_cut cut = { (int)strlen(text), "" };

    if (cut.length <= room)
        return cut;
    cut = (impsvc_cut){ room - (int)strlen("…"), "…" };
    while (cut.length > 0 && ((uint8_t)text[cut.length] & 0xc0) == 0x80)    /* within a character */
        cut.length--;
    return cut;
}

void impsvc_label_text(proto_item *item, int hf, const char *shown)
{
    const char *label = label_of(proto_registrar_get_nth((unsigned)hf));
    impsvc_cut fit = impsvc_cut_to(shown, ITEM_LABEL_LENGTH - 1 - (int)strlen(label) - (int)strlen(": "));

    proto_item_set_text(item, "%s: %.*s%s", label, fit.length, shown, fit.more);
}

void impsvc_label_number(proto_item *item, int hf, uint32_t value)
{
    const header_field_info *field = proto_registrar_get_nth((unsigned)hf);
    const char *word = word_of(field, value);

    if (word == NULL)
        proto_item_set_text(item, "%s: %u", label_of(field), value);
    else
        proto_item_set_text(item, "%s: %s (%u)", label_of(field), word, value);
}

void impsvc_label_bytes(proto_item *item, int hf, wmem_allocator_t *pool, tvbuff_t *tvb)
{
    impsvc_offset length = (impsvc_offset)tvb_captured_length(tvb);

    impsvc_label_text(item, hf, bytes_to_str(pool, tvb_get_ptr(tvb, 0, length), (size_t)length));
}
