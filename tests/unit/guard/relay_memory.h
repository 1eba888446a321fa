/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/guard/relay_memory.h: memory that runs out on the n-th call, in a test that is
 * linked with --wrap for malloc, calloc and realloc.
 */
#ifndef TEST_GUARD_RELAY_MEMORY_H
#define TEST_GUARD_RELAY_MEMORY_H

#include <stddef.h>

static int memory_left = -1; /* calls that still succeed; below 0: all do */

static inline int
runs_out(void)
{
	return memory_left >= 0 && memory_left-- == 0;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *
__wrap_malloc(size_t size)
{
	return runs_out() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return runs_out() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return runs_out() ? NULL : __real_realloc(old, size);
}

#endif
