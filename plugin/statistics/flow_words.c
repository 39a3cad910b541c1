/* flow_words.c
 * What is said of a flow, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/flow_words.h"

#include <epan/to_str.h>

#include "identify/flow_filter.h"
#include "language/icmp_text.h"
#include "language/language.h"
#include "wireshark/addresses.h"

const char *impsvc_flow_end_text(wmem_allocator_t *pool, const impsvc_end *end)
{
    const char *text = address_to_str(pool, end->address);

    if (end->port == 0)
        return text;
    return wmem_strdup_printf(pool, end->address->type == AT_IPv6 ? "[%s]:%u" : "%s:%u", text, end->port);
}

/* TCP's stream has none of the ICMP errors that quote it. */
const char *impsvc_flow_filter_text(wmem_allocator_t *pool, const impsvc_identity *identity, const impsvc_flow_record *record)
{
    if (!record->has_stream)
        return impsvc_flow_filter(pool, identity);
    if (!record->icmp.is_there)
        return wmem_strdup_printf(pool, "tcp.stream == %u", record->stream);
    return wmem_strdup_printf(pool, "tcp.stream == %u or (impsvc.icmp_error and (%s))", record->stream,
                              impsvc_flow_filter(pool, identity));
}

static const char *icmp_text(wmem_allocator_t *pool, const impsvc_flow_record *record)
{
    const char *sender = impsvc_ip_to_str(pool, &record->icmp.sender);

    return impsvc_icmp_error_short(pool, &record->icmp.head, sender, impsvc_user_language());
}

static const impsvc_text handshakes[] = {
    [IMPSVC_HANDSHAKE_NONE]         = { { "-", "-" } },
    [IMPSVC_HANDSHAKE_NOT_CAPTURED] = { { "not captured", "キャプチャ前" } },
    [IMPSVC_HANDSHAKE_COMPLETE]     = { { "complete", "完了" } },
    [IMPSVC_HANDSHAKE_ANSWERED]     = { { "answered", "応答のみ" } },
    [IMPSVC_HANDSHAKE_REFUSED]      = { { "refused", "拒否" } },
    [IMPSVC_HANDSHAKE_NO_ANSWER]    = { { "no answer", "応答なし" } }
};

static const impsvc_text endings[] = {
    [IMPSVC_ENDING_NONE]             = { { "-", "-" } },
    [IMPSVC_ENDING_OPEN]             = { { "open", "継続中" } },
    [IMPSVC_ENDING_CLOSED]           = { { "closed", "終了" } },
    [IMPSVC_ENDING_CLOSED_AND_RESET] = { { "closed, reset", "終了、リセット" } },
    [IMPSVC_ENDING_RESET]            = { { "reset", "リセット" } }
};

const char *impsvc_flow_handshake_text(wmem_allocator_t *pool, const impsvc_flow_record *record)
{
    impsvc_flow_handshake how = impsvc_flow_handshake_of(record);

    return how == IMPSVC_HANDSHAKE_ICMP ? icmp_text(pool, record) : impsvc_shown(&handshakes[how]);
}

const char *impsvc_flow_handshake_word(impsvc_flow_handshake how)
{
    if (how == IMPSVC_HANDSHAKE_NONE)
        return NULL;
    return how == IMPSVC_HANDSHAKE_ICMP ? "ICMP error" : handshakes[how].in[IMPSVC_ENGLISH];
}

const char *impsvc_flow_ending_text(wmem_allocator_t *pool, const impsvc_flow_record *record)
{
    impsvc_flow_ending how = impsvc_flow_ending_of(record);

    return how == IMPSVC_ENDING_ICMP ? icmp_text(pool, record) : impsvc_shown(&endings[how]);
}

const char *impsvc_flow_ending_word(impsvc_flow_ending how)
{
    if (how == IMPSVC_ENDING_NONE)
        return NULL;
    return how == IMPSVC_ENDING_ICMP ? "ICMP error" : endings[how].in[IMPSVC_ENGLISH];
}
