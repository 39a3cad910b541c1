/* capture_end.c
 * Which frame of the capture is the last, and when it ends
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/capture_end.h"

static uint32_t last_frame;
static nstime_t last_time;

/* Frames are read in their order, and those of a file that is opened from the first on. */
void impsvc_capture_end_see(const packet_info *pinfo)
{
    if (PINFO_FD_VISITED(pinfo))
        return;
    last_frame = pinfo->num;
    last_time = pinfo->abs_ts;
}

bool impsvc_is_last_frame(const packet_info *pinfo)
{
    return PINFO_FD_VISITED(pinfo) && pinfo->num == last_frame;
}

int64_t impsvc_capture_end(void)
{
    return (int64_t)last_time.secs * 1000000000 + last_time.nsecs;
}
