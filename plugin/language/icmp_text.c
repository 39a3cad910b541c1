/* icmp_text.c
 * What ICMP errors are called
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "language/icmp_text.h"

typedef struct {
    uint8_t     code;
    impsvc_text text;
    bool        prohibits;      /* whoever sends it does not let the packet through */
} icmp_code;

/* Each ends with a row without text. */

static const icmp_code unreachable_v4[] = {
    { 0,  { { "network unreachable", "ネットワーク到達不能" } }, false },
    { 1,  { { "host unreachable", "ホスト到達不能" } }, false },
    { 2,  { { "protocol unreachable", "プロトコル到達不能" } }, false },
    { 3,  { { "port unreachable", "ポート到達不能" } }, false },
    { 4,  { { "fragmentation needed", "フラグメント化が必要" } }, false },
    { 5,  { { "source route failed", "ソース ルート失敗" } }, false },
    { 9,  { { "network administratively prohibited", "ネットワークへの通信は管理者により禁止" } }, true },
    { 10, { { "host administratively prohibited", "ホストへの通信は管理者により禁止" } }, true },
    { 13, { { "communication administratively prohibited", "管理者により通信禁止" } }, true },
    { 0,  { { NULL, NULL } }, false }
};

static const icmp_code unreachable_v6[] = {
    { 0, { { "no route", "経路なし" } }, false },
    { 1, { { "administratively prohibited", "管理者により通信禁止" } }, true },
    { 2, { { "beyond scope of source address", "送信元アドレスのスコープ外" } }, false },
    { 3, { { "address unreachable", "アドレス到達不能" } }, false },
    { 4, { { "port unreachable", "ポート到達不能" } }, false },
    { 5, { { "source address failed policy", "送信元アドレスがポリシー違反" } }, true },
    { 6, { { "route rejected", "経路拒否" } }, true },
    { 0, { { NULL, NULL } }, false }
};

static const icmp_code time_exceeded[] = {
    { 0, { { "in transit", "転送中" } }, false },
    { 1, { { "while reassembling", "再構成中" } }, false },
    { 0, { { NULL, NULL } }, false }
};

typedef struct {
    bool             v6;
    uint8_t          type;
    impsvc_text      name;
    const icmp_code *codes;
} icmp_error;

static const icmp_error errors[] = {
    { false, 3,  { { "Destination unreachable", "宛先到達不能" } }, unreachable_v4 },
    { false, 4,  { { "Source quench", "送信抑制" } }, NULL },
    { false, 5,  { { "Redirect", "リダイレクト" } }, NULL },
    { false, 11, { { "Time exceeded", "時間超過" } }, time_exceeded },
    { false, 12, { { "Parameter problem", "パラメータ異常" } }, NULL },
    { true,  1,  { { "Destination unreachable", "宛先到達不能" } }, unreachable_v6 },
    { true,  2,  { { "Packet too big", "パケット過大" } }, NULL },
    { true,  3,  { { "Time exceeded", "時間超過" } }, time_exceeded },
    { true,  4,  { { "Parameter problem", "パラメータ異常" } }, NULL }
};

static const icmp_code *find_code(const icmp_code *codes, uint8_t code)
{
    for (; codes != NULL && codes->text.in[IMPSVC_ENGLISH] != NULL; codes++)
        if (codes->code == code)
            return codes;
    return NULL;
}

static const icmp_error *find_error(const impsvc_icmp_head *head)
{
    for (size_t i = 0; i < array_length(errors); i++)
        if (errors[i].v6 == head->v6 && errors[i].type == head->type)
            return &errors[i];
    return NULL;
}

const char *impsvc_icmp_error_text(wmem_allocator_t *pool, const impsvc_icmp_head *error, impsvc_language language)
{
    const icmp_error *found = find_error(error);
    const icmp_code *code = found == NULL ? NULL : find_code(found->codes, error->code);

    if (found == NULL)
        return wmem_strdup_printf(pool, IMPSVC_IN(language, "ICMP type %u, code %u", "ICMP タイプ %u、コード %u"), error->type,
                                  error->code);
    if (code != NULL)
        return wmem_strdup_printf(pool, "%s (%s)", found->name.in[language], code->text.in[language]);
    return wmem_strdup_printf(pool, IMPSVC_IN(language, "%s (code %u)", "%s (コード %u)"), found->name.in[language], error->code);
}

const char *impsvc_icmp_error_short(wmem_allocator_t *pool, const impsvc_icmp_head *error, const char *sender,
                                    impsvc_language language)
{
    const icmp_error *found = find_error(error);
    const icmp_code *code = found == NULL || found->codes == time_exceeded ? NULL : find_code(found->codes, error->code);

    if (found == NULL)
        return impsvc_icmp_error_text(pool, error, language);
    if (code != NULL && code->prohibits)
        return wmem_strdup_printf(pool, IMPSVC_IN(language, "prohibited by %s", "%s が禁止"), sender);
    return wmem_strdup_printf(pool, IMPSVC_IN(language, "%s, says %s", "%s (%s より)"),
                              (code == NULL ? &found->name : &code->text)->in[language], sender);
}
