/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Names that bots ask for again: what was popular only because of them. The roster and
 * `foresink explain' find the same, by the same function.
 */
#include "watch/recur.h"

#include "base/date.h"
#include "dga/catalog.h"
#include "watch/roster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Conficker.C makes adfy.com.ni on 2026-11-16 and on 2026-11-22. */
#define NAME "adfy.com.ni"

static int64_t
day_of(const char *text)
{
	int64_t instant;
	int64_t length;

	assert_int_equal(date_parse_instant(span_of(text), &instant, &length, NULL),
	                 FSK_OK);
	return instant;
}

static size_t
number_of(const char *name)
{
	struct dga_generator generator;

	assert_int_equal(dga_generator_find(span_of(name), &generator), FSK_OK);
	return generator.number;
}

/* When bots of ${generator} began to ask for ${name}, by a list of the end of ${day}. */
static int64_t
begin_of(const char *generator, const char *name, const char *day)
{
	const struct watch_known_list list = {.taken = day_of(day) + DATE_DAY - 1};
	const struct watch_ruling ruling = {.known = {.list = &list}};
	const struct watch_plan plan = {.threads = 2};
	struct watch_recur forecast;

	watch_recur_set(&forecast, span_of(name), number_of(generator), &ruling);
	assert_int_equal(watch_recur_find(&forecast, 1, &plan), FSK_OK);
	return forecast.begins;
}

static void
test_find(void **state)
{
	(void)state;
	assert_true(begin_of("conficker/c", NAME, "2026-11-18") == day_of("2026-11-16"));
	assert_true(begin_of("conficker/c", NAME, "2026-11-16") == day_of("2026-11-16"));
	assert_true(begin_of("conficker/c", NAME, "2026-11-15") == INT64_MAX);
	assert_true(begin_of("conficker/c", "no.such.name", "2026-11-18") == INT64_MAX);
	/* No bot asked before there was one: jogli.com is of 2009-03-08. */
	assert_true(begin_of("conficker/b", "jogli.com", "2009-03-08") ==
	            day_of("2009-03-08"));
	assert_true(begin_of("conficker/b", "jogli.com", "1601-01-01") == INT64_MAX);
}

/* The ground of NAME on 2026-11-22 with a list of ${day}. */
static enum watch_ground
ground_on(const char *day)
{
	const size_t generator = number_of("conficker/c");
	struct watch_known_list list = {.kind = WATCH_POPULAR, .file = span_of("popular")};
	struct watch_plan plan = {.generators = &generator,
	                          .generator_count = 1,
	                          .from = day_of("2026-11-22"),
	                          .to = day_of("2026-11-22") + DATE_DAY - 1,
	                          .threads = 2};
	struct watch_roster_setting setting = {.plan = &plan};
	struct watch_known_count count;
	struct watch_known *known;
	struct watch_roster *roster = NULL;
	struct watch_roster_counts counts;
	struct watch_roster_cursor cursor;
	struct watch_entry entry;
	enum watch_ground ground = WATCH_GROUND_NONE;
	bool seen = false;

	list.taken = day_of(day);
	assert_int_equal(watch_known_new(&known), FSK_OK);
	assert_int_equal(
	        watch_known_read(known, span_of("1," NAME "\n"), &list, &count, NULL),
	        FSK_OK);
	setting.rules.known = known;
	assert_int_equal(watch_roster_new(&setting, &roster), FSK_OK);
	watch_roster_begin(roster, &cursor);
	while (watch_roster_next(&cursor, &entry)) {
		if (!span_equal(entry.name, span_of(NAME)))
			continue;
		ground = entry.ruling->ground;
		seen = true;
	}
	assert_true(seen);
	watch_roster_count(roster, &counts);
	assert_int_equal(counts.names[WATCH_LOG_ONLY], ground == WATCH_GROUND_POPULAR);
	watch_roster_free(roster);
	watch_known_free(known);
	return ground;
}

static void
test_roster(void **state)
{
	(void)state;
	assert_int_equal(ground_on("2026-11-15"), WATCH_GROUND_POPULAR);
	assert_int_equal(ground_on("2026-11-18"), WATCH_GROUND_NONE);
	assert_int_equal(ground_on("2026-11-22"), WATCH_GROUND_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_find),
	        cmocka_unit_test(test_roster),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
