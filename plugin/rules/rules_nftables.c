/* rules_nftables.c
 * Permits as commands for nft(8)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules/rules_nftables.h"

#include "rules/permit_groups.h"
#include "rules/permit_text.h"

#define CHAIN "inet impsvc forward"
#define LONGEST_COMMENT 120     /* nft takes 128 bytes with the NUL; some versions fewer */

static bool is_any(const impsvc_permits *permits, const GArray *hosts)
{
    return impsvc_permit_bits(&impsvc_permits_host_at(permits, g_array_index(hosts, uint32_t, 0))->prefix) == 0;
}

static void write_hosts(GString *out, const impsvc_permits *permits, const GArray *hosts, bool is_v4, const char *side)
{
    if (is_any(permits, hosts))
        return;
    g_string_append_printf(out, " %s %s %s", is_v4 ? "ip" : "ip6", side, hosts->len > 1 ? "{ " : "");
    for (unsigned i = 0; i < hosts->len; i++) {
        g_string_append(out, i > 0 ? ", " : "");
        impsvc_permit_prefix(out, &impsvc_permits_host_at(permits, g_array_index(hosts, uint32_t, i))->prefix);
    }
    g_string_append(out, hosts->len > 1 ? " }" : "");
}

static void write_ports(GString *out, const impsvc_permit_service *service)
{
    const char *transport = impsvc_permit_transport(service->transport);

    if (service->transport == IMPSVC_ICMP) {
        g_string_append(out, service->is_v4 ? " icmp type echo-request" : " icmpv6 type echo-request");
        return;
    }
    if (service->port == 0 && service->sources.first == 0)
        g_string_append_printf(out, " meta l4proto %s", transport);
    if (service->sources.first != 0) {
        g_string_append_printf(out, " %s sport ", transport);
        impsvc_permit_ports(out, service->sources, '-');
    }
    if (service->port != 0)
        g_string_append_printf(out, " %s dport %u", transport, service->port);
}

static void write_rule(GString *out, const impsvc_permits *permits, const impsvc_permit_service *service,
                       const impsvc_permit_group *group, uint8_t *said)
{
    char *purpose = impsvc_permit_purpose(service, LONGEST_COMMENT);
    const char *sign = impsvc_permit_begin(out, "#", service, said);

    g_string_append_printf(out, "%sadd rule " CHAIN, sign);
    if (is_any(permits, group->from) && is_any(permits, group->to))
        g_string_append_printf(out, " meta nfproto %s", service->is_v4 ? "ipv4" : "ipv6");
    write_hosts(out, permits, group->from, service->is_v4, "saddr");
    write_hosts(out, permits, group->to, service->is_v4, "daddr");
    write_ports(out, service);
    g_string_append_printf(out, " accept comment \"%s\"\n", purpose);
    g_free(purpose);
}

/* Without a rule there is no chain either: it would drop everything. */
static void write_chain(GString *out, impsvc_rules_source source)
{
    if (source == IMPSVC_RULES_MISSING)
        g_string_append(out, "# These rules are added to the chain of the planned ones. If your firewall has others, put what comes after\n"
                             "# \"forward\" into your own chain, before what drops.\n"
                             "add table inet impsvc\nadd chain " CHAIN "\n");
    else
        g_string_append(out, "# nft -f loads this file. Its chain drops everything else that is forwarded.\n"
                             "add table inet impsvc\n"
                             "add chain " CHAIN " { type filter hook forward priority filter; policy drop; }\n"
                             "flush chain " CHAIN "\n"
                             "add rule " CHAIN " ct state established,related accept comment "
                             "\"answers, and ICMP errors about what is let through\"\n");
}

void impsvc_rules_nftables(GString *out, const impsvc_permits *permits, impsvc_rules_source source)
{
    const GPtrArray *services = impsvc_permits_services(permits);
    uint8_t said = IMPSVC_PERMIT_SURE;

    if (impsvc_permits_any(permits, true) || impsvc_permits_any(permits, false))
        write_chain(out, source);
    for (unsigned i = 0; i < services->len; i++) {
        const impsvc_permit_service *service = (const impsvc_permit_service *)g_ptr_array_index(services, i);
        GPtrArray *groups = impsvc_permit_groups_of(permits, service);

        for (unsigned j = 0; j < groups->len; j++)
            write_rule(out, permits, service, (const impsvc_permit_group *)g_ptr_array_index(groups, j), &said);
        g_ptr_array_free(groups, TRUE);
    }
}
