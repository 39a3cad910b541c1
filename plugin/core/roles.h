/* roles.h
 * What the ends of a service are, which way its flow goes, and how sure that is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_ROLES_H
#define IMPSVC_ROLES_H

#include "core/catalog.h"

/** No role, where an index into impsvc_roles is expected. */
#define IMPSVC_NO_ROLE UINT8_MAX

/** impsvc.flow: which way a flow goes, as seen by the cluster. */
typedef enum {
    IMPSVC_FLOW_INBOUND      = 1,
    IMPSVC_FLOW_OUTBOUND     = 2,
    IMPSVC_FLOW_INTRACLUSTER = 3,
    IMPSVC_FLOW_LOCALHOST    = 4,
    IMPSVC_FLOW_INTERCLUSTER = 5
} impsvc_flow;

/** What these are called in filters and by other programs: row(number, word) for each. */
#define IMPSVC_FLOW_WORDS(row)                     \
    row(IMPSVC_FLOW_INBOUND,      "inbound")       \
    row(IMPSVC_FLOW_OUTBOUND,     "outbound")      \
    row(IMPSVC_FLOW_INTRACLUSTER, "intracluster")  \
    row(IMPSVC_FLOW_LOCALHOST,    "localhost")     \
    row(IMPSVC_FLOW_INTERCLUSTER, "intercluster")

/** impsvc.confidence */
typedef enum {
    IMPSVC_CONFIDENCE_PORT       = 1,
    IMPSVC_CONFIDENCE_PAYLOAD    = 2,
    IMPSVC_CONFIDENCE_LEARNED    = 3,
    IMPSVC_CONFIDENCE_CONFIGURED = 4
} impsvc_confidence;

/** Where a cluster's number is expected: no cluster is known, or none in particular is meant. */
#define IMPSVC_NO_CLUSTER 0

/** What is known of a host at one end of a service. */
typedef struct {
    bool     is_node;       /**< an IM and Presence server, configured or learned */
    bool     is_configured; /**< by the user, as a node or as what role says */
    uint8_t  role;          /**< of a host configured as outside the cluster, an index into impsvc_roles; else IMPSVC_NO_ROLE */
    uint32_t cluster;       /**< of a configured node the number of its cluster, from 1; else IMPSVC_NO_CLUSTER */
    uint8_t  kinds;         /**< of a node, which kinds it may be: a bit for each impsvc_node_kind, 1 << kind; of a learned one all */
} impsvc_known;

/** For kinds: nothing is known of what kind a node is. */
#define IMPSVC_KINDS_ALL UINT8_MAX

/** Whether a configured host can be what an entry has on one side, an index into impsvc_roles. */
bool impsvc_is_known_as(bool is_node, uint8_t role, uint8_t listed);

/** What the two ends of a service are, as an entry and the knowledge of them have it. */
typedef struct {
    uint8_t     initiator;  /**< for impsvc_role_name() */
    uint8_t     listener;
    bool        reversed;   /**< known ends contradict the row: its listener's side began */
    impsvc_flow flow;
    const impsvc_path *path;    /**< where the document lists the entry once more, for these ends; NULL if the row itself has them */
} impsvc_roles_told;

/**
 * Where the document lists an entry once more, for these two ends. A host outside is one of them only if the user says so: what is
 * not known of a host makes nothing allowed.
 * @param carrier what the flow is on: IMPSVC_TCP, …
 * @return NULL if it does not
 */
const impsvc_path *impsvc_path_between(const impsvc_entry *entry, uint8_t carrier, const impsvc_known *initiator,
                                       const impsvc_known *listener);

/** Whether a configured host can be one of the ends that an entry has, in its row or where it is listed once more. */
bool impsvc_is_an_end(const impsvc_entry *entry, bool is_node, uint8_t role);

/**
 * Decide what the two ends are.
 * @param carrier what the flow is on: IMPSVC_TCP, …
 * @param same_host both are one host for sure
 * @param nodes_configured the user named the cluster's nodes: whoever is neither among them nor learned is none
 */
impsvc_roles_told impsvc_tell_roles(const impsvc_entry *entry, uint8_t carrier, const impsvc_known *initiator,
                                    const impsvc_known *listener, bool same_host, bool nodes_configured);

/** The role of a host that stands where a node should, and is none. */
#define IMPSVC_UNKNOWN_HOST (UINT8_MAX - 1)

/** What a role is called: an index into impsvc_roles, or IMPSVC_UNKNOWN_HOST. */
const impsvc_text *impsvc_role_name(uint8_t role);

#endif /* IMPSVC_ROLES_H */
