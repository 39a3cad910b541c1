/* classify.c
 * Which entry of the catalog a packet belongs to
 *
 * Each end of the packet is asked: which entries fit if you are the listener?
 * Then one end is chosen, then one of its entries.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/classify.h"

#include <stdlib.h>

#define WELL_KNOWN_END  1024    /* ports below are servers' (RFC 6335, system ports) */

/* The entries that fit if one end is the listener. */
typedef struct {
    impsvc_side         side;
    uint16_t            port;
    uint16_t            other_port;
    bool                other_owned;
    bool                fixed_source;   /* one of the entries names other_port as its source */
    uint8_t             count;
    const impsvc_entry *entries[IMPSVC_ENTRIES_PER_PORT];
} end;

static bool names_source(const impsvc_entry *entry, const end *listener)
{
    return impsvc_fixed_source(entry) != 0 && impsvc_fixed_source(entry) == listener->other_port;
}

static void add(end *listener, const impsvc_entry *entry)
{
    if (listener->count == IMPSVC_ENTRIES_PER_PORT)
        return;
    listener->entries[listener->count++] = entry;
    if (names_source(entry, listener))
        listener->fixed_source = true;
}

/* Whether an entry that has only a source port (12.7: notifications) may be meant. The port says too little by itself: any
 * program may have it. The payload must be of its protocol, and must not ask for something; an answer on a listed port
 * belongs to what that port is for. */
static bool source_tells(const impsvc_entry *entry, const end *listener, const impsvc_packet *packet)
{
    if ((impsvc_entry_protocols(entry) & packet->protocols) == 0 || packet->saying == IMPSVC_SAYS_QUESTION)
        return false;
    if (packet->saying == IMPSVC_SAYS_NOTICE || packet->noticed)
        return true;
    if (listener->count == 0)
        return packet->saying == IMPSVC_SAYS_NOTHING;
    for (uint8_t i = 0; i < listener->count; i++)
        if (impsvc_entry_takes_notices(listener->entries[i]))
            return true;
    return false;
}

/* Whether the document lists an entry once more without its fixed source port. For which ends, is not asked here. */
static bool takes_other_sources(const impsvc_entry *entry, uint8_t transport, uint16_t source)
{
    uint8_t carriers = transport == IMPSVC_UDP ? IMPSVC_UDP : IMPSVC_TCP | IMPSVC_TLS;

    for (uint8_t i = 0; i < entry->path_count; i++)
        if ((entry->paths[i].transports & carriers) != 0 && entry->paths[i].sources.first <= source && (entry->paths[i].sources.last == 0 || source <= entry->paths[i].sources.last))
            return true;
    return false;
}

/* Candidates for one end as listener, without those whose fixed source port differs. */
static void find_entries(end *listener, const impsvc_packet *packet)
{
    const impsvc_port *port = impsvc_port_find(packet->transport, listener->port);
    const impsvc_port *other = impsvc_port_find(packet->transport, listener->other_port);

    for (uint8_t i = 0; port != NULL && i < port->count; i++)
        if (impsvc_fixed_source(port->listeners[i]) == 0 || names_source(port->listeners[i], listener)
            || takes_other_sources(port->listeners[i], packet->transport, listener->other_port))
            add(listener, port->listeners[i]);
    if (other != NULL && other->source_only != NULL && source_tells(other->source_only, listener, packet))
        add(listener, other->source_only);
}

/* Catalogue ports such as 37239, 50000 and 50020 lie among clients' own ports. */
static bool is_ephemeral(uint16_t port)
{
    return port >= IMPSVC_EPHEMERAL_START;
}

/* The other end, which the catalog does not know, looks more like a listener:
 * the entry's port is then a client's that happens to have the number. */
static bool other_listens_better(const end *listener, const impsvc_packet *packet)
{
    if (listener->fixed_source || listener->port < WELL_KNOWN_END)
        return false;
    if (listener->other_port < WELL_KNOWN_END)
        return true;
    if (is_ephemeral(listener->other_port))
        return listener->other_owned && is_ephemeral(listener->port);
    if (listener->other_owned)
        return true;
    /* Neither port says much: whoever spoke first from a client's port is a client. */
    return is_ephemeral(listener->port) && packet->first_sender == listener->side;
}

static bool agrees(const impsvc_entry *entry, const impsvc_packet *packet)
{
    return (impsvc_entry_protocols(entry) & packet->protocols) != 0;
}

static bool any_agrees(const end *listener, const impsvc_packet *packet)
{
    for (uint8_t i = 0; i < listener->count; i++)
        if (agrees(listener->entries[i], packet))
            return true;
    return false;
}

/* Whether a message that was seen is of one of an end's entries: then what it says of who asks goes for them. */
static bool is_asked(const end *listener, const impsvc_packet *packet)
{
    if (packet->asked == IMPSVC_SIDE_UNKNOWN || packet->asked == listener->side)
        return false;
    for (uint8_t i = 0; i < listener->count; i++)
        if (impsvc_entry_protocols(listener->entries[i]) & packet->asked_in)
            return true;
    return false;
}

/* Where nothing tells, both directions must have the same answer: the lower port listens. */
static const end *by_first_sender(const end *src, const end *dst, const impsvc_packet *packet)
{
    if (packet->first_sender == IMPSVC_SIDE_UNKNOWN)
        return src->port < dst->port ? src : dst;
    return packet->first_sender == IMPSVC_SIDE_DST ? src : dst;
}

