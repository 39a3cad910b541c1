/* tcp_flags.c
 * The flags of the TCP segment at hand, while somebody wants to know them
 *
 * TCP's dissector puts them into its tap, whose listeners are called before ours: taps are called in the order in which a
 * packet was queued to them, and our post-dissector comes last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/tcp_flags.h"

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

static int      watcher;    /* whose address stands for us among the listeners */
static bool     watching;
static uint32_t frame;
static impsvc_tcp_head head;

static tap_packet_status note(void *tapdata _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                              tap_flags_t tap_flags _U_)
{
    const struct tcpheader *tcp = (const struct tcpheader *)data;

    frame = pinfo->num;
    head = (impsvc_tcp_head){ .flags = tcp->th_flags, .no_room = tcp->th_win == 0, .seq = tcp->th_rawseq, .ack = tcp->th_rawack,
                              .payload = tcp->th_have_seglen ? tcp->th_seglen : 0 };
    return TAP_PACKET_DONT_REDRAW;
}

void impsvc_tcp_flags_watch(void)
{
    GString *error;

    if (watching)
        return;
    error = register_tap_listener("tcp", &watcher, NULL, TL_REQUIRES_NOTHING, NULL, note, NULL, NULL);
    if (error != NULL)      /* a Wireshark without TCP: there is nothing to know */
        g_string_free(error, TRUE);
    else
        watching = true;
}

void impsvc_tcp_flags_rest(void)
{
    if (watching)
        remove_tap_listener(&watcher);
    watching = false;
    frame = 0;
}

uint16_t impsvc_tcp_flags_of(const packet_info *pinfo)
{
    return frame == pinfo->num ? head.flags : 0;
}

const impsvc_tcp_head *impsvc_tcp_head_of(const packet_info *pinfo)
{
    return frame == pinfo->num ? &head : NULL;
}
