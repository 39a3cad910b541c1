/* catalog.h
 * The vendor's port list as constant data: its releases, with their entries; tables and roles, which all share
 *
 * The data are generated from catalog/, whose README.md explains what every value
 * means and where it comes from. Nothing here knows Wireshark, so
 * classification can be tested and fuzzed without it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_CATALOG_H
#define IMPSVC_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog_protocols.h"

/** Languages that every name and note of the catalog has. */
typedef enum {
    IMPSVC_ENGLISH,
    IMPSVC_JAPANESE,
    IMPSVC_LANGUAGES
} impsvc_language;

/** A text in every language of the catalog (UTF-8, never NULL). */
typedef struct {
    const char *in[IMPSVC_LANGUAGES];
} impsvc_text;

/** The carriers a document row can print; an entry has a set of them. */
enum {
    IMPSVC_TCP  = 1 << 0,
    IMPSVC_UDP  = 1 << 1,
    IMPSVC_TLS  = 1 << 2,   /**< TLS over TCP: on the wire a TCP port */
    IMPSVC_ICMP = 1 << 3    /**< the document's "IP" in 17.1: no port */
};

/** Whose ports a carrier has: IMPSVC_UDP its own, all others those of IMPSVC_TCP. */
static inline uint8_t impsvc_transport_of_carrier(uint8_t carrier)
{
    return carrier == IMPSVC_UDP ? IMPSVC_UDP : IMPSVC_TCP;
}

/**
 * A set of the protocols that the catalog names: of IMPSVC_PROTOCOL_SIP, … one for each row of
 * catalog/dissectors.csv. The build writes them into catalog_protocols.h.
 */
typedef uint32_t impsvc_protocols;

/** Where the document lets a service be reached from (impsvc.reach). */
typedef enum {
    IMPSVC_REACH_LOCALHOST = 1,
    IMPSVC_REACH_CLUSTER   = 2,
    IMPSVC_REACH_EXTERNAL  = 3
} impsvc_reach;

/** A table of the document: 2 to 28, or one that only another release has, above. */
typedef struct {
    uint8_t     number;     /**< the document's table number */
    uint8_t     rows;       /**< how many rows the document gives it */
    const char *slug;       /**< lower-case name for dissector names: [a-z0-9_]+ */
    impsvc_text name;       /**< "XCP requests" */
    const char *group;      /**< "xmpp": what it is about, with other tables; a slug, too */
} impsvc_table;

/** Which ends the services of a table have, where another table has the same ports. */
typedef enum {
    IMPSVC_ENDS_ANY,
    IMPSVC_ENDS_TWO_NODES,
    IMPSVC_ENDS_ONE_NODE    /**< a node with itself */
} impsvc_ends;

/** Which nodes have a role. */
typedef enum {
    IMPSVC_KIND_ANY,
    IMPSVC_KIND_PUBLISHER,
    IMPSVC_KIND_SUBSCRIBER
} impsvc_node_kind;

/** What a From or To column names. */
typedef struct {
    impsvc_text name;       /**< "IM and Presence (XCP Router)" */
    bool        in_cluster; /**< a process on an IM and Presence node */
    uint8_t     kind;       /**< of such a role, an impsvc_node_kind */
} impsvc_role;

/** Ports from first to last, both of them included; 0 to 0 where any may be. */
typedef struct {
    uint16_t first;
    uint16_t last;
} impsvc_port_range;

/** Where a document lists an entry once more, for other ends: it is the same service on the same ports. */
typedef struct {
    uint8_t           table;            /**< the document's table and row; the entry has others */
    uint8_t           row;
    uint8_t           from;             /**< index into impsvc_roles: the initiator */
    uint8_t           to;
    bool              bidirectional;    /**< either side may begin */
    uint8_t           transports;       /**< some of the entry's */
    impsvc_port_range sources;          /**< the initiator's ports */
} impsvc_path;

/** An entry has at most this many listener ports (5.1 has two). */
#define IMPSVC_ENTRY_PORTS 2

/** One row of the document. */
typedef struct impsvc_entry {
    uint8_t     table;
    uint8_t     row;
    const char *id;                         /**< "22.4" */
    impsvc_text service;
    uint8_t     from;                       /**< index into impsvc_roles: the initiator */
    uint8_t     to;                         /**< index into impsvc_roles: the listener */
    bool        bidirectional;              /**< the row has a second line with From and To swapped */
    const char *protocol;                   /**< as the document prints it */
    uint8_t     transports;                 /**< set of IMPSVC_TCP, … as the document prints them */
    uint8_t     port_count;                 /**< 0 where the document names no listener port */
    uint16_t    ports[IMPSVC_ENTRY_PORTS];  /**< listener ports */
    impsvc_port_range sources;              /**< the initiator's ports: one, a range, or any */
    const char *multicast_v4;               /**< the group that its packets also go to, as text, or NULL */
    const char *multicast_v6;
    uint8_t     reach;                      /**< an impsvc_reach */
    bool        may_leave_host;             /**< for the local host only, but something contradicts that: blocking it may do harm */
    bool        configurable;               /**< the administrator can change the port */
    bool        distinctive;                /**< the port alone points to IM and Presence */
    bool        answers;                    /**< a request gets an answer; what has none over UDP is only sent */
    impsvc_protocols on_transport;          /**< the protocol on the bare transport (TLS is one), 0 if Wireshark has none */
    impsvc_protocols inside_tls;            /**< the protocol inside TLS, 0 if none is known */
    bool        xcp;                        /**< components log on to the XCP router here */
    const struct impsvc_entry *begins_like; /**< another entry that it may be until an RMI call names the object, or NULL */
    const impsvc_path *paths;               /**< where the document lists it once more */
    uint8_t     path_count;
    uint8_t     ends;                       /**< an impsvc_ends, of its table as the next three */
    bool        nodes_listen;               /**< nodes listen too, although the document puts the listener outside */
    bool        changes_service;            /**< each payload of a connection may name another service of the table */
    bool        between_clusters;           /**< nodes of two clusters use it, too */
    impsvc_text note;
    const char *document;                   /**< the document the row comes from */
    const char *release;                    /**< the id of the release the document is for */
} impsvc_entry;

