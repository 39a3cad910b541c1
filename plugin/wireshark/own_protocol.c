/* own_protocol.c
 * This plugin's protocol in Wireshark: its name, its number, and the name that stands for it in port tables
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/own_protocol.h"

#include "wireshark/compat.h"

static int proto_impsvc = -1;
static int proto_payload = -1;

void impsvc_own_protocol_register(void)
{
    proto_impsvc = proto_register_protocol(IMPSVC_NAME, "IM&P", "impsvc");
    proto_payload = proto_register_protocol_in_name_only("IM and Presence payload", "IM&P payload", "impsvc_payload",
                                                         proto_impsvc, FT_PROTOCOL);
}

int impsvc_proto(void)
{
    return proto_impsvc;
}

int impsvc_payload_proto(void)
{
    return proto_payload;
}
