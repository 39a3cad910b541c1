/* catalog_index.h
 * Look-ups in the catalog: by port, by table, by protocol
 *
 * The ports of the list at hand are entered when it is chosen; ports that the
 * user moved come and go (moved_ports.c). Knows nothing of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_CATALOG_INDEX_H
#define IMPSVC_CATALOG_INDEX_H

#include "core/release.h"

/** The most entries that share one listener port (8443 has four by itself; users may move others there). */
#define IMPSVC_ENTRIES_PER_PORT 8

/** What the catalog and the user say of one port number on one carrier. */
typedef struct {
    uint8_t             count;
    uint8_t             moved;          /**< how many of the listeners, from the first on, the user moved here */
    const impsvc_entry *listeners[IMPSVC_ENTRIES_PER_PORT]; /**< the user's in the user's order, then document order */
    const impsvc_entry *source_only;    /**< the entry that names no listener port but this source port (12.7), or NULL */
} impsvc_port;

/**
 * Make a release the list at hand (core/release.h), and enter its ports: those of the list before, and moves, are forgotten.
 * @param release a complete one
 * @return false when it has more entries on a port than the index has room for; then it is the list nevertheless, with some of
 *         its ports
 */
bool impsvc_index_build(const impsvc_release *release);

/**
 * Enter a port that the user moved an entry to, in addition to the catalog's own.
 * @param transport IMPSVC_TCP (which carries TLS too) or IMPSVC_UDP
 * @return false when the port has no room for one more entry
 */
bool impsvc_index_move(const impsvc_entry *entry, uint8_t transport, uint16_t port);

/** Back to the list's own ports. */
void impsvc_index_forget_moves(void);

/** Whether an entry has a port because the user moved it there: the document does not list it. */
bool impsvc_is_moved(const impsvc_entry *entry, uint16_t port);

/**
 * What the catalog says of a port. One array access for a port it does not know.
 * @param transport IMPSVC_TCP (which carries TLS too) or IMPSVC_UDP
 * @return NULL when the port means nothing on this transport; good until the next move
 */
const impsvc_port *impsvc_port_find(uint8_t transport, uint16_t port);

/** The protocols of all entries on a port. */
impsvc_protocols impsvc_port_protocols(const impsvc_port *port);

/** Whether one of a packet's ports means something. */
bool impsvc_port_is_listed(uint8_t transport, uint16_t port, uint16_t other);

/** The one of two ports that means something; 0 if both or none do. */
uint16_t impsvc_port_only_listed(uint8_t transport, uint16_t port, uint16_t other);

/** Whether one of two ports has several entries with payload inside TLS, so that only the payload shows which is meant (8443). */
bool impsvc_port_is_shared(uint8_t transport, uint16_t port, uint16_t other);

/** The entry with this id ("22.4") in the list at hand, or NULL. */
const impsvc_entry *impsvc_entry_find(const char *id);

/** The entry that stands for a transport without ports (17.1), or NULL. */
const impsvc_entry *impsvc_icmp_entry(void);

/** Whether an entry is for notifications that nobody asked for (SNMP traps), by the catalog's rules. */
bool impsvc_entry_takes_notices(const impsvc_entry *entry);

/** The table with this number, or NULL. */
const impsvc_table *impsvc_table_find(uint8_t number);

/** Wireshark's filter name of the protocol that has a bit, 0 to 31, in a set; NULL where none has it. */
const char *impsvc_protocol_name(unsigned bit);

/** The filter name of the first protocol in a set; NULL for an empty set. */
const char *impsvc_protocols_first_name(impsvc_protocols protocols);

#endif /* IMPSVC_CATALOG_INDEX_H */
