/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Memory that runs out on the n-th call, from any thread, in a test that is linked with
 * --wrap for those of these functions that are to fail; the others stay as they are, and
 * their __real_ is nothing (weak).
 */
#ifndef TEST_MEMORY_H
#define TEST_MEMORY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

static _Atomic long memory_left = -1; /* calls that still succeed; below 0: all do */

static inline bool
memory_runs_out(void)
{
	return atomic_load(&memory_left) >= 0 && atomic_fetch_sub(&memory_left, 1) == 0;
}

#define MEMORY_WEAK __attribute__((weak))

void *__real_malloc(size_t size) MEMORY_WEAK;
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size) MEMORY_WEAK;
void *__wrap_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size) MEMORY_WEAK;
void *__wrap_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size) MEMORY_WEAK;
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text) MEMORY_WEAK;
char *__wrap_strdup(const char *text);

void *
__wrap_malloc(size_t size)
{
	return memory_runs_out() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return memory_runs_out() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return memory_runs_out() ? NULL : __real_realloc(old, size);
}

void *
__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return memory_runs_out() ? NULL : __real_aligned_alloc(alignment, size);
}

char *
__wrap_strdup(const char *text)
{
	return memory_runs_out() ? NULL : __real_strdup(text);
}

#endif
