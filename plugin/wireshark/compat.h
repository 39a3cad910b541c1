/* compat.h
 * What differs between the Wireshark versions the plugin builds for: 4.0 to 4.6, and what is known of 5.0
 *
 * The only place that asks for a version. Include this instead of epan/packet.h,
 * which many epan headers need first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_COMPAT_H
#define IMPSVC_COMPAT_H

#include <epan/packet.h>
#include <epan/conversation_filter.h>
#include <epan/stats_tree.h>

/* VERSION_MAJOR and VERSION_MINOR come from CMakeLists.txt, which has them from Wireshark's own package. */
#if VERSION_MAJOR < 4 || (VERSION_MAJOR == 4 && VERSION_MINOR < 2)
/* 4.0: GLib's types in call-backs of users' tables and of memory, heuristics inside TLS get the place of the session's
 * dissector itself, conversation filters get the packet only, and one function has another name. */
typedef gboolean impsvc_row_bool;
typedef gboolean impsvc_memory_bool;
#define impsvc_tls_app_handle(data) ((dissector_handle_t *)(data))
#define impsvc_strbuf_new_sized(pool, size) wmem_strbuf_sized_new((pool), (size), 0)
#define IMPSVC_FILTER_ARGUMENTS packet_info *pinfo
#define impsvc_register_conversation_filter(protocol, title, is_valid, build)                                           \
    register_conversation_filter((protocol), (title), (is_valid), (build))
#else
/* 4.2 and later: C's types there, the place of the session's dissector is in a struct, and conversation filters get data of
 * ours, too. */
#include <epan/dissectors/packet-tls.h>
typedef bool impsvc_row_bool;
typedef bool impsvc_memory_bool;
#define impsvc_tls_app_handle(data) (((struct tlsinfo *)(data))->app_handle)
#define impsvc_strbuf_new_sized(pool, size) wmem_strbuf_new_sized((pool), (size))
#define IMPSVC_FILTER_ARGUMENTS packet_info *pinfo, void *data _U_
#define impsvc_register_conversation_filter(protocol, title, is_valid, build)                                           \
    register_conversation_filter((protocol), (title), (is_valid), (build), NULL)
#endif

#if VERSION_MAJOR < 4 || (VERSION_MAJOR == 4 && VERSION_MINOR < 4)
/* Up to 4.2: GLib's types in all other call-backs, in preferences and in names of functions; no plugin_describe(), "/" between
 * the parts of a statistics menu path, AgentX's dissector cannot read variable bindings, and interfaces are numbered through
 * the file. */
typedef gboolean impsvc_bool;
#define IMPSVC_MENU_SEPARATOR "/"
#define IMPSVC_PLUGIN_DESCRIBE(what)
#define IMPSVC_AGENTX_KNOWS_BINDINGS false
#define impsvc_uint_to_str_buf(value, buffer, size) guint32_to_str_buf((value), (buffer), (size))
#define impsvc_interface_name(pinfo, number) epan_get_interface_name((pinfo)->epan, (number))
#else
/* 4.4 and later: C's types; the plugin says what it provides; "//" separates, since titles may contain a slash; each section of a
 * file has interfaces of its own. */
#include <wsutil/plugins.h>
typedef bool impsvc_bool;
#define IMPSVC_MENU_SEPARATOR STATS_TREE_MENU_SEPARATOR
#define IMPSVC_AGENTX_KNOWS_BINDINGS true
#define impsvc_uint_to_str_buf(value, buffer, size) uint32_to_str_buf((value), (buffer), (size))
#define impsvc_interface_name(pinfo, number)                                                                             \
    epan_get_interface_name((pinfo)->epan, (number),                                                                    \
                            (pinfo)->rec->presence_flags & WTAP_HAS_SECTION_NUMBER ? (pinfo)->rec->section_number : 0)
#define IMPSVC_PLUGIN_DESCRIBE(what)                                                                                    \
    WS_DLL_PUBLIC uint32_t plugin_describe(void);                                                                       \
    uint32_t plugin_describe(void)                                                                                      \
    {                                                                                                                   \
        return (what);                                                                                                  \
    }
#endif

#if VERSION_MAJOR < 4 || (VERSION_MAJOR == 4 && VERSION_MINOR < 6)
/* Up to 4.4 packets over UDP may have the conversation that was announced for one of their ends. */
#define IMPSVC_UDP_ANNOUNCED_BESIDE false
/* What a statistic for tshark only returns when it has begun. */
typedef void impsvc_begun;
#define IMPSVC_BEGUN
#else
/* Since 4.6 they have one of their own, whatever was announced, and statistics say whether they could begin. */
#define IMPSVC_UDP_ANNOUNCED_BESIDE true
typedef bool impsvc_begun;
#define IMPSVC_BEGUN true
#endif

#if VERSION_MAJOR < 5
typedef int impsvc_offset;          /* of a byte in a tvb, or a number of them */
#else
/* In what becomes 5.0 neither can be negative. */
typedef unsigned impsvc_offset;
#endif

#endif /* IMPSVC_COMPAT_H */
