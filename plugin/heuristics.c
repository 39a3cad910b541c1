/* heuristics.c
 * Services on ports the document does not list: one heuristic a table and carrier
 *
 * What each one looks for stands in service_rules.c: the payload must be of the
 * table's protocol beyond doubt, and a node must be at one of the ends. A table
 * whose protocols are not public has a heuristic, too, switched off: it finds nothing.
 *
 * A payload that Wireshark finds by a heuristic of its own (SIP, HTTP) is left to
 * it, and only noted. Ours may be asked first, but never take what another would.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "heuristics.h"

#include "beginning.h"
#include "found.h"
#include "inside_tls.h"
#include "message.h"
#include "native.h"
#include "nodes.h"
#include "plugin.h"
#include "service_rules.h"

#define EPHEMERAL_START 32768   /* see classify.c */

/* Who began; without a handshake a client's port, and else whoever was heard first, must do. */
static impsvc_side initiator_of(const packet_info *pinfo)
{
    impsvc_ports_and_addresses ends = impsvc_ends_of(pinfo);
    impsvc_beginning beginning = impsvc_beginning_of(impsvc_conversation(pinfo->num, &ends), &ends);
    bool src_is_client = pinfo->srcport >= EPHEMERAL_START;
    bool dst_is_client = pinfo->destport >= EPHEMERAL_START;

    if (beginning.listener != IMPSVC_SIDE_UNKNOWN)
        return beginning.listener == IMPSVC_SIDE_SRC ? IMPSVC_SIDE_DST : IMPSVC_SIDE_SRC;
    if (src_is_client != dst_is_client)
        return src_is_client ? IMPSVC_SIDE_SRC : IMPSVC_SIDE_DST;
    return beginning.first_sender;
}

static impsvc_parties parties_of(const packet_info *pinfo)
{
    impsvc_side initiator = initiator_of(pinfo);

    return (impsvc_parties){
        .sender_is_node = impsvc_node_at(&pinfo->src).is_node,
        .receiver_is_node = impsvc_node_at(&pinfo->dst).is_node,
        .initiator_known = initiator != IMPSVC_SIDE_UNKNOWN,
        .sender_is_initiator = initiator != IMPSVC_SIDE_DST,
        .same_host = addresses_equal(&pinfo->src, &pinfo->dst)
    };
}

static uint8_t transport_of(uint8_t carrier)
{
    return carrier == IMPSVC_UDP ? IMPSVC_UDP : IMPSVC_TCP;
}

static bool is_listed(const packet_info *pinfo, uint8_t carrier)
{
    return impsvc_port_find(transport_of(carrier), (uint16_t)pinfo->srcport) != NULL
           || impsvc_port_find(transport_of(carrier), (uint16_t)pinfo->destport) != NULL;
}

static const impsvc_entry *ask_rules(packet_info *pinfo, uint8_t table, uint8_t carrier, tvbuff_t *tvb)
{
    impsvc_payload payload = impsvc_payload_of(tvb);
    impsvc_parties parties = parties_of(pinfo);

    if (!parties.sender_is_node && !parties.receiver_is_node)
        return NULL;
    return impsvc_service_find(table, carrier, 0, &payload, &parties);
}

/* The entry found in the conversation in this or an earlier packet. A second pass over
 * the file finds no more than the first: dissectors keep a memory of what they were given then. */
static const impsvc_entry *found_before(const packet_info *pinfo)
{
    impsvc_ports_and_addresses ends = impsvc_ends_of(pinfo);
    const impsvc_notes *notes = impsvc_notes_find(impsvc_conversation(pinfo->num, &ends));

    return notes == NULL || notes->found == NULL ? NULL : impsvc_notes_named(notes, pinfo->num);
}

/* Tables whose payloads name their service anew: requests to the web server, and RMI's calls. */
static bool may_change(uint8_t table, uint8_t carrier)
{
    return carrier == IMPSVC_TLS || table == 21;
}

/* Once something was found the conversation is that, but for those. */
static const impsvc_entry *find_entry(packet_info *pinfo, uint8_t table, uint8_t carrier, tvbuff_t *tvb)
{
    const impsvc_entry *before = found_before(pinfo);
    const impsvc_entry *now = NULL;

    if (!PINFO_FD_VISITED(pinfo) && (before == NULL || (before->table == table && may_change(table, carrier))))
        now = ask_rules(pinfo, table, carrier, tvb);
    if (now == NULL)
        return before != NULL && before->table == table ? before : NULL;
    return now;
}

static void note(packet_info *pinfo, uint8_t carrier, const impsvc_entry *entry, const impsvc_payload *payload)
{
    uint32_t port = initiator_of(pinfo) == IMPSVC_SIDE_DST ? pinfo->srcport : pinfo->destport;

    if (!PINFO_FD_VISITED(pinfo))
        impsvc_found_note(pinfo, transport_of(carrier), entry, impsvc_service_alternative(entry, payload), (uint16_t)port);
}

