/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/conficker_block.h: what the kernels of Conficker's generator fill: a
 * block of steps of many days side by side. Each kernel is a file of its own,
 * compiled for its own set of instructions, and does the same to every bit.
 */
#ifndef PRNG_CONFICKER_BLOCK_H
#define PRNG_CONFICKER_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFICKER_DAYS 24   /* side by side; a multiple of each kernel's lanes */
#define CONFICKER_STEPS 256 /* in a block */
#define CONFICKER_TILE 8    /* steps that a kernel takes at a time */

/* Results before those of this block that may still be read: more than the
 * calls of the longest name. */
#define CONFICKER_CARRY 16
#define CONFICKER_BEGIN (CONFICKER_CARRY / CONFICKER_TILE)

#define CONFICKER_RESIDUES 4524 /* = 2^2 * 3 * 13 * 29, variant C's */

struct conficker_block {
	/* key[i] are the states before result i * CONFICKER_TILE. Those that the
	 * block begins with are key[CONFICKER_BEGIN]. */
	_Alignas(64) uint64_t
	        key[CONFICKER_BEGIN + CONFICKER_STEPS / CONFICKER_TILE + 1][CONFICKER_DAYS];

	/* The states after each step of the tile that is being made. To keep all
	 * of them of a block would push everything else out of the nearest cache. */
	_Alignas(64) uint64_t tile[CONFICKER_TILE][CONFICKER_DAYS];

	/* Of each day, from CONFICKER_CARRY on, the result of each step: its
	 * magnitude modulo ${modulus}, plus ${modulus} if it is negative and
	 * ${sign} is set; and the letter that it would be. */
	_Alignas(64) uint16_t residue[CONFICKER_DAYS][CONFICKER_CARRY + CONFICKER_STEPS];
	_Alignas(64) char letter[CONFICKER_DAYS][CONFICKER_CARRY + CONFICKER_STEPS + 16];

	uint32_t multiplier;
	uint32_t modulus;

	/* floor(n / modulus) = n * reciprocal >> shift for n up to 2^31: shift is
	 * 32 + floor(log2(modulus)), and the reciprocal 2^shift / modulus, rounded
	 * up, which is below 2^32. That rounding adds at most n * modulus to
	 * n / modulus * 2^shift * modulus: less than 2^shift, so that the quotient
	 * grows by less than 1 / modulus and does not reach the next number. */
	uint32_t reciprocal;
	unsigned shift;
	bool sign;
};

/* Fills ${block} from key[CONFICKER_BEGIN] on, for the first ${days} days of it;
 * the kernel rounds that up to a multiple of its lanes. */
void conficker_plain_fill(struct conficker_block *block, size_t days);
#if defined(__x86_64__) || defined(__i386__)
void conficker_sse2_fill(struct conficker_block *block, size_t days);
void conficker_avx2_fill(struct conficker_block *block, size_t days);
void conficker_avx512_fill(struct conficker_block *block, size_t days);
#endif

#endif
