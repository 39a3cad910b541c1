/* ip_text.h
 * An IP address as text
 *
 * As inet_ntop() writes it, which Windows has in other headers and in a library of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_IP_TEXT_H
#define IMPSVC_IP_TEXT_H

#include <stddef.h>
#include <stdio.h>

#include "core/ip_address.h"

#define IMPSVC_IP_WORDS 8

/** What the longest address needs, with the zero after it: six words of four digits, and an IPv4 address. */
#define IMPSVC_IP_TEXT_SIZE 46

/** A run of words that are zero. */
typedef struct {
    unsigned from;
    unsigned count;
} impsvc_ip_zeros;

static inline unsigned impsvc_ip_word(const impsvc_ip *ip, size_t at)
{
    return (unsigned)ip->bytes[2 * at] << 8 | ip->bytes[2 * at + 1];
}

/** The longest run of two words or more, the first of those; its count is 0 where there is none (RFC 5952, 4.2). */
static inline impsvc_ip_zeros impsvc_ip_longest_zeros(const impsvc_ip *ip)
{
    impsvc_ip_zeros longest = { 0, 0 };
    impsvc_ip_zeros run = { 0, 0 };

    for (unsigned i = 0; i < IMPSVC_IP_WORDS; i++) {
        if (impsvc_ip_word(ip, i) != 0) {
            run.count = 0;
            continue;
        }
        if (run.count++ == 0)
            run.from = i;
        if (run.count > 1 && run.count > longest.count)
            longest = run;
    }
    return longest;
}

/**
 * Write an address: 10.1.0.1, 2001:db8::1, and ::10.1.0.1 for the old IPv4-compatible ones.
 * @param text where to
 * @return text
 */
static inline const char *impsvc_ip_text(const impsvc_ip *ip, char text[IMPSVC_IP_TEXT_SIZE])
{
    const uint8_t *last = ip->bytes + IMPSVC_IP_V4_BITS / 8;
    impsvc_ip_zeros zeros = impsvc_ip_longest_zeros(ip);
    bool is_v4 = impsvc_ip_is_v4(ip);
    bool has_v4 = is_v4 || (zeros.from == 0 && zeros.count == IMPSVC_IP_WORDS - 2);
    unsigned end = has_v4 ? IMPSVC_IP_WORDS - 2 : IMPSVC_IP_WORDS;
    size_t length = 0;

    for (unsigned i = is_v4 ? end : 0; i < end; i++) {
        if (zeros.count > 0 && i == zeros.from) {
            length += (size_t)snprintf(text + length, IMPSVC_IP_TEXT_SIZE - length, i == 0 ? "::" : ":");
            i += zeros.count - 1;
        } else {
            length += (size_t)snprintf(text + length, IMPSVC_IP_TEXT_SIZE - length, i + 1 < IMPSVC_IP_WORDS ? "%x:" : "%x",
                                       impsvc_ip_word(ip, i));
        }
    }
    if (has_v4)
        (void)snprintf(text + length, IMPSVC_IP_TEXT_SIZE - length, "%u.%u.%u.%u", last[0], last[1], last[2], last[3]);
    return text;
}

#endif /* IMPSVC_IP_TEXT_H */
