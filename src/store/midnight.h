/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/midnight.h: which days have ended and were not summed up yet: the last that was
 * stands in the store's folder, so that each is told once, whichever process moves at
 * midnight. Pure but for that file: time is a parameter.
 */
#ifndef STORE_MIDNIGHT_H
#define STORE_MIDNIGHT_H

#include <stdbool.h>
#include <stdint.h>

struct store_midnight {
	const char *folder; /* of the store */
	int64_t told;       /* the last day, since 1970 */
	bool read;          /* it is known */
};

/* Whether ${*day}, since 1970, has ended when ${today} is, and is to be told: it counts as
 * told then. Of a store that has told none yet, days from ${today} on; after a pause, those
 * of the last week. */
bool store_midnight_next(struct store_midnight *midnight, int64_t today, int64_t *day);

#endif
