/* filter_spy.c
 * A plugin for tests: shows the conversation filter that the window would offer for a packet
 *
 * The menus of the window ask the plugin's filter about the packet that is selected. This asks it
 * of every packet that was seen before (tshark -2), and adds the answer as impsvc_spy.filter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/compat.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = "1";
WS_DLL_PUBLIC_DEF const int plugin_want_major = VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
IMPSVC_PLUGIN_DESCRIBE(WS_PLUGIN_DESC_DISSECTOR)

static int hf_filter = -1;

static int spy(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    char *filter = conversation_filter_from_packet(pinfo);

    if (filter != NULL)
        proto_tree_add_string(tree, hf_filter, tvb, 0, 0, filter);
    g_free(filter);
    return (int)tvb_captured_length(tvb);
}

static void register_spy(void)
{
    static hf_register_info fields[] = {
        { &hf_filter, { "Filter", "impsvc_spy.filter", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL } }
    };
    int proto = proto_register_protocol("IM and Presence filter spy", "IM&P spy", "impsvc_spy");

    proto_register_field_array(proto, fields, array_length(fields));
    register_postdissector(register_dissector("impsvc_spy", spy, proto));
}

/* The protocol asked last is asked first. */
static void ask_for_ours(void)
{
    add_conversation_filter_protocol("impsvc");
}

void plugin_register(void)
{
    static proto_plugin plugin = { register_spy, ask_for_ours };

    proto_register_plugin(&plugin);
}
