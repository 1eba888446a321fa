/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Botnets of which all is known (simulated.h), many of each class: where a method gives a
 * number, its 95 % interval holds the truth in 93 % of the seeds at least; where its model
 * does not hold, it refuses. 100 seeds a class and 89 % without an argument; "full" or
 * CENSUS_SEEDS=N in the environment take 1,000 or N, and print a table.
 */
#include "reference.h"

#include "census/grounds.h"
#include "census/method.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define METHODS 9
#define MOST_NAMES 16

/* What a class expects of a method. */
enum expected {
	MAY,     /* it may give a number, which holds if it does */
	GIVES,   /* a number, of nine seeds in ten at least */
	REFUSES, /* of 49 seeds in 50 at least */
	LEAST, /* a number whose low end holds: that the sensors are not independent, as it
	        * assumes, nothing could show */
};

struct wanted {
	const char *method;
	enum expected expected;
};

struct class
{
	const char *name;
	struct simulated_setting setting;
	struct wanted wanted[METHODS + 1];
};

/* A day of hosts that call in rounds, as those of Conficker A, seen by one sensor or two;
 * hosts that walk through 500 of 50,000 names, as those of C, as far as they get, or all of
 * them to the end; a week of which one call a day is looked at. */
#define DAYS(count) .hosts = 500, .days = (count), .sees = {1, 0}
#define ROUND .active = 0.8, .always = 0.2, .resets = 0.002
#define ROUNDS DAYS(1), ROUND
#define SPEAKS .counters = true
#define PAIR .hosts = 900, .days = 1, .two = true, .sees = {0.5, 0.4}, ROUND
#define WALK(count)                                                                        \
	.hosts = (count), .days = 1, .sees = {1, 0}, .names = 50000, .tries = 500
#define WALKS(count) WALK(count), .active = 0.8, .always = 0.5
#define WHOLE WALK(800), .always = 1
#define WEEK                                                                               \
	.hosts = 450, .days = 7, .active = 0.75, .always = 0.2, .sees = {1, 0},            \
	.light = true

#define WANT(...)                                                                          \
	{                                                                                  \
		__VA_ARGS__                                                                \
	}
#define CLASS(title, want, ...) {.name = title, .setting = {__VA_ARGS__}, .wanted = want},
static const struct class classes[] = {
#include "classes.def"
};
#undef CLASS

/* Addresses from which bots called in the hour that begins at ${from}, seen or not; of
 * these in how many hosts. Counted in marks, since calls are in no order. */
static void
count_active(const struct simulated *world, int64_t from, size_t *addresses, size_t *hosts)
{
	uint32_t *all = simulated_room(world->count, sizeof(*all));
	uint8_t *called = simulated_room(world->setting.hosts, 1);
	size_t count = 0;

	*addresses = *hosts = 0;
	for (size_t i = 0; i < world->count; i++) {
		const struct simulated_call *call = &world->calls[i];
		int64_t us = call->us;

		if (call->sensor == 1 && world->setting.pair == SIMULATED_HOUR_OFF)
			us -= SIMULATED_HOUR;
		if (call->kind != SIMULATED_BOT || us < from * 1000000 ||
		    us >= from * 1000000 + SIMULATED_HOUR)
			continue;
		all[count++] = call->address;
		*hosts += !called[call->host];
		called[call->host] = 1;
	}
	qsort(all, count, sizeof(*all), reference_compare_names);
	for (size_t i = 0; i < count; i++)
		*addresses += i == 0 || all[i] != all[i - 1];
	free(all);
	free(called);
}

/* Addresses from which bots called at all, seen by a sensor. */
static double
count_footprint(const struct reference *reference)
{
	size_t count = 0;

	for (size_t i = 0; i < reference->count; i++)
		count += reference->calls[i].kind == SIMULATED_BOT &&
		         (i == 0 ||
		          reference->calls[i].address != reference->calls[i - 1].address);
	return (double)count;
}

