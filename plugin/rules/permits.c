/* permits.c
 * What a firewall is to let through: who may reach which service of whom
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rules/permits.h"

#include "core/seeded_hash.h"

struct impsvc_permits {
    GArray     *hosts;      /* of impsvc_permit_host, without doubles */
    GHashTable *numbers;    /* of a host, plus one, by its prefix */
    GArray     *wanted;     /* until it is finished */
    GPtrArray  *services;   /* afterwards */
    GPtrArray  *sentences;
};

static unsigned hash_of(const void *key)
{
    const impsvc_prefix *prefix = (const impsvc_prefix *)key;
    uint32_t words[5];

    memcpy(words, prefix->address.bytes, sizeof prefix->address.bytes);
    words[4] = prefix->length;
    return impsvc_seeded_hash(words, G_N_ELEMENTS(words));
}

static gboolean is_same(const void *one, const void *other)
{
    const impsvc_prefix *prefixes[] = { (const impsvc_prefix *)one, (const impsvc_prefix *)other };

    return prefixes[0]->length == prefixes[1]->length && impsvc_ip_equal(&prefixes[0]->address, &prefixes[1]->address);
}

static void free_service(void *service)
{
    g_ptr_array_unref(((impsvc_permit_service *)service)->entries);
    g_array_free(((impsvc_permit_service *)service)->pairs, TRUE);
    g_free(service);
}

impsvc_permits *impsvc_permits_new(void)
{
    impsvc_permits *permits = g_new(impsvc_permits, 1);

    permits->hosts = g_array_new(FALSE, FALSE, sizeof(impsvc_permit_host));
    permits->numbers = g_hash_table_new_full(hash_of, is_same, g_free, NULL);
    permits->wanted = g_array_new(FALSE, FALSE, sizeof(impsvc_wanted));
    permits->services = g_ptr_array_new_with_free_func(free_service);
    permits->sentences = g_ptr_array_new_with_free_func(g_free);
    return permits;
}

void impsvc_permits_free(impsvc_permits *permits)
{
    if (permits == NULL)
        return;
    for (unsigned i = 0; i < permits->hosts->len; i++)
        g_free((char *)g_array_index(permits->hosts, impsvc_permit_host, i).name);
    g_array_free(permits->hosts, TRUE);
    g_hash_table_destroy(permits->numbers);
    g_array_free(permits->wanted, TRUE);
    g_ptr_array_free(permits->services, TRUE);
    g_ptr_array_free(permits->sentences, TRUE);
    g_free(permits);
}

uint32_t impsvc_permits_host(impsvc_permits *permits, const impsvc_prefix *prefix, const char *name)
{
    impsvc_prefix first = { impsvc_prefix_first(prefix), prefix->length };
    unsigned number = GPOINTER_TO_UINT(g_hash_table_lookup(permits->numbers, &first));

    if (number == 0) {
        impsvc_permit_host host = { first, NULL };

        g_array_append_val(permits->hosts, host);
        number = permits->hosts->len;
        g_hash_table_insert(permits->numbers, g_memdup2(&first, sizeof first), GUINT_TO_POINTER(number));
    }
    if (name != NULL && g_array_index(permits->hosts, impsvc_permit_host, number - 1).name == NULL)
        g_array_index(permits->hosts, impsvc_permit_host, number - 1).name = g_strdup(name);
    return number - 1;
}

void impsvc_permits_want(impsvc_permits *permits, const impsvc_wanted *wanted)
{
    g_array_append_vals(permits->wanted, wanted, 1);
}

void impsvc_permits_say(impsvc_permits *permits, const char *sentence)
{
    g_ptr_array_add(permits->sentences, g_strdup(sentence));
}

static int by_number(uint64_t one, uint64_t other)
{
    return one < other ? -1 : one > other;
}

static bool is_v4(const impsvc_permits *permits, uint32_t host)
{
    return impsvc_prefix_is_v4(&g_array_index(permits->hosts, impsvc_permit_host, host).prefix);
}

