/* payload.h
 * A payload as plain bytes, and the questions that everybody asks about it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_PAYLOAD_H
#define IMPSVC_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    const uint8_t *bytes;
    size_t         length;  /**< how many of them were captured */
    size_t         whole;   /**< on the wire, at least length */
} impsvc_payload;

/** The first byte of a TLS record that carries the handshake (RFC 8446, 5.1). */
#define IMPSVC_TLS_HANDSHAKE 22

/** A stretch of a payload; start is NULL where there is none. */
typedef struct {
    const char *start;
    size_t      length;
} impsvc_text_span;

static inline bool impsvc_begins_with(const impsvc_payload *p, const char *text)
{
    size_t length = strlen(text);

    return p->length >= length && memcmp(p->bytes, text, length) == 0;
}

/** Whether a payload begins with one of some texts; a NULL ends them. */
static inline bool impsvc_begins_with_one_of(const impsvc_payload *p, const char *const *texts)
{
    for (; *texts != NULL; texts++)
        if (p->length > 0 && p->bytes[0] == (uint8_t)(*texts)[0] && impsvc_begins_with(p, *texts))
            return true;
    return false;
}

/** The place of a text within the first bytes of a payload; p->length where it is not. */
static inline size_t impsvc_find_text(const impsvc_payload *p, const char *text, size_t within)
{
    size_t length = strlen(text);
    size_t end = p->length < within ? p->length : within;
    const uint8_t *found;

    for (size_t at = 0; at + length <= end; at++) {
        found = (const uint8_t *)memchr(p->bytes + at, text[0], end - length + 1 - at);
        if (found == NULL)
            break;
        at = (size_t)(found - p->bytes);
        if (memcmp(found, text, length) == 0)
            return at;
    }
    return p->length;
}

static inline bool impsvc_contains(const impsvc_payload *p, const char *text, size_t within)
{
    return impsvc_find_text(p, text, within) < p->length;
}

/** A number of two or four bytes, most significant first; 0 where the payload is too short. */
static inline uint32_t impsvc_get_16(const impsvc_payload *p, size_t at)
{
    return at + 2 > p->length ? 0 : (uint32_t)p->bytes[at] << 8 | p->bytes[at + 1];
}

static inline uint32_t impsvc_get_32(const impsvc_payload *p, size_t at)
{
    return at + 4 > p->length ? 0 : impsvc_get_16(p, at) << 16 | impsvc_get_16(p, at + 2);
}

#endif /* IMPSVC_PAYLOAD_H */
