/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/eight.h: eight octets of a text as one number, the first of them lowest, so
 * that digits are checked and read without a loop. Nothing outside the text is
 * read.
 */
#ifndef LOGS_EIGHT_H
#define LOGS_EIGHT_H

#include "base/span.h"

#include <stdint.h>

#define EIGHT_EACH UINT64_C(0x0101010101010101) /* 1 in each octet */

/* The eight octets at ${text}. */
static inline uint64_t
eight_at(const char *text)
{
	uint64_t octets;

	memcpy(&octets, text, sizeof(octets));
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(octets) : octets;
}

/* Those of ${text} from ${at} on, with 0 for what is behind its end; it has at least
 * eight. */
static inline uint64_t
eight_from(struct span text, size_t at)
{
	size_t left = text.len - at;

	if (left >= 8)
		return eight_at(text.text + at);
	return left == 0 ? 0 : eight_at(text.text + text.len - 8) >> (8 * (8 - left));
}

/* The highest bit of octets that are not in ${low} to ${high}, which are ASCII. The
 * first such octet is told for certain; what it carries over may hide those behind
 * it, or add to them. */
static inline uint64_t
eight_outside(uint64_t octets, unsigned char low, unsigned char high)
{
	return ((octets - EIGHT_EACH * low) | (octets + EIGHT_EACH * (0x7fU - high)) |
	        octets) &
	       EIGHT_EACH * 0x80;
}

/* How many of ${octets}, from the first on, are digits. */
static inline unsigned
eight_digits(uint64_t octets)
{
	uint64_t others = eight_outside(octets, '0', '9');

	return others == 0 ? 8 : (unsigned)__builtin_ctzll(others) / 8;
}

/* The number that eight octets of 0 to 9 are: pairs are put together, then pairs of
 * them. */
static inline uint64_t
eight_number(uint64_t values)
{
	values = (values * 10 + (values >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	values = (values * 100 + (values >> 16)) & UINT64_C(0x0000ffff0000ffff);
	return (values * 10000 + (values >> 32)) & UINT64_C(0xffffffff);
}

#endif
