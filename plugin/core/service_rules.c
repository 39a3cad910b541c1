/* service_rules.c
 * Which service a payload is on a port that the document does not list
 *
 * The rules, and why some services have none, are in catalog/ (rules.csv, README.md);
 * here is what their words mean.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/service_rules.h"

#include "core/detail.h"
#include "core/recognise_surely.h"
#include "core/release.h"

/* A head that is cut off does not show whose stream it is. */
static bool is_cut_head(const impsvc_payload *p)
{
    size_t at = impsvc_find_text(p, "<stream:stream", p->length);

    return at < p->length && memchr(p->bytes + at, '>', p->length - at) == NULL;
}

static bool is_xmpp_client(const impsvc_payload *p)
{
    return !is_cut_head(p) && impsvc_surely(IMPSVC_PROTOCOL_XMPP, p) && !impsvc_surely_xcp(p) && !impsvc_surely_xmpp_server(p);
}

static const impsvc_entry *entry_of_path(const impsvc_payload *p)
{
    return impsvc_detail_entry_of_path(impsvc_detail_request_path(p));
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

/* There is no default, so the compiler complains if a content is added without its case. */
static bool content_fits(const impsvc_rule *rule, const impsvc_payload *p)
{
    switch (rule->content) {
    case IMPSVC_CONTENT_ANY:
        return true;
    case IMPSVC_CONTENT_ANY_PATH:
        return entry_of_path(p) != NULL;
    case IMPSVC_CONTENT_ITS_PATH:
        return entry_of_path(p) == rule->entry;
    case IMPSVC_CONTENT_BOSH:
        return impsvc_surely_bosh(p);
    case IMPSVC_CONTENT_EXCHANGE:
        return impsvc_surely_exchange(p);
    case IMPSVC_CONTENT_SNMP_QUESTION:
        return is_question(p);
    case IMPSVC_CONTENT_SNMP_TRAP:
        return impsvc_surely_snmp_trap(p);
    case IMPSVC_CONTENT_RMI_OBJECT:
        return is_object_call(p);
    case IMPSVC_CONTENT_RMI_REGISTRY:
        return is_registry_call(p);
    case IMPSVC_CONTENT_XCP:
        return impsvc_surely_xcp(p);
    case IMPSVC_CONTENT_XMPP_CLIENT:
        return is_xmpp_client(p);
    case IMPSVC_CONTENT_XMPP_SERVER:
        return impsvc_surely_xmpp_server(p);
    }
    return false;
}

/* If nobody knows who began, either end may be the one in question. */
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

static bool nodes_fit(impsvc_nodes_wanted wanted, const impsvc_parties *parties)
{
    bool both = parties->sender_is_node && parties->receiver_is_node;
    bool either = parties->sender_is_node || parties->receiver_is_node;

    switch (wanted) {
    case IMPSVC_NODES_EITHER:
        return either;
    case IMPSVC_NODES_BOTH:
        return both && !parties->same_host;
    case IMPSVC_NODES_ONE:
        return either && !both;
    case IMPSVC_NODES_LISTENER:
        return listener_is_node(parties);
    case IMPSVC_NODES_INITIATOR:
        return initiator_is_node(parties);
    case IMPSVC_NODES_ONLY_LISTENER:
        return listener_is_node(parties) && !both;
    case IMPSVC_NODES_ONE_HOST:
        return both && parties->same_host;
    }
    return false;
}

static bool is_of(const impsvc_rule *rule, uint8_t table, uint8_t carrier)
{
    return rule->carrier == carrier && (table == IMPSVC_ANY_TABLE || rule->entry->table == table);
}

bool impsvc_service_rule_exists(uint8_t table, uint8_t carrier)
{
    for (size_t release = 0; release < impsvc_release_count; release++)
        for (size_t i = 0; i < impsvc_releases[release].rule_count; i++)
            if (is_of(&impsvc_releases[release].rules[i], table, carrier))
                return true;
    return false;
}

static bool payload_fits(const impsvc_rule *rule, impsvc_protocols seen, const impsvc_payload *payload)
{
    if ((seen & rule->protocol) == 0 && !impsvc_surely(rule->protocol, payload))
        return false;
    return content_fits(rule, payload);
}

const impsvc_entry *impsvc_service_find(uint8_t table, uint8_t carrier, impsvc_protocols seen, const impsvc_payload *payload,
                                        const impsvc_parties *parties)
{
    for (size_t i = 0; i < impsvc_list->rule_count; i++) {
        const impsvc_rule *rule = &impsvc_list->rules[i];

        if (is_of(rule, table, carrier) && nodes_fit(rule->nodes, parties) && payload_fits(rule, seen, payload))
            return rule->entry;
    }
    return NULL;
}

/* By carrier: the protocols that have a rule in the list. Needed for every packet of a node, so collected once. */
static impsvc_protocols      protocols_over[IMPSVC_ICMP + 1];
static const impsvc_release *collected_from;

static void collect(void)
{
    memset(protocols_over, 0, sizeof protocols_over);
    for (size_t i = 0; i < impsvc_list->rule_count; i++)
        protocols_over[impsvc_list->rules[i].carrier] |= impsvc_list->rules[i].protocol;
    collected_from = impsvc_list;
}

bool impsvc_service_may_be(uint8_t carrier, impsvc_protocols seen)
{
    if (collected_from != impsvc_list)
        collect();
    return (protocols_over[carrier] & seen) != 0;
}

const impsvc_entry *impsvc_service_alternative(const impsvc_entry *entry, const impsvc_payload *payload)
{
    return entry->begins_like != NULL && !is_call(payload) ? entry->begins_like : NULL;
}
