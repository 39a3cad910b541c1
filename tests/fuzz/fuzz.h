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

#include "core/catalog_index.h"

/** What must be true of every answer; says which one was not, and stops. */
#define must(condition)                                                                     \
    do {                                                                                    \
        if (!(condition)) {                                                                 \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                        \
        }                                                                                   \
    } while (0)

/** Take the list that an input's last byte chooses; the one at hand is not built again, which takes its time. */
static inline void take_list(const uint8_t *data, size_t size)
{
    static bool built;
    const impsvc_release *release = &impsvc_releases[size > 0 && data[size - 1] % 2 == 1 && impsvc_releases[1].is_complete];

    if (!built || release != impsvc_list)
        must(impsvc_index_build(release));
    built = true;
}

/** One input of any length; always 0. fuzz_replay.c has each harness under a name of its own. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* IMPSVC_FUZZ_H */
