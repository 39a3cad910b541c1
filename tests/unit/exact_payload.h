/* exact_payload.h
 * Payloads on the heap that end where their memory ends
 *
 * AddressSanitizer sees a read of one byte too far, of an empty payload too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_EXACT_PAYLOAD_H
#define IMPSVC_EXACT_PAYLOAD_H

#include "core/payload.h"

#include <stdlib.h>

#define EXACT_BEFORE 16     /* so many bytes stand before a payload, so that an empty one has memory, too */

/** A copy of bytes of which the wire had more; to be given to free_payload(). */
static inline impsvc_payload cut_payload(const void *bytes, size_t length, size_t whole)
{
    uint8_t *block = (uint8_t *)malloc(EXACT_BEFORE + length);

    if (block == NULL)
        abort();
    if (length > 0)
        memcpy(block + EXACT_BEFORE, bytes, length);
    return (impsvc_payload){ block + EXACT_BEFORE, length, whole };
}

static inline impsvc_payload whole_payload(const void *bytes, size_t length)
{
    return cut_payload(bytes, length, length);
}

static inline void free_payload(impsvc_payload payload)
{
    free((void *)(uintptr_t)(payload.bytes - EXACT_BEFORE));
}

#endif /* IMPSVC_EXACT_PAYLOAD_H */
