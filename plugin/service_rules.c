/* service_rules.c
 * Which service a payload is on a port that the document does not list
 *
 * Tables without a rule: 6 to 11, 14, 20, 24 to 28 (and 12.4) have protocols that
 * are not public, so nothing in their payload could be told from anybody's. 15 and 18 (DNS, NTP)
 * are not moved, 22.5 (mDNS) lives on its group address, 17 (ICMP) has no ports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "service_rules.h"

#include "detail.h"
#include "recognise_surely.h"

/* Who must be a node for a rule to apply. */
typedef enum {
    EITHER,         /* rows that go both ways, and rows within the cluster: the other end may be a node not known yet */
    BOTH,           /* two nodes: what one node says to another */
    ONE,            /* exactly one: the row has the other end outside */
    LISTENER,       /* the listener is a node */
    INITIATOR,      /* the initiator is a node */
    ONLY_LISTENER,  /* the listener is a node, the initiator none */
    ONE_HOST        /* a node with itself */
} nodes_wanted;

typedef struct {
    const char      *entry;
    uint8_t          carrier;
    impsvc_protocols protocol;
    nodes_wanted     nodes;
    bool           (*content)(const impsvc_payload *payload);  /* more than "is of the protocol", or NULL */
} rule;

/* Whose stream it is cannot be seen in a head that is cut. */
static bool is_cut_head(const impsvc_payload *p)
{
    size_t at = impsvc_find_text(p, "<stream:stream", p->length);

    return at < p->length && memchr(p->bytes + at, '>', p->length - at) == NULL;
}

static bool is_xmpp_client(const impsvc_payload *p)
{
    return !is_cut_head(p) && impsvc_surely(IMPSVC_PROTOCOL_XMPP, p) && !impsvc_surely_xcp(p) && !impsvc_surely_xmpp_server(p);
}

static bool is_request_on_web_server(const impsvc_payload *p, const char *entry)
{
    const impsvc_entry *found = impsvc_detail_entry_of_path(impsvc_detail_request_path(p));

    return found != NULL && (entry == NULL || strcmp(found->id, entry) == 0);
}

static bool is_web(const impsvc_payload *p)
{
    return is_request_on_web_server(p, NULL);
}

static bool is_axl(const impsvc_payload *p)
{
    return is_request_on_web_server(p, "4.2");
}

static bool is_administration(const impsvc_payload *p)
{
    return is_request_on_web_server(p, "4.3");
}

static bool is_user_options(const impsvc_payload *p)
{
    return is_request_on_web_server(p, "4.4");
}

static bool is_client_soap(const impsvc_payload *p)
{
    return is_request_on_web_server(p, "4.5");
}

static bool is_question(const impsvc_payload *p)
{
    return impsvc_surely(IMPSVC_PROTOCOL_SNMP, p) && !impsvc_surely_snmp_trap(p);
}

/* Java RMI: a call (0x50), the head of Java's serialization (4 bytes), a block of data of 34
 * bytes (2), then the object's number. The registry is number 0. */
#define RMI_CALL   0x50
#define RMI_OBJECT 7

static bool is_call(const impsvc_payload *p)
{
    return p->length >= RMI_OBJECT + 8 && p->bytes[0] == RMI_CALL && p->bytes[5] == 0x77;
}

static bool is_object_call(const impsvc_payload *p)
{
    return is_call(p) && (impsvc_get_32(p, RMI_OBJECT) | impsvc_get_32(p, RMI_OBJECT + 4)) != 0;
}

static bool is_registry_call(const impsvc_payload *p)
{
    return impsvc_begins_with(p, "JRMI") || (is_call(p) && !is_object_call(p));
}

/* In order: the first that fits is taken. Rules of different tables exclude each
 * other, by who the ends are or by what the payload says. */
