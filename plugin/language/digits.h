/* digits.h
 * Numbers as text, for texts that are joined from pieces: printf takes five times as long
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_DIGITS_H
#define IMPSVC_DIGITS_H

#include "wireshark/compat.h"

#include <wsutil/to_str.h>

typedef struct {
    char text[11];  /**< ten digits at most */
} impsvc_digits;

/** Use as a value: impsvc_digits_of(443).text lives as long as the expression it is in. */
static inline impsvc_digits impsvc_digits_of(uint32_t value)
{
    impsvc_digits made;

    impsvc_uint_to_str_buf(value, made.text, sizeof made.text);
    return made;
}

#endif /* IMPSVC_DIGITS_H */
