/* fixed_random.h
 * Numbers that look random and are the same on every machine
 *
 * SplitMix64 (Steele, Lea, Flood, 2014).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FIXED_RANDOM_H
#define IMPSVC_FIXED_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t seed;
} fixed_random;

static inline uint64_t random_64(fixed_random *random)
{
    uint64_t value = random->seed += UINT64_C(0x9e3779b97f4a7c15);

    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

/** 0 to end - 1. */
static inline size_t random_below(fixed_random *random, size_t end)
{
    return (size_t)(random_64(random) % end);
}

/** Bring numbers into another order. */
static inline void shuffle(fixed_random *random, size_t *numbers, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = random_below(random, i);
        size_t kept = numbers[i - 1];

        numbers[i - 1] = numbers[other];
        numbers[other] = kept;
    }
}

#endif /* IMPSVC_FIXED_RANDOM_H */
