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

static void write_end(GString *out, const impsvc_cisco *list, const impsvc_permits *permits, uint32_t host, uint16_t port)
{
    g_string_append_c(out, ' ');
    write_host(out, list, &impsvc_permits_host_at(permits, host)->prefix);
    if (port != 0)
        g_string_append_printf(out, " eq %u", port);
}

/* A doubtful line is a comment. */
static void write_beginning(GString *out, const impsvc_cisco *list, const impsvc_permit_service *service)
{
    bool is_sure = service->doubt == IMPSVC_PERMIT_SURE;

    g_string_append_printf(out, "%s%s%s", is_sure ? "" : "!? ", list->permit + (!is_sure && list->permit[0] == ' '),
                           service->transport == IMPSVC_ICMP && !service->is_v4 ? list->icmp_v6 : impsvc_permit_transport(service->transport));
}

static void write_request(GString *out, const impsvc_cisco *list, const impsvc_permits *permits, const impsvc_permit_service *service,
                          const impsvc_permit_pair *pair)
{
    write_beginning(out, list, service);
    write_end(out, list, permits, pair->from, service->source_port);
    write_end(out, list, permits, pair->to, service->port);
    if (service->transport == IMPSVC_ICMP)
        g_string_append_printf(out, " %s", service->is_v4 ? "echo" : list->echo_v6);
    g_string_append_c(out, '\n');
}

static void write_answer(GString *out, const impsvc_cisco *list, const impsvc_permits *permits, const impsvc_permit_service *service,
                         const impsvc_permit_pair *pair)
{
    write_beginning(out, list, service);
    write_end(out, list, permits, pair->to, service->port);
    write_end(out, list, permits, pair->from, service->source_port);
    if (service->transport == IMPSVC_ICMP)
        g_string_append(out, " echo-reply");
    else if (service->transport == IMPSVC_TCP)
        g_string_append(out, " established");
    g_string_append_c(out, '\n');
}

static int by_ends(const void *a, const void *b)
{
    const impsvc_permit_pair *one = (const impsvc_permit_pair *)a;
    const impsvc_permit_pair *other = (const impsvc_permit_pair *)b;

    if (one->from != other->from)
        return one->from < other->from ? -1 : 1;
    return one->to < other->to ? -1 : one->to > other->to;
}

/* Where both ports are the same one, what a host answers looks like what it asks. */
static bool is_a_request_too(const impsvc_permit_service *service, const impsvc_permit_pair *pair)
{
    impsvc_permit_pair turned = { .from = pair->to, .to = pair->from };

    return service->transport == IMPSVC_UDP && service->port == service->source_port
           && g_array_binary_search(service->pairs, &turned, by_ends, NULL);
}

/* An answer that nobody waits for may come all the same, as to an SNMP inform; from a group there is none. */
static bool needs_answer(const impsvc_cisco *list, const impsvc_permits *permits, const impsvc_permit_service *service,
                         const impsvc_permit_pair *pair)
{
    if (list->is_stateful && service->transport != IMPSVC_ICMP)
        return false;
    return !impsvc_ip_is_group(&impsvc_permits_host_at(permits, pair->to)->prefix.address) && !is_a_request_too(service, pair);
}

static void write_service(GString *out, const impsvc_cisco *list, const impsvc_permits *permits, const impsvc_permit_service *service,
                          uint8_t *said)
{
    char *purpose = impsvc_permit_purpose(service, LONGEST_REMARK);

    (void)impsvc_permit_begin(out, "!", service, said);
    if (service->doubt != IMPSVC_PERMIT_SURE)
        g_string_append_printf(out, "! %s\n", purpose);
    else
        write_remark(out, list, purpose);
    for (unsigned i = 0; i < service->pairs->len; i++) {
        const impsvc_permit_pair *pair = &g_array_index(service->pairs, impsvc_permit_pair, i);

        write_request(out, list, permits, service, pair);
        if (needs_answer(list, permits, service, pair))
            write_answer(out, list, permits, service, pair);
    }
    g_free(purpose);
}

void impsvc_cisco_services(GString *out, const impsvc_cisco *list, const impsvc_permits *permits, bool is_v4)
{
    const GPtrArray *services = impsvc_permits_services(permits);
    uint8_t said = IMPSVC_PERMIT_SURE;

    for (unsigned i = 0; i < services->len; i++) {
        const impsvc_permit_service *service = (const impsvc_permit_service *)g_ptr_array_index(services, i);

        if (service->is_v4 == is_v4)
            write_service(out, list, permits, service, &said);
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
