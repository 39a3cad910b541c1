/* flow_hosts.c
 * What all flows of a capture together say of its hosts: a verdict on one flow compares with it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "flows/flow_hosts.h"

#include <glib.h>

#include "core/seeded_hash.h"

/* The TTLs of a host's packets on one of the capture's interfaces: behind a router the same packets have others. */
typedef struct {
    uint8_t     interface;
    impsvc_ttls ttls;
} seen_ttls;

typedef struct {
    impsvc_ip address;
    bool      answers;      /* to anybody, as the listener of a service */
    GArray   *ttls;         /* of seen_ttls */
} host;

/* Two hosts, the smaller address first. */
typedef struct {
    impsvc_ip addresses[2];
    uint32_t  interfaces;   /* on which packets between them were seen, as bits */
} pair;

struct impsvc_flow_hosts {
    GHashTable *hosts;
    GHashTable *pairs;
    uint32_t    together[IMPSVC_FLOW_INTERFACES];   /* for each interface, those on which the same end's packets of a flow were seen, too */
};

static unsigned hash_host(const void *key)
{
    uint32_t words[4];

    memcpy(words, ((const host *)key)->address.bytes, sizeof words);
    return impsvc_seeded_hash(words, G_N_ELEMENTS(words));
}

static gboolean is_same_host(const void *one, const void *other)
{
    return impsvc_ip_equal(&((const host *)one)->address, &((const host *)other)->address);
}

static void free_host(void *key)
{
    g_array_free(((host *)key)->ttls, TRUE);
    g_free(key);
}

static unsigned hash_pair(const void *key)
{
    uint32_t words[8];

    memcpy(words, ((const pair *)key)->addresses, sizeof words);
    return impsvc_seeded_hash(words, G_N_ELEMENTS(words));
}

static gboolean is_same_pair(const void *one, const void *other)
{
    return memcmp(((const pair *)one)->addresses, ((const pair *)other)->addresses, sizeof((const pair *)one)->addresses) == 0;
}

static pair pair_of(const impsvc_flow_record *record)
{
    pair made = { { record->ends[0].at.address, record->ends[1].at.address }, 0 };

    if (impsvc_ip_compare(&made.addresses[0], &made.addresses[1]) > 0) {
        made.addresses[0] = record->ends[1].at.address;
        made.addresses[1] = record->ends[0].at.address;
    }
    return made;
}

impsvc_flow_hosts *impsvc_flow_hosts_new(void)
{
    impsvc_flow_hosts *hosts = g_new0(impsvc_flow_hosts, 1);

    hosts->hosts = g_hash_table_new_full(hash_host, is_same_host, free_host, NULL);
    hosts->pairs = g_hash_table_new_full(hash_pair, is_same_pair, g_free, NULL);
    return hosts;
}

void impsvc_flow_hosts_free(impsvc_flow_hosts *hosts)
{
    if (hosts == NULL)
        return;
    g_hash_table_destroy(hosts->hosts);
    g_hash_table_destroy(hosts->pairs);
    g_free(hosts);
}

static host *find_host(const impsvc_flow_hosts *hosts, const impsvc_ip *address)
{
    host wanted = { .address = *address };

    return (host *)g_hash_table_lookup(hosts->hosts, &wanted);
}

static host *get_host(impsvc_flow_hosts *hosts, const impsvc_ip *address)
{
    host *found = find_host(hosts, address);

    if (found != NULL)
        return found;
    found = g_new0(host, 1);
    found->address = *address;
    found->ttls = g_array_new(FALSE, TRUE, sizeof(seen_ttls));
    g_hash_table_add(hosts->hosts, found);
    return found;
}

static const seen_ttls *find_ttls(const host *where, uint8_t interface)
{
    for (unsigned i = 0; i < where->ttls->len; i++)
        if (g_array_index(where->ttls, seen_ttls, i).interface == interface)
            return &g_array_index(where->ttls, seen_ttls, i);
    return NULL;
}