static const rule rules[] = {
    /* SIP: with the outside it is the proxy (2.1; inside TLS 2.2), between nodes the Presence
     * Engine (3.1; inside TLS 2.3), on one node the proxy's internal port. */
    { "2.4",  IMPSVC_TCP, IMPSVC_PROTOCOL_SIP,    ONE_HOST,  NULL },
    { "2.4",  IMPSVC_UDP, IMPSVC_PROTOCOL_SIP,    ONE_HOST,  NULL },
    { "2.1",  IMPSVC_TCP, IMPSVC_PROTOCOL_SIP,    ONE,       NULL },
    { "2.1",  IMPSVC_UDP, IMPSVC_PROTOCOL_SIP,    ONE,       NULL },
    { "2.3",  IMPSVC_TLS, IMPSVC_PROTOCOL_SIP,    BOTH,      NULL },
    { "2.2",  IMPSVC_TLS, IMPSVC_PROTOCOL_SIP,    ONE,       NULL },
    { "3.1",  IMPSVC_TCP, IMPSVC_PROTOCOL_SIP,    BOTH,      NULL },
    { "3.1",  IMPSVC_UDP, IMPSVC_PROTOCOL_SIP,    BOTH,      NULL },
    /* The web server, by the names of its applications in the request path. */
    { "4.1",  IMPSVC_TCP, IMPSVC_PROTOCOL_HTTP,   LISTENER,  is_web },
    { "4.2",  IMPSVC_TLS, IMPSVC_PROTOCOL_HTTP,   LISTENER,  is_axl },
    { "4.3",  IMPSVC_TLS, IMPSVC_PROTOCOL_HTTP,   LISTENER,  is_administration },
    { "4.4",  IMPSVC_TLS, IMPSVC_PROTOCOL_HTTP,   LISTENER,  is_user_options },
    { "4.5",  IMPSVC_TLS, IMPSVC_PROTOCOL_HTTP,   LISTENER,  is_client_soap },
    { "5.1",  IMPSVC_TCP, IMPSVC_PROTOCOL_LDAP,   ONE,       NULL },
    { "5.2",  IMPSVC_TLS, IMPSVC_PROTOCOL_LDAP,   ONE,       NULL },
    /* SNMP: traps go to the monitor (12.6) or from agent to master agent (12.3), questions to
     * the node (12.1) or on to the native agent (12.2). AgentX: master agent and subagents. */
    { "12.3", IMPSVC_UDP, IMPSVC_PROTOCOL_SNMP,   BOTH,      impsvc_surely_snmp_trap },
    { "12.3", IMPSVC_UDP, IMPSVC_PROTOCOL_SNMP,   ONE_HOST,  impsvc_surely_snmp_trap },
    { "12.6", IMPSVC_UDP, IMPSVC_PROTOCOL_SNMP,   INITIATOR, impsvc_surely_snmp_trap },
    { "12.2", IMPSVC_UDP, IMPSVC_PROTOCOL_SNMP,   BOTH,      is_question },
    { "12.2", IMPSVC_UDP, IMPSVC_PROTOCOL_SNMP,   ONE_HOST,  is_question },
    { "12.1", IMPSVC_UDP, IMPSVC_PROTOCOL_SNMP,   ONLY_LISTENER, is_question },
    { "12.5", IMPSVC_TCP, IMPSVC_PROTOCOL_AGENTX, EITHER,    NULL },
    { "13.1", IMPSVC_UDP, IMPSVC_PROTOCOL_ISAKMP, EITHER,    NULL },
    { "16.1", IMPSVC_TCP, IMPSVC_PROTOCOL_SSH,    INITIATOR, NULL },
    { "19.1", IMPSVC_TCP, IMPSVC_PROTOCOL_HTTP,   LISTENER,  impsvc_surely_exchange },
    { "19.1", IMPSVC_UDP, IMPSVC_PROTOCOL_HTTP,   LISTENER,  impsvc_surely_exchange },
    /* RMI: the registry and the objects begin alike; a call names the object. */
    { "21.1", IMPSVC_TCP, IMPSVC_PROTOCOL_RMI,    EITHER,    is_object_call },
    { "21.2", IMPSVC_TCP, IMPSVC_PROTOCOL_RMI,    EITHER,    is_registry_call },
    /* XMPP: components, servers and clients by namespace or stanza. */
    { "22.4", IMPSVC_TCP, IMPSVC_PROTOCOL_XMPP,   EITHER,    impsvc_surely_xcp },
    { "22.2", IMPSVC_TCP, IMPSVC_PROTOCOL_XMPP,   EITHER,    impsvc_surely_xmpp_server },
    { "22.1", IMPSVC_TCP, IMPSVC_PROTOCOL_XMPP,   ONLY_LISTENER, is_xmpp_client },
    { "22.3", IMPSVC_TCP, IMPSVC_PROTOCOL_HTTP,   ONLY_LISTENER, impsvc_surely_bosh },
    { "23.1", IMPSVC_TCP, IMPSVC_PROTOCOL_PGSQL,  INITIATOR, NULL }
};