/* Both ends are catalogued and no handshake was seen: the better listener, by
 * what is surer first. */
static const end *better_end(const end *src, const end *dst, const impsvc_packet *packet, impsvc_reason *reason)
{
    bool src_agrees, dst_agrees;

    if (is_asked(src, packet) || is_asked(dst, packet)) {
        *reason = IMPSVC_BY_MESSAGE;
        return is_asked(src, packet) ? src : dst;
    }
    if (src->port == dst->port) {
        *reason = IMPSVC_BY_FIRST_PACKET;
        return by_first_sender(src, dst, packet);
    }
    if (src->fixed_source != dst->fixed_source)
        return src->fixed_source ? src : dst;
    if ((src->port < WELL_KNOWN_END) != (dst->port < WELL_KNOWN_END))
        return src->port < WELL_KNOWN_END ? src : dst;
    if (is_ephemeral(src->port) != is_ephemeral(dst->port))
        return is_ephemeral(src->port) ? dst : src;
    src_agrees = any_agrees(src, packet);
    dst_agrees = any_agrees(dst, packet);
    if (src_agrees != dst_agrees)
        return src_agrees ? src : dst;
    *reason = packet->first_sender == IMPSVC_SIDE_UNKNOWN ? IMPSVC_BY_PORTS : IMPSVC_BY_FIRST_PACKET;
    return by_first_sender(src, dst, packet);
}

static const end *choose_end(const end *src, const end *dst, const impsvc_packet *packet, impsvc_reason *reason)
{
    const end *only;

    if (packet->listener != IMPSVC_SIDE_UNKNOWN) {
        only = packet->listener == IMPSVC_SIDE_SRC ? src : dst;
        *reason = IMPSVC_BY_HANDSHAKE;
        return only->count > 0 ? only : NULL;
    }
    *reason = IMPSVC_BY_PORTS;
    if (src->count > 0 && dst->count > 0)
        return better_end(src, dst, packet, reason);
    only = src->count > 0 ? src : dst;
    return only->count > 0 && !other_listens_better(only, packet) ? only : NULL;
}

/* Of entries that share a port, the one that stays within the cluster is for two nodes, the other for a node and somebody else. */
static int sides_say(const impsvc_entry *entry, const impsvc_packet *packet)
{
    bool within = impsvc_roles[entry->from].in_cluster && impsvc_roles[entry->to].in_cluster;

    return (packet->both_nodes && within) || (packet->one_node && !within);
}

/* What the two ends say of an entry: 1 for it, -1 against it, 0 nothing. */
static int ends_say(const impsvc_entry *entry, const impsvc_packet *packet)
{
    if (entry->ends == IMPSVC_ENDS_ANY)
        return sides_say(entry, packet);
    if (packet->same_host == packet->both_nodes)
        return 0;
    return (entry->ends == IMPSVC_ENDS_ONE_NODE) == packet->same_host ? 1 : -1;
}

/* How well an entry fits among others on its port; document order breaks ties, or the user's.
 * What the user says comes first, then what is written in the packets, then who the ends are. */
static int fit(const impsvc_entry *entry, const end *listener, const impsvc_packet *packet)
{
    return 16 * impsvc_is_moved(entry, listener->port) + 8 * names_source(entry, listener)
           + 4 * (entry == packet->named) + 2 * agrees(entry, packet) + ends_say(entry, packet);
}

/* Whether an entry may still be meant, although another fits better. */
static bool remains_open(const impsvc_entry *entry, const impsvc_entry *best, const impsvc_packet *packet)
{
    return entry != best && best != packet->named && ends_say(entry, packet) >= 0;
}

static void choose_entry(const end *listener, const impsvc_packet *packet, impsvc_match *match)
{
    const impsvc_entry *best = listener->entries[0];

    for (uint8_t i = 1; i < listener->count; i++)
        if (fit(listener->entries[i], listener, packet) > fit(best, listener, packet))
            best = listener->entries[i];
    match->entry = best;
    match->payload_agrees = agrees(best, packet);
    match->candidate_count = 0;
    for (uint8_t i = 0; i < listener->count; i++)
        if (remains_open(listener->entries[i], best, packet))
            match->candidates[match->candidate_count++] = listener->entries[i];
}

bool impsvc_classify(const impsvc_packet *packet, impsvc_match *match)
{
    end src = { .side = IMPSVC_SIDE_SRC, .port = packet->src_port,
                .other_port = packet->dst_port, .other_owned = packet->dst_owned };
    end dst = { .side = IMPSVC_SIDE_DST, .port = packet->dst_port,
                .other_port = packet->src_port, .other_owned = packet->src_owned };
    const end *listener;

    find_entries(&src, packet);
    find_entries(&dst, packet);
    listener = choose_end(&src, &dst, packet, &match->reason);
    if (listener == NULL)
        return false;
    match->direction = listener->side == IMPSVC_SIDE_DST ? IMPSVC_REQUEST : IMPSVC_REPLY;
    match->port = listener->port;
    choose_entry(listener, packet, match);
    return true;
}

bool impsvc_classify_icmp(impsvc_direction direction, impsvc_match *match)
{
    match->entry = impsvc_icmp_entry();
    match->direction = direction;
    match->reason = IMPSVC_BY_ICMP_TYPE;
    match->port = 0;
    match->payload_agrees = true;
    match->candidate_count = 0;
    return match->entry != NULL;
}