/* Whether Wireshark has a heuristic of its own for a protocol; they are all named like this. */
static bool wireshark_finds(packet_info *pinfo, const char *protocol, uint8_t carrier)
{
    const char *name = wmem_strdup_printf(pinfo->pool, "%s_%s", protocol,
                                          carrier == IMPSVC_UDP ? "udp" : carrier == IMPSVC_TLS ? "tls" : "tcp");

    return find_heur_dissector_by_unique_short_name(name) != NULL;
}

static bool decode(const char *protocol, uint8_t carrier, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (impsvc_native_call(protocol, carrier, tvb, pinfo, tree, carrier == IMPSVC_TLS ? NULL : data) == 0)
        return false;
    if (carrier == IMPSVC_TLS && data != NULL)
        *impsvc_tls_app_handle(data) = impsvc_native_handle(protocol, carrier);
    return true;
}

static bool find_service(uint8_t table, uint8_t carrier, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const impsvc_entry *entry;
    impsvc_payload payload;
    const char *protocol;
    bool decoded;

    if (!impsvc_nodes_known() || pinfo->flags.in_error_pkt || is_listed(pinfo, carrier))
        return false;
    entry = find_entry(pinfo, table, carrier, tvb);
    if (entry == NULL)
        return false;
    payload = impsvc_payload_of(tvb);
    note(pinfo, carrier, entry, &payload);
    if (carrier != IMPSVC_TLS)      /* what TLS decrypted is found where it left it */
        impsvc_message_note(pinfo, tvb);
    protocol = carrier == IMPSVC_TLS ? entry->tls_dissector : entry->dissector;
    if (wireshark_finds(pinfo, protocol, carrier))
        return false;
    decoded = decode(protocol, carrier, tvb, pinfo, tree, data);
    note(pinfo, carrier, entry, &payload);  /* SNMP's dissector begins a conversation of its own */
    return decoded;
}

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

static impsvc_bool ask(size_t place, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    uint8_t table = places[place].table;
    uint8_t carrier = places[place].carrier;

    if (carrier == IMPSVC_TLS && impsvc_inside_tls_listed(table, tvb, pinfo, tree, data))
        return TRUE;
    return find_service(table, carrier, tvb, pinfo, tree, data);
}

static char *name_of(size_t place)
{
    const char *carrier = "icmp";

    for (size_t i = 0; i < array_length(carriers); i++)
        if (carriers[i].carrier == places[place].carrier)
            carrier = carriers[i].list;
    return g_strdup_printf("impsvc_%s_%s", impsvc_table_find(places[place].table)->slug, carrier);
}

static bool is_switched_on(size_t place)
{
    char *name = name_of(place);
    const heur_dtbl_entry_t *heuristic = find_heur_dissector_by_unique_short_name(name);

    g_free(name);
    return heuristic != NULL && heuristic->enabled;
}

/* What is asked afterwards, about a packet that was decoded without us. */
typedef struct {
    uint8_t             carrier;
    uint32_t            seen;
    impsvc_parties      parties;
    const impsvc_entry *found;
    impsvc_payload      in;     /* the payload it was found in */
} inquiry;

static bool ask_all(const impsvc_payload *payload, void *data)
{
    inquiry *about = (inquiry *)data;

    for (size_t i = 0; i < place_count && about->found == NULL; i++) {
        const impsvc_entry *entry = NULL;

        if (places[i].carrier == about->carrier)
            entry = impsvc_service_find(places[i].table, about->carrier, about->seen, payload, &about->parties);
        if (entry != NULL && is_switched_on(i))
            about->found = entry;
    }
    about->in = *payload;
    return about->found != NULL;
}

/* The bits of protocols that Wireshark may find by itself and a rule may be about. */
static uint32_t findable;

bool impsvc_heuristics_ask_afterwards(packet_info *pinfo, uint8_t transport, uint32_t seen)
{
    uint32_t tls = impsvc_protocol_bit("tls");
    const impsvc_payload none = { NULL, 0, 0 };
    inquiry about = { .carrier = seen & tls ? IMPSVC_TLS : transport, .seen = seen & findable };

    if (about.seen == 0 || PINFO_FD_VISITED(pinfo) || (about.carrier != IMPSVC_TLS && found_before(pinfo) != NULL))
        return false;
    about.parties = parties_of(pinfo);
    if (!about.parties.sender_is_node && !about.parties.receiver_is_node)
        return false;
    impsvc_message_for_each(pinfo, ask_all, &about);
    if (about.found == NULL)
        ask_all(&none, &about);     /* what Wireshark says is enough for some rules */
    if (about.found != NULL)
        note(pinfo, about.carrier, about.found, &about.in);
    return about.found != NULL;
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
            set |= impsvc_entries[i].tls_dissector != NULL ? IMPSVC_TLS : 0;
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
                       g_strdup_printf("IM&P %s over %s", table->name.in[IMPSVC_ENGLISH], carriers[carrier].label),
                       name, impsvc_proto(), rule ? HEURISTIC_ENABLE : HEURISTIC_DISABLE);
    g_free(name);
}

bool impsvc_heuristics_handoff(void)
{
    static const char *const names[] = { "agentx", "http", "isakmp", "ldap", "pgsql", "rmi", "sip", "snmp", "ssh", "xmpp" };

    for (size_t i = 0; i < array_length(names); i++)
        findable |= impsvc_protocol_bit(names[i]);
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
