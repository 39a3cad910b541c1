/* host_order.c
 * Hosts in a statistics tree: their order, and what they are called
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/host_order.h"

#include <wsutil/inet_addr.h>

#include "core/ip_address.h"
#include "statistics/stats_tree.h"

#define OTHERS (1 << 20)    /* the place of the first host that is no node; more hosts than this cannot be known */

static impsvc_ip address_of(const stat_node *host)
{
    char *text = g_strndup(host->name, strcspn(host->name, " "));
    impsvc_ip ip = { { 0 } };
    ws_in4_addr v4;
    ws_in6_addr v6;

    if (ws_inet_pton4(text, &v4))
        ip = impsvc_ip_from_v4((const uint8_t *)&v4);
    else if (ws_inet_pton6(text, &v6))
        ip = impsvc_ip_from_v6((const uint8_t *)&v6);
    g_free(text);
    return ip;
}

static bool comes_before(const stat_node *host, const stat_node *other)
{
    impsvc_ip one = address_of(host);
    impsvc_ip two = address_of(other);

    if ((host->rng->floor < OTHERS) != (other->rng->floor < OTHERS))
        return host->rng->floor < OTHERS;
    return impsvc_ip_compare(&one, &two) < 0;
}

const char *impsvc_host_name(wmem_allocator_t *pool, const char *ip, const char *name)
{
    if (name == NULL || strcmp(name, ip) == 0)
        return ip;
    /* Of a name in a tree only what follows its last "/" is shown. */
    return wmem_strdup_printf(pool, "%s %s", ip, g_strdelimit(wmem_strdup(pool, name), "/", '|'));
}

void impsvc_host_order_place(stats_tree *st, int host, bool is_node)
{
    int place = 0;

    if (!impsvc_stats_place_by(st, host, is_node ? 0 : OTHERS, comes_before))
        return;
    for (const stat_node *at = st->root.children; at != NULL; at = at->next, place++)
        at->rng->floor = at->rng->ceil = place + (at->rng->floor < OTHERS ? 0 : OTHERS);
}
