/* plugin.c
 * What Wireshark loads: version, registration, and the order of things
 *
 * A packet's way: ports.c or inside_tls.c while it is dissected (through
 * owners.c and native.c), then annotate.c, then the statistics. README.md in this
 * folder has the map.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define WS_BUILD_DLL        /* on Windows what this file defines is exported; elsewhere it is a no-op */
#include "wireshark/compat.h"

#include <epan/prefs.h>
#include <wsutil/filesystem.h>
#include <wsutil/report_message.h>

#include "annotate/annotate.h"
#include "annotate/problems.h"
#include "annotate/service_filter.h"
#include "core/catalog_index.h"
#include "dissect/chosen_release.h"
#include "dissect/heuristics.h"
#include "dissect/inside_tls.h"
#include "dissect/moved_ports.h"
#include "dissect/native.h"
#include "dissect/ports.h"
#include "dissect/release_menu.h"
#include "identify/dscp_table.h"
#include "identify/found.h"
#include "identify/nodes.h"
#include "identify/remember.h"
#include "language/language.h"
#include "firewall/rules_window.h"
#include "firewall/stats_check.h"
#include "firewall/stats_rules.h"
#include "records/stats_kept.h"
#include "records/stats_records.h"
#include "statistics/stats_flows.h"
#include "statistics/stats_node_rows.h"
#include "statistics/stats_nodes.h"
#include "statistics/stats_qos.h"
#include "statistics/stats_table.h"
#include "statistics/stats_unlisted.h"
#include "wireshark/announced.h"
#include "wireshark/beginning.h"
#include "wireshark/conversations.h"
#include "wireshark/icmp.h"
#include "wireshark/own_protocol.h"
#include "wireshark/packet_memory.h"
#include "wireshark/passes.h"
#include "wireshark/protocols.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = PLUGIN_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
IMPSVC_PLUGIN_DESCRIBE(WS_PLUGIN_DESC_DISSECTOR | WS_PLUGIN_DESC_TAP_LISTENER)

static void preferences_changed(void)
{
    impsvc_nodes_keep();
    impsvc_chosen_release_apply();      /* which forgets nodes that another list showed */
}

static void register_protocol(void)
{
    module_t *preferences;

    /* When Wireshark copies a profile, what the profile's installer noted in it goes along (catalog/profile/record.py). */
    profile_register_persconffile("impsvc_profile");

    impsvc_own_protocol_register();
    preferences = prefs_register_protocol(impsvc_proto(), preferences_changed);
    impsvc_inside_tls_register();
    impsvc_conversations_register();
    impsvc_packet_memory_register();
    impsvc_passes_register();
    impsvc_found_register();
    impsvc_annotate_register(impsvc_proto(), preferences);
    impsvc_chosen_release_register(preferences);
    impsvc_language_register(preferences);
    impsvc_nodes_register(preferences);
    impsvc_moved_ports_register(preferences);
    impsvc_dscp_table_register(preferences);
    impsvc_stats_table_register();
    impsvc_stats_nodes_register();
    impsvc_stats_qos_register();
    impsvc_stats_unlisted_register();
    impsvc_stats_node_rows_register();
    impsvc_stats_flows_register();
    impsvc_stats_records_register();
    impsvc_stats_kept_register();
    impsvc_stats_check_register();
    impsvc_stats_rules_register();
    impsvc_rules_window_register();
    impsvc_release_menu_register();
    impsvc_service_filter_register();
}

/* Plugins' handoffs run when all of Wireshark's own have: whoever owns a port stands in the tables now. */
static void hand_off(void)
{
    impsvc_protocols_init();
    impsvc_announced_init();
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

    if (!impsvc_index_build(&impsvc_releases[0])) {
        (void)fprintf(stderr, "impsvc: the catalog is larger than the plugin's index; the plugin is not used\n");
        return;
    }
    proto_register_plugin(&plugin);
}
