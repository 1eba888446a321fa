/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/array.h: many items of one size, by number, that never move: they lie in chunks,
 * so that growing copies nothing and takes no memory twice, and in huge pages where the
 * system has them (watch/room.h). Items are added, and go all together.
 */
#ifndef CENSUS_ARRAY_H
#define CENSUS_ARRAY_H

#include <foresink/err.h>

#include <stddef.h>
#include <stdint.h>

struct census_array {
	size_t size;    /* octets of an item */
	unsigned bits;  /* a chunk holds 1 << bits of them */
	uint32_t count; /* items */
	size_t chunks;
	unsigned char **chunk;
};

void census_array_init(struct census_array *array, size_t size);
void census_array_fini(struct census_array *array);

/* Makes room for one more item; its octets are any. FSK_NOMEM, FSK_RANGE (there are
 * 2^31 - 1). */
FSK_MUST_USE enum fsk_err census_array_grow(struct census_array *array);

/* Item ${number}; that of array->count after census_array_grow(). */
static inline void *
census_array_at(const struct census_array *array, uint32_t number)
{
	size_t place = number & (((size_t)1 << array->bits) - 1);

	return array->chunk[number >> array->bits] + place * array->size;
}

#endif
