/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/bitmap.h: compressed bitmaps (CRoaring) that are made whole and never changed.
 * CRoaring 0.2.66 adds a value to a bitmap without a word when memory is out, and fails
 * later; but what it reads from its portable form (RoaringFormatSpec) is there as a whole
 * or not at all. So a larger bitmap is written in that form, and read.
 */
#ifndef CENSUS_BITMAP_H
#define CENSUS_BITMAP_H

#include <foresink/err.h>

#include <roaring/roaring.h>

/* Makes ${joined} of ${old} (may be NULL) and the ${count} values at ${more}, which go up.
 * ${old} stays. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_bitmap_join(const roaring_bitmap_t *old,
                                             const uint32_t *more, size_t count,
                                             roaring_bitmap_t **joined);

/* The values of a bitmap (NULL: of none) in their order, some at a time. */
#define CENSUS_BITMAP_WALK 1024
struct census_bitmap_walk {
	roaring_uint32_iterator_t iterator;
	uint32_t values[CENSUS_BITMAP_WALK];
	uint32_t count, at;
};

void census_bitmap_walk_init(struct census_bitmap_walk *walk,
                             const roaring_bitmap_t *bitmap);

/* The next value; false: there is none. */
static inline bool
census_bitmap_walk_next(struct census_bitmap_walk *walk, uint32_t *value)
{
	if (walk->at == walk->count) {
		walk->at = 0;
		if (walk->count > 0)
			walk->count = roaring_read_uint32_iterator(
			        &walk->iterator, walk->values, CENSUS_BITMAP_WALK);
		if (walk->count == 0)
			return false;
	}
	*value = walk->values[walk->at++];
	return true;
}

/* Sorts the ${count} ${values}; ${spare} has as much room. */
void census_bitmap_sort(uint32_t *values, uint32_t *spare, size_t count);

#endif
