/* passes.c
 * Whether the packets of a file will be read again
 *
 * Wireshark does not say. But what it wants to read again it keeps, each frame's data at a place of its own, while tshark has one place
 * for all. With -2 tshark keeps them, too, after the first pass, in which no taps run. (The window may run them as it opens a file.)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/passes.h"

#include <epan/tap.h>

static int own_tap;                     /* nobody listens to it */
static const frame_data *previous;      /* compared, and never looked into */
static bool is_one_place;
static enum { TAPS_NOT_KNOWN, TAPS_RUN, TAPS_REST } taps;

static void forget(void)
{
    previous = NULL;
    is_one_place = false;
    taps = TAPS_NOT_KNOWN;
}

void impsvc_passes_register(void)
{
    own_tap = register_tap("impsvc_passes");
    register_init_routine(forget);
}

void impsvc_passes_see(const packet_info *pinfo)
{
    is_one_place = pinfo->fd == previous;
    previous = pinfo->fd;
}

/* In a pass it is the same for all packets. */
static bool taps_run(packet_info *pinfo)
{
    static const char nothing;

    if (taps == TAPS_NOT_KNOWN) {
        tap_queue_packet(own_tap, pinfo, &nothing);
        taps = fetch_tapped_data(own_tap, 0) == &nothing ? TAPS_RUN : TAPS_REST;
    }
    return taps == TAPS_RUN;
}

bool impsvc_is_only_pass(packet_info *pinfo)
{
    return !PINFO_FD_VISITED(pinfo) && is_one_place && taps_run(pinfo);
}
