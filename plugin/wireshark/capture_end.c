/* capture_end.c
 * Which frame of the capture is the last, and when it ends
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/capture_end.h"

#include "wireshark/times.h"

static uint32_t last_frame;
static nstime_t last_time;
static bool is_read_first;      /* taps come when Wireshark counts the frame as visited already */

/* Frames are read in their order, and those of a file that is opened from the first on. */
void impsvc_capture_end_see(const packet_info *pinfo)
{
    is_read_first = !PINFO_FD_VISITED(pinfo);
    if (!is_read_first)
        return;
    last_frame = pinfo->num;
    last_time = pinfo->abs_ts;
}

bool impsvc_is_last_frame(const packet_info *pinfo)
{
    return !is_read_first && pinfo->num == last_frame;
}

int64_t impsvc_capture_end(void)
{
    return impsvc_nanoseconds(&last_time);
}
