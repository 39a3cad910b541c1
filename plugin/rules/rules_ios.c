/* rules_ios.c
 * Permits as extended access lists of Cisco IOS
 *
 * A permit line that names ports lets later fragments pass by their addresses alone (Cisco, "Access Control Lists and IP Fragments"), so
 * they need no line. Neighbour discovery is permitted by IOS itself at the end of a list for IPv6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules/rules_ios.h"

#include "rules/cisco.h"
#include "rules/permit_text.h"

/* "10.1.4.0 0.0.0.255": bits that do not matter are ones. */
static void write_host(GString *out, const impsvc_prefix *prefix)
{
    unsigned bits = impsvc_permit_bits(prefix);
    uint32_t wildcard;

    if (impsvc_cisco_any_or_host(out, prefix))
        return;
    if (!impsvc_prefix_is_v4(prefix)) {
        impsvc_permit_prefix(out, prefix);
        return;
    }
    wildcard = UINT32_MAX >> bits;
    impsvc_permit_address(out, &prefix->address);
    g_string_append_printf(out, " %u.%u.%u.%u", wildcard >> 24, wildcard >> 16 & 0xff, wildcard >> 8 & 0xff, wildcard & 0xff);
}

void impsvc_rules_ios(GString *out, const impsvc_permits *permits, impsvc_rules_source source)
{
    static const impsvc_cisco list = { " remark ", " permit ", "icmp", false, write_host };
    bool is_any = impsvc_permits_any(permits, true) || impsvc_permits_any(permits, false);

    if (source != IMPSVC_RULES_MISSING && is_any)
        g_string_append(out, "! Each list fits both directions of an interface (ip access-group IMPSVC in, ipv6 traffic-filter IMPSVC-V6 in).\n"
                             "! It denies everything else. Later fragments pass by the addresses of a line, so they have none.\n");
    for (int is_v4 = 1; is_v4 >= 0; is_v4--) {
        bool sure = impsvc_permits_any(permits, is_v4);

        if (sure)
            g_string_append(out, is_v4 ? "ip access-list extended IMPSVC\n" : "ipv6 access-list IMPSVC-V6\n");
        impsvc_cisco_services(out, &list, permits, is_v4);
        if (sure)
            impsvc_cisco_errors(out, &list, permits, is_v4);
    }
}
