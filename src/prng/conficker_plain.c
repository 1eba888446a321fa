/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/conficker_plain.c: Conficker's generator in plain C, for processors
 * without a kernel of their own: four days take turns, so that a processor that
 * looks ahead can work on four chains at once.
 */
#include "prng/conficker.h"
#include "prng/conficker_block.h"

#define TURNS 4

_Static_assert(CONFICKER_DAYS % TURNS == 0, "days must fill turns");

static void
advance(struct conficker_block *block, size_t at, size_t day)
{
	const uint64_t *before = block->key[at / CONFICKER_TILE] + day;
	uint64_t *after = block->key[at / CONFICKER_TILE + 1] + day;
	const uint32_t multiplier = block->multiplier;
	uint64_t a = before[0], b = before[1], c = before[2], d = before[3];
	for (size_t i = 0; i < CONFICKER_TILE; i++) {
		uint64_t *step = block->tile[i] + day;
		step[0] = a = conficker_step(a, multiplier);
		step[1] = b = conficker_step(b, multiplier);
		step[2] = c = conficker_step(c, multiplier);
		step[3] = d = conficker_step(d, multiplier);
	}
	after[0] = a;
	after[1] = b;
	after[2] = c;
	after[3] = d;
}

static void
split(struct conficker_block *block, size_t at, size_t day)
{
	for (size_t end = day + TURNS; day < end; day++) {
		uint16_t *residues = block->residue[day] + at;
		char *letters = block->letter[day] + at;
		for (size_t i = 0; i < CONFICKER_TILE; i++) {
			int32_t result = conficker_result(block->tile[i][day]);
			uint32_t size = conficker_magnitude(result);
			uint64_t times = (uint64_t)size * block->reciprocal >> block->shift;
			uint32_t residue = size - (uint32_t)times * block->modulus;
			residue += (block->sign & (result < 0)) * block->modulus;
			residues[i] = (uint16_t)residue;
			letters[i] = conficker_letter(result);
		}
	}
}

void
conficker_plain_fill(struct conficker_block *block, size_t days)
{
	for (size_t day = 0; day < days; day += TURNS) {
		size_t at = CONFICKER_CARRY;
		for (; at < CONFICKER_CARRY + CONFICKER_STEPS; at += CONFICKER_TILE) {
			advance(block, at, day);
			split(block, at, day);
		}
	}
}
