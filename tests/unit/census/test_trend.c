/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Series of days whose growth is known: the interval holds it, flat series have no days of
 * change, a halving is found on its day.
 */
#include "census/trend.h"

#include <foresink/err.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SEEDS 1000
#define DAYS 60

static uint64_t
mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* SplitMix64 (Steele, Lea, Flood 2014), as a share below 1, above 0. */
static double
draw(uint64_t *state)
{
	*state += UINT64_C(0x9e3779b97f4a7c15);
	return ((double)(mix(*state) >> 11) + 0.5) * 0x1p-53;
}

static double
normal(uint64_t *state)
{
	double radius = sqrt(-2 * log(draw(state)));

	return radius * cos(2 * acos(-1) * draw(state));
}

/* Days that begin with a level, grow by a rate a day and vary by some noise (of their
 * logarithm) besides what counts vary by themselves. */
struct course {
	double level, rate, noise;
};

static void
make(uint64_t seed, size_t days, struct course course, uint64_t *daily)
{
	uint64_t state = mix(seed + 77);

	for (size_t i = 0; i < days; i++) {
		double mean = course.level * exp((double)i * log1p(course.rate) +
		                                 course.noise * normal(&state));

		daily[i] = (uint64_t)fmax(1, round(mean + sqrt(mean) * normal(&state)));
	}
}

/* Long series take longer. */
static unsigned
seeds_of(size_t days)
{
	return days > 14 ? SEEDS / 5 : SEEDS;
}

/* How often the interval holds the rate of ${course}, and how often days of change were
 * found. */
static void
try_many(size_t days, struct course course, unsigned *holds, unsigned *alarms)
{
	uint64_t seeds = seeds_of(days);

	*holds = *alarms = 0;
	for (uint64_t seed = 0; seed < seeds; seed++) {
		struct census_trend trend;
		uint64_t daily[DAYS];

		make(seed, days, course, daily);
		assert_int_equal(census_trend(daily, NULL, days, &trend), FSK_OK);
		assert_null(trend.why);
		assert_true(trend.low <= trend.rate && trend.rate <= trend.high);
		*holds += trend.low <= course.rate && course.rate <= trend.high;
		*alarms += trend.change_count > 0;
	}
}

static void
test_rates(void **state)
{
	static const struct {
		size_t days;
		struct course course;
	} kinds[] = {
	        {7, {500, 0, 0}},       {7, {10000, 0, 0.05}},
	        {14, {2000, 0, 0.02}},  {14, {2000, -0.03, 0.1}},
	        {30, {100, 0.02, 0}},   {30, {5000, -0.05, 0.05}},
	        {60, {20000, 0, 0.03}}, {60, {20000, 0.01, 0.1}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		unsigned holds, alarms;

		try_many(kinds[i].days, kinds[i].course, &holds, &alarms);
		if (getenv("CENSUS_SEEDS") != NULL)
			print_message("%zu days %.0f %+.2f %.2f: held %u alarms %u of %u\n",
			              kinds[i].days, kinds[i].course.level,
			              kinds[i].course.rate, kinds[i].course.noise, holds,
			              alarms, SEEDS);
		assert_true(holds * 100 >= seeds_of(kinds[i].days) * 93);
		assert_true(alarms * 100 <= seeds_of(kinds[i].days) * 5);
	}
}

/* On which day of two weeks callers are half of what they were: it is found within a day,
 * the slope is not taken for it. */
static void
test_halved(void **state)
{
	unsigned found = 0, slopes = 0;

	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		size_t day = 3 + seed % 9;
		struct census_trend trend;
		uint64_t daily[14];

		make(seed, 14, (struct course){3000, 0.01, 0.04}, daily);
		for (size_t i = day; i < 14; i++)
			daily[i] /= 2;
		assert_int_equal(census_trend(daily, NULL, 14, &trend), FSK_OK);
		for (size_t i = 0; i < trend.change_count; i++)
			found += trend.changes[i].day + 1 >= day &&
			         trend.changes[i].day <= day + 1 &&
			         trend.changes[i].ratio > 0.4 &&
			         trend.changes[i].ratio < 0.6;
		slopes += trend.low <= 0.01 && 0.01 <= trend.high;
	}
	if (getenv("CENSUS_SEEDS") != NULL)
		print_message("halved: found %u, slopes %u of %u\n", found, slopes, SEEDS);
	assert_true(found * 100 >= SEEDS * 95);
	assert_true(slopes * 100 >= SEEDS * 90);
}

/* A day without light is two changes; the third one is not there. */
static void
test_outage(void **state)
{
	struct census_trend trend;
	uint64_t daily[21];

	(void)state;
	make(5, 21, (struct course){8000, 0, 0.02}, daily);
	daily[11] /= 4;
	assert_int_equal(census_trend(daily, NULL, 21, &trend), FSK_OK);
	assert_int_equal(trend.change_count, 2);
	assert_int_equal(trend.changes[0].day, 11);
	assert_int_equal(trend.changes[1].day, 12);
	assert_true(trend.changes[0].ratio < 0.3 && trend.changes[1].ratio > 3);
	assert_false(trend.changes[0].held || trend.changes[1].held);
}

