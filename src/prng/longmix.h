/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/longmix.h: the slow mixer of Necurs, 64 bits to 64 bits in 21 to 148
 * steps, each of which needs the one before, and the words that it makes. How
 * many steps is in the low seven bits of the value that it begins with. Many
 * values at once are sorted by that number and run side by side. Source: J. Bader, "The
 * DGAs of Necurs", 2015.
 */
#ifndef PRNG_LONGMIX_H
#define PRNG_LONGMIX_H

#include <stddef.h>
#include <stdint.h>

/* Values that longmix_many() takes at most. */
#define LONGMIX_MANY 1024

/* ${value} after its steps. */
uint64_t longmix(uint64_t value);

/* Replaces each of ${values}[0..count) by longmix() of it; ${count} is at most
 * LONGMIX_MANY. */
void longmix_many(uint64_t *values, size_t count);

/* Letters of the shortest and of the longest word. */
#define LONGMIX_WORD_MIN 7
#define LONGMIX_WORD_MAX 21

/* Words that are made side by side. */
struct longmix_words {
	uint64_t value[LONGMIX_MANY];
	char text[LONGMIX_MANY][24]; /* LONGMIX_WORD_MAX octets are used */
	uint8_t len[LONGMIX_MANY];
};

/* Makes the word that ${value} stands for, LONGMIX_WORD_MIN letters and value
 * mod 15 more: for letter i = 0, 1, ... add i to the value, mix, take 'a' plus
 * the value mod 25 (never a z), add 0xabbedf, mix. Writes it to ${out}, puts the
 * value after it in ${value}, and returns the number of letters. */
size_t longmix_word(uint64_t *value, char out[LONGMIX_WORD_MAX]);

/* The same for all LONGMIX_MANY of ${words}: reads and replaces their values,
 * writes text and len. */
void longmix_words(struct longmix_words *words);

#endif
