/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Each method on facts that are given: published numbers are found again, what does not
 * hold is refused in words. Whether intervals hold is in test_truth.c.
 */
#include "published.h"

#include "census/method.h"

#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define DAY INT64_C(86400)
#define FROM (PUBLISHED_DAY)

/* A day on which nothing is known but what a test adds. */
struct scene {
	struct census_facts facts;
	struct census_pair pair;
	uint64_t hours[24], daily[1], held[1];
	double hits[1];
};

static void
begin(struct scene *scene)
{
	*scene = (struct scene){.facts = {.family = "conficker",
	                                  .from = FROM,
	                                  .to = FROM + DAY,
	                                  .days = 1,
	                                  .sensors = 1}};
	scene->facts.hours = scene->hours;
	scene->facts.daily = scene->daily;
}

/* ${addresses} that called, a third of them in the hour from 13:00 on. */
static void
call(struct scene *scene, uint64_t addresses)
{
	scene->facts.footprint = scene->facts.contacts = scene->daily[0] = addresses;
	scene->hours[13] = addresses / 3;
	scene->hours[2] = addresses / 4;
}

/* Conficker C with ${held} names, ${hits} on them of ${callers}. */
static void
walk(struct scene *scene, uint64_t held, double hits, uint64_t callers)
{
	call(scene, callers);
	scene->held[0] = held;
	scene->hits[0] = hits;
	scene->facts.name_set = true;
	scene->facts.name_sets = 1;
	scene->facts.held = scene->held;
	scene->facts.hits = scene->hits;
	scene->facts.habits.names = 50000;
	scene->facts.habits.tries = 500;
}

static struct census_figure
get(const struct scene *scene, const char *method)
{
	struct census_figure figure;

	if (!census_estimate(census_method_find(method), &scene->facts, &figure))
		fail_msg("%s refuses: %s", method, figure.why);
	assert_int_equal(figure.why[0], '\0');
	assert_true(isfinite(figure.value) && isfinite(figure.low) &&
	            isfinite(figure.high));
	assert_true(figure.low <= figure.value && figure.value <= figure.high);
	return figure;
}

static void
assert_refuses(const struct scene *scene, const char *method, const char *words)
{
	struct census_figure figure;

	if (census_estimate(census_method_find(method), &scene->facts, &figure))
		fail_msg("%s gives %g", method, figure.value);
	if (strstr(figure.why, words) == NULL)
		fail_msg("%s: \"%s\" is not in \"%s\"", method, words, figure.why);
}

static void
assert_near(double got, double wanted, double error)
{
	if (!(fabs(got - wanted) <= error))
		fail_msg("%.17g is not %.17g", got, wanted);
}

static void
test_catalog(void **state)
{
	(void)state;
	assert_int_equal(census_method_count(), 9);
	for (size_t i = 0; i < census_method_count(); i++) {
		const struct census_method *method = census_method_at(i);
		const char *words[] = {method->title, method->formula, method->source,
		                       method->assumes, method->refuses};

		assert_ptr_equal(census_method_find(method->name), method);
		if (i > 0)
			assert_true(strcmp(census_method_at(i - 1)->name, method->name) <
			            0);
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
			assert_true(strlen(words[k]) > 8);
			for (const char *at = words[k]; *at != '\0'; at++)
				assert_true(isprint((unsigned char)*at));
		}
	}
	assert_null(census_method_at(9));
	assert_null(census_method_find("magic"));
	assert_string_equal(census_unit_name(CENSUS_SWEEPS), "sweeps");
	assert_string_equal(census_unit_name(CENSUS_SHARE), "share");
	assert_string_equal(census_bound_name(CENSUS_AT_MOST), "at most");
	assert_string_equal(census_bound_name(CENSUS_COUNTED), "counted");
}

