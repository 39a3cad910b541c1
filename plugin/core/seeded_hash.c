/* seeded_hash.c
 * A hash of numbers from a capture that nobody can prepare a capture against
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/seeded_hash.h"

#include <glib.h>

static uint64_t factors[IMPSVC_HASH_WORDS + 1];

/* GLib seeds its random numbers from the system's. */
static void draw(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(factors); i++)
        factors[i] = (uint64_t)g_random_int() << 32 | g_random_int();
}

uint32_t impsvc_seeded_hash(const uint32_t *words, size_t count)
{
    uint64_t sum;

    if (factors[0] == 0)
        draw();
    sum = factors[count];
    for (size_t i = 0; i < count; i++)
        sum += factors[i] * words[i];
    return (uint32_t)(sum >> 32);
}
