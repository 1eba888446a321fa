/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/conficker_split.h: the template of the second half of the x86 kernels:
 * takes a tile of states (8 steps of many days) apart into each day's residues
 * and letters. A kernel's file defines SPLIT_DAYS (days in a vector: 2 for 128
 * bits, 4 for 256), the type PIECES, ISA(operation), which puts the prefix of
 * the intrinsic functions of that width before an operation's name, ABSOLUTE(a)
 * of 32 bits, and PAIR(a, b): in each 128 bits the lower halves of the 64 bits
 * of a, then of b. Nothing crosses from one 128 bits to another.
 * Compiled alone, it is that of 128 bits.
 */
#ifndef PRNG_CONFICKER_SPLIT_H
#define PRNG_CONFICKER_SPLIT_H

#include "prng/conficker_block.h"

#include <emmintrin.h>
#include <string.h>

#if !defined(SPLIT_DAYS)
#define SPLIT_DAYS 2
#define PIECES __m128i
#define ISA(operation) _mm_##operation
#define PAIR(a, b)                                                                         \
	(__m128i) _mm_shuffle_ps((__m128)(a), (__m128)(b), _MM_SHUFFLE(2, 0, 2, 0))
#define ABSOLUTE(a) absolute(a)

static inline __m128i
absolute(__m128i a)
{
	__m128i minus = _mm_srai_epi32(a, 31);
	return _mm_sub_epi32(a ^ minus, minus);
}
#endif

/* The residues of one step, in the lower half of each 64 bits; the upper half
 * is of no meaning. */
static inline __attribute__((always_inline)) PIECES
residues(const struct conficker_block *block, const uint64_t *row, const bool sign)
{
	PIECES modulus = ISA(set1_epi32)((int)block->modulus);
	PIECES reciprocal = ISA(set1_epi32)((int)block->reciprocal);
	PIECES result;
	memcpy(&result, row, sizeof(result));
	PIECES size = ABSOLUTE(result);
	PIECES times = ISA(srl_epi64)(ISA(mul_epu32)(size, reciprocal),
	                              _mm_cvtsi32_si128((int)block->shift));
	PIECES rest = ISA(sub_epi32)(size, ISA(mul_epu32)(times, modulus));
	if (sign)
		rest = ISA(add_epi32)(rest, ISA(srai_epi32)(result, 31) & modulus);
	return rest;
}

/* Letters of residues, as 16 bits: n * 2521 / 2^16 is n / 26 and an excess of
 * 10 n / 26 / 2^16, as 26 * 2521 = 2^16 + 10. So 26 times the fraction is n % 26
 * and an excess of 10 n / 2^16, which is below 1 up to 6553. The modulus is a
 * multiple of 26: that it may have been added does not disturb. */
static inline __attribute__((always_inline)) PIECES
letters(PIECES residue)
{
	PIECES fraction = ISA(mullo_epi16)(residue, ISA(set1_epi16)(2521));
	PIECES rest = ISA(mulhi_epu16)(fraction, ISA(set1_epi16)(26));
	return ISA(add_epi16)(rest, ISA(set1_epi16)('a'));
}

/* In each 128 bits, the residues of two days d and e in 16 bits each:
 * d0 e0 d1 e1 d2 e2 d3 e3, of the four steps from ${row} on. */
static inline __attribute__((always_inline)) PIECES
four_steps(const struct conficker_block *block, const uint64_t *row, const bool sign)
{
	PIECES a = residues(block, row, sign);
	PIECES b = residues(block, row + CONFICKER_DAYS, sign);
	PIECES c = residues(block, row + 2 * CONFICKER_DAYS, sign);
	PIECES d = residues(block, row + 3 * CONFICKER_DAYS, sign);
	return ISA(packs_epi32)(PAIR(a, b), PAIR(c, d));
}

static inline __attribute__((always_inline)) void
split_days(struct conficker_block *block, size_t at, size_t day, const bool sign)
{
	PIECES low = four_steps(block, block->tile[0] + day, sign);
	PIECES high = four_steps(block, block->tile[4] + day, sign);
	/* The even ones and the odd ones apart: d0 ... d7 and e0 ... e7. */
	PIECES mask = ISA(set1_epi32)(0xFFFF);
	PIECES even = ISA(packs_epi32)(low & mask, high & mask);
	PIECES odd = ISA(packs_epi32)(ISA(srli_epi32)(low, 16), ISA(srli_epi32)(high, 16));
	PIECES text = ISA(packus_epi16)(letters(even), letters(odd));

	for (size_t i = 0; i < SPLIT_DAYS; i += 2) {
		memcpy(&block->residue[day + i][at], (const char *)&even + 8 * i, 16);
		memcpy(&block->residue[day + i + 1][at], (const char *)&odd + 8 * i, 16);
		memcpy(&block->letter[day + i][at], (const char *)&text + 8 * i, 8);
		memcpy(&block->letter[day + i + 1][at], (const char *)&text + 8 * i + 8, 8);
	}
}

static inline void
split(struct conficker_block *block, size_t at, size_t day, size_t days)
{
	if (block->sign) {
		for (size_t end = day + days; day < end; day += SPLIT_DAYS)
			split_days(block, at, day, true);
	} else {
		for (size_t end = day + days; day < end; day += SPLIT_DAYS)
			split_days(block, at, day, false);
	}
}

#endif
