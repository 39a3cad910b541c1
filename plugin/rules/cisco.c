/* cisco.c
 * What access lists of Cisco IOS and ASA have in common: a line for each pair of hosts, and remarks
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules/cisco.h"

#include "rules/permit_text.h"

#define LONGEST_REMARK 100

/* "any", "host 10.1.0.11", "10.1.4.0 255.255.255.0", "2001:db8::/64" */
static void write_host(GString *out, const impsvc_cisco *list, const impsvc_prefix *prefix)
{
    bool is_v4 = impsvc_prefix_is_v4(prefix);
    unsigned bits = impsvc_permit_bits(prefix);
    uint32_t mask;

    if (bits == 0) {
        g_string_append(out, is_v4 ? list->any_v4 : list->any_v6);
        return;
    }
    if (impsvc_permit_is_host(prefix))
        g_string_append(out, "host ");
    if (!is_v4 || impsvc_permit_is_host(prefix)) {
        impsvc_permit_prefix(out, prefix);
        return;
    }
    mask = list->has_wildcards ? UINT32_MAX >> bits : ~(UINT32_MAX >> bits);
    impsvc_permit_address(out, &prefix->address);
    g_string_append_printf(out, " %u.%u.%u.%u", mask >> 24, mask >> 16 & 0xff, mask >> 8 & 0xff, mask & 0xff);
}

static void write_remark(GString *out, const impsvc_cisco *list, const char *text)
{
    g_string_append(out, list->remark);
    impsvc_permit_append_ascii(out, text, LONGEST_REMARK);
    g_string_append_c(out, '\n');
}

static void write_end(GString *out, const impsvc_cisco *list, const impsvc_permits *permits, uint32_t host, impsvc_port_range ports)
{
    g_string_append_c(out, ' ');
    write_host(out, list, &impsvc_permits_host_at(permits, host)->prefix);
    if (ports.first == 0)
        return;
    g_string_append(out, ports.first == ports.last ? " eq " : " range ");
    impsvc_permit_ports(out, ports, ' ');
}

/* The lines of one service. */
typedef struct {
    GString                     *out;
    const impsvc_cisco          *list;
    const impsvc_permits        *permits;
    const impsvc_permit_service *service;
    const char                  *sign;      /* what makes a doubtful line a comment, or nothing */
} writing;

/* what: which of the packets between these two, or NULL. */
static void write_line(const writing *to, uint32_t from, impsvc_port_range from_ports, uint32_t host, impsvc_port_range ports,
                       const char *what)
{
    const char *permit = to->list->permit;

    g_string_append_printf(to->out, "%s%s%s", to->sign, permit + (to->sign[0] != '\0' && permit[0] == ' '),
                           to->service->transport == IMPSVC_ICMP && !to->service->is_v4 ? to->list->icmp_v6
                                                                                       : impsvc_permit_transport(to->service->transport));
    write_end(to->out, to->list, to->permits, from, from_ports);
    write_end(to->out, to->list, to->permits, host, ports);
    if (what != NULL)
        g_string_append_printf(to->out, " %s", what);
    g_string_append_c(to->out, '\n');
}

static impsvc_port_range listeners_port(const impsvc_permit_service *service)
{
    return (impsvc_port_range){ service->port, service->port };
}

static void write_request(const writing *to, const impsvc_permit_pair *pair)
{
    const impsvc_permit_service *service = to->service;

    write_line(to, pair->from, service->sources, pair->to, listeners_port(service),
               service->transport != IMPSVC_ICMP ? NULL : service->is_v4 ? "echo" : to->list->echo_v6);
}

static void write_answer(const writing *to, const impsvc_permit_pair *pair)
{
    const impsvc_permit_service *service = to->service;

    write_line(to, pair->to, listeners_port(service), pair->from, service->sources,
               service->transport == IMPSVC_ICMP ? "echo-reply" : service->transport == IMPSVC_TCP ? "established" : NULL);
}

