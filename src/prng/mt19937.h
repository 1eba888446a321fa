/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/mt19937.h: the Mersenne Twister with 32-bit words, as its authors
 * published it. The whole state is turned at once (mt19937_turn), and a word
 * of it becomes a number by mt19937_temper; who wants numbers one by one asks
 * mt19937_next. Source: Matsumoto and Nishimura, "Mersenne Twister: A
 * 623-dimensionally equidistributed uniform pseudo-random number generator",
 * ACM TOMACS 8(1), 1998; the seeding is that of their revision of 2002.
 */
#ifndef PRNG_MT19937_H
#define PRNG_MT19937_H

#include <stddef.h>
#include <stdint.h>

#define MT19937_WORDS 624

struct mt19937 {
	_Alignas(16) uint32_t word[MT19937_WORDS];
	size_t used; /* words that were already given, MT19937_WORDS: all */
};

/* Starts ${mt} from ${seed}; all words count as used, so that the first number
 * asked for turns the state. */
void mt19937_seed(struct mt19937 *mt, uint32_t seed);

/* Makes the next MT19937_WORDS words of ${mt} and marks them as unused. */
void mt19937_turn(struct mt19937 *mt);

/* The number that ${word} of the state stands for. */
static inline uint32_t
mt19937_temper(uint32_t word)
{
	word ^= word >> 11;
	word ^= word << 7 & 0x9d2c5680U;
	word ^= word << 15 & 0xefc60000U;
	return word ^ word >> 18;
}

/* The next number of ${mt}. */
static inline uint32_t
mt19937_next(struct mt19937 *mt)
{
	if (mt->used >= MT19937_WORDS)
		mt19937_turn(mt);
	return mt19937_temper(mt->word[mt->used++]);
}

#endif
