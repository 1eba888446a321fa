/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/arena.h"

#include "base/size.h"

#include <stdlib.h>
#include <string.h>

struct up_chunk {
	struct up_chunk *next;
	size_t size;         /* of the place */
	max_align_t place[]; /* what was asked for */
};

void *
up_arena_take(struct up_arena *arena, size_t count, size_t size)
{
	size_t bytes = size_mul(count, size);
	struct up_chunk *chunk = calloc(1, size_add(sizeof(*chunk), bytes));

	if (chunk == NULL)
		return NULL;
	chunk->next = arena->chunks;
	chunk->size = bytes;
	arena->chunks = chunk;
	return chunk->place;
}

char *
up_arena_text(struct up_arena *arena, struct span text)
{
	char *copy = up_arena_take(arena, size_add(text.len, 1), 1);

	if (copy != NULL && text.len > 0)
		memcpy(copy, text.text, text.len);
	return copy;
}

void *
up_arena_grow(struct up_arena *arena, void *list, size_t count, size_t size)
{
	/* The rooms are the powers of two; one that is not full has place already. */
	bool full = (count & (count - 1)) == 0;
	char *grown;

	if (!full)
		return list;
	grown = up_arena_take(arena, count == 0 ? 1 : size_mul(count, 2), size);
	if (grown != NULL && count > 0)
		memcpy(grown, list, size_mul(count, size));
	return grown;
}

void
up_arena_fini(struct up_arena *arena)
{
	while (arena->chunks != NULL) {
		struct up_chunk *chunk = arena->chunks;

		arena->chunks = chunk->next;
		explicit_bzero(chunk->place, chunk->size);
		free(chunk);
	}
}
