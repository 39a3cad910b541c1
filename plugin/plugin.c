/* plugin.c
 * What Wireshark loads: version, registration, and the order of things
 *
 * A packet's way: ports.c or inside_tls.c while it is dissected (through
 * owners.c and native.c), then annotate.c, then the statistics. README.md in this
 * folder has the map.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin.h"

#include "compat.h"

#include <wsutil/filesystem.h>
#include <wsutil/report_message.h>

#include "annotate.h"
#include "beginning.h"
#include "catalog_index.h"
#include "conversations.h"
#include "found.h"
#include "heuristics.h"
#include "icmp.h"
#include "inside_tls.h"
#include "native.h"
#include "ports.h"
#include "preferences.h"
#include "problems.h"
#include "protocols.h"
#include "remember.h"
#include "service_filter.h"
#include "stats_flows.h"
#include "stats_nodes.h"
#include "stats_table.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = PLUGIN_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
IMPSVC_PLUGIN_DESCRIBE(WS_PLUGIN_DESC_DISSECTOR | WS_PLUGIN_DESC_TAP_LISTENER)

static int proto_impsvc = -1;
static int proto_payload = -1;

int impsvc_proto(void)
{
    return proto_impsvc;
}

int impsvc_payload_proto(void)
{
    return proto_payload;
}

static void register_protocol(void)
{
    /* When Wireshark copies a profile, what the profile's installer noted in it goes along (catalog/profile/record.py). */
    profile_register_persconffile("impsvc_profile");

    proto_impsvc = proto_register_protocol(IMPSVC_NAME, "IM&P", "impsvc");
    proto_payload = proto_register_protocol_in_name_only("IM and Presence payload", "IM&P payload", "impsvc_payload",
                                                         proto_impsvc, FT_PROTOCOL);
    impsvc_inside_tls_register();
    impsvc_conversations_register();
    impsvc_found_register();
    impsvc_preferences_register(proto_impsvc);
    impsvc_annotate_register(proto_impsvc);
    impsvc_stats_table_register();
    impsvc_stats_nodes_register();
    impsvc_stats_flows_register();
    impsvc_service_filter_register();
}

/* Plugins' handoffs run when all of Wireshark's own have: whoever owns a port stands in the tables now. */
static void hand_off(void)
{
    impsvc_protocols_init();
    impsvc_beginning_init();
    impsvc_remember_init();
    impsvc_problems_init();
    impsvc_native_handoff();
    impsvc_ports_handoff();
    impsvc_inside_tls_handoff();
    impsvc_icmp_handoff();
    if (!impsvc_heuristics_handoff())
        report_failure("impsvc: the catalog has more tables and carriers than the plugin has heuristics; some are missing");
}

void plugin_register(void)
{
    static proto_plugin plugin = { register_protocol, hand_off };

    if (!impsvc_index_build()) {
        (void)fprintf(stderr, "impsvc: the catalog is larger than the plugin's index; the plugin is not used\n");
        return;
    }
    proto_register_plugin(&plugin);
}
