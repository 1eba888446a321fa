/* SPDX-License-Identifier: BSD-2-Clause */
#include "dga/period.h"

#include "base/date.h"

/* Whether ${instant} lies on a day that the calendar has. */
static bool
on_calendar(int64_t instant)
{
	return instant >= DATE_FIRST * DATE_DAY && instant < (DATE_LAST + 1) * DATE_DAY;
}

/* ${count} days from the day ${first} (since 1970) on. */
static struct fsk_period
days(int64_t first, int64_t count)
{
	return (struct fsk_period){first * DATE_DAY, (first + count) * DATE_DAY - 1};
}

bool
dga_period_always(const struct dga_variant *variant, int64_t instant,
                  struct fsk_period *period)
{
	(void)variant;
	(void)instant;
	*period = (struct fsk_period){INT64_MIN, INT64_MAX};
	return true;
}

bool
dga_period_day(const struct dga_variant *variant, int64_t instant,
               struct fsk_period *period)
{
	(void)variant;
	if (!on_calendar(instant))
		return false;
	*period = days(date_day_of(instant), 1);
	return true;
}

static unsigned
whole_month(unsigned day)
{
	(void)day;
	return 0;
}

bool
dga_period_month(const struct dga_variant *variant, int64_t instant,
                 struct fsk_period *period)
{
	(void)variant;
	return dga_period_blocks(instant, whole_month, period);
}

bool
dga_period_steps(int64_t instant, int64_t origin, int64_t length, struct fsk_period *period)
{
	int64_t first;

	if (!on_calendar(instant) || instant < origin)
		return false;
	first = instant - (instant - origin) % length;
	if (!on_calendar(first + length - 1))
		return false; /* its end could not be written down */
	*period = (struct fsk_period){first, first + length - 1};
	return true;
}

bool
dga_period_blocks(int64_t instant, unsigned (*block)(unsigned day),
                  struct fsk_period *period)
{
	struct date date;
	unsigned first;
	unsigned last;

	if (!on_calendar(instant))
		return false;
	date = date_of(instant);
	first = last = date.day;
	while (first > 1 && block(first - 1) == block(date.day))
		first--;
	while (last < date_month_days(date.year, date.month) &&
	       block(last + 1) == block(date.day))
		last++;
	date.day = first;
	*period = days(date_to_days(date), (int64_t)(last - first) + 1);
	return true;
}
