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

/* The handshake shows who listens; without one it is more often the lower port. */
static uint32_t listeners_port(const packet_info *pinfo)
{
    impsvc_ports_and_addresses ends = impsvc_ends_of(pinfo);
    impsvc_beginning beginning = impsvc_beginning_of(impsvc_conversation(pinfo, &ends), &ends);

    if (beginning.listener == IMPSVC_SIDE_UNKNOWN)
        return MIN(ends.src_port, ends.dst_port);
    return beginning.listener == IMPSVC_SIDE_SRC ? ends.src_port : ends.dst_port;
}

const char *impsvc_unlisted_port(packet_info *pinfo)
{
    wmem_list_frame_t *last = wmem_list_tail(pinfo->layers);

    if (pinfo->ptype == PT_TCP || pinfo->ptype == PT_UDP)
        return wmem_strdup_printf(pinfo->pool, "%u/%s", listeners_port(pinfo), pinfo->ptype == PT_TCP ? "TCP" : "UDP");
    return last == NULL ? "?" : proto_get_protocol_short_name(find_protocol_by_id(GPOINTER_TO_INT(wmem_list_frame_data(last))));
}
