/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/trend.h: does it grow? By day: rate of growth with its interval, days on which it
 * changed, and what part of that is no more than another part of the names being held.
 */
#ifndef CENSUS_TREND_H
#define CENSUS_TREND_H

#include <foresink/err.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CENSUS_CHANGES 16 /* at most */

struct census_change {
	size_t day;   /* the first of the new level */
	double ratio; /* the new level by the old one */
	bool held;    /* so many other names are held from that day on that it may be no
	               * more than that */
};

struct census_trend {
	size_t days;            /* that were used: those without a sighting are not */
	double rate, low, high; /* growth a day, -0.05: 5 % fewer each day; 95 % */
	const char *why;        /* there is no rate: why; NULL: there is */
	size_t change_count;
	struct census_change changes[CENSUS_CHANGES];
};

/* The trend of ${daily}, [days], of which ${held} (may be NULL) names were held each day.
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_trend(const uint64_t *daily, const uint64_t *held,
                                       size_t days, struct census_trend *trend);

#endif