/* Nothing was seen; one host was; nothing at all is known. */
static void
test_nothing(void **state)
{
	struct census_facts nothing = {.family = "conficker"};
	struct scene scene;

	(void)state;
	begin(&scene);
	for (size_t i = 0; i < census_method_count(); i++) {
		const struct census_method *method = census_method_at(i);
		struct census_figure figure;

		assert_false(census_estimate(method, &nothing, &figure));
		assert_true(strlen(figure.why) > 5);
		assert_true(figure.why[strlen(figure.why) - 1] != '.');
		assert_false(census_estimate(method, &scene.facts, &figure));
		assert_true(strlen(figure.why) > 5);
		assert_int_equal(figure.from, FROM);
		assert_int_equal(figure.to, FROM + DAY);
	}
	call(&scene, 3);
	assert_near(get(&scene, "peak").value, 1, 0);
	assert_near(get(&scene, "footprint").value, 3, 0);
	assert_refuses(&scene, "churn", "4 days");
	assert_refuses(&scene, "chapman", "two sensors");
	assert_refuses(&scene, "hits", "not known which names");
	assert_refuses(&scene, "live", "not known");
	assert_refuses(&scene, "nat", "counter");
	assert_refuses(&scene, "counter", "counter");
}

/* What F-Secure published on 22 January 2009. */
static void
test_published_day(void **state)
{
	struct census_figure figure;
	struct scene scene;
	uint64_t sum = 0;

	(void)state;
	begin(&scene);
	call(&scene, PUBLISHED_ADDRESSES);
	figure = get(&scene, "footprint");
	assert_near(figure.value, 1005941, 0);
	assert_int_equal(figure.bound, CENSUS_AT_MOST);
	assert_non_null(strstr(figure.note, "many hosts one"));
	for (size_t i = 0; i < sizeof(published_countries) / sizeof(*published_countries);
	     i++) {
		const struct published_country *line = &published_countries[i];

		sum += line->addresses;
		if (line->percent > 0)
			assert_near(100.0 * line->addresses / figure.value, line->percent,
			            0.05);
	}
	assert_int_equal(sum, PUBLISHED_ADDRESSES);
}

static void
test_peak(void **state)
{
	struct census_figure figure;
	struct scene scene;

	(void)state;
	begin(&scene);
	call(&scene, 3000);
	figure = get(&scene, "peak");
	assert_int_equal(figure.bound, CENSUS_COUNTED);
	assert_int_equal(figure.from, FROM + 13 * INT64_C(3600));
	assert_int_equal(figure.to, FROM + 14 * INT64_C(3600));
	assert_near(figure.value, 1000, 0);
	scene.facts.unmarked = 5;
	assert_int_equal(get(&scene, "peak").bound, CENSUS_AT_LEAST);
	scene.facts.forgotten = 7;
	assert_near(get(&scene, "footprint").value, 3007, 0);
	/* A bot may be behind an address that was removed: so the bound is not one of all.
	 */
	scene.facts.chaff[CENSUS_CHAFF_HEADERS] = 4;
	assert_non_null(strstr(get(&scene, "footprint").note, "4 that were removed"));
}

/* "Attacker-reported": 8,976,038 of 353,495 addresses. */
static void
test_counter(void **state)
{
	struct census_figure figure;
	struct scene scene;

	(void)state;
	begin(&scene);
	call(&scene, PUBLISHED_COUNTER_ADDRESSES);
	scene.facts.with_counter = PUBLISHED_COUNTER_ADDRESSES;
	scene.facts.counter_sum = PUBLISHED_COUNTER_SUM;
	figure = get(&scene, "counter");
	assert_near(figure.value, 8976038, 0);
	assert_int_equal(figure.bound, CENSUS_COUNTED);
	assert_non_null(strstr(figure.note, "353495"));
	assert_non_null(strstr(census_method_find("counter")->title, "attacker-reported"));
	assert_int_equal(census_method_find("counter")->unit, CENSUS_VICTIMS);
}