/* Where both ports are the same one, what a host answers looks like what it asks. */
static bool is_a_request_too(const impsvc_permit_service *service, const impsvc_permit_pair *pair)
{
    return service->transport == IMPSVC_UDP && service->port == service->sources.first && service->port == service->sources.last
           && impsvc_permit_has_pair(service, pair->to, pair->from);
}

/* An answer that nobody waits for may come all the same, as to an SNMP inform; from a group there is none. */
static bool needs_answer(const writing *to, const impsvc_permit_pair *pair)
{
    if (to->list->is_stateful && to->service->transport != IMPSVC_ICMP)
        return false;
    return !impsvc_ip_is_group(&impsvc_permits_host_at(to->permits, pair->to)->prefix.address) && !is_a_request_too(to->service, pair);
}

static void write_service(const writing *to)
{
    const impsvc_permit_service *service = to->service;
    char *purpose = impsvc_permit_purpose(service, LONGEST_REMARK);

    if (to->sign[0] != '\0')
        g_string_append_printf(to->out, "! %s\n", purpose);
    else
        write_remark(to->out, to->list, purpose);
    for (unsigned i = 0; i < service->pairs->len; i++) {
        const impsvc_permit_pair *pair = &g_array_index(service->pairs, impsvc_permit_pair, i);

        write_request(to, pair);
        if (needs_answer(to, pair))
            write_answer(to, pair);
    }
    g_free(purpose);
}

void impsvc_cisco_services(GString *out, const impsvc_cisco *list, const impsvc_permits *permits, bool is_v4)
{
    const GPtrArray *services = impsvc_permits_services(permits);
    uint8_t said = IMPSVC_PERMIT_SURE;

    for (unsigned i = 0; i < services->len; i++) {
        const impsvc_permit_service *service = (const impsvc_permit_service *)g_ptr_array_index(services, i);

        if (service->is_v4 == is_v4) {
            writing to = { out, list, permits, service, impsvc_permit_begin(out, "!", service, &said) };

            write_service(&to);
        }
    }
}

/* The hosts of sure services; as many flags as there are hosts, to be freed. */
static bool *hosts_in_use(const impsvc_permits *permits)
{
    const GPtrArray *services = impsvc_permits_services(permits);
    bool *in_use = g_new0(bool, impsvc_permits_hosts(permits) + 1);

    for (unsigned i = 0; i < services->len; i++) {
        const impsvc_permit_service *service = (const impsvc_permit_service *)g_ptr_array_index(services, i);

        for (unsigned j = 0; service->doubt == IMPSVC_PERMIT_SURE && j < service->pairs->len; j++) {
            const impsvc_permit_pair *pair = &g_array_index(service->pairs, impsvc_permit_pair, j);

            in_use[pair->from] = in_use[pair->to] = true;
        }
    }
    return in_use;
}

void impsvc_cisco_errors(GString *out, const impsvc_cisco *list, const impsvc_permits *permits, bool is_v4)
{
    static const char *const v4[] = { "unreachable", "time-exceeded" };     /* too big is one of the first */
    static const char *const v6[] = { "packet-too-big", "unreachable", "time-exceeded" };
    bool *in_use = hosts_in_use(permits);

    write_remark(out, list, "ICMP errors, which path MTU discovery needs");
    for (uint32_t i = 0; i < impsvc_permits_hosts(permits); i++) {
        const impsvc_prefix *prefix = &impsvc_permits_host_at(permits, i)->prefix;

        if (!in_use[i] || impsvc_prefix_is_v4(prefix) != is_v4 || impsvc_ip_is_group(&prefix->address))
            continue;
        for (unsigned j = 0; j < (is_v4 ? G_N_ELEMENTS(v4) : G_N_ELEMENTS(v6)); j++) {
            g_string_append_printf(out, "%s%s %s ", list->permit, is_v4 ? "icmp" : list->icmp_v6, is_v4 ? list->any_v4 : list->any_v6);
            write_host(out, list, prefix);
            g_string_append_printf(out, " %s\n", is_v4 ? v4[j] : v6[j]);
        }
    }
    g_free(in_use);
}
