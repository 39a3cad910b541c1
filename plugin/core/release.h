/* release.h
 * The list at hand: the one release that ports, entries and everything else are taken from
 *
 * There is always one, the first of the catalog unless the user chose another. Knows nothing of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RELEASE_H
#define IMPSVC_RELEASE_H

#include "core/catalog.h"

/** The list at hand; never NULL, and complete. Only impsvc_index_build() (catalog_index.h) changes it. */
extern const impsvc_release *impsvc_list;

/** The release with an id, complete or not; NULL if there is none. */
const impsvc_release *impsvc_release_find(const char *id);

/** The entry with this number ("22.4") in a release, or NULL. */
const impsvc_entry *impsvc_entry_in(const impsvc_release *release, const char *id);

/** The first release that has an entry with this number has it so; NULL if none has. */
const impsvc_entry *impsvc_entry_in_any(const char *id);

/**
 * Whether a release lists a port for its listeners.
 * @param transport IMPSVC_TCP (which carries TLS too) or IMPSVC_UDP
 */
bool impsvc_release_lists(const impsvc_release *release, uint8_t transport, uint16_t port);

/** Whether an entry has a port on a transport: as its listener's or, if it has none there, as its source. */
bool impsvc_entry_has_port(const impsvc_entry *entry, uint8_t transport, uint16_t port);

/** What is written of a port in a fact. */
bool impsvc_fact_has_port(const impsvc_fact *fact, uint8_t transport, uint16_t port);

#endif /* IMPSVC_RELEASE_H */
