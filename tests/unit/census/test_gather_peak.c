/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The peak hour, and what its sightings tell: of counters, and of two sensors.
 */
#include "scene.h"

#include <stdio.h>

/* Ten hosts that call from 13 to 14 o'clock of the second day, and two at any hour. */
static struct census_gather *
gather(int64_t *from, int64_t *to)
{
	struct census_plan plan = plan_of(2);
	struct census_gather *made = begin(&plan);

	for (uint32_t i = 0; i < 10; i++)
		add(made, day_of(host_v4(i), 1, 13));
	for (int hour = 0; hour < 48; hour++) {
		add(made, day_of(host_v4(100), hour / 24, hour % 24));
		add(made, day_of(host_v4(101), hour / 24, hour % 24));
	}
	assert_int_equal(census_gather_settle(made, from, to), FSK_OK);
	return made;
}

#define PEAK (37 * HOUR)

static void
test_hour(void **state)
{
	struct census_gather *made;
	int64_t from, to;

	(void)state;
	made = gather(&from, &to);
	assert_int_equal(from, FROM + PEAK - HOUR);
	assert_int_equal(to, FROM + PEAK + 2 * HOUR);
	assert_int_equal(facts_of(made)->chain_hour, FROM + PEAK);
	assert_int_equal(facts_of(made)->hours[37], 12);
	assert_int_equal(facts_of(made)->sensors, 0);
	census_gather_free(made);
}

/* Of hours with as many addresses the first. */
static void
test_equal_hours(void **state)
{
	struct census_plan plan = plan_of(3);
	struct census_gather *made = begin(&plan);
	int64_t from, to;

	(void)state;
	add(made, day_of(host_v4(1), 2, 5));
	add(made, day_of(host_v4(1), 1, 7));
	add(made, day_of(host_v4(2), 1, 0));
	assert_int_equal(census_gather_settle(made, &from, &to), FSK_OK);
	assert_int_equal(from, FROM + DAY - HOUR);
	assert_int_equal(to, FROM + DAY + 2 * HOUR);
	census_gather_free(made);
}

/* The peak in the first hour of the span: the one before it is asked for, too. */
static void
test_first_hour(void **state)
{
	struct census_plan plan = plan_of(1);
	struct census_gather *made = begin(&plan);
	int64_t from, to;

	(void)state;
	add(made, day_of(host_v4(1), 0, 0));
	assert_int_equal(census_gather_settle(made, &from, &to), FSK_OK);
	assert_int_equal(from, FROM - HOUR);
	assert_int_equal(to, FROM + 2 * HOUR);
	census_gather_free(made);
}

static void
count(struct census_gather *made, uint32_t host, int64_t second, int64_t counter)
{
	struct sighting sighting = sighting_of(host_v4(host), second, "");

	sighting.counter = counter;
	see(made, sighting);
}

static void
test_chains(void **state)
{
	struct census_gather *made;
	int64_t from, to;

	(void)state;
	made = gather(&from, &to);
	count(made, 1, PEAK - 1, 9); /* before the hour */
	count(made, 1, PEAK, 5);
	count(made, 1, PEAK + 1, 4);
	count(made, 1, PEAK + 2, 5);
	count(made, 2, PEAK + 2, 0);
	count(made, 3, PEAK + 3, SIGHTING_NO_COUNTER);
	count(made, 2, PEAK + HOUR - 1, 7);
	count(made, 2, PEAK + HOUR, 1); /* behind it */
	count(made, 2, 0, 1);           /* not asked for */
	count(made, 55, PEAK + 5, 1);   /* nobody knows that host */
	assert_int_equal(facts_of(made)->chained, 2);
	assert_int_equal(facts_of(made)->chains, 3);
	assert_int_equal(facts_of(made)->sensors, 1);
	assert_null(facts_of(made)->pair);
	census_gather_free(made);
}

/* Which sightings are of the family. */
static void
test_family(void **state)
{
	struct census_gather *made;
	struct sighting sighting;
	int64_t from, to;
	size_t other;

	(void)state;
	made = gather(&from, &to);
	sighting = sighting_of(host_v4(1), PEAK, "");
	sighting.counter = 1;
	assert_int_equal(fsk_generator_find("chinad/default", &other), FSK_OK);
	sighting.match.generator = (uint32_t)other;
	see(made, sighting);
	sighting.match.generator = SIGHTING_NO_GENERATOR;
	see(made, sighting);
	sighting.fingerprint = "http";
	see(made, sighting);
	sighting.fingerprint = "no such one";
	see(made, sighting);
	sighting.match.generator = SIGHTING_NO_GENERATOR - 1;
	see(made, sighting);
	assert_int_equal(facts_of(made)->chained, 0);
	sighting.match.generator = SIGHTING_NO_GENERATOR;
	sighting.fingerprint = "conficker-ab";
	see(made, sighting);
	assert_int_equal(facts_of(made)->chained, 1);
	census_gather_free(made);
}