/* Half of the names, half of the callers: said to be no more than that. Not so where names
 * became more, or by much less. */
static void
test_held(void **state)
{
	static const struct {
		uint64_t before, after;
		bool held;
	} kinds[] = {{100, 50, true},
	             {100, 40, true},
	             {100, 100, false},
	             {100, 90, false},
	             {50, 100, false}};

	(void)state;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		uint64_t daily[14], held[14];
		struct census_trend trend;

		make(k, 14, (struct course){5000, 0, 0.02}, daily);
		for (size_t i = 0; i < 14; i++) {
			held[i] = i < 8 ? kinds[k].before : kinds[k].after;
			daily[i] /= i < 8 ? 1 : 2;
		}
		assert_int_equal(census_trend(daily, held, 14, &trend), FSK_OK);
		assert_int_equal(trend.change_count, 1);
		assert_int_equal(trend.changes[0].day, 8);
		assert_int_equal(trend.changes[0].held, kinds[k].held);
		assert_true(fabs(trend.rate) < 0.02);
	}
}

static void
test_none(void **state)
{
	uint64_t daily[1001] = {500, 0, 510, 0, 0, 490}, few[] = {3, 2, 4, 3, 5, 1};
	struct census_trend trend;

	(void)state;
	assert_int_equal(census_trend(daily, NULL, 0, &trend), FSK_OK);
	assert_non_null(trend.why);
	assert_int_equal(census_trend(daily, NULL, 6, &trend), FSK_OK);
	assert_non_null(trend.why);
	assert_int_equal(trend.days, 3);
	assert_int_equal(census_trend(few, NULL, 6, &trend), FSK_OK);
	assert_non_null(strstr(trend.why, "few"));
	assert_int_equal(census_trend(daily, NULL, 1001, &trend), FSK_OK);
	assert_non_null(trend.why);
}

/* Days without a caller are passed over, and the others keep their place. */
static void
test_gaps(void **state)
{
	struct census_trend trend;
	uint64_t daily[30];

	(void)state;
	make(9, 30, (struct course){20000, -0.05, 0.01}, daily);
	for (size_t i = 4; i < 30; i += 5)
		daily[i] = 0;
	assert_int_equal(census_trend(daily, NULL, 30, &trend), FSK_OK);
	assert_null(trend.why);
	assert_int_equal(trend.days, 24);
	assert_int_equal(trend.change_count, 0);
	assert_true(trend.low < -0.045 && trend.high > -0.055);
}

/* All the same: what counts vary by is not taken for nothing. */
static void
test_equal(void **state)
{
	struct census_trend trend;
	uint64_t daily[10];

	(void)state;
	for (size_t i = 0; i < 10; i++)
		daily[i] = 1000 + (i == 6);
	assert_int_equal(census_trend(daily, NULL, 10, &trend), FSK_OK);
	assert_null(trend.why);
	assert_int_equal(trend.change_count, 0);
	assert_true(trend.low < -0.003 && trend.high > 0.003);
}

/* What drives callers up on a day often does on the next: noise of which six tenths go on
 * is no growth, and makes no days of change. */
static void
test_lasting(void **state)
{
	unsigned holds = 0, changed = 0;

	(void)state;
	for (uint64_t seed = 0; seed < SEEDS / 5; seed++) {
		uint64_t drawn = mix(seed + 4711), daily[DAYS];
		struct census_trend trend;
		double noise = 0.1 * normal(&drawn);

		for (size_t i = 0; i < DAYS; i++) {
			daily[i] = (uint64_t)round(5000 * exp(noise));
			noise = 0.6 * noise + 0.08 * normal(&drawn);
		}
		assert_int_equal(census_trend(daily, NULL, DAYS, &trend), FSK_OK);
		holds += trend.low <= 0 && 0 <= trend.high;
		changed += trend.change_count > 0;
	}
	if (getenv("CENSUS_SEEDS") != NULL)
		print_message("lasting: held %u changed %u of %u\n", holds, changed,
		              SEEDS / 5);
	assert_true(holds * 5 * 100 >= SEEDS * 88);
	assert_true(changed * 5 * 100 <= SEEDS * 10);
}

/* From Wednesday to Sunday fewer call each time, in the middle of the week more: five days
 * do not tell that from a fall. */
static void
test_weekend(void **state)
{
	static const uint64_t daily[] = {5000, 5100, 4950, 4000, 4050, 5000};
	struct census_trend trend;

	(void)state;
	assert_int_equal(census_trend(daily, NULL, 5, &trend), FSK_OK);
	assert_non_null(strstr(trend.why, "weekend"));
	assert_int_equal(census_trend(daily, NULL, 6, &trend), FSK_OK);
	assert_null(trend.why);
	assert_true(trend.low < 0 && trend.high > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_lasting), cmocka_unit_test(test_weekend),
	        cmocka_unit_test(test_rates),   cmocka_unit_test(test_halved),
	        cmocka_unit_test(test_outage),  cmocka_unit_test(test_held),
	        cmocka_unit_test(test_none),    cmocka_unit_test(test_gaps),
	        cmocka_unit_test(test_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
