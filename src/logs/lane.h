/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/lane.h: 64 octets of a line in one step, so that what stands between two
 * marks (a tab, a quote) costs no loop. Nothing outside the line is read: near
 * its end the last 64 octets are looked at again, and a line of fewer is copied.
 */
#ifndef LOGS_LANE_H
#define LOGS_LANE_H

#include "base/span.h"

#include <stdint.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define LANES_SIZE 64 /* octets */

/* 16 octets in a register, where the machine has such. Operators work on each
 * octet; a comparison gives all ones or 0. */
typedef unsigned char lane __attribute__((vector_size(16)));

/* Which octets of a lane fit: all ones where one does. */
typedef lane lane_test(lane octets);

/* A part of a line, of LANES_SIZE octets or up to the end: where it begins, and
 * in bit i whether octet i fits. */
struct lanes {
	const char *base;
	uint64_t fit;
};

/* Bit i is set where octet i of ${fit}, which is a comparison, is not 0. */
static inline uint64_t
lane_mask(lane fit)
{
#if defined(__SSE2__)
	return (unsigned)_mm_movemask_epi8((__m128i)fit);
#else
	uint64_t mask = 0;

	for (unsigned i = 0; i < 16; i++)
		mask |= (uint64_t)(fit[i] & 1) << i;
	return mask;
#endif
}

static inline lane
lane_load(const char *text)
{
	lane octets;

	memcpy(&octets, text, sizeof(octets));
	return octets;
}

/* Whether ${octet} is in ${part}, which lies in ${line}. */
static inline bool
lane_has(struct span line, struct span part, unsigned char octet)
{
	const char *end = part.text + part.len;
	uint64_t fit = 0;

	if (part.len == 0)
		return false;
	if (part.len > LANES_SIZE || line.text + line.len - end < 16)
		return memchr(part.text, octet, part.len) != NULL;
	for (size_t at = 0; at < part.len; at += 16)
		fit |= lane_mask((lane)(lane_load(part.text + at) == octet)) << at;
	return (fit << (LANES_SIZE - part.len)) != 0;
}

/* Bit i is set where octet i of the 64 octets at ${text} passes ${test}. */
static inline __attribute__((always_inline)) uint64_t
lanes_mask(const char *text, lane_test *test)
{
	return lane_mask(test(lane_load(text))) |
	       lane_mask(test(lane_load(text + 16))) << 16 |
	       lane_mask(test(lane_load(text + 32))) << 32 |
	       lane_mask(test(lane_load(text + 48))) << 48;
}

/* Looks at the octets of ${line} from ${at} on, when they are fewer than 64. */
static inline struct lanes
lanes_look_last(struct span line, const char *at, lane_test *test)
{
	size_t left = (size_t)(line.text + line.len - at);
	char copy[LANES_SIZE] = {0};

	if (line.len >= LANES_SIZE) {
		at -= LANES_SIZE - left;
		return (struct lanes){at, lanes_mask(at, test)};
	}
	if (left > 0)
		memcpy(copy, at, left);
	return (struct lanes){at, lanes_mask(copy, test) & ((UINT64_C(1) << left) - 1)};
}

/* Looks at the next octets of ${line} from ${at} on, which lies in it or at its
 * end. */
static inline __attribute__((always_inline)) struct lanes
lanes_look(struct span line, const char *at, lane_test *test)
{
	if (__builtin_expect(line.text + line.len - at < LANES_SIZE, 0))
		return lanes_look_last(line, at, test);
	return (struct lanes){at, lanes_mask(at, test)};
}

/* The first octet of ${line} from ${at} on that passes ${test}; the end of the
 * line when there is none. ${seen} is what was last looked at with the same line
 * and test, at ${at} or in front of it. */
static inline __attribute__((always_inline)) const char *
lanes_next(struct span line, struct lanes *seen, const char *at, lane_test *test)
{
	for (;;) {
		size_t offset = (size_t)(at - seen->base);

		if (__builtin_expect(offset < LANES_SIZE, 1)) {
			uint64_t fit = seen->fit >> offset;

			if (__builtin_expect(fit != 0, 1))
				return at + __builtin_ctzll(fit);
			at = seen->base + LANES_SIZE;
		}
		if (at >= line.text + line.len)
			return line.text + line.len;
		*seen = lanes_look(line, at, test);
	}
}

/* The octets of a line that pass a test, one after the other. */
struct marks {
	struct span line;
	struct lanes seen; /* fit: those that were not passed */
};

/* Those of ${line} from ${at} on, which lies in it or at its end. */
static inline __attribute__((always_inline)) struct marks
marks_of(struct span line, const char *at, lane_test *test)
{
	struct lanes seen = lanes_look(line, at, test);
	unsigned before = (unsigned)(at - seen.base); /* near the end of the line */

	seen.fit = seen.fit >> before << before;
	return (struct marks){line, seen};
}

/* Passes ${count} marks, at least one, and returns where the last of them is; the end of
 * the line when there are fewer. */
static inline __attribute__((always_inline)) const char *
marks_pass(struct marks *marks, unsigned count, lane_test *test)
{
	const char *at;

	for (;;) {
		for (; marks->seen.fit != 0; marks->seen.fit &= marks->seen.fit - 1) {
			if (--count > 0)
				continue;
			at = marks->seen.base + __builtin_ctzll(marks->seen.fit);
			marks->seen.fit &= marks->seen.fit - 1;
			return at;
		}
		at = marks->seen.base + LANES_SIZE;
		if (at >= marks->line.text + marks->line.len)
			return marks->line.text + marks->line.len;
		*marks = marks_of(marks->line, at, test);
	}
}

#endif
