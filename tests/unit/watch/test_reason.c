/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Why a name is known: each kind of period, and that no line is cut.
 */
#include "watch/reason.h"

#include "base/date.h"
#include "dga/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static uint32_t
number_of(const char *name)
{
	struct dga_generator generator;

	assert_int_equal(dga_generator_find(span_of(name), &generator), FSK_OK);
	return (uint32_t)generator.number;
}

/* What is told of name ${index} of the list that ${generator} has on ${date}. */
static void
expect(const char *generator, const char *date, uint32_t index, const char *wanted)
{
	struct fsk_match match = {.generator = number_of(generator), .index = index};
	char text[WATCH_REASON_SIZE];
	int64_t instant, length;

	assert_int_equal(date_parse_instant(span_of(date), &instant, &length, NULL),
	                 FSK_OK);
	assert_int_equal(fsk_generator_period(match.generator, instant, &match.period),
	                 FSK_OK);
	watch_reason_write(&match, text);
	assert_string_equal(text, wanted);
	match.offset = 4; /* below it: the same */
	watch_reason_write(&match, text);
	assert_string_equal(text, wanted);
}

static void
test_periods(void **state)
{
	(void)state;
	expect("conficker/b", "2015-08-03", 17, "conficker/b 2015-08-03 #17");
	expect("conficker/c", "2009-04-01", 50000, "conficker/c 2009-04-01 #50000");
	expect("locky/v2-cfg1", "2016-03-03", 3, "locky/v2-cfg1 2016-03-02/2016-03-03 #3");
	expect("suppobox/words1", "2014-01-02T03:04:05Z", 1,
	       "suppobox/words1 2014-01-02T02:59:12Z/2014-01-02T03:07:43Z #1");
	expect("banjori/seed-earnestnessbiophysicalohax", "2009-03-08", 1000,
	       "banjori/seed-earnestnessbiophysicalohax always #1000");
}

/* Of each generator with the longest period, the line ends as it should. */
static void
test_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < dga_generator_count(); i++) {
		struct fsk_match match = {.period = {1, DATE_LAST * DATE_DAY},
		                          .generator = (uint32_t)i,
		                          .index = UINT32_MAX};
		char text[WATCH_REASON_SIZE];

		watch_reason_write(&match, text);
		assert_string_equal(strrchr(text, ' '), " #4294967295");
	}
}

/* Periods that the calendar does not hold, as a file may tell of: no crash. */
static void
test_strange(void **state)
{
	static const struct fsk_period strange[] = {
	        {INT64_MIN, INT64_MAX},
	        {DATE_FIRST * DATE_DAY - 1, 0},
	        {INT64_MIN, 0},
	        {0, INT64_MAX},
	        {0, INT64_MAX - 1},
	        {86400, 0},
	        {(DATE_LAST + 1) * DATE_DAY, (DATE_LAST + 2) * DATE_DAY},
	};
	char text[WATCH_REASON_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		struct fsk_match match = {.period = strange[i],
		                          .generator = number_of("conficker/a"),
		                          .index = 1};

		watch_reason_write(&match, text);
		assert_string_equal(text, "conficker/a always #1");
	}
}

/* At every hour of the calendar's ends and of a leap year the same as base/date.h. */
static void
test_dates(void **state)
{
	static const int64_t days[] = {DATE_FIRST, -1, 0, 10957, 19723, DATE_LAST - 366};
	struct fsk_match match = {.generator = number_of("conficker/a"), .index = 0};

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		for (int64_t hour = 0; hour < 366 * 24; hour++) {
			int64_t first = days[i] * DATE_DAY + hour * 3600 + hour % 3600;
			char text[WATCH_REASON_SIZE], wanted[WATCH_REASON_SIZE];
			char from[DATE_INSTANT_SIZE], to[DATE_INSTANT_SIZE];

			match.period = (struct fsk_period){first, first + 1};
			date_write_instant(first, from);
			date_write_instant(first + 1, to);
			snprintf(wanted, sizeof(wanted), "conficker/a %s/%s #0", from, to);
			watch_reason_write(&match, text);
			assert_string_equal(text, wanted);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_periods),
	        cmocka_unit_test(test_dates),
	        cmocka_unit_test(test_length),
	        cmocka_unit_test(test_strange),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
