/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The time of entries in UTC: zones with both changes of the clock, years that
 * the log does not say, and what was assumed.
 */
#include "base/date.h"
#include "logs/clock.h"
#include "logs/stamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define MICROSECONDS INT64_C(1000000)

static void
use_zone(const char *name)
{
	assert_int_equal(setenv("TZ", name, 1), 0);
	tzset();
}

static int64_t
second_of(const char *instant)
{
	int64_t second, length;

	assert_int_equal(date_parse_instant(span_of(instant), &second, &length, NULL),
	                 FSK_OK);
	return second;
}

static struct log_entry
entry_of(const char *stamp)
{
	struct log_entry entry = {.why = NULL};
	struct span text = span_of(stamp);

	if (!stamp_any(&text, &entry) || text.len > 0)
		fail_msg("\"%s\" is no time", stamp);
	return entry;
}

/* The clock of the zone ${zone}, with ${setting}. */
static struct log_clock
clock_of(const char *zone, struct log_clock_setting setting)
{
	struct log_clock clock;

	use_zone(zone);
	log_clock_init(&clock, &setting);
	return clock;
}

static void
assert_utc(struct log_clock *clock, const char *stamp, const char *instant)
{
	struct log_entry entry = entry_of(stamp);
	int64_t us = -1;
	char text[DATE_INSTANT_SIZE];

	if (!log_clock_utc(clock, &entry, &us))
		fail_msg("\"%s\" has no time in UTC", stamp);
	date_write_instant(us / MICROSECONDS, text);
	if (strcmp(text, instant) != 0)
		fail_msg("\"%s\" is %s instead of %s", stamp, text, instant);
}

static void
assert_none(struct log_clock *clock, const char *stamp)
{
	struct log_entry entry = entry_of(stamp);
	int64_t us = 7;

	if (log_clock_utc(clock, &entry, &us))
		fail_msg("\"%s\" has a time in UTC", stamp);
	assert_int_equal(us, 7); /* written on success only */
}

static void
what_the_log_says_is_not_assumed(void **state)
{
	struct log_clock clock =
	        clock_of("Asia/Kathmandu", (struct log_clock_setting){.utc = false});

	(void)state;
	assert_utc(&clock, "2026-03-29T02:30:00Z", "2026-03-29T02:30:00Z");
	assert_utc(&clock, "2026-03-29T02:30:00+02:00", "2026-03-29T00:30:00Z");
	assert_false(clock.assumed_zone);
	assert_false(clock.assumed_year);
	assert_utc(&clock, "2026-03-29T02:30:00", "2026-03-28T20:45:00Z");
	assert_true(clock.assumed_zone);
	assert_false(clock.assumed_year);
}

static void
local_times_are_utc_on_demand(void **state)
{
	struct log_clock clock =
	        clock_of("Asia/Kathmandu", (struct log_clock_setting){.utc = true});

	(void)state;
	assert_utc(&clock, "2026-03-29T02:30:00", "2026-03-29T02:30:00Z");
	assert_true(clock.assumed_zone);
}

static void
a_fraction_stays(void **state)
{
	struct log_clock clock =
	        clock_of("Asia/Kathmandu", (struct log_clock_setting){.utc = false});
	struct log_entry entry = entry_of("1969-12-31T23:59:59.999999");
	int64_t us;

	(void)state;
	assert_true(log_clock_utc(&clock, &entry, &us)); /* +5:30 until 1985 */
	assert_int_equal(us, (-19800 - 1) * MICROSECONDS + 999999);
	entry = entry_of("1969-12-31T23:59:59.999999Z");
	assert_true(log_clock_utc(&clock, &entry, &us));
	assert_int_equal(us, -1);
}

static void
clocks_that_are_set_forward(void **state)
{
	struct log_clock clock =
	        clock_of("Europe/Berlin", (struct log_clock_setting){.utc = false});

	(void)state;
	assert_utc(&clock, "2026-03-29T01:59:59", "2026-03-29T00:59:59Z");
	assert_utc(&clock, "2026-03-29T03:00:00", "2026-03-29T01:00:00Z");
	/* No clock showed it: as if nobody had set it. */
	assert_utc(&clock, "2026-03-29T02:00:00", "2026-03-29T01:00:00Z");
	assert_utc(&clock, "2026-03-29T02:59:59", "2026-03-29T01:59:59Z");
	assert_utc(&clock, "2026-03-29T01:59:59", "2026-03-29T00:59:59Z");
}

