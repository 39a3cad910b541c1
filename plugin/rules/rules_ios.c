/* rules_ios.c
 * Permits as extended access lists of Cisco IOS
 *
 * A permit line that names ports lets later fragments pass by their addresses alone (Cisco IOS IP Configuration Guide, "Specifying IP
 * Extended Access Lists with Fragment Control"; "as in IPv4", says the Catalyst 3650 guide, "Configuring IPv6 ACLs", of IPv6), so they need
 * no line. Neighbour discovery is permitted by IOS itself at the end of a list for IPv6, and no two lists may have one name, not even of
 * different versions of IP (both: "Configuring IPv6 ACLs"). A remark has up to 100 characters (command reference, "remark").
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules/rules_ios.h"

#include "rules/cisco.h"

void impsvc_rules_ios(GString *out, const impsvc_permits *permits, impsvc_rules_source source)
{
    static const impsvc_cisco list = { .remark = " remark ", .permit = " permit ", .icmp_v6 = "icmp", .echo_v6 = "echo-request",
                                       .any_v4 = "any", .any_v6 = "any", .has_wildcards = true, .is_stateful = false };
    bool is_any = impsvc_permits_any(permits, true) || impsvc_permits_any(permits, false);

    if (source != IMPSVC_RULES_MISSING && is_any)
        g_string_append(out, "! Each list fits both directions of an interface (ip access-group IMPSVC in, ipv6 traffic-filter IMPSVC-V6 in).\n"
                             "! It denies everything else. Later fragments match on addresses alone and need no line.\n"
                             "! Remove an older list of this name first (no ip access-list extended IMPSVC): lines are added to it.\n");
    else if (is_any)
        g_string_append(out, "! Put these lines into your own list, under its name, before what it denies.\n");
    for (int is_v4 = 1; is_v4 >= 0; is_v4--) {
        bool sure = impsvc_permits_any(permits, is_v4);

        if (sure)
            g_string_append(out, is_v4 ? "ip access-list extended IMPSVC\n" : "ipv6 access-list IMPSVC-V6\n");
        impsvc_cisco_services(out, &list, permits, is_v4);
        if (sure)
            impsvc_cisco_errors(out, &list, permits, is_v4);
    }
}
