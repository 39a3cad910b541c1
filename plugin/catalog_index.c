/* catalog_index.c
 * Look-ups in the catalog: by port, by table, by protocol name
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "catalog_index.h"

#include <string.h>

#define PORTS_MAX     128   /* distinct ports of the catalog on both carriers */
#define ENTRIES_MAX   256
#define PROTOCOLS_MAX 32    /* bits of the word that tells what was seen */

/* For each carrier and port number: 0, or 1 + the place in ports[]. */
static uint8_t      place_of[2][UINT16_MAX + 1];
static impsvc_port  ports[PORTS_MAX];
static size_t       port_count;

static const char  *protocols[PROTOCOLS_MAX + 1];
static uint32_t     entry_protocols[ENTRIES_MAX];

static const impsvc_entry *icmp_entry;

static uint8_t *place(uint8_t transport, uint16_t port)
{
    return &place_of[transport == IMPSVC_UDP][port];
}

static impsvc_port *port_get(uint8_t transport, uint16_t port)
{
    uint8_t *at = place(transport, port);

    if (*at == 0) {
        if (port_count == PORTS_MAX)
            return NULL;
        *at = (uint8_t)++port_count;
    }
    return &ports[*at - 1];
}

static bool add_listener(uint8_t transport, uint16_t number, const impsvc_entry *entry)
{
    impsvc_port *port = port_get(transport, number);

    if (port == NULL || port->count == IMPSVC_ENTRIES_PER_PORT)
        return false;
    port->listeners[port->count++] = entry;
    return true;
}

static bool add_source_only(uint8_t transport, const impsvc_entry *entry)
{
    impsvc_port *port = port_get(transport, entry->source_port);

    if (port == NULL)
        return false;
    port->source_only = entry;
    return true;
}

/* Enter one row under its ports on one carrier. */
static bool add_ports(uint8_t transport, const impsvc_entry *entry)
{
    if (entry->port_count == 0 && entry->source_port != 0)
        return add_source_only(transport, entry);
    for (uint8_t i = 0; i < entry->port_count; i++)
        if (!add_listener(transport, entry->ports[i], entry))
            return false;
    return true;
}

/* The bit of a protocol name; a new name gets the next one. 0 for no name or no room. */
static uint32_t protocol_bit(const char *name)
{
    if (name == NULL)
        return 0;
    for (unsigned number = 0; number < PROTOCOLS_MAX; number++) {
        if (protocols[number] == NULL)
            protocols[number] = name;
        if (strcmp(protocols[number], name) == 0)
            return UINT32_C(1) << number;
    }
    return 0;
}

static bool add_protocols(size_t i, const impsvc_entry *entry)
{
    uint32_t bare = protocol_bit(entry->dissector);
    uint32_t inside_tls = protocol_bit(entry->tls_dissector);

    entry_protocols[i] = bare | inside_tls;
    return (bare != 0) == (entry->dissector != NULL) && (inside_tls != 0) == (entry->tls_dissector != NULL);
}

bool impsvc_index_build(void)
{
    if (port_count != 0)
        return true;
    if (impsvc_entry_count > ENTRIES_MAX)
        return false;
    for (size_t i = 0; i < impsvc_entry_count; i++) {
        const impsvc_entry *entry = &impsvc_entries[i];

        if (!add_protocols(i, entry))
            return false;
        if ((entry->transports & (IMPSVC_TCP | IMPSVC_TLS)) && !add_ports(IMPSVC_TCP, entry))
            return false;
        if ((entry->transports & IMPSVC_UDP) && !add_ports(IMPSVC_UDP, entry))
            return false;
        if (entry->transports & IMPSVC_ICMP)
            icmp_entry = entry;
    }
    return true;
}

const impsvc_port *impsvc_port_find(uint8_t transport, uint16_t port)
{
    uint8_t at = *place(transport, port);

    return at == 0 ? NULL : &ports[at - 1];
}

const impsvc_entry *impsvc_icmp_entry(void)
{
    return icmp_entry;
}

const impsvc_table *impsvc_table_find(uint8_t number)
{
    for (size_t i = 0; i < impsvc_table_count; i++)
        if (impsvc_tables[i].number == number)
            return &impsvc_tables[i];
    return NULL;
}

const char *impsvc_protocol_name(unsigned number)
{
    return number < PROTOCOLS_MAX ? protocols[number] : NULL;
}

uint32_t impsvc_entry_protocols(const impsvc_entry *entry)
{
    return entry_protocols[entry - impsvc_entries];
}