/** The one source port that an entry has, 0 if it may be any or any of a range: then the port tells nothing. */
static inline uint16_t impsvc_fixed_source(const impsvc_entry *entry)
{
    return entry->sources.first == entry->sources.last ? entry->sources.first : 0;
}

/** An application of the web server: the first part of a request's path. */
typedef struct {
    const char         *name;   /**< in lower case, without a slash */
    const impsvc_entry *entry;
} impsvc_application;

/** Which ends must be nodes for a rule to apply. */
typedef enum {
    IMPSVC_NODES_EITHER,        /**< at least one: the other may be a node that is not known yet */
    IMPSVC_NODES_BOTH,          /**< both, and they are two */
    IMPSVC_NODES_ONE,           /**< exactly one */
    IMPSVC_NODES_LISTENER,
    IMPSVC_NODES_INITIATOR,
    IMPSVC_NODES_ONLY_LISTENER, /**< the listener is one, the initiator is not */
    IMPSVC_NODES_ONE_HOST       /**< a node with itself */
} impsvc_nodes_wanted;

/** What a rule requires of a payload besides its protocol; what that means is in service_rules.c. */
typedef enum {
    IMPSVC_CONTENT_ANY,
    IMPSVC_CONTENT_ANY_PATH,
    IMPSVC_CONTENT_ITS_PATH,
    IMPSVC_CONTENT_BOSH,
    IMPSVC_CONTENT_EXCHANGE,
    IMPSVC_CONTENT_SNMP_QUESTION,
    IMPSVC_CONTENT_SNMP_TRAP,
    IMPSVC_CONTENT_RMI_OBJECT,
    IMPSVC_CONTENT_RMI_REGISTRY,
    IMPSVC_CONTENT_XCP,
    IMPSVC_CONTENT_XMPP_CLIENT,
    IMPSVC_CONTENT_XMPP_SERVER
} impsvc_content;

/** How a service is recognised on a port that is not listed. */
typedef struct {
    const impsvc_entry *entry;
    uint8_t             carrier;    /**< IMPSVC_TCP, IMPSVC_UDP, or IMPSVC_TLS for what is inside TLS */
    impsvc_protocols    protocol;   /**< the entry's on that carrier */
    impsvc_nodes_wanted nodes;
    impsvc_content      content;
} impsvc_rule;

/** A release of the list. */
typedef struct {
    const char *id;             /**< "12.5.1su3", for preferences and commands */
    const char *name;           /**< "12.5(1)SU3", for people */
    const char *document;
    bool        is_complete;    /**< it has entries, and can be chosen; of others only facts are known */
    const impsvc_entry       *entries;          /**< in document order: by table, then by row */
    size_t                    entry_count;
    const impsvc_application *applications;
    size_t                    application_count;
    const impsvc_rule        *rules;            /**< the first that fits is taken */
    size_t                    rule_count;
} impsvc_release;

/** A fact has at most this many ports or ranges of ports. */
#define IMPSVC_FACT_PORTS 8

/** What is known of a release of which no complete list is at hand. It explains what is seen, and never decides an entry. */
typedef struct {
    const impsvc_release *release;
    const char           *entries;      /**< "4.2 4.3": which it is about; empty if none in particular */
    uint8_t               transports;   /**< a set; empty if the fact is about no transport */
    uint8_t               port_count;
    impsvc_port_range     ports[IMPSVC_FACT_PORTS];     /**< listener ports */
    impsvc_text           what;
    const char           *source;       /**< where that is written */
} impsvc_fact;

extern const impsvc_table impsvc_tables[];
extern const size_t       impsvc_table_count;

extern const impsvc_role  impsvc_roles[];
extern const size_t       impsvc_role_count;

/** Of all releases, each in one piece. Whoever wants those of the list at hand asks impsvc_list (core/release.h). */
extern const impsvc_entry impsvc_all_entries[];
extern const size_t       impsvc_all_entry_count;

/** The first is the one that is taken if nobody chooses. */
extern const impsvc_release impsvc_releases[];
extern const size_t       impsvc_release_count;

extern const impsvc_fact  impsvc_facts[];
extern const size_t       impsvc_fact_count;

/** Wireshark's filter names of the protocols; the first is that of bit 0. */
extern const char *const  impsvc_protocol_names[];
extern const size_t       impsvc_protocol_count;

/** The number of an entry among all releases': document order within one. */
static inline size_t impsvc_entry_place(const impsvc_entry *entry)
{
    return (size_t)(entry - impsvc_all_entries);
}

/** The protocols that agree with an entry. */
static inline impsvc_protocols impsvc_entry_protocols(const impsvc_entry *entry)
{
    return entry->on_transport | entry->inside_tls;
}

#endif /* IMPSVC_CATALOG_H */
