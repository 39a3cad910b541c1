/* stats_table.c
 * Statistics > IM and Presence > Traffic by table, and tshark -z impsvc,tree
 *
 * Table > entry > initiator to listener; every node counts packets, with their
 * bytes on the wire as average, minimum and maximum, rate and burst.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/stats_table.h"

#include "statistics/stats_tree.h"
#include "statistics/unlisted.h"

#include <epan/to_str.h>
#include <wsutil/str_util.h>

#include "identify/identity.h"
#include "language/language.h"
#include "wireshark/addresses.h"
#include "wireshark/own_protocol.h"

#define TITLE IMPSVC_NAME IMPSVC_MENU_SEPARATOR "Traffic by table"

/* All are made once, in each language. */
static const char *table_name(uint8_t number)
{
    static char *names[IMPSVC_LANGUAGES][UINT8_MAX + 1];
    char **of = names[impsvc_user_language()];

    if (of[number] != NULL)
        return of[number];
    for (size_t i = 0; i < impsvc_table_count; i++)
        of[impsvc_tables[i].number] = g_strdup_printf(IMPSVC_SAY("Table %u: %s", "表 %u: %s"), impsvc_tables[i].number,
                                                      impsvc_shown(&impsvc_tables[i].name));
    return of[number];
}

static const char *join_flow_name(wmem_allocator_t *pool, const address *initiator, const address *listener)
{
    return wmem_strconcat(pool, address_to_str(pool, initiator), IMPSVC_SAY(" to ", " から "), address_to_str(pool, listener),
                          IMPSVC_SAY("", " へ"), NULL);
}

/* A name that was made, for whom and in which language; text NULL: none yet. */
typedef struct {
    address_type    type;
    impsvc_ip       initiator;
    impsvc_ip       listener;
    impsvc_language language;
    char           *text;       /* in memory of Wireshark's life */
} made_name;

#define NAMES_KEPT 4096     /* a power of two */

static bool is_name_of(const made_name *name, const made_name *wanted)
{
    return name->text != NULL && name->type == wanted->type && name->language == wanted->language
           && impsvc_ip_equal(&name->initiator, &wanted->initiator) && impsvc_ip_equal(&name->listener, &wanted->listener);
}

/* Packets of a flow come close to each other: a name that was made is kept until another flow takes its place. */
static const char *flow_name(packet_info *pinfo, const impsvc_identity *identity)
{
    static made_name names[NAMES_KEPT];
    const address *initiator = identity->initiator.address;
    const address *listener = identity->listener.address;
    made_name wanted = { .type = (address_type)initiator->type, .language = impsvc_user_language() };
    made_name *name;

    if (!impsvc_ip_from_address(initiator, &wanted.initiator) || !impsvc_ip_from_address(listener, &wanted.listener))
        return join_flow_name(pinfo->pool, initiator, listener);
    name = &names[(impsvc_ip_hash(&wanted.initiator) * 31 + impsvc_ip_hash(&wanted.listener)) % NAMES_KEPT];
    if (!is_name_of(name, &wanted)) {
        wmem_free(wmem_epan_scope(), name->text);
        wanted.text = wmem_strdup(wmem_epan_scope(), join_flow_name(pinfo->pool, initiator, listener));
        *name = wanted;
    }
    return name->text;
}

static tap_packet_status packet(stats_tree *st, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                tap_flags_t flags _U_)
{
    const impsvc_identity *identity = (const impsvc_identity *)data;
    const impsvc_entry *entry = identity->match.entry;
    int table, row;

    if (entry == NULL) {
        impsvc_stats_say(st, impsvc_unlisted_sentence(), impsvc_unlisted_port(pinfo), pinfo);
        return TAP_PACKET_REDRAW;
    }
    impsvc_stats_take_back(st);
    impsvc_stats_total(st);
    table = impsvc_stats_count(st, table_name(entry->table), IMPSVC_STATS_ALL, true, pinfo);
    impsvc_stats_place(st, table, entry->table);
    row = impsvc_stats_count(st, impsvc_stats_entry_name(entry), table, true, pinfo);
    impsvc_stats_place(st, row, entry->row);
    impsvc_stats_count(st, flow_name(pinfo, identity), row, false, pinfo);
    return TAP_PACKET_REDRAW;
}

void impsvc_stats_table_register(void)
{
    stats_tree_register_plugin("impsvc", "impsvc", TITLE, 0, packet, impsvc_stats_init, NULL);
}
