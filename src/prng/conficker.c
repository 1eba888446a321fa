/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/conficker.c: one step of Conficker's generator (Leder and Werner, Know
 * Your Enemy: Containing Conficker, The Honeynet Project 2009, section 7.2):
 *
 *   x   = (double)key
 *   p   = (double)(key * multiplier mod 2^64)
 *   r   = ((p + sin(x)) * x + constant) * x + log(x)
 *   key = the bits of r
 *
 * each operation rounded to the 53 bits of a double. Three things of it can be
 * left out without a change of any bit:
 *
 * - the constant, which is below 1: a double of 2^54 or more does not notice 1
 *   being added, and (p + sin(x)) * x is that large. For the seeds, of 32 bits,
 *   p is above 2^60; later on x is the bits of a number above 1 and so above
 *   2^61, and p would have to be 0 or 1, which it is once in 2^63 steps.
 * - log(x), which is below 44 and is added to a number that is larger still.
 * - the sine, at most 1, when p is 2^54 or more: neighbours of p are 4 apart (2
 *   below 2^54 itself, and there the tie goes to p, whose last bit is 0).
 *   Between 2^53 and 2^54 neighbours are 2 apart, p is even, and only a sine
 *   that has been rounded to 1 or -1 can move it, by a tie.
 *
 * So r = (p * x) * x in 1023 of 1024 steps: no sum, nothing that a compiler
 * could contract to a fused multiplication and addition. In the rest a sum
 * comes before the products, which cannot be contracted either.
 *
 * The sine must be FSIN's (prng/fsin.h): with a correct one most lists of C go
 * wrong. Its last bit does not matter: it decides how p + sine is rounded once in
 * 2^k when p has k bits, which it has once in 2^(64-k). So a last bit counts once
 * in 2^58 steps, and all lists of all days up to the year 9999 take 2^41.
 *
 * A state is below 2^63, as the bits of a number that is not negative: p + sine
 * would be negative only for p = 0, and for no multiplier does a state lead
 * there: they are odd, or twice or four times an odd number, so the key would
 * have to be a multiple of 2^62, that is 0 (only by p = 1 and a sine of -1) or
 * the bits of 2.0. r is below 2^190, so a state is far below the bits of
 * infinity.
 */
#include "prng/conficker.h"

#include "prng/fsin.h"

#include <float.h>

#if defined(__FAST_MATH__)
#error "foresink cannot be built with -ffast-math: the lists need exact arithmetic"
#endif
#if FLT_EVAL_METHOD != 0
#error "foresink needs doubles that are rounded at once: on i386 use -msse2 -mfpmath=sse"
#endif
#if DBL_MANT_DIG != 53 || FLT_RADIX != 2
#error "foresink needs the doubles of IEEE 754"
#endif

/* ${n} as the nearest double. Two exact halves and one sum, so that there is
 * one rounding, whatever the compiler makes of a conversion from 64 bits. */
static double
nearest(uint64_t n)
{
	return (double)(uint32_t)(n >> 32) * 0x1p32 + (double)(uint32_t)n;
}

uint64_t
conficker_step_rare(uint64_t key, uint64_t product)
{
	double x = nearest(key);
	double p = nearest(product);
	if (product < UINT64_C(1) << 54)
		p += fsin_of(x);
	double r = p * x * x;
	memcpy(&key, &r, sizeof(key));
	return key;
}

void
conficker_mend(const uint64_t *before, uint64_t *after, size_t days, uint32_t multiplier)
{
	for (size_t day = 0; day < days; day++) {
		uint64_t product = before[day] * multiplier;
		if (product < UINT64_C(1) << 54)
			after[day] = conficker_step_rare(before[day], product);
	}
}