static void
test_coverage(void **state)
{
	static const struct {
		uint64_t held;
		double percent, error;
	} known[] = {{1, 1, 1e-9},      {6, 5.85, 0.01},   {50, 39.5, 0.05},
	             {69, 50, 0.05},    {100, 63.4, 0.05}, {200, 86.65, 0.01},
	             {300, 95.1, 0.05}, {459, 99, 0.05}};
	struct scene scene;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		begin(&scene);
		walk(&scene, known[i].held, 1000, 900);
		assert_near(100 * get(&scene, "coverage").value, known[i].percent,
		            known[i].error);
	}
	/* Of A each bot tries all. */
	scene.facts.habits.names = scene.facts.habits.tries = 250;
	scene.held[0] = 1;
	assert_near(get(&scene, "coverage").value, 1, 0);
	scene.held[0] = 251;
	assert_refuses(&scene, "coverage", "251");
	scene.held[0] = 0;
	assert_refuses(&scene, "coverage", "no name");
	scene.facts.habits.tries = 0;
	assert_refuses(&scene, "coverage", "not known how many");
	scene.facts.name_set = false;
	scene.facts.name_sets = 2;
	assert_refuses(&scene, "coverage", "2 variants");
}

/* Bkis counted 13,841 on six names of Conficker C on 1 April 2009: 230,683 walks, and not
 * 1,384,100. So many on six names are of 13,430 callers, if bots draw at random. If each of
 * 13,841 called once, although 340 pairs were to be expected, all of them may be chaff. */
static void
test_bkis(void **state)
{
	struct census_figure figure;
	struct scene scene;

	(void)state;
	begin(&scene);
	walk(&scene, PUBLISHED_BKIS_HELD, PUBLISHED_BKIS_HITS, 13430);
	figure = get(&scene, "hits");
	assert_near(figure.value, 230683, 0.5);
	assert_int_equal(figure.bound, CENSUS_INTERVAL);
	assert_true(figure.low < 227000 && figure.low > 190000);
	assert_true(figure.high > 234000 && figure.high < 245000);
	assert_int_equal(figure.from, FROM);
	assert_int_equal(figure.to, FROM + DAY);
	walk(&scene, PUBLISHED_BKIS_HELD, PUBLISHED_BKIS_HITS, PUBLISHED_BKIS_HITS);
	assert_refuses(&scene, "hits", "no caller tried two");
}

static void
test_hits(void **state)
{
	struct scene scene;

	(void)state;
	/* One name: a scanner for each ten bots would make it eleven times as many. */
	begin(&scene);
	walk(&scene, 1, 2000, 2000);
	assert_refuses(&scene, "hits", "one name");
	/* Of all names each walk hits 500. */
	walk(&scene, 50000, 500000, 1000);
	assert_near(get(&scene, "hits").value, 1000, 1e-6);
	walk(&scene, 69, 20, 18);
	assert_refuses(&scene, "hits", "too few");
	walk(&scene, 6, 300, 291);
	assert_refuses(&scene, "hits", "too few hits to see");
	walk(&scene, 69, 6900, 1000);
	assert_refuses(&scene, "hits", "whole lists");
	walk(&scene, 459, 4590, 4000);
	assert_refuses(&scene, "hits", "chaff");
	walk(&scene, 0, 0, 1000);
	assert_refuses(&scene, "hits", "no name");
	walk(&scene, 10, 10000, 1000);
	scene.facts.habits.names = scene.facts.habits.tries = 250;
	assert_refuses(&scene, "hits", "every name");
	/* Days of which not all is kept make a bound of it. */
	walk(&scene, 69, 1380, 1000);
	assert_int_equal(get(&scene, "hits").bound, CENSUS_INTERVAL);
	scene.facts.forgotten = 1;
	assert_int_equal(get(&scene, "hits").bound, CENSUS_AT_LEAST);
}

/* The day of which most names were held is read, the last one of several; never the sum. */
static void
test_day_of_hits(void **state)
{
	uint64_t daily[] = {1000, 1100, 500}, held[] = {69, 69, 30};
	double hits[] = {1380, 1518, 150};
	struct census_figure figure;
	struct scene scene;

	(void)state;
	begin(&scene);
	walk(&scene, 69, 0, 1);
	scene.facts.days = 3;
	scene.facts.daily = daily;
	scene.facts.held = held;
	scene.facts.hits = hits;
	figure = get(&scene, "hits");
	assert_near(figure.value, 2200, 1e-6);
	assert_int_equal(figure.from, FROM + DAY);
	assert_int_equal(get(&scene, "coverage").from, FROM + DAY);
}

