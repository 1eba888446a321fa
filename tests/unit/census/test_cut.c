/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Spans whose ends are whole, and not: a quiet night is no gap, a morning without the rest
 * of the day is one, also when it is the only day.
 */
#include "census/cut.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define DAYS 3

static uint64_t hours[DAYS * CENSUS_HOURS], daily[DAYS];

/* ${callers} in each hour of ${days} days. */
static struct census_facts
steady(size_t days, uint64_t callers)
{
	for (size_t i = 0; i < days * CENSUS_HOURS; i++)
		hours[i] = callers;
	for (size_t day = 0; day < days; day++)
		daily[day] = callers * CENSUS_HOURS;
	return (struct census_facts){.days = days, .hours = hours, .daily = daily};
}

static void
empty(size_t from, size_t to)
{
	memset(hours + from, 0, (to - from) * sizeof(hours[0]));
}

static void
test_whole(void **state)
{
	struct census_facts facts = steady(DAYS, 20);
	struct census_cut cuts[CENSUS_CUTS];

	(void)state;
	assert_int_equal(census_cut_find(&facts, cuts), 0);
	/* Few callers: chance. */
	facts = steady(DAYS, 1);
	empty(DAYS * CENSUS_HOURS - 9, DAYS * CENSUS_HOURS);
	assert_int_equal(census_cut_find(&facts, cuts), 0);
	/* A night in which nobody calls on the day before either. */
	facts = steady(DAYS, 20);
	for (size_t day = 0; day < DAYS; day++)
		empty(day * CENSUS_HOURS + 15, (day + 1) * CENSUS_HOURS);
	assert_int_equal(census_cut_find(&facts, cuts), 0);
	/* Nothing at all, and hours that are not known. */
	facts = steady(DAYS, 0);
	assert_int_equal(census_cut_find(&facts, cuts), 0);
	facts.hours = NULL;
	assert_int_equal(census_cut_find(&facts, cuts), 0);
	facts = (struct census_facts){.days = 0};
	assert_int_equal(census_cut_find(&facts, cuts), 0);
}

static void
test_ends(void **state)
{
	struct census_facts facts = steady(DAYS, 20);
	struct census_cut cuts[CENSUS_CUTS];

	(void)state;
	empty(0, 7);
	empty(2 * CENSUS_HOURS + 15, DAYS * CENSUS_HOURS);
	assert_int_equal(census_cut_find(&facts, cuts), 2);
	assert_int_equal(cuts[0].day, 0);
	assert_int_equal(cuts[0].from, 0);
	assert_int_equal(cuts[0].to, 7);
	assert_int_equal(cuts[1].day, 2);
	assert_int_equal(cuts[1].from, 15);
	assert_int_equal(cuts[1].to, 24);
	/* Days of the span beyond the last that was seen are none. */
	facts = steady(DAYS, 20);
	empty(CENSUS_HOURS + 15, DAYS * CENSUS_HOURS);
	daily[2] = 0;
	assert_int_equal(census_cut_find(&facts, cuts), 1);
	assert_int_equal(cuts[0].day, 1);
}

/* One day has no other to be held against: its own hours foretell what is missing. */
static void
test_one_day(void **state)
{
	struct census_facts facts = steady(1, 20);
	struct census_cut cuts[CENSUS_CUTS];

	(void)state;
	assert_int_equal(census_cut_find(&facts, cuts), 0);
	empty(15, CENSUS_HOURS);
	assert_int_equal(census_cut_find(&facts, cuts), 1);
	assert_int_equal(cuts[0].from, 15);
	facts = steady(1, 2);
	empty(15, CENSUS_HOURS);
	assert_int_equal(census_cut_find(&facts, cuts), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_whole),
	        cmocka_unit_test(test_ends),
	        cmocka_unit_test(test_one_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
