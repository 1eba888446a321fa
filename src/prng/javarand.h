/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/javarand.h: the numbers of java.util.Random: a linear congruential
 * generator modulo 2^48, of which the upper bits are given. Source: the class's
 * documentation (Java SE API), which prescribes the algorithms of next(bits)
 * and nextInt(bound).
 */
#ifndef PRNG_JAVARAND_H
#define PRNG_JAVARAND_H

#include <stdint.h>

/* The 48 bits of Java's state stand in the upper bits of 64, so that the
 * wraparound of 64-bit arithmetic takes the modulus; the lower 16 are 0. */
struct javarand {
	uint64_t state;
};

#define JAVARAND_MULTIPLIER UINT64_C(0x5deece66d)

/* Seeds ${random} as new Random(seed) does. */
static inline void
javarand_seed(struct javarand *random, uint64_t seed)
{
	random->state = (seed ^ JAVARAND_MULTIPLIER) << 16;
}

/* The next ${bits} (1..32) bits. */
static inline uint32_t
javarand_next(struct javarand *random, unsigned bits)
{
	random->state = random->state * JAVARAND_MULTIPLIER + (UINT64_C(0xb) << 16);
	return (uint32_t)(random->state >> (64 - bits));
}

/* The next number in 0..bound-1, as nextInt(bound) gives it; ${bound} is
 * 1..2^31-1. A draw from the incomplete last run of ${bound} numbers below
 * 2^31 is thrown away. */
static inline uint32_t
javarand_below(struct javarand *random, uint32_t bound)
{
	uint32_t draw = javarand_next(random, 31);

	if ((bound & (bound - 1)) == 0)
		return (uint32_t)((uint64_t)bound * draw >> 31);
	while (draw - draw % bound > UINT32_C(0x80000000) - bound)
		draw = javarand_next(random, 31);
	return draw % bound;
}

#endif
