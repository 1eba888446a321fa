/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/wide.h: unsigned numbers of 128 bits, for compilers with and without a
 * type for them (gcc and clang have none on 32-bit machines). Arithmetic is
 * modulo 2^128.
 */
#ifndef PRNG_WIDE_H
#define PRNG_WIDE_H

#include <stdbool.h>
#include <stdint.h>

struct wide {
	uint64_t hi;
	uint64_t lo;
};

/* The whole product ${a} * ${b}. */
static inline struct wide
wide_product(uint64_t a, uint64_t b)
{
#if defined(__SIZEOF_INT128__)
	__extension__ typedef unsigned __int128 u128;
	u128 p = (u128)a * b;
	return (struct wide){(uint64_t)(p >> 64), (uint64_t)p};
#else
	/* Four products of halves; the middle sum cannot overflow:
	 * (2^32-1)^2 + 2 (2^32-1) = 2^64 - 1. */
	uint64_t a0 = (uint32_t)a, a1 = a >> 32;
	uint64_t b0 = (uint32_t)b, b1 = b >> 32;
	uint64_t low = a0 * b0;
	uint64_t mid = a1 * b0 + (low >> 32);
	uint64_t cross = a0 * b1 + (uint32_t)mid;
	return (struct wide){a1 * b1 + (mid >> 32) + (cross >> 32),
	                     cross << 32 | (uint32_t)low};
#endif
}

static inline struct wide
wide_sum(struct wide a, struct wide b)
{
	uint64_t lo = a.lo + b.lo;
	return (struct wide){a.hi + b.hi + (lo < a.lo), lo};
}

static inline struct wide
wide_difference(struct wide a, struct wide b)
{
	return (struct wide){a.hi - b.hi - (a.lo < b.lo), a.lo - b.lo};
}

static inline bool
wide_less(struct wide a, struct wide b)
{
	return a.hi < b.hi || (a.hi == b.hi && a.lo < b.lo);
}

/* ${a} * 2^${n}; n is 1..63. */
static inline struct wide
wide_left(struct wide a, unsigned n)
{
	return (struct wide){a.hi << n | a.lo >> (64 - n), a.lo << n};
}

/* The upper 128 of the 256 bits of ${a} * ${b}, at most 2 too small: the
 * product of the lower halves is left out, and two fractions are dropped. */
static inline struct wide
wide_upper(struct wide a, struct wide b)
{
	struct wide p = wide_product(a.hi, b.hi);
	p = wide_sum(p, (struct wide){0, wide_product(a.hi, b.lo).hi});
	return wide_sum(p, (struct wide){0, wide_product(a.lo, b.hi).hi});
}

#endif
