/* rules_asa.c
 * Permits as an extended access list of Cisco ASA
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules/rules_asa.h"

#include "rules/cisco.h"
#include "rules/permit_text.h"

/* "10.1.4.0 255.255.255.0" */
static void write_host(GString *out, const impsvc_prefix *prefix)
{
    unsigned bits = impsvc_permit_bits(prefix);
    uint32_t mask;

    if (impsvc_permit_bits(prefix) == 0) {
        g_string_append(out, impsvc_prefix_is_v4(prefix) ? "any4" : "any6");
        return;
    }
    if (impsvc_cisco_any_or_host(out, prefix))
        return;
    if (!impsvc_prefix_is_v4(prefix)) {
        impsvc_permit_prefix(out, prefix);
        return;
    }
    mask = ~(UINT32_MAX >> bits);
    impsvc_permit_address(out, &prefix->address);
    g_string_append_printf(out, " %u.%u.%u.%u", mask >> 24, mask >> 16 & 0xff, mask >> 8 & 0xff, mask & 0xff);
}

void impsvc_rules_asa(GString *out, const impsvc_permits *permits, impsvc_rules_source source)
{
    static const impsvc_cisco list = { "access-list IMPSVC remark ", "access-list IMPSVC extended permit ", "icmp6", true, write_host };
    bool is_any = impsvc_permits_any(permits, true) || impsvc_permits_any(permits, false);

    if (source != IMPSVC_RULES_MISSING && is_any)
        g_string_append(out, "! The list denies everything else. The last line makes it count on all interfaces.\n");
    for (int is_v4 = 1; is_v4 >= 0; is_v4--) {
        impsvc_cisco_services(out, &list, permits, is_v4);
        if (impsvc_permits_any(permits, is_v4))
            impsvc_cisco_errors(out, &list, permits, is_v4);
    }
    if (source != IMPSVC_RULES_MISSING && is_any)
        g_string_append(out, "access-group IMPSVC global\n");
}
