/* service_filter.c
 * Conversation Filter > IM and Presence service: what goes on with the service of a packet at its listener
 *
 * Wireshark asks about the packet that is selected in the window, while its
 * dissection is still there; so the packet is identified once more, and nothing
 * need be kept for all others. It has been seen before: nothing is learned from it again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "annotate/service_filter.h"

#include "wireshark/compat.h"

#include <epan/to_str.h>

#include "annotate/annotate.h"
#include "identify/flow_filter.h"
#include "identify/identify.h"
#include "wireshark/own_protocol.h"
#include "wireshark/protocols.h"

static bool identify(packet_info *pinfo, impsvc_identity *identity)
{
    return PINFO_FD_VISITED(pinfo) && proto_is_protocol_enabled(find_protocol_by_id(impsvc_proto()))
           && impsvc_look_for_entry(pinfo) && impsvc_identify(pinfo, impsvc_protocols_seen(pinfo), identity)
           && impsvc_is_annotated(identity);
}

static impsvc_bool is_valid(IMPSVC_FILTER_ARGUMENTS)
{
    impsvc_identity identity;

    return identify(pinfo, &identity);
}

/* One direction: "(ip.dst == 10.10.1.11 and tcp.dstport == 7400)". Fields of a quoted packet count, so that the ICMP
 * errors about the service are shown, too. */
static char *one_way(packet_info *pinfo, const impsvc_identity *identity, const char *part)
{
    const impsvc_end *listener = &identity->listener;
    const char *field = impsvc_address_field(pinfo->pool, listener->address, part);
    const char *host = address_to_str(pinfo->pool, listener->address);

    if (listener->port == 0)   /* pings have no port, but a direction */
        return wmem_strdup_printf(pinfo->pool, "(%s == %s and impsvc.direction == %d)", field, host,
                                  strcmp(part, "dst") == 0 ? IMPSVC_REQUEST : IMPSVC_REPLY);
    return wmem_strdup_printf(pinfo->pool, "(%s == %s and %s.%sport == %u)", field, host, impsvc_port_layer(identity),
                              part, listener->port);
}

static char *build(IMPSVC_FILTER_ARGUMENTS)
{
    impsvc_identity identity;

    if (!identify(pinfo, &identity))
        return NULL;
    return g_strdup_printf("impsvc.entry == \"%s\" and (%s or %s)", identity.match.entry->id,
                           one_way(pinfo, &identity, "dst"), one_way(pinfo, &identity, "src"));
}

void impsvc_service_filter_register(void)
{
    impsvc_register_conversation_filter("impsvc", "IM and Presence service", is_valid, build);
}
