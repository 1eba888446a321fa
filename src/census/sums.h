/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/sums.h: addresses and contacts by a number (of a network, of a country), of which
 * nobody knows before how many there are.
 */
#ifndef CENSUS_SUMS_H
#define CENSUS_SUMS_H

#include <foresink/err.h>

#include <stddef.h>
#include <stdint.h>

struct census_sum {
	uint64_t addresses; /* 0: the cell is free */
	uint64_t contacts;
	uint32_t what;
};

/* Holds none when it is all zeros. */
struct census_sums {
	struct census_sum *cells;
	unsigned bits; /* there are 1 << bits of them, or none */
	size_t count;
};

void census_sums_fini(struct census_sums *sums);

/* Adds an address with ${contacts} to the sum of ${what}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_sums_add(struct census_sums *sums, uint32_t what,
                                          uint64_t contacts);

/* The sums, most addresses first, then most contacts, then the smallest number:
 * sums->count of them in ${list}, which the caller frees; NULL if there are none.
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_sums_list(const struct census_sums *sums,
                                           struct census_sum **list);

#endif
