/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/conficker_lanes.h: the template of the kernels: days in the lanes of
 * vectors. A kernel's file defines LANES (days in a vector), FILL (the name of
 * its function), SPLIT (a function that takes a tile of states apart, see
 * below), and where the compiler's own way is not good, the three primitives:
 *
 *   MULTIPLY(a, b)  a * b modulo 2^64, b below 2^32
 *   TO_DOUBLE(a)    a as the nearest double
 *   NEGATIVE(a)     whether any lane of a, as a signed number, is negative
 *
 * Everything else is vector arithmetic of gcc and clang. The vectors of one
 * group are independent chains, enough of them to hide that a step takes some
 * 20 cycles; the states go to memory after each step, and a step in which any
 * lane needs the slow path (p below 2^54) is mended there and read again.
 *
 * Compiled alone, it is two days by the compiler's ways, which are not split.
 */
#ifndef PRNG_CONFICKER_LANES_H
#define PRNG_CONFICKER_LANES_H

#include "prng/conficker.h"
#include "prng/conficker_block.h"

#include <string.h>

#if !defined(LANES)
#define LANES 2
#define FILL conficker_alone_fill
#define SPLIT(block, at, day, days) ((void)(block))
#endif

typedef uint64_t lanes __attribute__((vector_size(8 * LANES)));
typedef double double_lanes __attribute__((vector_size(8 * LANES)));

#define GROUP 6 /* vectors that are advanced together */

_Static_assert(CONFICKER_DAYS % LANES == 0, "days must fill vectors");

#if !defined(MULTIPLY)
#define MULTIPLY(a, b) ((a) * (b))
#endif
#if !defined(TO_DOUBLE)
#define TO_DOUBLE(a) __builtin_convertvector((a), double_lanes)
#endif
#if !defined(NEGATIVE)
#define NEGATIVE(a) any_negative(&(a))
static inline bool
any_negative(const lanes *a)
{
	uint64_t all = 0;
	for (int i = 0; i < LANES; i++)
		all |= (*a)[i];
	return all >> 63;
}
#endif

/* As integers, the bits of positive doubles are in the order of the doubles:
 * 2^54 is the first product that does not need the sine. */
#define BITS_OF_2_54 (UINT64_C(1077) << 52)

#define EACH(each) each(0) each(1) each(2) each(3) each(4) each(5)
#define DECLARE(i) lanes v##i = {0};
#define LOAD(i)                                                                            \
	if (i < vectors)                                                                   \
		memcpy(&v##i, before + (i)*LANES, sizeof(lanes));
#define STORE(i)                                                                           \
	if (i < vectors)                                                                   \
		memcpy(after + (i)*LANES, &v##i, sizeof(lanes));
#define ADVANCE(i)                                                                         \
	if (i < vectors) {                                                                 \
		lanes product = MULTIPLY(v##i, multiplier);                                \
		double_lanes x = TO_DOUBLE(v##i);                                          \
		double_lanes p = TO_DOUBLE(product);                                       \
		rare |= (lanes)p - limit;                                                  \
		v##i = (lanes)(p * x * x);                                                 \
	}                                                                                  \
	STORE(i)

/* A tile of steps of ${vectors} vectors of days, from ${day} on, for the results
 * from ${at} on. Always inlined with a constant number of vectors, so that they
 * stay in registers. */
static inline __attribute__((always_inline)) void
advance(struct conficker_block *block, size_t at, size_t day, const int vectors)
{
	const lanes multiplier = (lanes){0} + block->multiplier;
	const lanes limit = (lanes){0} + BITS_OF_2_54;
	const uint64_t *before = block->key[at / CONFICKER_TILE] + day;
	uint64_t *after = block->tile[0] + day;
	EACH(DECLARE)
	EACH(LOAD)
	for (int step = 0; step < CONFICKER_TILE; step++) {
		lanes rare = {0};
		EACH(ADVANCE)
		if (__builtin_expect(NEGATIVE(rare), 0)) {
			conficker_mend(before, after, (size_t)vectors * LANES,
			               block->multiplier);
			before = after;
			EACH(LOAD)
		}
		before = after;
		after += CONFICKER_DAYS;
	}
	after = block->key[at / CONFICKER_TILE + 1] + day;
	EACH(STORE)
}

#define GROUP_OF(n)                                                                        \
	case n:                                                                            \
		advance(block, at, day, n);                                                \
		break;

static void
advance_group(struct conficker_block *block, size_t at, size_t day, size_t vectors)
{
	switch (vectors) {
		GROUP_OF(1)
		GROUP_OF(2)
		GROUP_OF(3)
		GROUP_OF(4)
		GROUP_OF(5)
	default:
		GROUP_OF(6)
	}
}

void
FILL(struct conficker_block *block, size_t days)
{
	size_t vectors = (days + LANES - 1) / LANES;
	for (size_t begun = 0; begun < vectors; begun += GROUP) {
		size_t group = vectors - begun < GROUP ? vectors - begun : GROUP;
		size_t at = CONFICKER_CARRY;
		for (; at < CONFICKER_CARRY + CONFICKER_STEPS; at += CONFICKER_TILE) {
			advance_group(block, at, begun * LANES, group);
			SPLIT(block, at, begun * LANES, group * LANES);
		}
	}
}

#endif