/* IPv4 first, then by address, the wider prefix first. */
static int by_address(const void *a, const void *b, void *hosts)
{
    const impsvc_prefix *one = &g_array_index((GArray *)hosts, impsvc_permit_host, *(const uint32_t *)a).prefix;
    const impsvc_prefix *other = &g_array_index((GArray *)hosts, impsvc_permit_host, *(const uint32_t *)b).prefix;
    int order = by_number(!impsvc_prefix_is_v4(one), !impsvc_prefix_is_v4(other));

    if (order == 0)
        order = impsvc_ip_compare(&one->address, &other->address);
    return order != 0 ? order : by_number(one->length, other->length);
}

/* Gives hosts the numbers that their addresses have among all. */
static void sort_hosts(impsvc_permits *permits)
{
    unsigned count = permits->hosts->len;
    GArray *sorted = g_array_sized_new(FALSE, FALSE, sizeof(impsvc_permit_host), count);
    GArray *order = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), count);
    uint32_t *now = g_new(uint32_t, count + 1);

    for (uint32_t i = 0; i < count; i++)
        g_array_append_val(order, i);
    g_array_sort_with_data(order, by_address, permits->hosts);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t before = g_array_index(order, uint32_t, i);

        now[before] = i;
        g_array_append_val(sorted, g_array_index(permits->hosts, impsvc_permit_host, before));
    }
    for (unsigned i = 0; i < permits->wanted->len; i++) {
        impsvc_wanted *wanted = &g_array_index(permits->wanted, impsvc_wanted, i);

        wanted->from = now[wanted->from];
        wanted->to = now[wanted->to];
    }
    g_array_free(permits->hosts, TRUE);
    permits->hosts = sorted;
    g_array_free(order, TRUE);
    g_free(now);
}

/* Those that one rule could be written for are neighbours. */
static int by_rule(const impsvc_wanted *one, const impsvc_wanted *other)
{
    int order = by_number(one->transport, other->transport);

    if (order == 0)
        order = by_number(one->port, other->port);
    if (order == 0)
        order = by_number(one->sources.first, other->sources.first);
    if (order == 0)
        order = by_number(one->sources.last, other->sources.last);
    if (order == 0)
        order = by_number(one->doubt, other->doubt);
    if (order == 0)
        order = by_number(one->from, other->from);
    return order != 0 ? order : by_number(one->to, other->to);
}

static int by_rule_and_entry(const void *a, const void *b)
{
    const impsvc_wanted *one = (const impsvc_wanted *)a;
    const impsvc_wanted *other = (const impsvc_wanted *)b;
    int order = by_rule(one, other);

    if (order == 0)
        order = by_number(impsvc_entry_place(one->entry), impsvc_entry_place(other->entry));
    return order != 0 ? order : by_number(one->frame, other->frame);
}

static impsvc_permit_service *service_new(const impsvc_wanted *like, bool v4, GPtrArray *entries)
{
    impsvc_permit_service *service = g_new(impsvc_permit_service, 1);

    *service = (impsvc_permit_service){ .entries = g_ptr_array_ref(entries), .port = like->port, .transport = like->transport,
                                        .sources = like->sources, .doubt = like->doubt, .is_v4 = v4,
                                        .pairs = g_array_new(FALSE, FALSE, sizeof(impsvc_permit_pair)) };
    return service;
}

/* A service by what a rule for it says; owned by the list. */
static impsvc_permit_service *service_of(impsvc_permits *permits, GHashTable *known, const impsvc_wanted *like, GPtrArray *entries)
{
    bool v4 = is_v4(permits, like->from);
    GString *key = g_string_new(NULL);
    impsvc_permit_service *service;

    g_string_printf(key, "%u %u %u %u %u %u", like->transport, like->port, like->sources.first, like->sources.last, like->doubt, v4);
    for (unsigned i = 0; i < entries->len; i++)
        g_string_append_printf(key, " %s", ((const impsvc_entry *)g_ptr_array_index(entries, i))->id);
    service = (impsvc_permit_service *)g_hash_table_lookup(known, key->str);
    if (service == NULL) {
        service = service_new(like, v4, entries);
        g_ptr_array_add(permits->services, service);
        g_hash_table_insert(known, g_string_free(key, FALSE), service);
    } else {
        g_string_free(key, TRUE);
    }
    return service;
}