static void
clocks_that_are_set_back(void **state)
{
	struct log_clock clock =
	        clock_of("Europe/Berlin", (struct log_clock_setting){.utc = false});

	(void)state;
	assert_utc(&clock, "2026-10-25T01:59:59", "2026-10-24T23:59:59Z");
	assert_utc(&clock, "2026-10-25T02:00:00", "2026-10-25T00:00:00Z"); /* the first */
	assert_utc(&clock, "2026-10-25T02:59:59", "2026-10-25T00:59:59Z");
	assert_utc(&clock, "2026-10-25T03:00:00", "2026-10-25T02:00:00Z");
	/* In Ireland tm_isdst is set in winter. */
	clock = clock_of("Europe/Dublin", (struct log_clock_setting){.utc = false});
	assert_utc(&clock, "2026-10-25T01:30:00", "2026-10-25T00:30:00Z");
	assert_utc(&clock, "2026-10-25T02:00:00", "2026-10-25T02:00:00Z");
	assert_utc(&clock, "2026-07-01T12:00:00", "2026-07-01T11:00:00Z");
	assert_utc(&clock, "2026-12-01T12:00:00", "2026-12-01T12:00:00Z");
}

/* Each quarter of an hour of a spring, by a clock that has seen those before and
 * by one that has not: what is kept between calls does not show. Of these zones
 * one is set forward then, one back by half an hour, and one never. */
static void
what_is_kept_does_not_show(void **state)
{
	static const char *const zones[] = {"Europe/Berlin", "Australia/Lord_Howe",
	                                    "Asia/Kathmandu"};
	struct log_clock_setting setting = {.newest = second_of("2026-06-01")};

	(void)state;
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		struct log_clock clock = clock_of(zones[i], setting);

		for (int64_t s = second_of("2026-03-20"); s < second_of("2026-04-10");
		     s += 433) {
			struct log_entry entry = {.us = s * MICROSECONDS,
			                          .time = LOG_TIME_LOCAL};
			struct log_clock fresh = clock_of(zones[i], setting);
			int64_t kept, asked;

			assert_true(log_clock_utc(&clock, &entry, &kept));
			assert_true(log_clock_utc(&fresh, &entry, &asked));
			assert_true(kept == asked);
		}
	}
}

/* A yearless and a local time of one quarter of an hour are not the same. */
static void
kinds_of_time_are_kept_apart(void **state)
{
	struct log_clock clock = clock_of(
	        "UTC", (struct log_clock_setting){.newest = second_of("2026-11-22")});

	(void)state;
	assert_utc(&clock, "2000-11-21T19:42:18", "2000-11-21T19:42:18Z");
	assert_utc(&clock, "Nov 21 19:42:18", "2026-11-21T19:42:18Z");
	assert_utc(&clock, "2000-11-21T19:42:18", "2000-11-21T19:42:18Z");
}

static void
the_year_of_the_file(void **state)
{
	struct log_clock clock = clock_of(
	        "Europe/Berlin",
	        (struct log_clock_setting){.newest = second_of("2026-01-01T00:10:00Z")});

	(void)state;
	assert_utc(&clock, "Dec 31 23:59:59", "2025-12-31T22:59:59Z");
	assert_true(clock.assumed_year && clock.assumed_zone);
	assert_utc(&clock, "Jan  1 01:09:00", "2026-01-01T00:09:00Z");
	/* A day is left for a zone that is wrong, and for files that are copied. */
	assert_utc(&clock, "Jan  1 23:00:00", "2026-01-01T22:00:00Z");
	assert_utc(&clock, "Jan  3 00:00:00", "2025-01-02T23:00:00Z");
	assert_utc(&clock, "Jul  1 12:00:00", "2025-07-01T10:00:00Z");
	/* Written just after New Year in a zone ahead of UTC. */
	clock = clock_of(
	        "Asia/Kathmandu",
	        (struct log_clock_setting){.newest = second_of("2025-12-31T18:30:00Z")});
	assert_utc(&clock, "Jan  1 00:14:59", "2025-12-31T18:29:59Z");
	assert_utc(&clock, "Dec 31 23:59:59", "2025-12-31T18:14:59Z");
}

