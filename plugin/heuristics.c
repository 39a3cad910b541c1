/* heuristics.c
 * Services on ports the document does not list: one heuristic a table and carrier
 *
 * What each one looks for stands in service_rules.c: the payload must be of the
 * table's protocol beyond doubt, and a node must be at one of the ends. A table
 * whose protocols are not public has a heuristic, too, switched off: it finds nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "heuristics.h"

#include "finder.h"
#include "inside_tls.h"
#include "plugin.h"
#include "service_rules.h"

/* The lists that payloads are offered to, whose names end the names of ours, and how people write the carrier. */
static const struct {
    uint8_t     carrier;
    const char *list;
    const char *label;
} carriers[] = {
    { IMPSVC_TCP,  "tcp",  "TCP" },
    { IMPSVC_UDP,  "udp",  "UDP" },
    { IMPSVC_TLS,  "tls",  "TLS" },
    { IMPSVC_ICMP, "icmp", "ICMP" }
};

/* Wireshark gives a heuristic no word of its own, and takes a function once for
 * each list: so there is a function for each place in this array. */
static struct {
    uint8_t table;
    uint8_t carrier;
} places[64];
static size_t place_count;

static char *name_of(size_t place)
{
    const char *carrier = "icmp";

    for (size_t i = 0; i < array_length(carriers); i++)
        if (carriers[i].carrier == places[place].carrier)
            carrier = carriers[i].list;
    return g_strdup_printf("impsvc_%s_%s", impsvc_table_find(places[place].table)->slug, carrier);
}

bool impsvc_heuristic_is_on(uint8_t table, uint8_t carrier)
{
    for (size_t i = 0; i < place_count; i++) {
        const heur_dtbl_entry_t *heuristic;
        char *name;

        if (places[i].table != table || places[i].carrier != carrier)
            continue;
        name = name_of(i);
        heuristic = find_heur_dissector_by_unique_short_name(name);
        g_free(name);
        return heuristic != NULL && heuristic->enabled;
    }
    return false;
}

static impsvc_bool ask(size_t place, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    uint8_t table = places[place].table;
    uint8_t carrier = places[place].carrier;

    if (carrier == IMPSVC_TLS && impsvc_inside_tls_listed(table, tvb, pinfo, tree, data))
        return TRUE;
    return impsvc_find_in_payload(table, carrier, tvb, pinfo, tree, data);
}

#define ONE(n) \
    static impsvc_bool ask_##n(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data) \
    { \
        return ask(n, tvb, pinfo, tree, data); \
    }
#define EIGHT(a, b, c, d, e, f, g, h) ONE(a) ONE(b) ONE(c) ONE(d) ONE(e) ONE(f) ONE(g) ONE(h)
EIGHT(0, 1, 2, 3, 4, 5, 6, 7)
EIGHT(8, 9, 10, 11, 12, 13, 14, 15)
EIGHT(16, 17, 18, 19, 20, 21, 22, 23)
EIGHT(24, 25, 26, 27, 28, 29, 30, 31)
EIGHT(32, 33, 34, 35, 36, 37, 38, 39)
EIGHT(40, 41, 42, 43, 44, 45, 46, 47)
EIGHT(48, 49, 50, 51, 52, 53, 54, 55)
EIGHT(56, 57, 58, 59, 60, 61, 62, 63)

static const heur_dissector_t functions[] = {
    ask_0, ask_1, ask_2, ask_3, ask_4, ask_5, ask_6, ask_7, ask_8, ask_9, ask_10, ask_11, ask_12, ask_13, ask_14, ask_15,
    ask_16, ask_17, ask_18, ask_19, ask_20, ask_21, ask_22, ask_23, ask_24, ask_25, ask_26, ask_27, ask_28, ask_29, ask_30,
    ask_31, ask_32, ask_33, ask_34, ask_35, ask_36, ask_37, ask_38, ask_39, ask_40, ask_41, ask_42, ask_43, ask_44, ask_45,
    ask_46, ask_47, ask_48, ask_49, ask_50, ask_51, ask_52, ask_53, ask_54, ask_55, ask_56, ask_57, ask_58, ask_59, ask_60,
    ask_61, ask_62, ask_63
};

/* The carriers of a table: those its rows print, and TLS where something is known to run inside it. */
static uint8_t carriers_of(uint8_t table)
{
    uint8_t set = 0;

    for (size_t i = 0; i < impsvc_entry_count; i++)
        if (impsvc_entries[i].table == table) {
            set |= impsvc_entries[i].transports;
            set |= impsvc_entries[i].inside_tls != 0 ? IMPSVC_TLS : 0;
        }
    return set;
}

static void add(const impsvc_table *table, size_t carrier)
{
    bool rule = impsvc_service_rule_exists(table->number, carriers[carrier].carrier);
    size_t place = place_count++;
    char *name;

    places[place].table = table->number;
    places[place].carrier = carriers[carrier].carrier;
    name = name_of(place);
    heur_dissector_add(carriers[carrier].list, functions[place],
                       g_strdup_printf("IM&P %s over %s%s", table->name.in[IMPSVC_ENGLISH], carriers[carrier].label,
                                       rule ? "" : " (nothing to find them by)"),
                       name, impsvc_proto(), rule ? HEURISTIC_ENABLE : HEURISTIC_DISABLE);
    g_free(name);
}

bool impsvc_heuristics_handoff(void)
{
    for (size_t i = 0; i < impsvc_table_count; i++)
        for (size_t carrier = 0; carrier < array_length(carriers); carrier++) {
            if ((carriers_of(impsvc_tables[i].number) & carriers[carrier].carrier) == 0)
                continue;
            if (place_count == array_length(places))
                return false;
            add(&impsvc_tables[i], carrier);
        }
    return true;
}
