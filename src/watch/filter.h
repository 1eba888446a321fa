/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/filter.h: certainly not, or perhaps? A filter of two octets a name (a
 * Bloom filter in which a name sets and asks three bits of one 64-bit word) that
 * turns names away that an index does not hold; about 1 in 120 of those pass.
 * One read in memory that is small enough to stay in the cache is all that a
 * clean name costs.
 */
#ifndef WATCH_FILTER_H
#define WATCH_FILTER_H

#include <foresink/err.h>

#include "base/fetch.h"
#include "watch/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct watch_filter {
	uint64_t *words;
	uint32_t count; /* of words */
};

/* Makes ${filter}, empty, for ${names} names. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_filter_init(struct watch_filter *filter, uint32_t names);

/* Frees what ${filter} holds; NULL and a zeroed one are allowed. */
void watch_filter_fini(struct watch_filter *filter);

/* Bytes of memory that ${filter} points to. */
size_t watch_filter_bytes(const struct watch_filter *filter);

/* The bits of ${hash} in its word: its lower half decides. */
static inline uint64_t
watch_filter_bits(uint64_t hash)
{
	return UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63) |
	       UINT64_C(1) << (hash >> 12 & 63);
}

/* Adds a name whose hash is ${hash}. */
static inline void
watch_filter_add(struct watch_filter *filter, uint64_t hash)
{
	filter->words[watch_hash_place(hash, filter->count)] |= watch_filter_bits(hash);
}

/* Fetches what watch_filter_passes() reads for ${hash}. */
static inline void
watch_filter_prefetch(const struct watch_filter *filter, uint64_t hash)
{
	fetch_read(&filter->words[watch_hash_place(hash, filter->count)]);
}

/* Fetches what watch_filter_add() writes for ${hash}. */
static inline void
watch_filter_prefetch_write(const struct watch_filter *filter, uint64_t hash)
{
	fetch_write(&filter->words[watch_hash_place(hash, filter->count)]);
}

/* Whether a name whose hash is ${hash} may have been added. */
static inline bool
watch_filter_passes(const struct watch_filter *filter, uint64_t hash)
{
	uint64_t bits = watch_filter_bits(hash);

	return (~filter->words[watch_hash_place(hash, filter->count)] & bits) == 0;
}

/* Two filters side by side. */
struct watch_filter_pair {
	uint64_t (*words)[2];
	uint32_t count; /* of pairs of words */
};

/* Makes ${pair} of ${first} and ${second}: it has as many words as the larger of them, and
 * where the smaller one has one word, it has it several times. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_filter_pair_init(struct watch_filter_pair *pair,
                                                 const struct watch_filter *first,
                                                 const struct watch_filter *second);
void watch_filter_pair_fini(struct watch_filter_pair *pair);

static inline void
watch_filter_pair_prefetch(const struct watch_filter_pair *pair, uint64_t hash)
{
	fetch_read(&pair->words[watch_hash_place(hash, pair->count)]);
}

/* Whether a name whose hash is ${hash} may have been added to one of the two. */
static inline bool
watch_filter_pair_passes(const struct watch_filter_pair *pair, uint64_t hash)
{
	const uint64_t *words = pair->words[watch_hash_place(hash, pair->count)];
	uint64_t bits = watch_filter_bits(hash);

	return ((~words[0] & bits) == 0) | ((~words[1] & bits) == 0);
}

#endif