static void
the_year_of_the_user(void **state)
{
	struct log_clock_setting setting = {.year = 2025,
	                                    .first = entry_of("Nov 30 12:00:00").us};
	struct log_clock clock = clock_of("UTC", setting);

	(void)state;
	assert_utc(&clock, "Nov  1 00:00:00", "2025-11-01T00:00:00Z");
	assert_utc(&clock, "Dec 31 23:59:59", "2025-12-31T23:59:59Z");
	assert_utc(&clock, "Jan  1 00:00:00", "2026-01-01T00:00:00Z");
	assert_utc(&clock, "Oct 31 23:59:59", "2026-10-31T23:59:59Z");
	assert_true(clock.assumed_year); /* the log did not say it */
	setting.first = entry_of("Jan  1 00:00:00").us;
	clock = clock_of("Europe/Berlin", setting);
	assert_utc(&clock, "Jan  1 00:00:00", "2024-12-31T23:00:00Z");
	assert_utc(&clock, "Dec 31 23:59:59", "2025-12-31T22:59:59Z");
}

static void
the_29th_of_february(void **state)
{
	struct log_clock clock =
	        clock_of("UTC", (struct log_clock_setting){.year = 2024, .first = 0});

	(void)state;
	assert_utc(&clock, "Feb 29 12:00:00", "2024-02-29T12:00:00Z");
	assert_utc(&clock, "Mar  1 12:00:00", "2024-03-01T12:00:00Z");
	clock = clock_of("UTC", (struct log_clock_setting){.year = 2025, .first = 0});
	assert_utc(&clock, "Feb 29 12:00:00", "2025-03-01T12:00:00Z");
	assert_utc(&clock, "Feb 28 23:59:59", "2025-02-28T23:59:59Z");
	clock = clock_of("UTC",
	                 (struct log_clock_setting){.newest = second_of("2024-02-29")});
	assert_utc(&clock, "Feb 29 12:00:00", "2024-02-29T12:00:00Z");
	assert_utc(&clock, "Mar  2 12:00:00", "2023-03-02T12:00:00Z");
}

static void
the_ends_of_the_calendar(void **state)
{
	struct log_clock clock =
	        clock_of("Asia/Kathmandu", (struct log_clock_setting){.utc = false});
	struct log_entry entry = {.us = 0, .time = LOG_TIME_NONE};
	int64_t us;

	(void)state;
	assert_false(log_clock_utc(&clock, &entry, &us));
	assert_utc(&clock, "1601-01-01T00:00:00Z", "1601-01-01T00:00:00Z");
	assert_none(&clock, "1601-01-01T00:00:00+00:01");
	assert_none(&clock, "1601-01-01T00:00:00"); /* in 1600, by UTC */
	assert_utc(&clock, "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z");
	assert_none(&clock, "9999-12-31T23:59:59-00:01");
	assert_utc(&clock, "9999-12-31T23:59:59", "9999-12-31T18:14:59Z");
	assert_none(&clock, "1601-01-01T00:00:00");
	use_zone("America/New_York");
	assert_none(&clock, "9999-12-31T20:00:00");
	for (int sign = -1; sign <= 1; sign += 2) {
		entry = (struct log_entry){.us = sign < 0 ? INT64_MIN : INT64_MAX,
		                           .time = LOG_TIME_UTC};
		assert_false(log_clock_utc(&clock, &entry, &us));
	}
}

/* The date of a file is foreign too. */
static void
absurd_years_do_no_harm(void **state)
{
	static const int64_t newest[] = {INT64_MIN, INT64_MIN + 1, -1, INT64_MAX - 1,
	                                 INT64_MAX};
	struct log_entry entry = entry_of("Feb 29 12:00:00");
	struct log_clock clock;
	int64_t us = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(newest) / sizeof(newest[0]); i++) {
		clock = clock_of("UTC", (struct log_clock_setting){.newest = newest[i]});
		assert_true(log_clock_utc(&clock, &entry, &us));
		assert_in_range(date_of(us / MICROSECONDS).year, 1601, 9999);
	}
	clock = clock_of(
	        "UTC", (struct log_clock_setting){.year = 9999,
	                                          .first = entry_of("Mar  1 00:00:00").us});
	assert_false(log_clock_utc(&clock, &entry, &us));
	assert_utc(&clock, "Mar  1 00:00:00", "9999-03-01T00:00:00Z");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_the_log_says_is_not_assumed),
	        cmocka_unit_test(local_times_are_utc_on_demand),
	        cmocka_unit_test(a_fraction_stays),
	        cmocka_unit_test(clocks_that_are_set_forward),
	        cmocka_unit_test(clocks_that_are_set_back),
	        cmocka_unit_test(what_is_kept_does_not_show),
	        cmocka_unit_test(kinds_of_time_are_kept_apart),
	        cmocka_unit_test(the_year_of_the_file),
	        cmocka_unit_test(the_year_of_the_user),
	        cmocka_unit_test(the_29th_of_february),
	        cmocka_unit_test(the_ends_of_the_calendar),
	        cmocka_unit_test(absurd_years_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
