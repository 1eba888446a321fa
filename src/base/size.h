/* SPDX-License-Identifier: BSD-2-Clause
 *
 * base/size.h: sums and products of sizes that cannot wrap. They saturate at
 * SIZE_MAX, which no allocation grants, so that one check at the allocation is
 * enough.
 */
#ifndef BASE_SIZE_H
#define BASE_SIZE_H

#include <stddef.h>
#include <stdint.h>

static inline size_t
size_add(size_t a, size_t b)
{
	return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

static inline size_t
size_mul(size_t a, size_t b)
{
	return b != 0 && a > SIZE_MAX / b ? SIZE_MAX : a * b;
}

#endif