/* A sweep goes on past the end of its day: of bots whose tries fall on the next day for up
 * to a seventh, hits on the names of the day before are missing where these were not held.
 */
static void
test_hits_past_midnight(void **state)
{
	uint64_t daily[] = {0, 1000}, held[] = {69, 69};
	double hits[] = {0, 1380};
	struct census_figure same, fewer;
	struct scene scene;

	(void)state;
	begin(&scene);
	walk(&scene, 69, 0, 1);
	scene.facts.days = 2;
	scene.facts.daily = daily;
	scene.facts.held = held;
	scene.facts.hits = hits;
	scene.facts.habits.over = 0.14375;
	same = get(&scene, "hits");
	held[0] = 0;
	fewer = get(&scene, "hits");
	assert_near(fewer.value, same.value, 1e-6);
	assert_near(fewer.low, same.low, 1e-6);
	assert_near(fewer.high, same.high / (1 - 0.14375), 1e-6);
	assert_non_null(strstr(fewer.note, "the day before"));
	assert_null(strstr(same.note, "the day before"));
	/* Of the day before the span nothing is known. */
	scene.facts.days = 1;
	held[0] = 69;
	hits[0] = 1380;
	daily[0] = 1000;
	assert_near(get(&scene, "hits").high, fewer.high, 1e-6);
}

static void
test_live(void **state)
{
	struct census_figure figure;
	struct scene scene;

	(void)state;
	begin(&scene);
	call(&scene, 3000); /* 1,000 in the peak hour */
	scene.facts.habits = (struct census_habits){250, 250, 0.25, 0.5, "note", 0};
	/* Nobody knows how many share an address. */
	figure = get(&scene, "live");
	assert_int_equal(figure.bound, CENSUS_AT_LEAST);
	assert_true(figure.value > 1850 && figure.value < 1950);
	/* Counters say that nobody does. */
	scene.facts.with_counter = 3000;
	scene.facts.counter_sum = 60000;
	scene.facts.chained = scene.facts.chains = scene.facts.told = 990;
	figure = get(&scene, "live");
	assert_int_equal(figure.bound, CENSUS_INTERVAL);
	assert_near(figure.value, 1000 / 0.375, 1e-6);
	assert_true(figure.low > 1850 && figure.low < 1950);
	assert_true(figure.high > 4300 && figure.high < 4500);
	/* Most of them are 0, and say nothing, however high the others are. */
	scene.facts.told = 100;
	assert_int_equal(get(&scene, "live").bound, CENSUS_AT_LEAST);
	scene.facts.told = 990;
	/* They do share. */
	scene.facts.chains = 1200;
	assert_refuses(&scene, "live", "1200");
	scene.facts.chains = 990;
	/* A part of the list: all names must be held. */
	scene.facts.habits.names = 50000;
	scene.facts.habits.tries = 500;
	assert_refuses(&scene, "live", "part of the list");
	scene.facts.name_set = true;
	scene.facts.held = scene.held;
	scene.held[0] = 50000;
	assert_int_equal(get(&scene, "live").bound, CENSUS_INTERVAL);
	scene.facts.habits.hour_low = 0;
	assert_refuses(&scene, "live", "not known: note");
	scene.facts.habits.hour_low = 0.7;
	assert_refuses(&scene, "live", "not known");
}

static void
test_nat(void **state)
{
	struct census_figure figure;
	struct scene scene;

	(void)state;
	begin(&scene);
	call(&scene, 300);
	scene.facts.chain_hour = FROM + 13 * INT64_C(3600);
	scene.facts.chained = 10;
	scene.facts.chains = 17;
	figure = get(&scene, "nat");
	assert_near(figure.value, 16, 0);
	assert_int_equal(figure.bound, CENSUS_AT_LEAST);
	assert_int_equal(figure.from, FROM + 13 * INT64_C(3600));
	/* Of 100 addresses four may have changed within the hour, or six. */
	scene.facts.chained = 100;
	scene.facts.chains = 170;
	assert_near(get(&scene, "nat").value, 164, 0);
}

