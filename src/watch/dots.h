/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/dots.h: is this a domain name, and where are its dots? The rule of
 * wire/name.h, no other, for names of at most 63 octets, written for speed: it
 * is asked of every name that passes by. 16 octets are looked at in one step;
 * nothing is copied, and nothing outside the name is read.
 */
#ifndef WATCH_DOTS_H
#define WATCH_DOTS_H

#include "wire/name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* A longer name may have a label that is too long, and its dots would not fit
 * into one word. */
#define WATCH_DOTS_MAX WIRE_LABEL_MAX

/* 16 octets in a register, where the machine has such. Operators work on each
 * octet; a comparison gives all ones or 0. */
typedef unsigned char watch_lane __attribute__((vector_size(16)));
typedef signed char watch_lane_signed __attribute__((vector_size(16)));
typedef uint64_t watch_lane_halves __attribute__((vector_size(16)));

/* Bit i is set where octet i of ${lane}, which is a comparison, is not 0. */
static inline uint64_t
watch_lane_mask(watch_lane lane)
{
#if defined(__SSE2__)
	return (unsigned)_mm_movemask_epi8((__m128i)lane);
#else
	uint64_t mask = 0;

	for (unsigned i = 0; i < 16; i++)
		mask |= (uint64_t)(lane[i] & 1) << i;
	return mask;
#endif
}

/* The dots among the octets of ${lane}; octets of ${fit} are cleared where one
 * cannot stand in a name. Those that can are '!' to '~': moved up by one they
 * end at 127, and one signed comparison tells them. */
static inline uint64_t
watch_lane_dots(watch_lane lane, watch_lane *fit)
{
	*fit &= (watch_lane)((watch_lane_signed)(lane + 1) > '!');
	return watch_lane_mask((watch_lane)(lane == '.'));
}

static inline uint64_t
watch_lane_dots_at(const char *text, watch_lane *fit)
{
	watch_lane lane;

	memcpy(&lane, text, sizeof(lane));
	return watch_lane_dots(lane, fit);
}

/* The dots of the ${len} octets at ${name}: 8 to 63. The last octets are looked
 * at together with some that were seen before. */
static inline uint64_t
watch_dots_find(const char *name, size_t len, watch_lane *fit)
{
	uint64_t first, last, dots;

	if (len < 16) {
		memcpy(&first, name, 8);
		memcpy(&last, name + len - 8, 8);
		dots = watch_lane_dots((watch_lane)(watch_lane_halves){first, last}, fit);
		return (dots & 0xff) | dots >> 8 << (len - 8);
	}
	dots = watch_lane_dots_at(name, fit);
	for (size_t at = 16; at + 16 < len; at += 16)
		dots |= watch_lane_dots_at(name + at, fit) << at;
	return dots | watch_lane_dots_at(name + len - 16, fit) << (len - 16);
}

/* The same for less than 8 octets, which are rare. */
static inline uint64_t
watch_dots_find_few(const char *name, size_t len, watch_lane *fit)
{
	char text[16];
	watch_lane lane;

	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < len; i++)
		text[i] = name[i];
	memcpy(&lane, text, sizeof(lane));
	return watch_lane_dots(lane, fit);
}

/* Stores in bit i of ${dots} whether octet i of the ${len} at ${name}, at most
 * WATCH_DOTS_MAX and without a final dot, is a dot. False when they are no
 * domain name; ${dots} means nothing then. */
static inline __attribute__((always_inline)) bool
watch_dots_read(const char *name, size_t len, uint64_t *dots)
{
	watch_lane fit = ~(watch_lane){0};
	uint64_t unfit, found;

	if (len == 0)
		return false;
	if (__builtin_expect(len >= 8, 1))
		found = watch_dots_find(name, len, &fit);
	else
		found = watch_dots_find_few(name, len, &fit);
	unfit = watch_lane_mask(fit) ^ 0xffff;
	/* No label is too long here. One is empty where a dot stands behind a
	 * dot, at the start or at the end. */
	unfit |= found & (found << 1 | 1);
	unfit |= found >> (len - 1);
	*dots = found;
	return unfit == 0;
}

/* Where the label begins that the lowest dot of ${ends}, which are some of
 * ${dots} or the end of the name, ends. */
static inline unsigned
watch_dots_label(uint64_t dots, uint64_t ends)
{
	uint64_t before = dots & ((ends & -ends) - 1);

	return 63 - (unsigned)__builtin_clzll(before << 1 | 1);
}

#endif
