/* SPDX-License-Identifier: BSD-2-Clause
 *
 * base/fetch.h: memory that will be wanted is fetched meanwhile. gcc takes a function that
 * does nothing but that for one that does nothing, and drops calls of it: the empty
 * instruction, which it may not look into, keeps them.
 */
#ifndef BASE_FETCH_H
#define BASE_FETCH_H

/* Fetches the line of the cache that holds ${at}, any address, to be read. */
static inline void
fetch_read(const void *at)
{
	__builtin_prefetch(at);
	__asm__ volatile("" : : "r"(at));
}

/* The same to be written. */
static inline void
fetch_write(const void *at)
{
	__builtin_prefetch(at, 1);
	__asm__ volatile("" : : "r"(at));
}

#endif
