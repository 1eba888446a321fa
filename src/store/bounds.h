/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/bounds.h: how long and how much is kept: what is too old or too much is removed in
 * slices, so that what is new need not wait. Pure but for the store: time is a parameter.
 */
#ifndef STORE_BOUNDS_H
#define STORE_BOUNDS_H

#include "store/mover.h"

struct store_bounds {
	struct store *store;
	struct store_mover_counts *counts;
	void (*log)(const char *words, void *context);
	void *context;

	int64_t now_us;       /* of the last call */
	int64_t age_us;       /* when the age is looked at again */
	int64_t size_us;      /* when the size is */
	uint64_t excess;      /* sightings that are still to go, for the size */
	uint64_t bytes;       /* when that was found */
	uint64_t gone, moved; /* sightings since then, and that were moved before */
	uint64_t seen;        /* sightings that were moved, at the last call */
	uint64_t slice;       /* sightings of this step, at most */
	bool failed, larger;  /* it was said */
	bool begun;           /* it was looked how far the clock is ahead */
};

/* A clock that is ahead would remove all for its age: nothing goes for that within an hour
 * of the start, or of a jump, and within a day when the clock is then more than a day ahead
 * of what was seen last, or jumped so far. */
void store_bounds_init(struct store_bounds *bounds, int64_t now_us);

/* Looks, once, how far the clock is ahead: before what waits is moved, which bears its
 * time.
 */
void store_bounds_begin(struct store_bounds *bounds, unsigned keep_days);

/* Removes a slice of what is beyond ${keep_days} and ${keep_bytes} (0: no bound). */
void store_bounds_step(struct store_bounds *bounds, int64_t now_us, unsigned keep_days,
                       uint64_t keep_bytes);

#endif
