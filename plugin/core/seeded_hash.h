/* seeded_hash.h
 * A hash of numbers from a capture that nobody can prepare a capture against
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_SEEDED_HASH_H
#define IMPSVC_SEEDED_HASH_H

#include <stddef.h>
#include <stdint.h>

/** The most words that can be hashed. */
#define IMPSVC_HASH_WORDS 16

/**
 * Hash some words with factors that are drawn each time the program runs. Without knowing them, nobody finds two inputs
 * with the same hash more often than by chance, 2^-32 (multilinear hashing: Carter and Wegman, 1979).
 * @param count of words, at most IMPSVC_HASH_WORDS
 */
uint32_t impsvc_seeded_hash(const uint32_t *words, size_t count);

#endif /* IMPSVC_SEEDED_HASH_H */