/* Where nobody knows who began, either end may be the one that is asked for. */
static bool initiator_is_node(const impsvc_parties *parties)
{
    if (!parties->initiator_known)
        return parties->sender_is_node || parties->receiver_is_node;
    return parties->sender_is_initiator ? parties->sender_is_node : parties->receiver_is_node;
}

static bool listener_is_node(const impsvc_parties *parties)
{
    if (!parties->initiator_known)
        return parties->sender_is_node || parties->receiver_is_node;
    return parties->sender_is_initiator ? parties->receiver_is_node : parties->sender_is_node;
}

static bool nodes_fit(nodes_wanted wanted, const impsvc_parties *parties)
{
    bool both = parties->sender_is_node && parties->receiver_is_node;
    bool either = parties->sender_is_node || parties->receiver_is_node;

    switch (wanted) {
    case EITHER:
        return either;
    case BOTH:
        return both && !parties->same_host;
    case ONE:
        return either && !both;
    case LISTENER:
        return listener_is_node(parties);
    case INITIATOR:
        return initiator_is_node(parties);
    case ONLY_LISTENER:
        return listener_is_node(parties) && !both;
    case ONE_HOST:
        return both && parties->same_host;
    }
    return false;
}

#define RULES (sizeof rules / sizeof rules[0])

/* What is looked up once of each rule, since rules are asked for every payload of a node. */
static const impsvc_entry *entries[RULES];

static impsvc_protocols protocols_over[IMPSVC_ICMP + 1];    /* by carrier: protocols that a rule is about */

static void look_up(void)
{
    if (entries[0] != NULL)
        return;
    for (size_t i = 0; i < RULES; i++) {
        entries[i] = impsvc_entry_find(rules[i].entry);
        protocols_over[rules[i].carrier] |= rules[i].protocol;
    }
}

static bool is_of(size_t i, uint8_t table, uint8_t carrier)
{
    look_up();
    return rules[i].carrier == carrier && entries[i] != NULL
           && (table == IMPSVC_ANY_TABLE || entries[i]->table == table);
}

bool impsvc_service_rule_exists(uint8_t table, uint8_t carrier)
{
    for (size_t i = 0; i < RULES; i++)
        if (is_of(i, table, carrier))
            return true;
    return false;
}

static bool payload_fits(size_t i, impsvc_protocols seen, const impsvc_payload *payload)
{
    if ((seen & rules[i].protocol) == 0 && !impsvc_surely(rules[i].protocol, payload))
        return false;
    return rules[i].content == NULL || rules[i].content(payload);
}

const impsvc_entry *impsvc_service_find(uint8_t table, uint8_t carrier, impsvc_protocols seen, const impsvc_payload *payload,
                                        const impsvc_parties *parties)
{
    for (size_t i = 0; i < RULES; i++)
        if (is_of(i, table, carrier) && nodes_fit(rules[i].nodes, parties) && payload_fits(i, seen, payload))
            return entries[i];
    return NULL;
}

bool impsvc_service_may_be(uint8_t carrier, impsvc_protocols seen)
{
    look_up();
    return (protocols_over[carrier] & seen) != 0;
}

const impsvc_entry *impsvc_service_alternative(const impsvc_entry *entry, const impsvc_payload *payload)
{
    return strcmp(entry->id, "21.2") == 0 && !is_call(payload) ? impsvc_entry_find("21.1") : NULL;
}
