/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/clock.h"

#include "base/date.h"

#include <time.h>

#define HOUR INT64_C(3600)
#define QUARTER (HOUR / 4 * DATE_SECOND)

void
log_clock_init(struct log_clock *clock, const struct log_clock_setting *setting)
{
	/* A date of a file may be anything; the years around it must exist. */
	const int64_t earliest = (DATE_FIRST + 1000) * DATE_DAY;
	const int64_t latest = (DATE_LAST - 1000) * DATE_DAY;
	int64_t newest = setting->newest;

	*clock =
	        (struct log_clock){.setting = *setting, .from = INT64_MAX, .to = INT64_MIN};
	clock->setting.newest = newest < earliest ? earliest
	                        : newest > latest ? latest
	                                          : newest;
}

static int64_t
floor_to(int64_t value, int64_t unit)
{
	int64_t rest = value % unit;

	return rest < 0 ? value - rest - unit : value - rest;
}

/* The UTC second of the local time ${local} by the clock that ${summer} names (1 or
 * 0, as tm_isdst); ${so} says whether that clock was in use then. */
static int64_t
by_clock(int64_t local, int summer, bool *so)
{
	struct date date = date_of(local);
	int64_t of_day = local - date_day_of(local) * DATE_DAY;
	struct tm tm = {
	        .tm_year = date.year - 1900,
	        .tm_mon = (int)date.month - 1,
	        .tm_mday = (int)date.day,
	        .tm_hour = (int)(of_day / HOUR),
	        .tm_min = (int)(of_day % HOUR / 60),
	        .tm_sec = (int)(of_day % 60),
	        .tm_isdst = summer,
	};
	int64_t utc = (int64_t)mktime(&tm);

	*so = tm.tm_isdst == summer;
	return utc;
}

/* How many seconds the zone of TZ is ahead of UTC at the local time ${local}. Where
 * a clock was set back the hour comes twice: the first is taken. Where it was set
 * forward an hour is missing: it is read as if the clock had not been touched. */
static int64_t
ahead_of_utc(int64_t local)
{
	bool is_summer, is_winter;
	int64_t summer = by_clock(local, 1, &is_summer);
	int64_t winter = by_clock(local, 0, &is_winter);

	/* Ireland's summer time is the standard there, and winter's is not. */
	if (is_summer && (!is_winter || summer < winter))
		return local - summer;
	return local - winter;
}

/* ${seconds} of local time in UTC. */
static int64_t
local_to_utc(const struct log_clock *clock, int64_t seconds)
{
	return clock->setting.utc ? seconds : seconds - ahead_of_utc(seconds);
}

/* ${seconds} of the year 2000 in ${year}; 29 February of a year that has none is
 * the day after the 28th. */
static int64_t
in_year(int64_t seconds, int year)
{
	struct date date = date_of(seconds);
	int64_t of_day = seconds - date_day_of(seconds) * DATE_DAY;
	unsigned beyond = 0;

	date.year = year;
	if (date.day > date_month_days(year, date.month)) {
		date.day--;
		beyond = 1;
	}
	return (date_to_days(date) + beyond) * DATE_DAY + of_day;
}

/* The UTC second of ${seconds} of the year 2000, in the year that the setting
 * means. */
static int64_t
yearless_to_utc(const struct log_clock *clock, int64_t seconds)
{
	const struct log_clock_setting *setting = &clock->setting;
	int64_t utc;
	int year;

	if (setting->year != 0) {
		unsigned month = date_of(seconds).month;
		unsigned first = date_of(setting->first / DATE_SECOND).month;

		return local_to_utc(clock,
		                    in_year(seconds, setting->year + (month < first)));
	}
	year = date_of(setting->newest).year + 1;
	do
		utc = local_to_utc(clock, in_year(seconds, year--));
	while (utc > setting->newest + DATE_DAY);
	return utc;
}

/* Finds out how far the quarter of an hour that holds ${us}, a time of the kind
 * ${time}, is ahead of UTC. Zones change on the quarter, so what holds at its start
 * holds for all of it, and the lines of a log come by in the order of time. False
 * when it lies outside the calendar. */
bool
log_clock_find(struct log_clock *clock, enum log_time time, int64_t us)
{
	const int64_t first = DATE_FIRST * DATE_DAY;
	const int64_t last = (DATE_LAST + 1) * DATE_DAY - 1;
	int64_t quarter, utc;

	if (time == LOG_TIME_NONE || us < first * DATE_SECOND || us / DATE_SECOND > last)
		return false;
	quarter = floor_to(us, QUARTER) / DATE_SECOND;
	utc = quarter;
	if (time == LOG_TIME_LOCAL)
		utc = local_to_utc(clock, quarter);
	else if (time == LOG_TIME_YEARLESS)
		utc = yearless_to_utc(clock, quarter);
	if (utc < first || utc > last) /* by the zone, or in the year behind 9999 */
		return false;
	clock->assumed_zone |= time != LOG_TIME_UTC;
	clock->assumed_year |= time == LOG_TIME_YEARLESS;
	clock->time = time;
	clock->from = quarter * DATE_SECOND;
	clock->to = clock->from + QUARTER - 1;
	clock->ahead = (quarter - utc) * DATE_SECOND;
	return true;
}
