/* found.h
 * Services that a heuristic found on ports the document does not list
 *
 * The finding is kept with the conversation. Which ports have any is kept in a
 * bit each, so that packets of all others cost nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FOUND_H
#define IMPSVC_FOUND_H

#include "core/classify.h"
#include "identify/notes.h"

/** Whether anything was found with a listener on one of a packet's ports. */
bool impsvc_found_on(uint8_t transport, uint16_t port, uint16_t other);

/**
 * Note an entry found in a packet's conversation.
 * @param alternative another entry that its payload fits as well, or NULL
 */
void impsvc_found_note(packet_info *pinfo, uint8_t transport, const impsvc_entry *entry, const impsvc_entry *alternative,
                       uint16_t listener_port);

/**
 * The match of a packet in whose conversation something was found.
 * @param match filled only when the answer is true
 */
bool impsvc_found_match(const packet_info *pinfo, const impsvc_packet *packet, const impsvc_notes *notes,
                        impsvc_match *match);

/** Forget the ports with each file. Call when the plugin registers. */
void impsvc_found_register(void);

#endif /* IMPSVC_FOUND_H */
