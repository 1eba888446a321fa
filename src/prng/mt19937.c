/* SPDX-License-Identifier: BSD-2-Clause */
#include "prng/mt19937.h"

#define MIDDLE 397 /* words between a word and the one that is mixed into it */
#define AHEAD (MT19937_WORDS - MIDDLE)
#define LOWER 0x7fffffffU
#define MATRIX 0x9908b0dfU
#define SPREAD 1812433253U /* Knuth's multiplier, in the seeding of 2002 */

void
mt19937_seed(struct mt19937 *mt, uint32_t seed)
{
	uint32_t word = seed;

	mt->word[0] = word;
	for (uint32_t i = 1; i < MT19937_WORDS; i++) {
		word = SPREAD * (word ^ (word >> 30)) + i;
		mt->word[i] = word;
	}
	mt->used = MT19937_WORDS;
}

/* The top bit of ${high} and the rest of ${low}, times the matrix. */
static inline uint32_t
twist(uint32_t high, uint32_t low)
{
	uint32_t both = (high & ~LOWER) | (low & LOWER);

	return (both >> 1) ^ (MATRIX & (0U - (low & 1)));
}

/* The loops are cut so that their counts are multiples of four and no word is
 * read less than four words behind one that was written: vectors do. */
void
mt19937_turn(struct mt19937 *mt)
{
	uint32_t *word = mt->word;
	uint32_t *rest = word + AHEAD;
	size_t i;

	for (i = 0; i < AHEAD / 4 * 4; i++)
		word[i] = word[i + MIDDLE] ^ twist(word[i], word[i + 1]);
	for (; i < AHEAD; i++)
		word[i] = word[i + MIDDLE] ^ twist(word[i], word[i + 1]);
	for (i = 0; i < MIDDLE - 1; i++)
		rest[i] = word[i] ^ twist(rest[i], rest[i + 1]);
	rest[i] = word[i] ^ twist(rest[i], word[0]);
	mt->used = 0;
}
