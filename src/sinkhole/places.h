/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/places.h: the addresses of sets: which of them a name has, and which name alone
 * has one. It never changes once it is made.
 */
#ifndef SINKHOLE_PLACES_H
#define SINKHOLE_PLACES_H

#include "base/address.h"
#include "sinkhole/held.h"

enum sinkhole_pool_kind { SINKHOLE_V4, SINKHOLE_V6 };
#define SINKHOLE_POOLS 2

/* Addresses of one kind. */
struct sinkhole_pool {
	const struct address *at;
	size_t count;
};

struct sinkhole_set {
	struct sinkhole_pool pools[SINKHOLE_POOLS];
	unsigned per_name; /* so many of each kind has a name; 0: all */
	bool forecast;     /* its names are not of a list: each may have any address */
};

/* Sets the pools of ${set} from the ${count} ${addresses}, which are put in order at
 * ${sorted}; both stay as long as the set. */
void sinkhole_set_deal(struct sinkhole_set *set, const struct address *addresses,
                       size_t count, struct address *sorted);

/* How many addresses of ${kind} the name ${id} has, from number ${begin} of the pool on and
 * round: of a name always the same. */
size_t sinkhole_set_part(const struct sinkhole_set *set, enum sinkhole_pool_kind kind,
                         uint64_t id, size_t *begin);

struct sinkhole_places;

/* Finds what the ${count} ${sets}, and the names of ${list} that are of them, say of each
 * address; the list must outlive it. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err sinkhole_places_new(const struct sinkhole_set *sets, size_t count,
                                              const struct sinkhole_list *list,
                                              struct sinkhole_places **places);
void sinkhole_places_free(struct sinkhole_places *places);

/* The only name that has ${address}; NULL: none or several. */
const struct sinkhole_entry *sinkhole_places_find(const struct sinkhole_places *places,
                                                  const struct address *address);

/* Octets of memory. */
size_t sinkhole_places_bytes(const struct sinkhole_places *places);

#endif