/* Whether ${figure} of ${method} holds what is true. */
static bool
holds(const char *method, const struct census_figure *figure, const struct simulated *world,
      const struct reference *reference, enum expected expected)
{
	size_t hour = (size_t)((figure->from - SIMULATED_START) / 3600), addresses, hosts;
	double truth = NAN;

	count_active(world, figure->from, &addresses, &hosts);
	if (strcmp(method, "live") == 0)
		truth = world->online[hour];
	else if (strcmp(method, "chapman") == 0)
		truth = (double)addresses;
	else if (strcmp(method, "nat") == 0)
		truth = (double)hosts;
	else if (strcmp(method, "footprint") == 0)
		truth = count_footprint(reference);
	else if (strcmp(method, "hits") == 0)
		truth = world->walks[hour / 24];
	else if (strcmp(method, "churn") == 0)
		truth = (double)world->line_count;
	else
		return figure->bound == CENSUS_COUNTED; /* nothing to hold */
	if (figure->bound == CENSUS_AT_LEAST || expected == LEAST)
		return truth >= figure->low;
	if (figure->bound == CENSUS_AT_MOST)
		return truth <= figure->high;
	return figure->low <= truth && truth <= figure->high;
}

/* What methods did in a class. */
struct score {
	unsigned gave, held, bounds;
	double width; /* of intervals by their value, added up */
	char why[CENSUS_WHY];
};

static struct census_habits
habits_of(const struct simulated_setting *setting)
{
	/* Of the rounds in simulated.h: 180 to 230 minutes each, of up to 50. */
	struct census_habits habits = {.names = 250,
	                               .tries = 250,
	                               .hour_low = 60.0 / 230,
	                               .hour_high = 110.0 / 180,
	                               .hour_note = "simulated"};

	if (setting->names > 0)
		habits = (struct census_habits){.names = setting->names,
		                                .tries = setting->tries};
	return habits;
}

static enum expected
expected_of(const struct class *class, const char *method)
{
	for (size_t i = 0; class->wanted[i].method != NULL; i++) {
		if (strcmp(class->wanted[i].method, method) == 0)
			return class->wanted[i].expected;
	}
	return MAY;
}

static void
run_seed(const struct class *class, uint64_t seed, struct score scores[METHODS])
{
	struct census_habits habits = habits_of(&class->setting);
	struct simulated *world = simulated_new(&class->setting, seed);
	struct reference reference;

	reference_make(&reference, world, &habits);
	for (size_t i = 0; i < METHODS; i++) {
		const struct census_method *method = census_method_at(i);
		struct census_figure figure;

		if (!census_estimate(method, &reference.facts, &figure)) {
			memcpy(scores[i].why, figure.why, sizeof(figure.why));
			continue;
		}
		scores[i].gave++;
		scores[i].held += holds(method->name, &figure, world, &reference,
		                        expected_of(class, method->name));
		if (figure.bound == CENSUS_INTERVAL)
			scores[i].width += (figure.high - figure.low) / figure.value;
		else
			scores[i].bounds++;
	}
	reference_free(&reference);
	simulated_free(world);
}

/* A number that does not hold may come by chance where nearly all seeds are refused; it may
 * not where numbers are given. */
static bool
is_right(const struct score *score, enum expected expected, unsigned seeds)
{
	unsigned percent = seeds < 1000 ? 89 : 93;

	if (expected == GIVES && score->gave * 10 < seeds * 9)
		return false;
	if (expected == REFUSES)
		return score->gave * 50 <= seeds;
	return score->held * 100 >= score->gave * percent || score->gave * 50 <= seeds;
}

static unsigned
run_class(const struct class *class, unsigned seeds, bool print)
{
	struct score scores[METHODS] = {0};
	unsigned wrong = 0;

	for (uint64_t seed = 1; seed <= seeds; seed++)
		run_seed(class, seed, scores);
	for (size_t i = 0; i < METHODS; i++) {
		const char *method = census_method_at(i)->name;
		enum expected expected = expected_of(class, method);
		bool right = is_right(&scores[i], expected, seeds);

		if (print || !right)
			print_message("%-22s %-9s gave %4u held %4u bounds %4u width %.3f "
			              "%s%s\n",
			              class->name, method, scores[i].gave, scores[i].held,
			              scores[i].bounds,
			              scores[i].width /
			                      (scores[i].gave - scores[i].bounds + 1e-9),
			              right ? "" : "WRONG ", scores[i].why);
		wrong += !right;
	}
	return wrong;
}

