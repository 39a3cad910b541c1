/* catalog_index.c
 * Look-ups in the catalog: by port, by table, by protocol
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/catalog_index.h"

#include <stdlib.h>
#include <string.h>

#define PORTS_STEP 128  /* room for ports is made in steps of this many; a list needs one step */

/* For each carrier and port number: 0, or 1 + the place in ports[]. */
static uint32_t     place_of[2][UINT16_MAX + 1];
static impsvc_port *ports;
static uint32_t     port_count;
static uint32_t     list_port_count;     /* the first of them, which are the list's own */

static const impsvc_entry *icmp_entry;

static uint32_t *place(uint8_t transport, uint16_t port)
{
    return &place_of[transport == IMPSVC_UDP][port];
}

/* Room for one more port. */
static bool make_room(void)
{
    impsvc_port *larger;

    if (port_count % PORTS_STEP != 0)
        return true;
    larger = (impsvc_port *)realloc(ports, (port_count + PORTS_STEP) * sizeof *ports);
    if (larger == NULL)
        return false;
    ports = larger;
    return true;
}

static impsvc_port *port_get(uint8_t transport, uint16_t port)
{
    uint32_t *at = place(transport, port);

    if (*at == 0) {
        if (!make_room())
            return NULL;
        ports[port_count] = (impsvc_port){ 0 };
        *at = ++port_count;
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
    impsvc_port *port = port_get(transport, impsvc_fixed_source(entry));

    if (port == NULL)
        return false;
    port->source_only = entry;
    return true;
}

/* Enter one row under its ports on one carrier. */
static bool add_ports(uint8_t transport, const impsvc_entry *entry)
{
    if (entry->port_count == 0 && impsvc_fixed_source(entry) != 0)
        return add_source_only(transport, entry);
    for (uint8_t i = 0; i < entry->port_count; i++)
        if (!add_listener(transport, entry->ports[i], entry))
            return false;
    return true;
}

static bool add_entry(const impsvc_entry *entry)
{
    bool complete = true;

    if (entry->transports & (IMPSVC_TCP | IMPSVC_TLS))
        complete = add_ports(IMPSVC_TCP, entry);
    if (entry->transports & IMPSVC_UDP)
        complete = add_ports(IMPSVC_UDP, entry) && complete;
    if (entry->transports & IMPSVC_ICMP)
        icmp_entry = entry;
    return complete;
}

bool impsvc_index_build(const impsvc_release *release)
{
    bool complete = true;

    if (port_count > 0)
        memset(place_of, 0, sizeof place_of);
    port_count = 0;
    icmp_entry = NULL;
    impsvc_list = release;
    for (size_t i = 0; i < release->entry_count; i++)
        complete = add_entry(&release->entries[i]) && complete;
    list_port_count = port_count;
    return complete;
}

bool impsvc_index_move(const impsvc_entry *entry, uint8_t transport, uint16_t number)
{
    impsvc_port *port = port_get(transport, number);

    if (port == NULL)
        return false;
    for (uint8_t i = 0; i < port->count; i++)
        if (port->listeners[i] == entry)
            return true;    /* listed there, or moved there twice */
    if (port->count == IMPSVC_ENTRIES_PER_PORT)
        return false;
    memmove(port->listeners + port->moved + 1, port->listeners + port->moved,
            (size_t)(port->count - port->moved) * sizeof port->listeners[0]);
    port->listeners[port->moved++] = entry;
    port->count++;
    return true;
}

void impsvc_index_forget_moves(void)
{
    for (uint32_t i = 0; i < list_port_count; i++) {
        ports[i].count = (uint8_t)(ports[i].count - ports[i].moved);
        memmove(ports[i].listeners, ports[i].listeners + ports[i].moved,
                ports[i].count * sizeof ports[i].listeners[0]);
        ports[i].moved = 0;
    }
    if (port_count == list_port_count)
        return;     /* as when Wireshark starts, where each of 131072 counts */
    for (unsigned carrier = 0; carrier < 2; carrier++)
        for (uint32_t number = 0; number <= UINT16_MAX; number++)
            if (place_of[carrier][number] > list_port_count)
                place_of[carrier][number] = 0;
    port_count = list_port_count;
}

bool impsvc_is_moved(const impsvc_entry *entry, uint16_t port)
{
    for (uint8_t i = 0; i < entry->port_count; i++)
        if (entry->ports[i] == port)
            return false;
    return entry->port_count > 0;
}

const impsvc_port *impsvc_port_find(uint8_t transport, uint16_t port)
{
    uint32_t at = *place(transport, port);

    return at == 0 ? NULL : &ports[at - 1];
}

bool impsvc_port_is_listed(uint8_t transport, uint16_t port, uint16_t other)
{
    return (*place(transport, port) | *place(transport, other)) != 0;
}

uint16_t impsvc_port_only_listed(uint8_t transport, uint16_t port, uint16_t other)
{
    bool is_one = *place(transport, port) != 0;

    if (is_one == (*place(transport, other) != 0))
        return 0;
    return is_one ? port : other;
}

static bool has_several_in_tls(const impsvc_port *port)
{
    return port != NULL && port->count > 1 && port->listeners[0]->inside_tls != 0
           && port->listeners[1]->inside_tls != 0;
}

bool impsvc_port_is_shared(uint8_t transport, uint16_t port, uint16_t other)
{
    return has_several_in_tls(impsvc_port_find(transport, port)) || has_several_in_tls(impsvc_port_find(transport, other));
}

const impsvc_entry *impsvc_entry_find(const char *id)
{
    return impsvc_entry_in(impsvc_list, id);
}

const impsvc_entry *impsvc_icmp_entry(void)
{
    return icmp_entry;
}

bool impsvc_entry_takes_notices(const impsvc_entry *entry)
{
    for (size_t i = 0; i < impsvc_list->rule_count; i++)
        if (impsvc_list->rules[i].entry == entry && impsvc_list->rules[i].content == IMPSVC_CONTENT_SNMP_TRAP)
            return true;
    return false;
}

const impsvc_table *impsvc_table_find(uint8_t number)
{
    for (size_t i = 0; i < impsvc_table_count; i++)
        if (impsvc_tables[i].number == number)
            return &impsvc_tables[i];
    return NULL;
}

const char *impsvc_protocol_name(unsigned bit)
{
    return bit < impsvc_protocol_count ? impsvc_protocol_names[bit] : NULL;
}

const char *impsvc_protocols_first_name(impsvc_protocols protocols)
{
    for (unsigned bit = 0; bit < impsvc_protocol_count; bit++)
        if (protocols & (UINT32_C(1) << bit))
            return impsvc_protocol_names[bit];
    return NULL;
}

impsvc_protocols impsvc_port_protocols(const impsvc_port *port)
{
    impsvc_protocols all = port->source_only == NULL ? 0 : impsvc_entry_protocols(port->source_only);

    for (uint8_t i = 0; i < port->count; i++)
        all |= impsvc_entry_protocols(port->listeners[i]);
    return all;
}
