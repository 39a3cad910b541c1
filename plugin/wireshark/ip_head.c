/* ip_head.c
 * The IP head of the packet at hand, while somebody wants to know it
 *
 * As in tcp_flags.c, the taps of both versions of IP are called before ours.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/ip_head.h"

#include <epan/dissectors/packet-ip.h>
#include <epan/tap.h>

static int            watchers[2];  /* whose addresses stand for us among the listeners */
static bool           watching[2];
static uint32_t       frame;
static impsvc_ip_head last;

/* Both begin with their version. */
static tap_packet_status note(void *tapdata _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                              tap_flags_t tap_flags _U_)
{
    const ws_ip4 *v4 = WS_IP4_PTR(data);
    const ws_ip6 *v6 = WS_IP6_PTR(data);

    if (v4 == NULL && v6 == NULL)
        return TAP_PACKET_DONT_REDRAW;
    frame = pinfo->num;
    last.ttl = v4 != NULL ? v4->ip_ttl : v6->ip6_hop;
    last.dscp = (uint8_t)IPDSFIELD_DSCP(v4 != NULL ? v4->ip_tos : v6->ip6_tc);
    return TAP_PACKET_DONT_REDRAW;
}

void impsvc_ip_head_watch(void)
{
    static const char *const taps[] = { "ip", "ipv6" };

    for (unsigned i = 0; i < 2; i++) {
        GString *error;

        if (watching[i])
            continue;
        error = register_tap_listener(taps[i], &watchers[i], NULL, TL_REQUIRES_NOTHING, NULL, note, NULL, NULL);
        if (error != NULL)
            g_string_free(error, TRUE);
        else
            watching[i] = true;
    }
}

void impsvc_ip_head_rest(void)
{
    for (unsigned i = 0; i < 2; i++) {
        if (watching[i])
            remove_tap_listener(&watchers[i]);
        watching[i] = false;
    }
    frame = 0;
}

bool impsvc_ip_head_of(const packet_info *pinfo, impsvc_ip_head *head)
{
    if (frame != pinfo->num)
        return false;
    *head = last;
    return true;
}
