/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/conficker_avx2.c: Conficker's generator for processors with AVX2: four
 * days in a vector of 256 bits. Compiled with -mavx2 and without -mfma; called
 * only where the processor has AVX2.
 */
#include "prng/conficker_split256.h"

#define LANES 4
#define FILL conficker_avx2_fill
#define SPLIT split
#define MULTIPLY(a, b) multiply(a, b)
#define TO_DOUBLE(a) to_double(a)
#define NEGATIVE(a) (_mm256_movemask_pd((__m256d)(a)) != 0)

typedef uint64_t four __attribute__((vector_size(32)));

/* The lower 64 bits, from products of 32 bits. */
static inline four
multiply(four a, four b)
{
	__m256i low = _mm256_mul_epu32((__m256i)a, (__m256i)b);
	__m256i high = _mm256_mul_epu32(_mm256_srli_epi64((__m256i)a, 32), (__m256i)b);
	return (four)low + (four)_mm256_slli_epi64(high, 32);
}

/* The halves are put into the last bits of 2^84 and 2^52, whose units they
 * then count; taking 2^84 + 2^52 away is exact, and the sum rounds once. */
static inline __m256d
to_double(four a)
{
	const __m256i unit = _mm256_set1_epi32(0x43300000);
	__m256d high = (__m256d)((four)_mm256_srli_epi64((__m256i)a, 32) |
	                         UINT64_C(0x4530000000000000));
	__m256d low = (__m256d)_mm256_blend_epi32((__m256i)a, unit, 0xAA);
	return (high - (0x1p84 + 0x1p52)) + low;
}

#include "prng/conficker_lanes.h"
