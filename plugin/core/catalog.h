/* catalog.h
 * The vendor's port list as constant data: tables, roles, entries
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

/** One of the document's tables 2 to 28. */
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

/** What a From or To column names. */
typedef struct {
    impsvc_text name;       /**< "IM and Presence (XCP Router)" */
    bool        in_cluster; /**< a process on an IM and Presence node */
} impsvc_role;

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
    uint16_t    source_port;                /**< fixed source port, 0 for ephemeral */
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
    uint8_t     ends;                       /**< an impsvc_ends, of its table as the next three */
    bool        nodes_listen;               /**< nodes listen too, although the document puts the listener outside */
    bool        changes_service;            /**< each payload of a connection may name another service of the table */
    bool        between_clusters;           /**< nodes of two clusters use it, too */
    impsvc_text note;
    const char *document;                   /**< the document the row comes from */
    const char *release;                    /**< the release the document is for */
} impsvc_entry;

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

extern const impsvc_table impsvc_tables[];
extern const size_t       impsvc_table_count;

extern const impsvc_role  impsvc_roles[];
extern const size_t       impsvc_role_count;

/** In document order: by table, then by row. */
extern const impsvc_entry impsvc_entries[];
extern const size_t       impsvc_entry_count;

extern const impsvc_application impsvc_applications[];
extern const size_t       impsvc_application_count;

/** The first that fits is taken. */
extern const impsvc_rule  impsvc_rules[];
extern const size_t       impsvc_rule_count;

/** Wireshark's filter names of the protocols; the first is that of bit 0. */
extern const char *const  impsvc_protocol_names[];
extern const size_t       impsvc_protocol_count;

/** The protocols that agree with an entry. */
static inline impsvc_protocols impsvc_entry_protocols(const impsvc_entry *entry)
{
    return entry->on_transport | entry->inside_tls;
}

#endif /* IMPSVC_CATALOG_H */
