/* permit_text.h
 * What dialects write: addresses, what a rule is for, and texts that cannot become rules
 *
 * All in English: firewalls take no more than ASCII, and what is for a firewall does not change with the reader.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PERMIT_TEXT_H
#define IMPSVC_PERMIT_TEXT_H

#include "rules/permits.h"

/** ICMP types that ask and answer (RFC 792, RFC 4443), and those that tell of a packet that did not arrive. */
enum {
    IMPSVC_ECHO_V4               = 8,
    IMPSVC_ECHO_REPLY_V4         = 0,
    IMPSVC_UNREACHABLE_V4        = 3,
    IMPSVC_TIME_EXCEEDED_V4      = 11,
    IMPSVC_ECHO_V6               = 128,
    IMPSVC_ECHO_REPLY_V6         = 129,
    IMPSVC_UNREACHABLE_V6        = 1,
    IMPSVC_PACKET_TOO_BIG_V6     = 2,
    IMPSVC_TIME_EXCEEDED_V6      = 3
};

/** How many significant bits a prefix has, as one writes them: up to 32 or 128. */
unsigned impsvc_permit_bits(const impsvc_prefix *prefix);

/** Whether it is one address. */
bool impsvc_permit_is_host(const impsvc_prefix *prefix);

/** Append an address without its length. */
void impsvc_permit_address(GString *out, const impsvc_ip *address);

/** Append "10.1.0.11" or "10.1.4.0/24". */
void impsvc_permit_prefix(GString *out, const impsvc_prefix *prefix);

/** Append a text of somebody's as one line that ends no comment and no string: line breaks are blanks, quotes are ', and what cannot be seen,
 *  changes the direction of writing or is no UTF-8 is ?. Where it has more than most characters it ends in "...". */
void impsvc_permit_append_plain(GString *out, const char *text, size_t most);

/** The same for firewalls that know no more than ASCII; what is none, and ?, is _. */
void impsvc_permit_append_ascii(GString *out, const char *text, size_t most);

/** The entries of a service by their numbers, their services' names, or both: "22.4 XCP router master access"; with a text between several. To
 *  be freed. */
GString *impsvc_permit_entries(const impsvc_permit_service *service, bool ids, bool names, const char *between);

/** What a service is for: "22.4 XCP router master access", "4.2 AXL, 4.3 Web administration"; entries alone if that is too long.
 *  To be freed. */
char *impsvc_permit_purpose(const impsvc_permit_service *service, size_t most);

/** Why only a person can decide on a rule. */
const char *impsvc_permit_doubt_text(uint8_t doubt);

/** What a rule's line begins with: nothing, or what makes it a comment if only a person can decide on it. Whatever is the reason is said
 *  once, in a line before the first of such rules.
 *  @param said the doubt that was said last; IMPSVC_PERMIT_SURE at first */
const char *impsvc_permit_begin(GString *out, const char *comment, const impsvc_permit_service *service, uint8_t *said);

/** "tcp", "udp", "icmp" */
const char *impsvc_permit_transport(uint8_t transport);

/** Add a port or, with a character between its ends, a range. */
void impsvc_permit_ports(GString *out, impsvc_port_range ports, char between);

#endif /* IMPSVC_PERMIT_TEXT_H */
