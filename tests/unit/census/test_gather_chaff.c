/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Chaff by each rule; names that were held of several generators, and of rows of which no
 * names are known.
 */
#include "naive.h"
#include "scene.h"

/* Each rule alone, and the first one where several are true, whatever day they are of. */
static void
test_chaff(void **state)
{
	struct census_plan plan = plan_of(2);
	struct census_gather *made;
	struct census_set *canary;
	struct sighting_client touched = host_v4(14);

	(void)state;
	assert_int_equal(census_set_new(&canary), FSK_OK);
	assert_int_equal(census_set_add(canary, &touched), FSK_OK);
	plan.canary = canary;
	plan.habits.tries = 30;
	made = begin(&plan);
	for (uint32_t i = 0; i < 15; i++) {
		struct hostday day = day_of(host_v4(i), 0, 1);

		add(made, day);
		day.day += DAY;
		day.marks.outside = i == 11 || i == 1;
		day.marks.alien = i == 13 || i == 1 || i == 2;
		naive_names(&day.marks, 1000, i == 12 || i == 1 || i == 2 ? 300 : 30);
		add(made, day);
	}
	settle(made);
	assert_int_equal(facts_of(made)->chaff[CENSUS_CHAFF_OUTSIDE], 2);
	assert_int_equal(facts_of(made)->chaff[CENSUS_CHAFF_MANY], 2);
	assert_int_equal(facts_of(made)->chaff[CENSUS_CHAFF_HEADERS], 1);
	assert_int_equal(facts_of(made)->chaff[CENSUS_CHAFF_CANARY], 1);
	assert_int_equal(facts_of(made)->footprint, 9);
	assert_int_equal(facts_of(made)->daily[0], 9);
	assert_int_equal(facts_of(made)->contacts, 18);
	census_gather_free(made);
	census_set_free(canary);
}

/* Addresses of which each tried ${names} names; how many were too many, where a bot tries
 * ${tries}. */
static uint64_t
greedy(uint32_t tries, uint64_t names)
{
	struct census_plan plan = plan_of(1);
	struct census_gather *made;
	uint64_t found;

	plan.habits.tries = tries;
	made = begin(&plan);
	for (uint32_t i = 0; i < 300; i++) {
		struct hostday day = day_of(host_v4(i), 0, 1);

		naive_names(&day.marks, i * names, names);
		add(made, day);
	}
	settle(made);
	found = facts_of(made)->chaff[CENSUS_CHAFF_MANY];
	census_gather_free(made);
	return found;
}

/* Who tries twice as many is no chaff because of how roughly names are counted; who tries
 * four times as many is; of more than can be counted nobody is. */
static void
test_noise(void **state)
{
	(void)state;
	assert_int_equal(greedy(50, 50), 0);
	assert_true(greedy(50, 100) <= 1);
	assert_true(greedy(50, 300) > 270);
	assert_true(greedy(250, 500) <= 3);
	assert_true(greedy(250, 1500) > 270);
	assert_int_equal(greedy(2000, 20000), 0);
	assert_int_equal(greedy(0, 3000), 0);
}

/* Two sets of names, and rows of which nothing but contacts is known. */
static uint64_t
hold_all(int64_t day, struct span generator, void *context)
{
	(void)day;
	(void)context;
	return generator.len > strlen("conficker") ? 5 : 0;
}

static enum fsk_err
ten_held(const struct census_line *line, void *context)
{
	(void)context;
	assert_int_equal(line->held, 10);
	assert_true(line->hits > 1.99 && line->hits < 2.01);
	return FSK_OK;
}

static void
test_name_sets(void **state)
{
	struct census_held held = {.count = hold_all};
	struct census_plan plan = plan_of(1);
	struct census_gather *made;
	struct hostday day = day_of(host_v4(1), 0, 1);

	(void)state;
	plan.held = &held;
	naive_names(&day.marks, 1, 1);
	made = begin(&plan);
	add(made, day);
	day.generator = span_of("conficker/a");
	add(made, day);
	settle(made);
	assert_false(facts_of(made)->name_set);
	assert_int_equal(facts_of(made)->name_sets, 2);
	assert_null(facts_of(made)->held);
	assert_null(facts_of(made)->hits);
	assert_int_equal(census_gather_table(made, CENSUS_BY_DAY, ten_held, NULL), FSK_OK);
	census_gather_free(made);
}

static void
test_unmarked(void **state)
{
	struct census_held held = {.count = hold_all};
	struct census_plan plan = plan_of(1);
	struct census_gather *made;
	struct hostday day = day_of(host_v4(1), 0, 1);

	(void)state;
	plan.held = &held;
	made = begin(&plan);
	add(made, day);
	settle(made);
	assert_true(facts_of(made)->name_set);
	assert_int_equal(facts_of(made)->held[0], 5);
	census_gather_free(made);
	made = begin(&plan);
	add(made, day);
	day.client = host_v4(2);
	day.marks.hours = 0;
	add(made, day);
	settle(made);
	assert_int_equal(facts_of(made)->daily[0], 2);
	assert_int_equal(facts_of(made)->hours[1], 1);
	assert_int_equal(facts_of(made)->unmarked, 1);
	assert_false(facts_of(made)->name_set);
	census_gather_free(made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_chaff),
	        cmocka_unit_test(test_noise),
	        cmocka_unit_test(test_name_sets),
	        cmocka_unit_test(test_unmarked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
