/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/conficker_sse2.c: Conficker's generator for every x86-64: two days in a
 * vector of 128 bits. Compiled with -msse2 where that is not the default.
 */
#include "prng/conficker_split.h"

#define LANES 2
#define FILL conficker_sse2_fill
#define SPLIT split
#define MULTIPLY(a, b) multiply(a, b)
#define TO_DOUBLE(a) to_double(a)
#define NEGATIVE(a) (_mm_movemask_pd((__m128d)(a)) != 0)

typedef uint64_t two __attribute__((vector_size(16)));

/* The lower 64 bits, from products of 32 bits. */
static inline two
multiply(two a, two b)
{
	__m128i low = _mm_mul_epu32((__m128i)a, (__m128i)b);
	__m128i high = _mm_mul_epu32(_mm_srli_epi64((__m128i)a, 32), (__m128i)b);
	return (two)low + (two)_mm_slli_epi64(high, 32);
}

/* The halves are put into the last bits of 2^84 and 2^52, whose units they
 * then count; taking 2^84 + 2^52 away is exact, and the sum rounds once. */
static inline __m128d
to_double(two a)
{
	__m128d high = (__m128d)((two)_mm_srli_epi64((__m128i)a, 32) |
	                         UINT64_C(0x4530000000000000));
	__m128d low = (__m128d)((a & UINT32_MAX) | UINT64_C(0x4330000000000000));
	return (high - (0x1p84 + 0x1p52)) + low;
}

#include "prng/conficker_lanes.h"
