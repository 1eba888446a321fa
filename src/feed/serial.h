/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/serial.h: serials of zones: numbers on a circle (RFC 1982), written as the day and
 * a count in it, YYYYMMDDnn, as people read them.
 */
#ifndef FEED_SERIAL_H
#define FEED_SERIAL_H

#include "base/date.h"

#include <stdbool.h>

/* Whether ${a} is newer than ${b}. Of two that lie just opposite neither is (RFC 1982
 * section 3.2 leaves it open). */
static inline bool
feed_serial_newer(uint32_t a, uint32_t b)
{
	return a != b && (uint32_t)(a - b) < UINT32_C(0x80000000);
}

/* The serial of ${count} (0..99) on the day of ${now}. */
static inline uint32_t
feed_serial_of(int64_t now, unsigned count)
{
	struct date date = date_of(now);

	return (uint32_t)date.year * 1000000 + date.month * 10000 + date.day * 100 + count;
}

/* The serial to come after ${last} at ${now}: the first of the day, or one more. */
static inline uint32_t
feed_serial_after(uint32_t last, int64_t now)
{
	uint32_t first = feed_serial_of(now, 0);

	return feed_serial_newer(first, last) ? first : last + 1;
}

#endif
