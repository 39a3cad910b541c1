/* service_rules.h
 * Which service a payload is on a port that the document does not list
 *
 * The rules of the heuristics: from payload and endpoints together, never from a
 * port. Works on plain bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_SERVICE_RULES_H
#define IMPSVC_SERVICE_RULES_H

#include "core/catalog.h"
#include "core/payload.h"

/** What is known of a conversation's ends; at least one must be a node for a rule to say yes. */
typedef struct {
    bool sender_is_node;
    bool receiver_is_node;
    bool initiator_known;       /**< by its handshake, or as who spoke first */
    bool sender_is_initiator;   /**< meaningful if so */
    bool same_host;
} impsvc_parties;

/** For impsvc_service_find(): the rules of all tables. */
#define IMPSVC_ANY_TABLE UINT8_MAX

/** Whether any rule is about one of some protocols. */
bool impsvc_service_may_be(uint8_t carrier, impsvc_protocols seen);

/** Whether a table has a rule in any release for a carrier (IMPSVC_TCP, _UDP, _TLS for what TLS decrypted, _ICMP). */
bool impsvc_service_rule_exists(uint8_t table, uint8_t carrier);

/**
 * Ask the rules of a table.
 * @param seen protocols that Wireshark by itself found the payload to be; for any other protocol the payload must be
 *        beyond doubt
 * @return the entry that the payload belongs to, or NULL
 */
const impsvc_entry *impsvc_service_find(uint8_t table, uint8_t carrier, impsvc_protocols seen, const impsvc_payload *payload,
                                        const impsvc_parties *parties);

/** Another entry that a payload fits as well as the one found, or NULL: RMI's handshake does not name its object. */
const impsvc_entry *impsvc_service_alternative(const impsvc_entry *entry, const impsvc_payload *payload);

#endif /* IMPSVC_SERVICE_RULES_H */
