/* heuristics.c
 * Services on ports the document does not list: one heuristic a table and carrier
 *
 * What each one looks for is in catalog/rules.csv: the payload must be of the
 * table's protocol beyond doubt, and a node must be at one of the ends. A table
 * whose protocols are not public has a heuristic, too, but it is switched off, as it finds nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "dissect/heuristics.h"

#include "core/service_rules.h"
#include "dissect/inside_tls.h"
#include "dissect/native.h"
#include "identify/finder.h"
#include "language/language.h"
#include "wireshark/numbered.h"
#include "wireshark/own_protocol.h"
#include "wireshark/owners.h"
#include "wireshark/switches.h"

/* What payloads arrive in. */
static const uint8_t carriers[] = { IMPSVC_TCP, IMPSVC_UDP, IMPSVC_TLS, IMPSVC_ICMP };

/* Wireshark passes a heuristic no data that would say which one it is, and accepts a function
 * once for each list: so there is a function for each place in this array. */
static struct {
    uint8_t table;
    uint8_t carrier;
} places[IMPSVC_NUMBERED_COUNT];
static size_t place_count;

/* Whether Wireshark has a heuristic of its own for a protocol; they are all named like this. */
static bool wireshark_finds(packet_info *pinfo, impsvc_protocols protocol, uint8_t carrier)
{
    const char *name = wmem_strdup_printf(pinfo->pool, "%s_%s", impsvc_protocols_first_name(protocol),
                                          impsvc_heuristics_list(carrier));

    return find_heur_dissector_by_unique_short_name(name) != NULL;
}

/* Whether the owner of one of the packet's ports has yet to be asked. */
static bool owner_comes_later(const packet_info *pinfo, uint8_t carrier)
{
    impsvc_table_id table = carrier == IMPSVC_UDP ? IMPSVC_UDP_PORTS : IMPSVC_TCP_PORTS;

    return carrier != IMPSVC_TLS && (impsvc_owner_exists(table, pinfo->srcport) || impsvc_owner_exists(table, pinfo->destport))
           && impsvc_heuristics_come_first(carrier);
}

static bool decode(impsvc_protocols protocol, uint8_t carrier, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                   void *data)
{
    if (impsvc_native_call(protocol, carrier, tvb, pinfo, tree, carrier == IMPSVC_TLS ? NULL : data) == 0)
        return false;
    if (carrier == IMPSVC_TLS && data != NULL)
        *impsvc_tls_app_handle(data) = impsvc_native_handle(protocol, carrier);
    return true;
}

/* Wireshark's own heuristics and the owners of ports decode what is theirs; then we only note what it is. */
static bool find_and_decode(uint8_t table, uint8_t carrier, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const impsvc_entry *entry = impsvc_find_in_payload(table, carrier, tvb, pinfo);
    impsvc_protocols protocol;
    bool decoded;

    if (entry == NULL)
        return false;
    protocol = carrier == IMPSVC_TLS ? entry->inside_tls : entry->on_transport;
    if (wireshark_finds(pinfo, protocol, carrier) || owner_comes_later(pinfo, carrier))
        return false;
    decoded = decode(protocol, carrier, tvb, pinfo, tree, data);
    (void)impsvc_find_in_payload(table, carrier, tvb, pinfo);   /* SNMP's dissector begins a conversation of its own */
    return decoded;
}

static impsvc_bool ask(size_t place, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    uint8_t table = places[place].table;
    uint8_t carrier = places[place].carrier;

    if (carrier == IMPSVC_TLS && impsvc_inside_tls_listed(table, tvb, pinfo, tree, data))
        return TRUE;
    return find_and_decode(table, carrier, tvb, pinfo, tree, data);
}

#define ONE(n) \
    static impsvc_bool ask_##n(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data) \
    { \
        return ask(n, tvb, pinfo, tree, data); \
    }
#define NAME(n) ask_##n,
IMPSVC_NUMBERED(ONE)

static const heur_dissector_t functions[] = { IMPSVC_NUMBERED(NAME) };

/* The carriers of a table: those its rows print in any release, and TLS where something is known to run inside it. */
static uint8_t carriers_of(uint8_t table)
{
    uint8_t set = 0;

    for (size_t i = 0; i < impsvc_all_entry_count; i++)
        if (impsvc_all_entries[i].table == table) {
            set |= impsvc_all_entries[i].transports;
            set |= impsvc_all_entries[i].inside_tls != 0 ? IMPSVC_TLS : 0;
        }
    return set;
}

static void add(const impsvc_table *table, uint8_t carrier)
{
    bool rule = impsvc_service_rule_exists(table->number, carrier);
    size_t place = place_count++;
    char *name = impsvc_heuristic_name(table, carrier);

    places[place].table = table->number;
    places[place].carrier = carrier;
    heur_dissector_add(impsvc_heuristics_list(carrier), functions[place],
                       g_strdup_printf("IM&P %s over %s%s", table->name.in[IMPSVC_ENGLISH], impsvc_carrier_name(carrier),
                                       rule ? "" : " (nothing identifies them)"),
                       name, impsvc_proto(), rule ? HEURISTIC_ENABLE : HEURISTIC_DISABLE);
    g_free(name);
}

bool impsvc_heuristics_handoff(void)
{
    for (size_t i = 0; i < impsvc_table_count; i++) {
        uint8_t set = carriers_of(impsvc_tables[i].number);

        for (size_t j = 0; j < array_length(carriers); j++) {
            if ((set & carriers[j]) == 0)
                continue;
            if (place_count == array_length(places))
                return false;
            add(&impsvc_tables[i], carriers[j]);
        }
    }
    return true;
}
