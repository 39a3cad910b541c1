/* evidence.c
 * Why a packet is said to belong to an entry, in words a person can check
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "annotate/evidence.h"

#include "identify/node_table.h"
#include "language/digits.h"
#include "language/language.h"
#include "wireshark/protocols.h"

#define USUAL_LENGTH 256    /* bytes of most texts; a longer one grows */

/* Pieces of a sentence. Each tree has such a text: joining it costs a fifth of what printing it does. */
#define ADD(text, ...) add((text), (const char *const[]){ __VA_ARGS__, NULL })

static void add(wmem_strbuf_t *text, const char *const *pieces)
{
    for (; *pieces != NULL; pieces++)
        wmem_strbuf_append_len(text, *pieces, strlen(*pieces));     /* wmem_strbuf_append() goes byte by byte */
}

static void add_ports(wmem_strbuf_t *text, const impsvc_identity *identity, impsvc_language language)
{
    const impsvc_match *match = &identity->match;
    const char *transport = identity->carrier == IMPSVC_UDP ? "UDP" : "TCP";

    if (match->reason == IMPSVC_BY_ICMP_TYPE) {
        wmem_strbuf_append(text, IMPSVC_IN(language, "ICMP message", "ICMP メッセージ"));
        return;
    }
    if (match->entry->port_count > 0)
        ADD(text, transport, IMPSVC_IN(language, " port ", " "), impsvc_digits_of(match->port).text);
    if (impsvc_fixed_source(match->entry) != 0 && impsvc_fixed_source(match->entry) == identity->initiator.port)
        ADD(text, match->entry->port_count > 0 ? ", " : "", transport, IMPSVC_IN(language, " source port ", " 送信元ポート "),
            impsvc_digits_of(impsvc_fixed_source(match->entry)).text);
}

static void add_reason(wmem_strbuf_t *text, const impsvc_identity *identity, impsvc_language language)
{
    switch (identity->match.reason) {
    case IMPSVC_BY_HANDSHAKE:
        if (identity->syn_frame != 0)
            ADD(text, IMPSVC_IN(language, "; SYN in frame ", "; SYN フレーム "), impsvc_digits_of(identity->syn_frame).text);
        else
            wmem_strbuf_append(text, IMPSVC_IN(language, "; listener known from its SYN+ACK", "; 待ち受け側は SYN+ACK から"));
        break;
    case IMPSVC_BY_FIRST_PACKET:
        wmem_strbuf_append(text, IMPSVC_IN(language, "; the initiator sent the first packet captured",
                                           "; 最初のパケットは開始側から"));
        break;
    case IMPSVC_BY_MESSAGE:
        wmem_strbuf_append(text, IMPSVC_IN(language, "; the message says who asks", "; 方向はメッセージから"));
        break;
    case IMPSVC_BY_PORTS:
        wmem_strbuf_append(text, IMPSVC_IN(language, "; direction from the ports", "; 方向はポートから"));
        break;
    case IMPSVC_BY_ICMP_TYPE:
        break;
    }
}

/* Of a node, or of a host that the user configured, how it is known. */
static void add_node(wmem_strbuf_t *text, const char *end, const impsvc_node *node, impsvc_language language)
{
    if (node->source == IMPSVC_NODE_CONFIGURED)
        ADD(text, "; ", end, IMPSVC_IN(language, " is configured as ", "の設定: "), impsvc_configured_role_name(node->role)->in[language]);
    else if (node->is_node)
        ADD(text, "; ", end, IMPSVC_IN(language, " is a learned node (", ": 学習ノード ("), impsvc_learned_by_name(node->learned->by)->in[language],
            IMPSVC_IN(language, ", frame ", "、フレーム "), impsvc_digits_of(node->learned->frame).text,
            IMPSVC_IN(language, ", entry ", ", "), node->learned->entry->id, ")");
}

/* A port that the document does not list was given by the user, or is not what led here. */
static void add_moved(wmem_strbuf_t *text, const impsvc_identity *identity, impsvc_language language)
{
    const impsvc_match *match = &identity->match;

    if (!impsvc_is_moved(match->entry, match->port))
        return;
    if (identity->notes != NULL && identity->notes->found != NULL)
        wmem_strbuf_append(text, IMPSVC_IN(language, "; port not listed, found by payload and node",
                                           "; 一覧外ポート、ペイロードとノードで検出"));
    else
        wmem_strbuf_append(text, IMPSVC_IN(language, "; port from the table of moved ports", "; ポートは変更ポートの表から"));
}

/* The entry's own row has other ends. */
static void add_path(wmem_strbuf_t *text, const impsvc_path *path, impsvc_language language)
{
    if (path != NULL)
        ADD(text, IMPSVC_IN(language, "; listed for these ends as ", "; この組み合わせは "), impsvc_digits_of(path->table).text, ".",
            impsvc_digits_of(path->row).text, IMPSVC_IN(language, "", " に記載"));
}

const char *impsvc_evidence(wmem_allocator_t *pool, const impsvc_identity *identity, impsvc_language language)
{
    wmem_strbuf_t *text = impsvc_strbuf_new_sized(pool, USUAL_LENGTH);

    if (identity->icmp_error != NULL)
        wmem_strbuf_append(text, IMPSVC_IN(language, "quoted by ICMP: ", "ICMP の引用: "));
    add_ports(text, identity, language);
    add_reason(text, identity, language);
    if (identity->protocol != 0)
        ADD(text, "; ", impsvc_protocols_label(identity->protocol), IMPSVC_IN(language, " seen in frame ", " フレーム "),
            impsvc_digits_of(identity->protocol_frame).text);
    if (identity->match.entry == identity->named && (identity->notes == NULL || identity->notes->found == NULL))
        wmem_strbuf_append(text, IMPSVC_IN(language, "; entry told by the request path", "; 項目は要求のパスから"));
    add_moved(text, identity, language);
    add_path(text, identity->path, language);
    add_node(text, IMPSVC_IN(language, "source", "送信元"), &impsvc_sender(identity)->node, language);
    add_node(text, IMPSVC_IN(language, "destination", "宛先"), &impsvc_receiver(identity)->node, language);
    return wmem_strbuf_get_str(text);
}