static unsigned
seeds_wanted(void)
{
	const char *text = getenv("CENSUS_SEEDS");
	unsigned long seeds = text != NULL ? strtoul(text, NULL, 10) : 100;

	return seeds > 0 && seeds < 100000 ? (unsigned)seeds : 100;
}

static void
test_classes(void **state)
{
	unsigned seeds = seeds_wanted(), wrong = 0;
	const char *only = getenv("CENSUS_CLASS");

	(void)state;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (only == NULL || strstr(classes[i].name, only) != NULL)
			wrong += run_class(&classes[i], seeds, seeds != 100);
	}
	assert_int_equal(wrong, 0);
}

/* The share of bots that held names see is what "coverage" computes. */
static void
test_coverage(void **state)
{
	struct simulated_setting setting = {WHOLE, .held = 69};
	const struct census_method *method = census_method_find("coverage");
	double full = 0, seen = 0, error;
	struct census_figure figure = {.value = 0};

	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		struct census_habits habits = habits_of(&setting);
		struct simulated *world = simulated_new(&setting, seed);
		struct reference reference;

		reference_make(&reference, world, &habits);
		assert_true(census_estimate(method, &reference.facts, &figure));
		full += world->full_walks;
		seen += world->full_seen;
		reference_free(&reference);
		simulated_free(world);
	}
	error = sqrt(figure.value * (1 - figure.value) / full);
	assert_true(fabs(seen / full - figure.value) < 4 * error);
}

/* Host's days of the same world say the same as the calls of which they are made. */
static void
test_rows(void **state)
{
	struct simulated_setting setting = {DAYS(4),      ROUND,        SPEAKS,
	                                    .churn = 0.3, .chaff = 0.1, .known = true};
	struct census_habits habits = habits_of(&setting);
	struct simulated *world = simulated_new(&setting, 3);
	uint64_t daily[4] = {0}, hours = 0, counted = 0, contacts = 0, alien = 0;
	struct reference reference;
	struct hostday *rows;
	size_t count;

	(void)state;
	reference_make(&reference, world, &habits);
	count = reference_rows(&reference, 0, "simulated/a", &rows);
	for (size_t i = 0; i < count; i++) {
		const struct hostday_marks *marks = &rows[i].marks;

		if (marks->alien > 0 || marks->outside > 0) {
			alien++;
			continue;
		}
		daily[(rows[i].day - SIMULATED_START) / 86400]++;
		hours += (unsigned)__builtin_popcount(marks->hours);
		contacts += marks->contacts;
	}
	for (size_t i = 0; i < 4 * 24; i++)
		counted += reference.hours[i];
	/* The fourth kind, canaries, is told by address alone. */
	assert_true(alien == reference.facts.chaff[CENSUS_CHAFF_OUTSIDE] +
	                             reference.facts.chaff[CENSUS_CHAFF_HEADERS]);
	assert_true(hours == counted + reference.facts.chaff[CENSUS_CHAFF_CANARY]);
	assert_true(contacts ==
	            reference.facts.contacts + reference.facts.chaff[CENSUS_CHAFF_CANARY]);
	for (size_t day = 0; day < 4; day++)
		assert_true(daily[day] >= reference.daily[day] && daily[day] > 0);
	free(rows);
	reference_free(&reference);
	simulated_free(world);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_rows),
	        cmocka_unit_test(test_coverage),
	        cmocka_unit_test(test_classes),
	};

	if (argc > 1 && strcmp(argv[1], "full") == 0)
		setenv("CENSUS_SEEDS", "1000", 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
