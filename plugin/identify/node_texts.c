/* node_texts.c
 * What a user writes into a row of impsvc_nodes: is it an address or prefix, is it a name
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/node_texts.h"

#include <string.h>

#include <glib.h>
#include <wsutil/inet_addr.h>

bool impsvc_parse_prefix(const char *text, impsvc_prefix *prefix, char **error)
{
    const char *slash = strchr(text, '/');
    char *address = slash == NULL ? g_strdup(text) : g_strndup(text, (size_t)(slash - text));
    ws_in4_addr v4_address;
    ws_in6_addr v6_address;
    bool v4 = ws_inet_pton4(address, &v4_address);
    bool valid = v4 || ws_inet_pton6(address, &v6_address);
    uint64_t most = v4 ? 32 : 128;
    uint64_t length = most;

    g_free(address);
    if (!valid) {
        *error = g_strdup_printf("Address: \"%s\" is no IPv4 or IPv6 address or prefix", text);
        return false;
    }
    if (slash != NULL && !g_ascii_string_to_unsigned(slash + 1, 10, 0, most, &length, NULL)) {
        *error = g_strdup_printf("Address: the prefix length of \"%s\" is no number from 0 to %u", text, (unsigned)most);
        return false;
    }
    prefix->address = v4 ? impsvc_ip_from_v4((const uint8_t *)&v4_address)
                         : impsvc_ip_from_v6((const uint8_t *)&v6_address);
    prefix->length = (uint8_t)(length + (v4 ? IMPSVC_IP_V4_BITS : 0));
    return true;
}

char *impsvc_cluster_error(const char *name, const char *address)
{
    if (!g_utf8_validate(name, -1, NULL))
        return g_strdup_printf("Cluster: the name is no UTF-8 (row of %s)", address);
    for (const char *at = name; *at != '\0'; at = g_utf8_next_char(at))
        if (!g_unichar_isprint(g_utf8_get_char(at)))
            return g_strdup_printf("Cluster: \"%s\" has a character that cannot be seen (row of %s)", name, address);
    if (g_unichar_isspace(g_utf8_get_char(name))
        || (name[0] != '\0' && g_unichar_isspace(g_utf8_get_char(g_utf8_prev_char(name + strlen(name))))))
        return g_strdup_printf("Cluster: \"%s\" begins or ends with a space (row of %s)", name, address);
    return NULL;
}
