/* ber.h
 * Lengths in BER (X.690, 8.1.3), which SNMP and LDAP are written in
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_BER_H
#define IMPSVC_BER_H

#include "core/payload.h"

/**
 * Read the length at an offset: of one byte, or of a byte that says how many follow.
 * @param length what is read; set only when the answer is not 0
 * @return where the content begins, just after the length; 0 if the length is cut, indefinite or of more than four bytes
 */
static inline size_t impsvc_ber_content(const impsvc_payload *p, size_t at, size_t *length)
{
    size_t value;
    size_t bytes;

    if (at >= p->length)
        return 0;
    value = p->bytes[at++];
    if (value >= 0x80) {
        bytes = value - 0x80;
        if (bytes < 1 || bytes > 4 || at + bytes > p->length)
            return 0;
        for (value = 0; bytes > 0; bytes--)
            value = value << 8 | p->bytes[at++];
    }
    *length = value;
    return at;
}

#endif /* IMPSVC_BER_H */
