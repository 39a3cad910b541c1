/* at_end.c
 * Statistics that can be written only when all packets were read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/at_end.h"

#include "wireshark/compat.h"

#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "wireshark/capture_end.h"

static void draw(void *tapdata)
{
    ((const impsvc_at_end *)tapdata)->write();
}

static tap_packet_status frame(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data _U_, tap_flags_t flags _U_)
{
    if (impsvc_is_last_frame(pinfo))
        draw(tapdata);
    return TAP_PACKET_DONT_REDRAW;
}

void impsvc_at_end_watch(impsvc_at_end *at_end)
{
    GString *error = at_end->is_watching ? NULL : register_tap_listener("frame", at_end, NULL, TL_REQUIRES_NOTHING, NULL, frame, draw, NULL);

    if (error != NULL) {
        report_failure("%s: %s", at_end->name, error->str);
        g_string_free(error, TRUE);
    }
    at_end->is_watching = true;
}

void impsvc_at_end_forget(impsvc_at_end *at_end)
{
    if (at_end->is_watching)
        remove_tap_listener(at_end);
    at_end->is_watching = false;
}