static void
pair(struct scene *scene, uint64_t first, uint64_t second, const uint64_t both[CENSUS_LAGS])
{
	call(scene, 3000);
	scene->pair = (struct census_pair){.first_name = "bonn",
	                                   .second_name = "delft",
	                                   .hour = FROM,
	                                   .first = first,
	                                   .second = second,
	                                   .both = {both[0], both[1], both[2]}};
	scene->facts.pair = &scene->pair;
	scene->facts.sensors = 2;
	scene->facts.with_counter = 3000;
	scene->facts.counter_sum = 60000;
	scene->facts.chained = scene->facts.chains = scene->facts.told = 990;
}

static void
test_chapman(void **state)
{
	struct census_figure figure;
	struct scene scene;

	(void)state;
	begin(&scene);
	pair(&scene, 500, 400, (uint64_t[]){90, 200, 80});
	figure = get(&scene, "chapman");
	assert_near(figure.value, 501.0 * 401 / 201 - 1, 1e-9);
	assert_true(figure.low > 920 && figure.low < 940);
	assert_true(figure.high > 1070 && figure.high < 1100);
	assert_non_null(strstr(figure.note, "bonn 500, delft 400, both 200"));
	pair(&scene, 500, 400, (uint64_t[]){300, 200, 80});
	assert_refuses(&scene, "chapman", "hour before");
	pair(&scene, 500, 400, (uint64_t[]){30, 20, 180});
	assert_refuses(&scene, "chapman", "hour after");
	pair(&scene, 500, 400, (uint64_t[]){0, 0, 180});
	assert_refuses(&scene, "chapman", "hour off");
	pair(&scene, 50, 40, (uint64_t[]){2, 19, 3});
	assert_refuses(&scene, "chapman", "it takes 20");
	pair(&scene, 500, 200, (uint64_t[]){90, 199, 80});
	assert_refuses(&scene, "chapman", "bonn saw nearly all that delft did");
	pair(&scene, 100, 90, (uint64_t[]){9, 95, 8});
	assert_refuses(&scene, "chapman", "wrongly");
	pair(&scene, 500, 400, (uint64_t[]){90, 200, 80});
	scene.facts.chains = 1300;
	assert_refuses(&scene, "chapman", "several hosts");
	scene.facts.chained = scene.facts.chains = scene.facts.told = 0;
	assert_int_equal(get(&scene, "chapman").bound, CENSUS_AT_LEAST);
	/* Who calls often is seen by both: too few seem to be missed. */
	pair(&scene, 500, 400, (uint64_t[]){90, 200, 80});
	scene.pair.often[0] = 100;
	scene.pair.often_both[0] = 40;
	scene.pair.often[1] = 80;
	scene.pair.often_both[1] = 40;
	assert_int_equal(get(&scene, "chapman").bound, CENSUS_INTERVAL);
	scene.pair.often_both[0] = 60;
	scene.pair.often_both[1] = 50;
	figure = get(&scene, "chapman");
	assert_int_equal(figure.bound, CENSUS_AT_LEAST);
	assert_true(figure.value > 920 && figure.value < 940);
	assert_non_null(strstr(figure.note, "often"));
	scene.facts.pair = NULL;
	assert_refuses(&scene, "chapman", "two sensors");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_catalog),
	        cmocka_unit_test(test_nothing),
	        cmocka_unit_test(test_published_day),
	        cmocka_unit_test(test_peak),
	        cmocka_unit_test(test_counter),
	        cmocka_unit_test(test_coverage),
	        cmocka_unit_test(test_bkis),
	        cmocka_unit_test(test_hits),
	        cmocka_unit_test(test_day_of_hits),
	        cmocka_unit_test(test_live),
	        cmocka_unit_test(test_hits_past_midnight),
	        cmocka_unit_test(test_nat),
	        cmocka_unit_test(test_chapman),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
