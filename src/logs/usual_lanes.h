/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/usual_lanes.h: what 64 octets of a text are, in one step. It is compiled once for
 * each set of instructions (logs/usual_kernels.h). A comparison gives all ones or 0.
 */
#ifndef LOGS_USUAL_LANES_H
#define LOGS_USUAL_LANES_H

#include "logs/lane.h"

#if defined(__AVX2__)
#include <immintrin.h>

typedef unsigned char wide_lane __attribute__((vector_size(32)));
typedef signed char wide_lane_signed __attribute__((vector_size(32)));

static inline uint64_t
wide_mask(wide_lane fit)
{
	return (uint32_t)_mm256_movemask_epi8((__m256i)fit);
}
#else
typedef lane wide_lane;
typedef signed char wide_lane_signed __attribute__((vector_size(16)));

static inline uint64_t
wide_mask(wide_lane fit)
{
	return lane_mask(fit);
}
#endif

#define WIDE_COUNT (64 / sizeof(wide_lane))

struct wide {
	wide_lane lanes[WIDE_COUNT];
};

static inline __attribute__((always_inline)) struct wide
wide_load(const char *text)
{
	struct wide wide;

#pragma GCC unroll 4
	for (size_t i = 0; i < WIDE_COUNT; i++)
		memcpy(&wide.lanes[i], text + i * sizeof(wide_lane), sizeof(wide_lane));
	return wide;
}

/* ${octet} everywhere. The compiler would make it anew for each line. */
static inline __attribute__((always_inline)) wide_lane
wide_each(unsigned char octet)
{
	wide_lane each = (wide_lane){0} + octet;

#if defined(__AVX2__)
	__asm__("" : "+x"(each));
#endif
	return each;
}

/* Bit i is set where octet i is that of ${each}. */
static inline __attribute__((always_inline)) uint64_t
wide_is(struct wide wide, wide_lane each)
{
	uint64_t mask = 0;

#pragma GCC unroll 4
	for (size_t i = 0; i < WIDE_COUNT; i++)
		mask |= wide_mask((wide_lane)(wide.lanes[i] == each))
		        << i * sizeof(wide_lane);
	return mask;
}

/* Bit i is set where octet i is a digit: ${zero} is '0', and ${nine} is 9. */
static inline __attribute__((always_inline)) uint64_t
wide_digits(struct wide wide, wide_lane zero, wide_lane nine)
{
	uint64_t mask = 0;

#pragma GCC unroll 4
	for (size_t i = 0; i < WIDE_COUNT; i++)
		mask |= wide_mask((wide_lane)(wide.lanes[i] - zero <= nine))
		        << i * sizeof(wide_lane);
	return mask;
}

/* Bit i is set where octet i is no visible one of ASCII. Those are '!' to '~': moved up by
 * ${one} they end at 127, and one signed comparison with ${first}, which is '!' moved up,
 * tells them. */
static inline __attribute__((always_inline)) uint64_t
wide_invisible(struct wide wide, wide_lane one, wide_lane first)
{
	uint64_t mask = 0;

#pragma GCC unroll 4
	for (size_t i = 0; i < WIDE_COUNT; i++) {
		wide_lane_signed moved = (wide_lane_signed)(wide.lanes[i] + one);

		mask |= wide_mask((wide_lane)((wide_lane_signed)first > moved))
		        << i * sizeof(wide_lane);
	}
	return mask;
}

#endif