static int by_entry(const void *a, const void *b)
{
    const impsvc_permit_service *one = *(const impsvc_permit_service *const *)a;
    const impsvc_permit_service *other = *(const impsvc_permit_service *const *)b;
    unsigned both = MIN(one->entries->len, other->entries->len);
    int order = by_number(one->doubt, other->doubt);

    for (unsigned i = 0; order == 0 && i < both; i++)
        order = by_number(impsvc_entry_place((const impsvc_entry *)g_ptr_array_index(one->entries, i)),
                          impsvc_entry_place((const impsvc_entry *)g_ptr_array_index(other->entries, i)));
    if (order == 0)
        order = by_number(one->entries->len, other->entries->len);
    if (order == 0)
        order = by_number(one->transport, other->transport);
    if (order == 0)
        order = by_number(one->port, other->port);
    if (order == 0)
        order = by_number(one->sources.first, other->sources.first);
    return order != 0 ? order : by_number(!one->is_v4, !other->is_v4);
}

void impsvc_permits_finish(impsvc_permits *permits)
{
    GHashTable *known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const GArray *wanted = permits->wanted;

    sort_hosts(permits);
    g_array_sort(permits->wanted, by_rule_and_entry);
    for (unsigned first = 0, next; first < wanted->len; first = next) {
        const impsvc_wanted *one = &g_array_index(wanted, impsvc_wanted, first);
        impsvc_permit_pair pair = { one->from, one->to, one->frame, one->because };
        GPtrArray *entries = g_ptr_array_new();

        for (next = first; next < wanted->len && by_rule(one, &g_array_index(wanted, impsvc_wanted, next)) == 0; next++) {
            void *entry = (void *)g_array_index(wanted, impsvc_wanted, next).entry;

            if (!g_ptr_array_find(entries, entry, NULL))
                g_ptr_array_add(entries, entry);
        }
        g_array_append_val(service_of(permits, known, one, entries)->pairs, pair);
        g_ptr_array_unref(entries);
    }
    g_ptr_array_sort(permits->services, by_entry);
    g_array_set_size(permits->wanted, 0);
    g_hash_table_destroy(known);
}

uint32_t impsvc_permits_hosts(const impsvc_permits *permits)
{
    return permits->hosts->len;
}

const impsvc_permit_host *impsvc_permits_host_at(const impsvc_permits *permits, uint32_t number)
{
    return &g_array_index(permits->hosts, impsvc_permit_host, number);
}

const GPtrArray *impsvc_permits_services(const impsvc_permits *permits)
{
    return permits->services;
}

const GPtrArray *impsvc_permits_sentences(const impsvc_permits *permits)
{
    return permits->sentences;
}

uint64_t impsvc_permits_pairs(const impsvc_permits *permits)
{
    uint64_t pairs = 0;

    for (unsigned i = 0; i < permits->services->len; i++)
        pairs += ((const impsvc_permit_service *)g_ptr_array_index(permits->services, i))->pairs->len;
    return pairs;
}

/* As by_rule() has put them in order. */
static int by_ends(const void *a, const void *b)
{
    const impsvc_permit_pair *one = (const impsvc_permit_pair *)a;
    const impsvc_permit_pair *other = (const impsvc_permit_pair *)b;
    int order = by_number(one->from, other->from);

    return order != 0 ? order : by_number(one->to, other->to);
}

bool impsvc_permit_has_pair(const impsvc_permit_service *service, uint32_t from, uint32_t to)
{
    impsvc_permit_pair wanted = { .from = from, .to = to };

    return g_array_binary_search(service->pairs, &wanted, by_ends, NULL);
}

bool impsvc_permits_any(const impsvc_permits *permits, bool is_v4)
{
    for (unsigned i = 0; i < permits->services->len; i++) {
        const impsvc_permit_service *service = (const impsvc_permit_service *)g_ptr_array_index(permits->services, i);

        if (service->is_v4 == is_v4 && service->doubt == IMPSVC_PERMIT_SURE)
            return true;
    }
    return false;
}