static void
test_pair(void **state)
{
	static const char *const names[] = {"west", "east", "far"};
	const struct census_pair *pair;
	struct census_gather *made;
	int64_t from, to;

	(void)state;
	made = gather(&from, &to);
	/* west: 0..7, east: 4..9 and an hour ahead 0..2, an hour behind 7; far: 1. */
	for (uint32_t i = 0; i < 8; i++)
		see(made, sighting_of(host_v4(i), PEAK + i, names[0]));
	for (uint32_t i = 4; i < 10; i++)
		see(made, sighting_of(host_v4(i), PEAK + 100, names[1]));
	for (uint32_t i = 0; i < 3; i++)
		see(made, sighting_of(host_v4(i), PEAK - 1, names[1]));
	see(made, sighting_of(host_v4(7), PEAK + HOUR, names[1]));
	see(made, sighting_of(host_v4(1), PEAK, names[2]));
	see(made, sighting_of(host_v4(1), PEAK + 1, names[2]));
	pair = facts_of(made)->pair;
	assert_non_null(pair);
	assert_string_equal(pair->first_name, "west");
	assert_string_equal(pair->second_name, "east");
	assert_int_equal(pair->hour, FROM + PEAK);
	assert_int_equal(pair->first, 8);
	assert_int_equal(pair->second, 6);
	assert_int_equal(pair->both[0], 3);
	assert_int_equal(pair->both[1], 4);
	assert_int_equal(pair->both[2], 1);
	assert_int_equal(facts_of(made)->sensors, 3);
	census_gather_free(made);
}

/* Of sensors with as many addresses the first by name, in whatever order they come; one
 * that saw nobody in the hour itself can be the second. */
static void
test_equal_sensors(void **state)
{
	struct census_gather *made;
	int64_t from, to;

	(void)state;
	made = gather(&from, &to);
	see(made, sighting_of(host_v4(1), PEAK - 1, "c"));
	see(made, sighting_of(host_v4(1), PEAK - 1, ""));
	assert_null(facts_of(made)->pair);
	see(made, sighting_of(host_v4(1), PEAK, "b"));
	assert_string_equal(facts_of(made)->pair->first_name, "b");
	assert_string_equal(facts_of(made)->pair->second_name, "c");
	assert_int_equal(facts_of(made)->pair->both[0], 1);
	assert_int_equal(facts_of(made)->pair->second, 0);
	see(made, sighting_of(host_v4(2), PEAK, "a"));
	assert_string_equal(facts_of(made)->pair->first_name, "a");
	assert_string_equal(facts_of(made)->pair->second_name, "b");
	census_gather_free(made);
}

/* More sensors than are told apart; names that are not text. */
static void
test_many_sensors(void **state)
{
	struct census_gather *made;
	char name[16];
	int64_t from, to;

	(void)state;
	made = gather(&from, &to);
	for (int i = 0; i < 100; i++) {
		struct sighting sighting = sighting_of(host_v4(1), PEAK, "");

		snprintf(name, sizeof(name), "a-%03d", i);
		name[1] = '\0';
		sighting.sensor = (struct span){name, 5};
		see(made, sighting);
		see(made, sighting);
	}
	assert_int_equal(facts_of(made)->sensors, 64);
	assert_int_equal(facts_of(made)->pair->first, 1);
	census_gather_free(made);
}

/* What chaff says is nothing. */
static void
test_chaff(void **state)
{
	struct census_plan plan = plan_of(1);
	struct census_gather *made = begin(&plan);
	struct hostday bad = day_of(host_v4(2), 0, 3);
	struct sighting sighting;

	(void)state;
	add(made, day_of(host_v4(1), 0, 3));
	bad.marks.outside = 1;
	add(made, bad);
	settle(made);
	sighting = sighting_of(host_v4(2), 3 * HOUR, "east");
	sighting.counter = 7;
	see(made, sighting);
	assert_int_equal(facts_of(made)->chained, 0);
	assert_int_equal(facts_of(made)->sensors, 0);
	census_gather_free(made);
}

/* Nothing is asked for, and nothing is taken, where nobody called. */
static void
test_nobody(void **state)
{
	struct census_plan plan = plan_of(1);
	struct census_gather *made = begin(&plan);
	int64_t from, to;

	(void)state;
	assert_int_equal(census_gather_settle(made, &from, &to), FSK_OK);
	assert_int_equal(from, to);
	see(made, sighting_of(host_v4(1), 0, "east"));
	assert_int_equal(facts_of(made)->sensors, 0);
	assert_int_equal(facts_of(made)->chains, 0);
	census_gather_free(made);
}

/* Who was seen more than once in the hour, and who of these by both. */
static void
test_often(void **state)
{
	struct census_plan plan = plan_of(1);
	struct census_gather *made = begin(&plan);
	const struct census_pair *pair;
	struct sighting once;

	(void)state;
	for (unsigned i = 1; i <= 4; i++)
		add(made, day_of(host_v4(i), 0, 12));
	settle(made);
	/* 1 and 2 twice by one, 2 by two as well; 3 stands for two; 4 once an hour. */
	for (unsigned i = 1; i <= 4; i++)
		see(made, sighting_of(host_v4(i), 12 * HOUR, "one"));
	see(made, sighting_of(host_v4(1), 12 * HOUR + 60, "one"));
	see(made, sighting_of(host_v4(2), 12 * HOUR + 60, "one"));
	see(made, sighting_of(host_v4(4), 13 * HOUR, "one"));
	see(made, sighting_of(host_v4(2), 12 * HOUR, "two"));
	once = sighting_of(host_v4(3), 12 * HOUR, "two");
	once.more = 1;
	see(made, once);
	pair = facts_of(made)->pair;
	assert_string_equal(pair->first_name, "one");
	assert_int_equal(pair->often[0], 2);
	assert_int_equal(pair->often_both[0], 1);
	assert_int_equal(pair->often[1], 1);
	assert_int_equal(pair->often_both[1], 1);
	census_gather_free(made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_often),        cmocka_unit_test(test_hour),
	        cmocka_unit_test(test_equal_hours),  cmocka_unit_test(test_first_hour),
	        cmocka_unit_test(test_chains),       cmocka_unit_test(test_family),
	        cmocka_unit_test(test_pair),         cmocka_unit_test(test_equal_sensors),
	        cmocka_unit_test(test_many_sensors), cmocka_unit_test(test_chaff),
	        cmocka_unit_test(test_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
