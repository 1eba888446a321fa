/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/clock.h: the time of an entry in UTC. What the log does not say is
 * assumed: the zone that the user named (by TZ, which cmd/ has set and checked),
 * the year from the user or from the date of the file. What was assumed is
 * noted, so that the report can say it. A clock belongs to one thread.
 */
#ifndef LOGS_CLOCK_H
#define LOGS_CLOCK_H

#include "logs/entry.h"

struct log_clock_setting {
	bool utc;       /* local times are UTC; else as TZ says (mktime(3)) */
	int year;       /* of yearless times when they begin; 0: take newest */
	int64_t first;  /* with a year: microseconds in the year 2000 of the first
	                 * yearless entry; months before it belong to the next year */
	int64_t newest; /* without a year: no entry is later than this second, UTC
	                 * (the date of the file); the last year that fits is taken */
};

struct log_clock {
	struct log_clock_setting setting;
	bool assumed_zone;
	bool assumed_year;
	enum log_time time; /* of the times whose distance from UTC is known */
	int64_t from;       /* the quarter of an hour in which they lie, */
	int64_t to;         /* microseconds since 1970, both included */
	int64_t ahead;      /* microseconds of it ahead of UTC */
};

/* Makes ${clock} after ${setting}. */
void log_clock_init(struct log_clock *clock, const struct log_clock_setting *setting);

/* Finds out how far times of the kind ${time} are from UTC in the quarter of an hour of
 * ${us}. False when ${us} is no time. */
bool log_clock_find(struct log_clock *clock, enum log_time time, int64_t us);

/* Stores in ${us} the time of ${entry} in UTC, microseconds since 1970. False
 * when it has none, or none in 1601..9999. */
static inline bool
log_clock_utc(struct log_clock *clock, const struct log_entry *entry, int64_t *us)
{
	if (__builtin_expect(entry->us < clock->from || entry->us > clock->to ||
	                             entry->time != clock->time,
	                     0) &&
	    !log_clock_find(clock, entry->time, entry->us))
		return false;
	*us = entry->us - clock->ahead;
	return true;
}

#endif
