/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/hash.h: the hash of a name, without regard to case, for the filter and
 * the shelf of an index. Two names with one hash cost time, no truth: the text
 * decides. Nothing outside the name is read.
 */
#ifndef WATCH_HASH_H
#define WATCH_HASH_H

#include "prng/wide.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Eight octets, in lower case if they are letters. */
static inline uint64_t
watch_hash_word(const char *text)
{
	uint64_t word;

	memcpy(&word, text, sizeof(word));
	return word | UINT64_C(0x2020202020202020);
}

/* Four octets, in lower case if they are letters, the first of them highest. */
static inline uint64_t
watch_hash_four(const char *text)
{
	uint32_t word;

	memcpy(&word, text, sizeof(word));
	return (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? word : __builtin_bswap32(word)) |
	       UINT32_C(0x20202020);
}

/* The ${len} octets at ${text}, at most 7, and how many they are. From four on they are
 * two words that overlap. */
static inline uint64_t
watch_hash_few(const char *text, size_t len)
{
	uint64_t word = len;

	if (len >= 4)
		return word << (8 * len) | watch_hash_four(text) << (8 * (len - 4)) |
		       watch_hash_four(text + len - 4);
	for (size_t i = 0; i < len; i++)
		word = word << 8 | (uint8_t)text[i] | 0x20;
	return word;
}

/* The product of ${a} and ${b}, its halves laid over each other. */
static inline uint64_t
watch_hash_fold(uint64_t a, uint64_t b)
{
	struct wide product = wide_product(a, b);

	return product.hi ^ product.lo;
}

/* ${word} turned by a number of bits that lays letters, which differ in their
 * lower five, between letters. */
static inline uint64_t
watch_hash_turn(uint64_t word)
{
	return word << 29 | word >> 35;
}

/* ${hash} and the 8 octets at each of four places of ${text}. The product is
 * that of wyhash (Wang Yi), the constants are the first digits of pi. */
static inline uint64_t
watch_hash_mix(uint64_t hash, const char *text, size_t second, size_t third, size_t fourth)
{
	uint64_t a = watch_hash_word(text) ^ watch_hash_turn(watch_hash_word(text + third));
	uint64_t b = watch_hash_word(text + second) ^
	             watch_hash_turn(watch_hash_word(text + fourth));

	return watch_hash_fold(a ^ hash, b ^ UINT64_C(0x243f6a8885a308d3));
}

/* The hash of the ${len} octets at ${name} under ${key}. Nearly all names have
 * 8 to 32: they are four words that overlap, and one step without a branch on
 * the length, which no processor could foresee; that branch is the larger part
 * of what xxHash would cost here. */
static inline __attribute__((always_inline)) uint64_t
watch_hash(uint64_t key, const char *name, size_t len)
{
	uint64_t hash = key ^ len;

	if (__builtin_expect(len > 32, 0)) {
		const char *last = name + len - 32;

		for (; name < last; name += 32)
			hash = watch_hash_mix(hash, name, 8, 16, 24);
		name = last;
		len = 32;
	}
	if (__builtin_expect(len >= 8, 1))
		hash = watch_hash_mix(hash, name, len < 16 ? len - 8 : 8,
		                      len < 16 ? 0 : len - 16, len - 8);
	else
		hash ^= watch_hash_few(name, len);
	return watch_hash_fold(hash, UINT64_C(0x13198a2e03707344));
}

/* Which of ${count} places ${hash} goes to. Its upper half decides, by a
 * product instead of a remainder (Lemire, "Fast Random Integer Generation in an
 * Interval"). */
static inline uint32_t
watch_hash_place(uint64_t hash, uint32_t count)
{
	return (uint32_t)(((hash >> 32) * count) >> 32);
}

#endif
