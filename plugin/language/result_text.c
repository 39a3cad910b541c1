/* result_text.c
 * What the firewall check's results are called, and who stopped a flow, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "language/result_text.h"

#include "wireshark/addresses.h"

static const impsvc_text names[] = {
    [IMPSVC_RESULT_UNDECIDED] = { { "undecided", "判定不能" } },
    [IMPSVC_RESULT_OPEN]      = { { "open", "通過" } },
    [IMPSVC_RESULT_REFUSED]   = { { "refused", "拒否" } },
    [IMPSVC_RESULT_REJECTED]  = { { "rejected", "経路上で拒否" } },
    [IMPSVC_RESULT_NO_ANSWER] = { { "no answer", "応答なし" } },
    [IMPSVC_RESULT_LOST]      = { { "lost", "途中で喪失" } },
    [IMPSVC_RESULT_ONE_WAY]   = { { "one way", "片方向のみ" } },
    [IMPSVC_RESULT_SENT]      = { { "sent", "送信のみ" } },
    [IMPSVC_RESULT_NOT_SEEN]  = { { "not seen", "未検出" } }
};

const value_string impsvc_result_words[] = {
    { IMPSVC_RESULT_OPEN,      "open" },
    { IMPSVC_RESULT_REFUSED,   "refused" },
    { IMPSVC_RESULT_REJECTED,  "rejected" },
    { IMPSVC_RESULT_NO_ANSWER, "no answer" },
    { IMPSVC_RESULT_LOST,      "lost" },
    { IMPSVC_RESULT_ONE_WAY,   "one way" },
    { IMPSVC_RESULT_SENT,      "sent" },
    { IMPSVC_RESULT_NOT_SEEN,  "not seen" },
    { 0, NULL }
};

const char *impsvc_result_name(impsvc_flow_result result)
{
    return impsvc_shown(&names[result]);
}

const char *impsvc_result_by(wmem_allocator_t *pool, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict,
                             impsvc_language language)
{
    switch (verdict->by) {
    case IMPSVC_STOPPED_BY_LISTENER:
        return impsvc_ip_to_str(pool, &impsvc_flow_listener(record)->at.address);
    case IMPSVC_STOPPED_BY_ICMP_SENDER:
        return impsvc_ip_to_str(pool, &verdict->icmp_sender);
    case IMPSVC_STOPPED_BY_DEVICE:
        return wmem_strdup_printf(pool, IMPSVC_IN(language, "a device in between (TTL %u, the host's others %u)",
                                                  "途中の装置 (TTL %u、ホストの他のパケットは %u)"), verdict->ttl, verdict->usual_ttl);
    case IMPSVC_STOPPED_BY_NOBODY:
    default:
        return NULL;
    }
}

bool impsvc_result_is_blocked(impsvc_flow_result result)
{
    return result == IMPSVC_RESULT_NO_ANSWER || result == IMPSVC_RESULT_REJECTED || result == IMPSVC_RESULT_REFUSED
           || result == IMPSVC_RESULT_LOST;
}
