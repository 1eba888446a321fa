/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/pool.h"

#include "base/size.h"

#include <stdlib.h>
#include <string.h>

enum fsk_err
pool_reserve(struct pool *pool, size_t most)
{
	size_t room = pool->room + pool->room / 2 + 16;
	size_t bytes;
	void *things;

	if (pool->free != POOL_NONE || pool->used < pool->room || pool->room >= most)
		return FSK_OK;
	if (room > most)
		room = most;
	bytes = size_mul(room, pool->size);
	if (bytes == 0) /* things of no size need no memory, and have no numbers */
		return FSK_NOMEM;
	things = realloc(pool->things, bytes);
	if (things == NULL)
		return FSK_NOMEM;
	pool->things = things;
	pool->room = room;
	return FSK_OK;
}

/* The first octets of a place that was given back are the number of the next such. */
static void *
link_of(const struct pool *pool, uint32_t number)
{
	return (char *)pool->things + number * pool->size;
}

uint32_t
pool_take(struct pool *pool)
{
	uint32_t number = pool->free;

	if (number == POOL_NONE)
		return (uint32_t)pool->used++;
	memcpy(&pool->free, link_of(pool, number), sizeof(pool->free));
	return number;
}

void
pool_give(struct pool *pool, uint32_t number)
{
	memcpy(link_of(pool, number), &pool->free, sizeof(pool->free));
	pool->free = number;
}

void
pool_fini(struct pool *pool)
{
	free(pool->things);
	*pool = (struct pool){.size = pool->size, .free = POOL_NONE};
}
