/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/pool.h: things of one size in an array, known by their numbers, of which single
 * ones are given back. The array moves when it grows; numbers stay.
 */
#ifndef VERDICT_POOL_H
#define VERDICT_POOL_H

#include <foresink/err.h>

#include <stddef.h>
#include <stdint.h>

#define POOL_NONE UINT32_MAX

struct pool {
	void *things;
	size_t size; /* of one, at least 4 octets */
	size_t room;
	size_t used;   /* places that were ever taken */
	uint32_t free; /* the first of those given back; POOL_NONE at first */
};

/* Sees that a thing can be taken out of ${pool} when it has not ${most} yet, which is at
 * most POOL_NONE. FSK_NOMEM, and then it is as it was. */
FSK_MUST_USE enum fsk_err pool_reserve(struct pool *pool, size_t most);

/* The number of a place, which is the caller's until he gives it back. There must be one.
 */
uint32_t pool_take(struct pool *pool);
void pool_give(struct pool *pool, uint32_t number);

void pool_fini(struct pool *pool);

#endif
