/* capture_end.h
 * Which frame of the capture is the last, and when it ends
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_CAPTURE_END_H
#define IMPSVC_CAPTURE_END_H

#include "wireshark/compat.h"

/** Note that a frame is read; to be called for each. */
void impsvc_capture_end_see(const packet_info *pinfo);

/** Whether a frame is the capture's last. That is known only once all were read: in one pass it never is. */
bool impsvc_is_last_frame(const packet_info *pinfo);

/** When the last frame came that was read so far, in nanoseconds since 1970. */
int64_t impsvc_capture_end(void);

#endif /* IMPSVC_CAPTURE_END_H */
