/* SPDX-License-Identifier: BSD-2-Clause
 *
 * base/date.h: the calendar from its first day to its last, and dates as text.
 */
#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Every day of the calendar follows the one before it. */
static void
days_follow_one_another(void **state)
{
	struct date date = {1601, 1, 1};
	unsigned weekday = 1; /* a Monday */

	(void)state;
	for (int64_t days = DATE_FIRST; days <= DATE_LAST; days++) {
		struct date got = date_from_days(days);

		assert_int_equal(got.year, date.year);
		assert_int_equal(got.month, date.month);
		assert_int_equal(got.day, date.day);
		assert_int_equal(date_to_days(date), days);
		assert_int_equal(date_weekday(days), weekday);
		weekday = (weekday + 1) % 7;
		if (date.day++ < date_month_days(date.year, date.month))
			continue;
		date.day = 1;
		if (date.month++ < 12)
			continue;
		date.month = 1;
		date.year++;
	}
	assert_int_equal(date.year, 10000);
}

static void
months_have_their_days(void **state)
{
	static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	(void)state;
	for (unsigned month = 1; month <= 12; month++)
		assert_int_equal(date_month_days(2009, month), days[month - 1]);
	assert_int_equal(date_month_days(2008, 2), 29);
	assert_int_equal(date_month_days(2000, 2), 29);
	assert_int_equal(date_month_days(1900, 2), 28);
}

static void
a_day_holds_its_seconds(void **state)
{
	(void)state;
	assert_int_equal(date_day_of(0), 0);
	assert_int_equal(date_day_of(DATE_DAY - 1), 0);
	assert_int_equal(date_day_of(DATE_DAY), 1);
	assert_int_equal(date_day_of(-1), -1);
	assert_int_equal(date_day_of(-DATE_DAY), -1);
	assert_int_equal(date_day_of(-DATE_DAY - 1), -2);
	assert_int_equal(date_second_of(999999), 0);
	assert_int_equal(date_second_of(DATE_SECOND), 1);
	assert_int_equal(date_second_of(-1), -1);
	assert_int_equal(date_second_of(-DATE_SECOND), -1);
	assert_int_equal(date_second_of(INT64_MIN), INT64_MIN / DATE_SECOND - 1);
}

/* What a text reads as. */
struct reading {
	const char *text;
	enum fsk_err err;
	int64_t instant; /* seconds since 1970 */
	int64_t length;  /* seconds */
};

static const struct reading readings[] = {
        {"1970-01-01", FSK_OK, 0, DATE_DAY},
        {"1970-01-01T00:00:00Z", FSK_OK, 0, 1},
        {"1970-01-01t00:00:01z", FSK_OK, 1, 1},
        {"1970-01-01 00:01:00", FSK_OK, 60, 1},
        {"2009-02-13T23:31:30Z", FSK_OK, 1234567890, 1},
        {"1601-01-01", FSK_OK, DATE_FIRST *DATE_DAY, DATE_DAY},
        {"9999-12-31T23:59:59Z", FSK_OK, (DATE_LAST + 1) * DATE_DAY - 1, 1},
        {"2008-02-29", FSK_OK, 1204243200, DATE_DAY},
        {"1600-12-31", FSK_RANGE, 0, 0},
        {"2009-02-29", FSK_RANGE, 0, 0},
        {"2009-00-01", FSK_RANGE, 0, 0},
        {"2009-13-01", FSK_RANGE, 0, 0},
        {"2009-01-00", FSK_RANGE, 0, 0},
        {"2009-01-32", FSK_RANGE, 0, 0},
        {"2009-04-31", FSK_RANGE, 0, 0},
        {"2009-01-01T24:00:00Z", FSK_RANGE, 0, 0},
        {"2009-01-01T00:60:00Z", FSK_RANGE, 0, 0},
        {"2008-12-31T23:59:60Z", FSK_RANGE, 0, 0},
        {"", FSK_SYNTAX, 0, 0},
        {"2009", FSK_SYNTAX, 0, 0},
        {"2009-1-1", FSK_SYNTAX, 0, 0},
        {"2009/01/01", FSK_SYNTAX, 0, 0},
        {"-009-01-01", FSK_SYNTAX, 0, 0},
        {"2009-01-0x", FSK_SYNTAX, 0, 0},
        {"2009-01-01T", FSK_SYNTAX, 0, 0},
        {"2009-01-01T00:00", FSK_SYNTAX, 0, 0},
        {"2009-01-01T00:00:00+01:00", FSK_SYNTAX, 0, 0},
        {"2009-01-01_00:00:00Z", FSK_SYNTAX, 0, 0},
};

static void
texts_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
		const struct reading *want = &readings[i];
		int64_t instant = 7;
		int64_t length = 7;
		struct fault fault = {.why = NULL};
		enum fsk_err err =
		        date_parse_instant(span_of(want->text), &instant, &length, &fault);

		if (err != want->err)
			fail_msg("`%s' reads as: %s", want->text, fsk_strerror(err));
		assert_int_equal(fault.why != NULL, err != FSK_OK);
		/* Outputs are written on success only. */
		assert_int_equal(instant, err == FSK_OK ? want->instant : 7);
		assert_int_equal(length, err == FSK_OK ? want->length : 7);
	}
}

static void
faults_name_the_octet(void **state)
{
	int64_t days;
	struct fault fault;

	(void)state;
	assert_int_equal(date_parse(span_of("2009-13-01"), &days, &fault), FSK_RANGE);
	assert_int_equal(fault.column, 6);
	assert_int_equal(date_parse(span_of("2009-12-32"), &days, &fault), FSK_RANGE);
	assert_int_equal(fault.column, 9);
	assert_int_equal(date_parse(span_of("2009-12-32"), &days, NULL), FSK_RANGE);
}

static void
instants_are_written(void **state)
{
	char text[DATE_INSTANT_SIZE];

	(void)state;
	date_write_instant(1234567890, text);
	assert_string_equal(text, "2009-02-13T23:31:30Z");
	date_write_instant(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59Z");
	date_write_day(DATE_FIRST * DATE_DAY, text);
	assert_string_equal(text, "1601-01-01");
	date_write_day((DATE_LAST + 1) * DATE_DAY - 1, text);
	assert_string_equal(text, "9999-12-31");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(days_follow_one_another),
	        cmocka_unit_test(months_have_their_days),
	        cmocka_unit_test(a_day_holds_its_seconds),
	        cmocka_unit_test(texts_are_read),
	        cmocka_unit_test(faults_name_the_octet),
	        cmocka_unit_test(instants_are_written),
	};

	return cmocka_run_group_tests_name("base/date", tests, NULL, NULL);
}