static void add_ttl(host *where, uint8_t interface, uint8_t ttl)
{
    seen_ttls *known = (seen_ttls *)find_ttls(where, interface);

    if (known == NULL) {
        seen_ttls made = { .interface = interface };

        g_array_append_val(where->ttls, made);
        known = &g_array_index(where->ttls, seen_ttls, where->ttls->len - 1);
    }
    impsvc_ttls_add(&known->ttls, ttl);
}

static bool is_reset(const impsvc_flow_packet *packet)
{
    return packet->has_tcp && (packet->flags & IMPSVC_FLAG_RST);
}

/* Most packets say nothing of their sender that its others of the flow have not said. */
static bool is_news(const impsvc_flow_end *sender, const impsvc_flow_packet *packet)
{
    bool spoke = sender->sent & ~(IMPSVC_SENT | IMPSVC_SENT_RST) || (!packet->has_tcp && sender->sent != 0);

    return !spoke || (packet->has_ip && (packet->ttl != sender->ttl_least || packet->ttl != sender->ttl_most))
           || (packet->has_interface && (sender->interfaces >> impsvc_flow_interface_of(packet) & 1) == 0);
}

static void note_interface(impsvc_flow_hosts *hosts, const impsvc_flow_record *record, const impsvc_flow_end *sender, uint8_t interface)
{
    uint32_t seen_on = sender->interfaces | UINT32_C(1) << interface;
    pair wanted = pair_of(record);
    pair *known = (pair *)g_hash_table_lookup(hosts->pairs, &wanted);

    if (known == NULL) {
        known = g_new(pair, 1);
        *known = wanted;
        g_hash_table_add(hosts->pairs, known);
    }
    known->interfaces |= UINT32_C(1) << interface;
    for (unsigned i = 0; i < IMPSVC_FLOW_INTERFACES; i++)
        if (seen_on >> i & 1)
            hosts->together[i] |= seen_on;
}

/* An ICMP error was sent by somebody else, and counts for no host. */
void impsvc_flow_hosts_note(impsvc_flow_hosts *hosts, const impsvc_flow_record *record, const impsvc_flow_packet *packet)
{
    const impsvc_flow_end *sender = &record->ends[packet->from];
    host *known;

    if ((packet->has_icmp && impsvc_icmp_kind_of(&packet->icmp) == IMPSVC_ICMP_ERROR) || !is_news(sender, packet))
        return;
    if (packet->has_interface)
        note_interface(hosts, record, sender, impsvc_flow_interface_of(packet));
    if (is_reset(packet))
        return;
    known = get_host(hosts, &sender->at.address);
    known->answers |= packet->from != record->initiator;
    if (packet->has_ip && packet->ttl != 0)
        add_ttl(known, impsvc_flow_interface_of(packet), packet->ttl);
}

/* Those of some interfaces that have shown packets together with all others of them. */
static uint32_t together(const impsvc_flow_hosts *hosts, uint32_t interfaces)
{
    uint32_t all = 0;

    for (unsigned i = 0; i < IMPSVC_FLOW_INTERFACES; i++)
        if ((interfaces >> i & 1) && (interfaces & ~hosts->together[i]) == 0)
            all |= UINT32_C(1) << i;
    return all;
}

impsvc_flow_context impsvc_flow_hosts_context(const impsvc_flow_hosts *hosts, const impsvc_flow_record *record)
{
    const impsvc_flow_end *listener = impsvc_flow_listener(record);
    const host *known = find_host(hosts, &listener->at.address);
    const seen_ttls *ttls = known == NULL ? NULL : find_ttls(known, listener->reset.interface);
    pair wanted = pair_of(record);
    const pair *between = (const pair *)g_hash_table_lookup(hosts->pairs, &wanted);
    impsvc_flow_context context = { .answers_elsewhere = known != NULL && known->answers,
                                    .interfaces = between == NULL ? 0 : between->interfaces };

    context.together = together(hosts, context.interfaces);

    if (ttls != NULL)
        context.listener_ttls = ttls->ttls;
    return context;
}
