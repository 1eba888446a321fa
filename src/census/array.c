/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/array.h"

#include "watch/room.h"

#include <stdlib.h>

/* Octets of a chunk, at least: of a huge page of x86-64. */
#define CHUNK ((size_t)2 << 20)

#define MOST_BITS 31
#define MOST ((UINT32_C(1) << MOST_BITS) - 1)

void
census_array_init(struct census_array *array, size_t size)
{
	*array = (struct census_array){.size = size};
	while (size << array->bits < CHUNK)
		array->bits++;
}

void
census_array_fini(struct census_array *array)
{
	if (array == NULL)
		return;
	for (size_t i = 0; i < array->chunks; i++)
		free(array->chunk[i]);
	free(array->chunk);
	*array = (struct census_array){.size = array->size, .bits = array->bits};
}

/* One more chunk. */
static enum fsk_err
add(struct census_array *array)
{
	size_t bytes = array->size << array->bits;
	unsigned char *chunk;

	/* Pointers to as many as there can be: memory that nobody touches costs none. */
	if (array->chunk == NULL)
		array->chunk = calloc((size_t)1 << (MOST_BITS - array->bits),
		                      sizeof(*array->chunk));
	if (array->chunk == NULL)
		return FSK_NOMEM;
	/* The first one is often the only one, of few items: no huge page for these. */
	chunk = array->chunks == 0 ? malloc(bytes) : watch_room_raw(bytes);
	if (chunk == NULL)
		return FSK_NOMEM;
	array->chunk[array->chunks++] = chunk;
	return FSK_OK;
}

enum fsk_err
census_array_grow(struct census_array *array)
{
	if (array->count >= MOST)
		return FSK_RANGE;
	return array->count >> array->bits < array->chunks ? FSK_OK : add(array);
}
