/* found.c
 * Services that a heuristic found on ports the document does not list
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/found.h"

static uint8_t ports[2][(UINT16_MAX + 1) / 8];  /* TCP, UDP */
static bool    any;

static uint8_t bit(uint16_t port)
{
    return (uint8_t)(1 << port % 8);
}

static bool is_on(uint8_t transport, uint16_t port)
{
    return (ports[transport == IMPSVC_UDP][port / 8] & bit(port)) != 0;
}

bool impsvc_found_on(uint8_t transport, uint16_t port, uint16_t other)
{
    return any && (is_on(transport, port) || is_on(transport, other));
}

void impsvc_found_note(packet_info *pinfo, uint8_t transport, const impsvc_entry *entry, const impsvc_entry *alternative,
                       uint16_t listener_port)
{
    impsvc_ports_and_addresses ends = impsvc_ends_of(pinfo);
    conversation_t *conversation = impsvc_conversation(pinfo, &ends);
    impsvc_notes *notes = impsvc_notes_make(conversation != NULL ? conversation : find_or_create_conversation(pinfo));

    if (notes->found == NULL) {
        notes->found = entry;
        notes->found_port = listener_port;
        notes->alternative = alternative;
        notes->found_late = PINFO_FD_VISITED(pinfo) != 0;
    }
    if (alternative == NULL && notes->settled_frame == 0)
        notes->settled_frame = pinfo->num;
    impsvc_notes_set_named(notes, pinfo->num, entry);
    ports[transport == IMPSVC_UDP][listener_port / 8] |= bit(listener_port);
    any = true;
}

/* A second pass knows of the finding from the first packet on. */
bool impsvc_found_match(const packet_info *pinfo, const impsvc_packet *packet, const impsvc_notes *notes,
                        impsvc_match *match)
{
    const impsvc_entry *named;

    if (notes == NULL || notes->found == NULL)
        return false;
    named = impsvc_notes_named(notes, pinfo->num);
    match->entry = named != NULL ? named : notes->found;
    match->port = notes->found_port;
    if (packet->src_port == packet->dst_port)
        match->direction = packet->first_sender == IMPSVC_SIDE_DST ? IMPSVC_REPLY : IMPSVC_REQUEST;
    else
        match->direction = packet->dst_port == notes->found_port ? IMPSVC_REQUEST : IMPSVC_REPLY;
    match->reason = packet->listener != IMPSVC_SIDE_UNKNOWN ? IMPSVC_BY_HANDSHAKE : IMPSVC_BY_PORTS;
    match->payload_agrees = (impsvc_entry_protocols(match->entry) & packet->protocols) != 0;
    match->candidate_count = 0;
    if (notes->alternative != NULL && (notes->settled_frame == 0 || pinfo->num < notes->settled_frame))
        match->candidates[match->candidate_count++] = notes->alternative;
    return true;
}

static void forget(void)
{
    if (any)
        memset(ports, 0, sizeof ports);
    any = false;
}

void impsvc_found_register(void)
{
    register_init_routine(forget);
}
