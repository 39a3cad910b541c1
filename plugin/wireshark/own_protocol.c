/* own_protocol.c
 * This plugin's protocol in Wireshark, and the two names beside it that port tables need
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/own_protocol.h"

#include "wireshark/compat.h"

static int proto_impsvc = -1;
static int proto_payload = -1;
static int proto_stand_in = -1;

void impsvc_own_protocol_register(void)
{
    proto_impsvc = proto_register_protocol(IMPSVC_NAME, "IM&P", "impsvc");
    proto_payload = proto_register_protocol_in_name_only("IM and Presence payload", "IM&P payload", "impsvc_payload",
                                                         proto_impsvc, FT_PROTOCOL);
    /* A name is enabled with its parent. Nobody can switch frame off: whether the owner of a port is, is asked when it is called. */
    proto_stand_in = proto_register_protocol_in_name_only("IM and Presence beside a port's owner", "IM&P beside owner",
                                                          "impsvc_owned", proto_get_id_by_filter_name("frame"), FT_PROTOCOL);
}

int impsvc_proto(void)
{
    return proto_impsvc;
}

int impsvc_payload_proto(void)
{
    return proto_payload;
}

int impsvc_stand_in_proto(void)
{
    return proto_stand_in;
}
