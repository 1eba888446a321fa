/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/engines/sqlite_sums.h: sums by key, gathered in memory before they are written. A
 * key is compared as its octets. Pure.
 */
#ifndef STORE_ENGINES_SQLITE_SUMS_H
#define STORE_ENGINES_SQLITE_SUMS_H

#include "base/address.h"
#include "store/where.h"
#include "watch/hostday.h"

/* A sum of a batch. What a key does not use is 0. */
struct sqlite_key {
	int64_t time;
	uint64_t shape[2]; /* hash of its text */
	struct address address;
	uint32_t generator, fingerprint;
	uint8_t prefix, kind;
	char country[2];
	uint32_t none;
};

struct sqlite_sum {
	struct sqlite_key key;
	struct span text;           /* of a shape */
	struct hostday_marks marks; /* of an hour or shape: contacts, first and last */
	struct store_where where;
};

struct sqlite_sums {
	struct sqlite_sum *items;
	size_t count, room;
	uint32_t *slots;
	size_t slot_count;
};

/* The sum of ${key}, new with contacts 0 or the one that is there; NULL: no memory. Valid
 * until the next call. */
struct sqlite_sum *sqlite_sums_at(struct sqlite_sums *sums, const struct sqlite_key *key);
/* By time, generator, shape, address (IPv4 first) and the others; nothing is found then. */
void sqlite_sums_sort(struct sqlite_sums *sums);
void sqlite_sums_clear(struct sqlite_sums *sums);
void sqlite_sums_free(struct sqlite_sums *sums);

#endif
