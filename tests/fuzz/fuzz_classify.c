/* fuzz_classify.c
 * Any packet gets an entry that fits it, or none
 *
 * Input: 10 to 12 bytes of a packet (see read_packet()), then, if the first is 0xc0 or more, 3 bytes
 * for each port that the user moved.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "core/classify.h"

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
} input;

/* Behind the end there are zeros. */
static uint8_t next(input *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

static const impsvc_entry *next_entry(input *in)
{
    return &impsvc_list->entries[next(in) % impsvc_list->entry_count];
}

/* Two bytes of a port; or, lest most inputs be none of the list's, an entry's. */
static uint16_t next_port(input *in)
{
    uint16_t port = (uint16_t)(next(in) << 8);
    const impsvc_entry *entry = &impsvc_list->entries[port / 256 % impsvc_list->entry_count];

    port |= next(in);
    if (port % 2 == 1)
        return port;
    return port % 4 == 0 && entry->port_count > 0 ? entry->ports[port / 4 % entry->port_count] : impsvc_fixed_source(entry);
}

static impsvc_packet read_packet(input *in)
{
    uint8_t flags = next(in), sides = next(in);
    impsvc_packet packet = {
        .transport = flags & 1 ? IMPSVC_TCP : IMPSVC_UDP,
        .src_owned = flags & 2, .dst_owned = flags & 4, .same_host = flags & 8, .both_nodes = flags & 16, .one_node = (flags & 16) == 0 && flags & 64,
        .listener = (impsvc_side)(sides % 3), .first_sender = (impsvc_side)(sides / 3 % 3),
        .asked = (impsvc_side)(sides / 9 % 3), .saying = (impsvc_saying)(sides / 27 % 4)
    };

    packet.src_port = next_port(in);
    packet.dst_port = next_port(in);
    for (unsigned i = 0; i < 4; i++)
        packet.protocols = packet.protocols << 8 | next(in);
    if (flags & 32)
        packet.named = next_entry(in);
    if (packet.asked != IMPSVC_SIDE_UNKNOWN)
        packet.asked_in = UINT32_C(1) << next(in) % 32;
    return packet;
}

static bool is_carried(const impsvc_entry *entry, uint8_t transport)
{
    return (entry->transports & (transport == IMPSVC_UDP ? IMPSVC_UDP : IMPSVC_TCP | IMPSVC_TLS)) != 0;
}

/* As moved_ports.c: an entry that has listener ports, on a carrier it has. */
static bool move_ports(input *in)
{
    bool moved = false;

    for (unsigned i = 0; i < 12 && in->at < in->end; i++) {
        const impsvc_entry *entry = next_entry(in);
        uint16_t port = next_port(in);
        uint8_t transport = is_carried(entry, IMPSVC_TCP) ? IMPSVC_TCP : IMPSVC_UDP;

        if (port != 0 && entry->port_count > 0 && impsvc_index_move(entry, transport, port))
            moved = true;
    }
    return moved;
}

static bool has_port(const impsvc_entry *entry, uint8_t transport, uint16_t number)
{
    const impsvc_port *port = impsvc_port_find(transport, number);

    for (uint8_t i = 0; port != NULL && i < port->count; i++)
        if (port->listeners[i] == entry)
            return true;
    return entry->port_count == 0 && impsvc_fixed_source(entry) != 0;
}

/* By the entry's row, or where the document lists it once more. */
static bool may_come_from(const impsvc_entry *entry, uint16_t source)
{
    bool may = impsvc_fixed_source(entry) == 0 || impsvc_fixed_source(entry) == source;

    for (uint8_t i = 0; i < entry->path_count && !may; i++) {
        impsvc_port_range sources = entry->paths[i].sources;

        may = sources.last == 0 || (sources.first <= source && source <= sources.last);
    }
    return may;
}

static void check_entry(const impsvc_entry *entry, const impsvc_packet *packet, const impsvc_match *match)
{
    uint16_t initiator = match->direction == IMPSVC_REQUEST ? packet->src_port : packet->dst_port;

    must(is_carried(entry, packet->transport));
    must(has_port(entry, packet->transport, match->port));
    must(may_come_from(entry, initiator));
}

static void check_match(const impsvc_packet *packet, const impsvc_match *match)
{
    must(match->direction == IMPSVC_REQUEST || match->direction == IMPSVC_REPLY);
    must(match->port == (match->direction == IMPSVC_REQUEST ? packet->dst_port : packet->src_port));
    must(packet->listener == IMPSVC_SIDE_UNKNOWN
         || (packet->listener == IMPSVC_SIDE_DST) == (match->direction == IMPSVC_REQUEST));
    must(match->candidate_count < IMPSVC_ENTRIES_PER_PORT);
    must(match->payload_agrees == ((impsvc_entry_protocols(match->entry) & packet->protocols) != 0));
    check_entry(match->entry, packet, match);
    for (uint8_t i = 0; i < match->candidate_count; i++) {
        check_entry(match->candidates[i], packet, match);
        must(match->candidates[i] != match->entry);
        for (uint8_t j = 0; j < i; j++)
            must(match->candidates[i] != match->candidates[j]);
    }
}

/* How the listener is known must be something that is known, and that says so. */
static void check_reason(const impsvc_packet *packet, const impsvc_match *match)
{
    impsvc_side initiator = match->direction == IMPSVC_REQUEST ? IMPSVC_SIDE_SRC : IMPSVC_SIDE_DST;

    must((match->reason == IMPSVC_BY_HANDSHAKE) == (packet->listener != IMPSVC_SIDE_UNKNOWN));
    must(match->reason != IMPSVC_BY_MESSAGE || packet->asked == initiator);
    must(match->reason != IMPSVC_BY_FIRST_PACKET || packet->src_port == packet->dst_port
         || packet->first_sender == initiator);
    must(match->reason <= IMPSVC_BY_HANDSHAKE);
    if (match->entry->port_count == 0)
        must(match->payload_agrees && packet->saying != IMPSVC_SAYS_QUESTION);
}

static impsvc_side turned(impsvc_side side)
{
    return side == IMPSVC_SIDE_UNKNOWN ? side : side == IMPSVC_SIDE_SRC ? IMPSVC_SIDE_DST : IMPSVC_SIDE_SRC;
}

/* A packet that goes back, and says the same, belongs to the same. */
static void check_way_back(const impsvc_packet *packet, bool matched, const impsvc_match *there)
{
    impsvc_packet turned_packet = *packet;
    impsvc_match back;

    if (packet->src_port == packet->dst_port && packet->first_sender == IMPSVC_SIDE_UNKNOWN)
        return;     /* nothing tells the ends apart */
    turned_packet.src_port = packet->dst_port;
    turned_packet.dst_port = packet->src_port;
    turned_packet.src_owned = packet->dst_owned;
    turned_packet.dst_owned = packet->src_owned;
    turned_packet.listener = turned(packet->listener);
    turned_packet.asked = turned(packet->asked);
    turned_packet.first_sender = turned(packet->first_sender);
    must(impsvc_classify(&turned_packet, &back) == matched);
    must(!matched || (back.entry == there->entry && back.direction != there->direction && back.reason == there->reason));
}

static void check_packet(const impsvc_packet *packet)
{
    impsvc_match first, again;
    bool matched = impsvc_classify(packet, &first);

    memset(&again, 0xa5, sizeof again);
    must(impsvc_classify(packet, &again) == matched);
    check_way_back(packet, matched, &first);
    if (!matched)
        return;
    check_match(packet, &first);
    check_reason(packet, &first);
    must(first.entry == again.entry && first.direction == again.direction && first.reason == again.reason);
    must(first.port == again.port && first.candidate_count == again.candidate_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = { data, data + size };
    impsvc_packet packet;
    bool moved;

    take_list(data, size);
    packet = read_packet(&in);
    moved = size > 0 && data[0] >= 0xc0 && move_ports(&in);     /* not always: forgetting takes its time */
    check_packet(&packet);
    if (moved) {
        impsvc_index_forget_moves();
        check_packet(&packet);
    }
    return 0;
}
