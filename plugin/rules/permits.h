/* permits.h
 * What a firewall is to let through: who may reach which service of whom
 *
 * Pairs of hosts go in one by one, in any order and as often as one likes; once the list is finished they are sorted, and each is there
 * once for each service. A service has all entries that need the same ports from the same host to the same other, as a firewall
 * would need one rule for them. Knows nothing of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PERMITS_H
#define IMPSVC_PERMITS_H

#include <glib.h>

#include "core/catalog.h"
#include "core/node_list.h"
#include "flows/result.h"

/** Whether a rule may be written, or why only a person can decide that. */
typedef enum {
    IMPSVC_PERMIT_SURE,
    IMPSVC_PERMIT_STRANGER,     /**< a host that is not known as a node stands where the list has one */
    IMPSVC_PERMIT_REVERSED,     /**< the side that should listen opened it */
    IMPSVC_PERMIT_LOCAL,        /**< the service is for the local host only */
    IMPSVC_PERMIT_REFUSED,      /**< the listener itself says no */
    IMPSVC_PERMIT_LOST          /**< it got through at first */
} impsvc_permit_doubt;

/** A host or a prefix. */
typedef struct {
    impsvc_prefix prefix;
    const char   *name;         /**< as the user calls it, or NULL */
} impsvc_permit_host;

/** One thing to let through. */
typedef struct {
    const impsvc_entry *entry;
    uint32_t            from;       /**< a number that impsvc_permits_host() gave: who may begin */
    uint32_t            to;
    uint32_t            frame;      /**< where that was seen, 0 if it is only planned */
    uint16_t            port;       /**< the listener's, 0 where there is none */
    impsvc_port_range   sources;    /**< the initiator's, as the list has them */
    uint8_t             transport;  /**< IMPSVC_TCP, IMPSVC_UDP or IMPSVC_ICMP */
    uint8_t             doubt;      /**< an impsvc_permit_doubt */
    uint8_t             because;    /**< an impsvc_flow_result; IMPSVC_RESULT_NOT_SEEN where the plan wants it */
} impsvc_wanted;

/** A pair of hosts of a service. */
typedef struct {
    uint32_t from;
    uint32_t to;
    uint32_t frame;
    uint8_t  because;
} impsvc_permit_pair;

/** What may be reached in the same way, and by whom. */
typedef struct {
    GPtrArray *entries;     /**< of const impsvc_entry, in the list's order; at least one */
    GArray    *pairs;       /**< of impsvc_permit_pair, sorted by from, then to */
    uint16_t   port;        /**< the listener's, 0: any */
    impsvc_port_range sources;  /**< where the list fixes them, from 0: any */
    uint8_t    transport;
    uint8_t    doubt;
    bool       is_v4;
} impsvc_permit_service;

typedef struct impsvc_permits impsvc_permits;

/** No permit. */
impsvc_permits *impsvc_permits_new(void);

/** Free it; NULL is allowed. */
void impsvc_permits_free(impsvc_permits *permits);

/** The number of a host. A host without a name gets one if it is asked for again with one. */
uint32_t impsvc_permits_host(impsvc_permits *permits, const impsvc_prefix *prefix, const char *name);

/** Add something to let through. Both hosts are of one address family. */
void impsvc_permits_want(impsvc_permits *permits, const impsvc_wanted *wanted);

/** Add a sentence that whoever reads the rules should know; it is copied. */
void impsvc_permits_say(impsvc_permits *permits, const char *sentence);

/** Sort and merge; nothing is added afterwards, and the numbers of hosts are others: in the order of their addresses. */
void impsvc_permits_finish(impsvc_permits *permits);

/** After it is finished: how many hosts there are, one of them, the services (of impsvc_permit_service *; by doubt, sure ones first, then
 *  in the list's order), the sentences (of char *), and how many pairs all services have together. */
uint32_t impsvc_permits_hosts(const impsvc_permits *permits);
const impsvc_permit_host *impsvc_permits_host_at(const impsvc_permits *permits, uint32_t number);
const GPtrArray *impsvc_permits_services(const impsvc_permits *permits);
const GPtrArray *impsvc_permits_sentences(const impsvc_permits *permits);
uint64_t impsvc_permits_pairs(const impsvc_permits *permits);

/** Whether a service has a pair of hosts. */
bool impsvc_permit_has_pair(const impsvc_permit_service *service, uint32_t from, uint32_t to);

/** Whether there is a sure service of an address family. */
bool impsvc_permits_any(const impsvc_permits *permits, bool is_v4);

#endif /* IMPSVC_PERMITS_H */
