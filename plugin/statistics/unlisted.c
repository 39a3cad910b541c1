/* unlisted.c
 * What is in a capture of which no packet fits the port list
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/unlisted.h"

#include "language/language.h"
#include "wireshark/beginning.h"
#include "wireshark/conversations.h"

const char *impsvc_unlisted_sentence(void)
{
    return IMPSVC_SAY("No packet fits the port list", "一覧に当てはまるパケットはありません");
}

const char *impsvc_nobody_is_known_sentence(void)
{
    return IMPSVC_SAY("No node is known: name the nodes in Preferences, Protocols, IM&P, IM and Presence nodes",
                      "ノードが分かりません: 設定の Protocols、IM&P、IM and Presence nodes に登録してください");
}

/* The handshake shows who listens. Without one it is hardly a client's port; between two of a kind, over UDP the one that the first
 * packet went to, otherwise the lower. */
impsvc_side impsvc_unlisted_listener(const packet_info *pinfo)
{
    impsvc_ports_and_addresses ends = impsvc_ends_of(pinfo);
    impsvc_beginning beginning = impsvc_beginning_of(impsvc_conversation(pinfo, &ends), &ends);
    bool src_is_client = ends.src_port >= IMPSVC_EPHEMERAL_START;
    bool dst_is_client = ends.dst_port >= IMPSVC_EPHEMERAL_START;

    if (beginning.listener != IMPSVC_SIDE_UNKNOWN)
        return beginning.listener;
    if (src_is_client == dst_is_client && ends.type == PT_UDP && beginning.first_sender != IMPSVC_SIDE_UNKNOWN)
        return beginning.first_sender == IMPSVC_SIDE_SRC ? IMPSVC_SIDE_DST : IMPSVC_SIDE_SRC;
    return ends.src_port < ends.dst_port ? IMPSVC_SIDE_SRC : IMPSVC_SIDE_DST;
}

const char *impsvc_unlisted_port(packet_info *pinfo)
{
    wmem_list_frame_t *last = wmem_list_tail(pinfo->layers);

    if (pinfo->ptype == PT_TCP || pinfo->ptype == PT_UDP)
        return wmem_strdup_printf(pinfo->pool, "%u/%s",
                                  impsvc_unlisted_listener(pinfo) == IMPSVC_SIDE_SRC ? pinfo->srcport : pinfo->destport,
                                  pinfo->ptype == PT_TCP ? "TCP" : "UDP");
    return last == NULL ? "?" : proto_get_protocol_short_name(find_protocol_by_id(GPOINTER_TO_INT(wmem_list_frame_data(last))));
}
