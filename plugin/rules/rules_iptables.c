/* rules_iptables.c
 * Permits for iptables-restore(8) and ip6tables-restore(8)
 *
 * Lists of addresses are iptables' own: it makes a rule of each pair.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules/rules_iptables.h"

#include "rules/permit_groups.h"
#include "rules/permit_text.h"

#define LONGEST_COMMENT 120
#define MOST_HOSTS 64   /* in one list: iptables-restore reads lines of at most 10 kB */

typedef struct {
    char    command;    /* A to append a rule, I to insert it */
    uint8_t said;       /* the doubt that was said last */
} writing;

static void write_hosts(GString *out, const impsvc_permits *permits, const GArray *hosts, unsigned first, const char *option)
{
    for (unsigned i = first; i < hosts->len && i < first + MOST_HOSTS; i++) {
        g_string_append(out, i == first ? option : ",");
        impsvc_permit_prefix(out, &impsvc_permits_host_at(permits, g_array_index(hosts, uint32_t, i))->prefix);
    }
}

static void write_ports(GString *out, const impsvc_permit_service *service)
{
    if (service->transport == IMPSVC_ICMP) {
        g_string_append(out, service->is_v4 ? " -p icmp --icmp-type echo-request" : " -p ipv6-icmp --icmpv6-type echo-request");
        return;
    }
    g_string_append_printf(out, " -p %s", impsvc_permit_transport(service->transport));
    if (service->sources.first != 0) {
        g_string_append(out, " --sport ");
        impsvc_permit_ports(out, service->sources, ':');
    }
    if (service->port != 0)
        g_string_append_printf(out, " --dport %u", service->port);
}

static void write_rule(GString *out, const impsvc_permits *permits, const impsvc_permit_service *service,
                       const impsvc_permit_group *group, unsigned from, unsigned to, writing *how)
{
    char *purpose = impsvc_permit_purpose(service, LONGEST_COMMENT);
    const char *sign = impsvc_permit_begin(out, "#", service, &how->said);

    g_string_append_printf(out, "%s-%c FORWARD %s", sign, how->command, service->is_v4 ? "-4" : "-6");
    write_hosts(out, permits, group->from, from, " -s ");
    write_hosts(out, permits, group->to, to, " -d ");
    write_ports(out, service);
    g_string_append_printf(out, " -m comment --comment \"%s\" -j ACCEPT\n", purpose);
    g_free(purpose);
}

static void write_service(GString *out, const impsvc_permits *permits, const impsvc_permit_service *service, writing *how)
{
    GPtrArray *groups = impsvc_permit_groups_of(permits, service);

    for (unsigned i = 0; i < groups->len; i++) {
        const impsvc_permit_group *group = (const impsvc_permit_group *)g_ptr_array_index(groups, i);

        for (unsigned from = 0; from < group->from->len; from += MOST_HOSTS)
            for (unsigned to = 0; to < group->to->len; to += MOST_HOSTS)
                write_rule(out, permits, service, group, from, to, how);
    }
    g_ptr_array_free(groups, TRUE);
}

/* Without a rule there is no chain either: it would drop everything. */
static void write_chain(GString *out, impsvc_rules_source source)
{
    if (source == IMPSVC_RULES_MISSING)
        g_string_append(out, "# iptables-restore --noflush and ip6tables-restore --noflush put this before the rules that are there.\n*filter\n");
    else
        g_string_append(out, "# iptables-restore and ip6tables-restore replace the whole filter table by this, INPUT and OUTPUT included; with --noflush\n"
                             "# it is added to what is there. Everything else that is forwarded is dropped.\n"
                             "*filter\n"
                             ":FORWARD DROP [0:0]\n"
                             "-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "
                             "\"answers, and ICMP errors about what is let through\" -j ACCEPT\n");
}

void impsvc_rules_iptables(GString *out, const impsvc_permits *permits, impsvc_rules_source source)
{
    const GPtrArray *services = impsvc_permits_services(permits);
    writing how = { source == IMPSVC_RULES_MISSING ? 'I' : 'A', IMPSVC_PERMIT_SURE };
    bool is_any = impsvc_permits_any(permits, true) || impsvc_permits_any(permits, false);

    if (is_any)
        write_chain(out, source);
    for (unsigned i = 0; i < services->len; i++)
        write_service(out, permits, (const impsvc_permit_service *)g_ptr_array_index(services, i), &how);
    if (is_any)
        g_string_append(out, "COMMIT\n");
}
