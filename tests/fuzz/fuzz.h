/* fuzz.h
 * What the fuzz harnesses share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FUZZ_H
#define IMPSVC_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/** What must be true of every answer; says which one was not, and stops. */
#define must(condition)                                                                     \
    do {                                                                                    \
        if (!(condition)) {                                                                 \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                        \
        }                                                                                   \
    } while (0)

/** One input of any length; always 0. fuzz_replay.c has each harness under a name of its own. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* IMPSVC_FUZZ_H */
