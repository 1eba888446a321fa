/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The churn method on re-sightings that are given: exact ones give the lines back, and what
 * does not fit is refused in words. Whether the interval holds is in test_truth.c.
 */
#include "census/method.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAYS 14
#define LINES 64000.0

struct scene {
	struct census_facts facts;
	uint64_t hours[DAYS * 24], daily[DAYS], held[DAYS];
	uint64_t again[CENSUS_GROUPS * DAYS * DAYS];
	double hits[DAYS];
};

/* ${lines} lines that each call on a day with chance ${active}, whose addresses change at
 * midnight with chance ${change}. Each freed address is nobody's, or with chance ${taken}
 * another line's. */
static void
make(struct scene *scene, double lines, double active, double change, double taken)
{
	double mean = lines * active, tail = 1, fresh = 0, footprint = 0;

	*scene = (struct scene){.facts = {.family = "conficker",
	                                  .from = 0,
	                                  .to = DAYS * INT64_C(86400),
	                                  .days = DAYS,
	                                  .sensors = 1}};
	scene->facts.hours = scene->hours;
	scene->facts.daily = scene->daily;
	scene->facts.again = scene->again;
	for (size_t day = 0; day < DAYS; day++) {
		scene->hours[day * 24 + 9] = (uint64_t)mean / 3;
		scene->daily[day] = (uint64_t)mean;
		footprint += mean * (fresh + tail);
		fresh += change * tail;
		tail *= (1 - change) * (1 - active);
	}
	scene->facts.footprint = (uint64_t)footprint;
	scene->facts.contacts = (uint64_t)footprint;
	for (size_t i = 0; i < DAYS * DAYS * CENSUS_GROUPS; i++) {
		double lag = (double)(i % DAYS) - (double)(i / DAYS % DAYS);
		double kept = pow(1 - change, lag);

		if (lag >= 0)
			scene->again[i] = (uint64_t)round(
			        mean / CENSUS_GROUPS *
			        (lag > 0 ? active * (kept + (1 - kept) * taken) : 1));
	}
}

static bool
estimate(const struct scene *scene, struct census_figure *figure)
{
	return census_estimate(census_method_find("churn"), &scene->facts, figure);
}

static void
assert_refuses(const struct scene *scene, const char *words)
{
	struct census_figure figure;

	if (estimate(scene, &figure))
		fail_msg("it gives %g", figure.value);
	if (strstr(figure.why, words) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", words, figure.why);
}

static void
test_exact(void **state)
{
	static const double changes[] = {0, 0.02, 0.1, 0.3};
	struct scene scene;

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct census_figure figure;
		double longer = -log1p(-changes[i]);

		make(&scene, LINES, 0.7, changes[i], 0);
		if (!estimate(&scene, &figure))
			fail_msg("%g: %s", changes[i], figure.why);
		assert_int_equal(figure.bound, CENSUS_INTERVAL);
		assert_true(figure.low < LINES && LINES < figure.high);
		/* Between addresses that change at midnight and at any time. */
		assert_true(fabs(figure.value / LINES - exp(longer / 2) / (1 + longer)) <
		            0.01);
		assert_true(figure.low > 0.6 * LINES && figure.high < 1.2 * LINES);
		assert_int_equal(figure.from, 0);
		assert_int_equal(figure.to, DAYS * INT64_C(86400));
		assert_non_null(strstr(figure.note, "70 % of the days"));
	}
}

static void
test_refused(void **state)
{
	struct scene scene;

	(void)state;
	make(&scene, LINES, 0.7, 0.1, 0);
	scene.facts.days = 3;
	assert_refuses(&scene, "4 days");
	make(&scene, LINES, 0.7, 0.1, 0);
	scene.facts.again = NULL;
	assert_refuses(&scene, "pseudonyms");
	make(&scene, 100, 0.7, 0.1, 0);
	assert_refuses(&scene, "too few");
	make(&scene, LINES, 0.7, 0.1, 0);
	scene.facts.forgotten = 1;
	assert_refuses(&scene, "how many called");
	make(&scene, LINES, 0.7, 1, 0);
	assert_refuses(&scene, "change each day");
	/* A day without a sinkhole. */
	make(&scene, LINES, 0.7, 0.1, 0);
	for (size_t i = 0; i < CENSUS_GROUPS; i++)
		scene.again[(i * DAYS + 5) * DAYS + 5] = 0;
	assert_refuses(&scene, "nobody called");
}

/* What lags alone do not show. */
static void
test_hidden(void **state)
{
	struct scene scene;

	(void)state;
	/* Every address another one each day, of pools in use to a third. */
	make(&scene, LINES, 0.7, 1, 0.3);
	assert_refuses(&scene, "so few call again");
	/* A tail that does not fall. */
	make(&scene, LINES, 0.7, 0.3, 0.2);
	assert_refuses(&scene, "does not fit");
	/* One caller in ten comes once. */
	make(&scene, LINES, 0.7, 0.1, 0);
	scene.facts.footprint += (uint64_t)(0.1 * 0.7 * LINES * DAYS);
	assert_refuses(&scene, "seen once");
	/* Fewer addresses than there must be. */
	make(&scene, LINES, 0.7, 0.1, 0);
	scene.facts.footprint = scene.facts.footprint * 4 / 5;
	assert_refuses(&scene, "fewer than");
}

/* Another number of names held: of bots that try all it does not matter. */
static void
test_held(void **state)
{
	struct census_figure figure;
	struct scene scene;

	(void)state;
	make(&scene, LINES, 0.7, 0.1, 0);
	for (size_t i = 0; i < DAYS; i++)
		scene.held[i] = i < 5 ? 100 : 50;
	scene.facts.name_set = true;
	scene.facts.held = scene.held;
	scene.facts.hits = scene.hits;
	scene.facts.habits.names = 50000;
	scene.facts.habits.tries = 500;
	assert_refuses(&scene, "as many names");
	scene.facts.habits.tries = 50000;
	assert_true(estimate(&scene, &figure));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_exact),
	        cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_hidden),
	        cmocka_unit_test(test_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
