/* rules_asa.c
 * Permits as an extended access list of Cisco ASA
 *
 * One list has both versions of IP since 9.0, where any is any4 and any6; ICMP of IPv6 is icmp6, and its request is called echo there, not
 * echo-request as in IOS. Answers over TCP and UDP need no line, those over ICMP do unless it is inspected, and in routed mode no list lets
 * multicast pass (Cisco ASA Series Firewall CLI Configuration Guide, "Access Rules"). Fragments are put together before a list is asked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules/rules_asa.h"

#include "rules/cisco.h"

static void say_what_multicast_needs(GString *out, const impsvc_permits *permits)
{
    for (uint32_t i = 0; i < impsvc_permits_hosts(permits); i++)
        if (impsvc_ip_is_group(&impsvc_permits_host_at(permits, i)->prefix.address)) {
            g_string_append(out, "! In routed mode an ASA passes no multicast, whatever its list says: lines with a group count in transparent mode.\n");
            return;
        }
}

void impsvc_rules_asa(GString *out, const impsvc_permits *permits, impsvc_rules_source source)
{
    static const impsvc_cisco list = { .remark = "access-list IMPSVC remark ", .permit = "access-list IMPSVC extended permit ",
                                       .icmp_v6 = "icmp6", .echo_v6 = "echo", .any_v4 = "any4", .any_v6 = "any6",
                                       .has_wildcards = false, .is_stateful = true };
    bool is_any = impsvc_permits_any(permits, true) || impsvc_permits_any(permits, false);

    if (source != IMPSVC_RULES_MISSING && is_any)
        g_string_append(out, "! The list denies everything else. The last line applies it to all interfaces, in place of a global list that is there.\n"
                             "! Remove an older list of this name first (clear configure access-list IMPSVC): lines are added to it.\n");
    else if (is_any)
        g_string_append(out, "! Put these lines into your own list, under its name, before what it denies.\n");
    say_what_multicast_needs(out, permits);
    for (int is_v4 = 1; is_v4 >= 0; is_v4--) {
        impsvc_cisco_services(out, &list, permits, is_v4);
        if (impsvc_permits_any(permits, is_v4))
            impsvc_cisco_errors(out, &list, permits, is_v4);
    }
    if (source != IMPSVC_RULES_MISSING && is_any)
        g_string_append(out, "access-group IMPSVC global\n");
}
