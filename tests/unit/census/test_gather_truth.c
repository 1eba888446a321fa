/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Botnets of which all is known (simulated.h) go through a census, call by call: its facts
 * are those of reference.h, which counts them in the plainest way. Names are counted nearly
 * here and exactly there.
 */
#include "reference.h"

#include "census/gather.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SEEDS 3

#define ROUNDS                                                                             \
	.hosts = 300, .active = 0.8, .always = 0.2, .sees = {0.8, 0.4}, .counters = true,  \
	.resets = 0.01, .churn = 0.1
#define WALKS                                                                              \
	.hosts = 300, .active = 0.8, .always = 0.5, .sees = {1, 0}, .churn = 0.1,          \
	.names = 4000, .tries = 40, .held = 69

static const struct simulated_setting settings[] = {
        {ROUNDS, .days = 1},
        {ROUNDS, .days = 3, .nat = 0.3, .chaff = 0.2, .known = true},
        {ROUNDS, .days = 2, .one_line = true},
        {ROUNDS, .days = 1, .two = true, .chaff = 0.2, .known = true},
        {ROUNDS, .days = 2, .two = true, .pair = SIMULATED_HOUR_OFF},
        {ROUNDS, .days = 1, .two = true, .pair = SIMULATED_TWICE},
        {ROUNDS, .days = 20, .reuse = 0.2, .light = true},
        {WALKS, .days = 1},
        {WALKS, .days = 3, .chaff = 0.2, .known = true, .nat = 0.3},
        {WALKS, .days = 1, .chaff = 0.2, .enumerators = 0.3},
};

static uint64_t
hold(int64_t day, struct span generator, void *context)
{
	const struct simulated *world = context;

	(void)day;
	return span_equal(generator, span_of("conficker/b")) ? world->setting.held : 0;
}

/* Whether a sensor saw ${call}, in the span. */
static bool
is_seen(const struct simulated *world, const struct simulated_call *call)
{
	return call->sensor != SIMULATED_UNSEEN &&
	       reference_hour(call) < world->setting.days * 24;
}

static struct sighting
sighting_of(const struct simulated_call *call, char text[SIMULATED_TEXT])
{
	struct sighting sighting;
	size_t generator;

	assert_int_equal(fsk_generator_find("conficker/b", &generator), FSK_OK);
	sighting = simulated_sighting(call, (uint32_t)generator, text);
	sighting.fingerprint = call->kind == SIMULATED_ALIEN ? "http" : "conficker-ab";
	return sighting;
}

/* Each call is a row of its own: what is of one host and day comes together only there. */
static void
walk_first(struct census_gather *gathered, const struct simulated *world)
{
	for (size_t i = 0; i < world->count; i++) {
		const struct simulated_call *call = &world->calls[i];
		char text[SIMULATED_TEXT];
		struct sighting sighting = sighting_of(call, text);
		struct hostday row = {.client = sighting.client,
		                      .day = call->us / SIMULATED_DAY * 86400,
		                      .generator = span_of("conficker/b")};

		if (!is_seen(world, call))
			continue;
		hostday_marks_init(&row.marks);
		hostday_marks_add(&row.marks, &sighting);
		assert_int_equal(census_gather_add(gathered, &row), FSK_OK);
	}
}

static int
compare(const void *a, const void *b)
{
	const struct simulated_call *one = a, *other = b;

	return (one->us > other->us) - (one->us < other->us);
}

static void
walk_second(struct census_gather *gathered, struct simulated *world)
{
	qsort(world->calls, world->count, sizeof(*world->calls), compare);
	for (size_t i = 0; i < world->count; i++) {
		char text[SIMULATED_TEXT];
		struct sighting sighting = sighting_of(&world->calls[i], text);

		if (is_seen(world, &world->calls[i]))
			assert_int_equal(census_gather_sighting(gathered, &sighting),
			                 FSK_OK);
	}
}

static struct census_set *
canaries(const struct simulated *world)
{
	struct census_set *set;

	assert_int_equal(census_set_new(&set), FSK_OK);
	for (size_t i = 0; i < world->count; i++) {
		struct sighting_client client = simulated_client(world->calls[i].address);

		if (world->calls[i].kind == SIMULATED_CANARY)
			assert_int_equal(census_set_add(set, &client), FSK_OK);
	}
	return set;
}

static void
check_days(const struct census_facts *is, const struct census_facts *wanted)
{
	assert_memory_equal(is->hours, wanted->hours, is->days * 24 * sizeof(*is->hours));
	assert_memory_equal(is->daily, wanted->daily, is->days * sizeof(*is->daily));
	for (size_t i = 0; i < is->days; i++) {
		for (size_t j = i; j < is->days; j++) {
			uint64_t sum = 0, should = 0;

			for (size_t g = 0; g < CENSUS_GROUPS; g++) {
				size_t cell = (g * is->days + i) * is->days + j;

				sum += is->again[cell];
				should += wanted->again[cell];
			}
			assert_int_equal(sum, should);
		}
	}
}

static void
check_names(const struct census_facts *is, const struct census_facts *wanted)
{
	assert_int_equal(is->name_set, wanted->name_set);
	assert_int_equal(is->name_sets, wanted->name_sets);
	for (size_t day = 0; is->name_set && day < is->days; day++) {
		assert_int_equal(is->held[day], wanted->held[day]);
		assert_true(fabs(is->hits[day] - wanted->hits[day]) <=
		            0.04 * wanted->hits[day] + 1);
	}
}

static void
check_pair(const struct census_facts *is, const struct census_facts *wanted)
{
	assert_int_equal(is->sensors, wanted->sensors);
	assert_int_equal(is->pair == NULL, wanted->pair == NULL);
	if (is->pair == NULL)
		return;
	assert_int_equal(is->pair->hour, wanted->pair->hour);
	assert_int_equal(is->pair->both[1], wanted->pair->both[1]);
	/* The sensor that saw more is the first one there. */
	if (strcmp(is->pair->first_name, "first") == 0) {
		assert_int_equal(is->pair->first, wanted->pair->first);
		assert_int_equal(is->pair->second, wanted->pair->second);
		assert_memory_equal(is->pair->both, wanted->pair->both,
		                    sizeof(is->pair->both));
		return;
	}
	assert_int_equal(is->pair->first, wanted->pair->second);
	assert_int_equal(is->pair->second, wanted->pair->first);
}

static void
check(const struct census_facts *is, const struct census_facts *wanted)
{
	assert_int_equal(is->from, wanted->from);
	assert_int_equal(is->to, wanted->to);
	assert_int_equal(is->days, wanted->days);
	assert_int_equal(is->contacts, wanted->contacts);
	assert_int_equal(is->footprint, wanted->footprint);
	assert_memory_equal(is->chaff, wanted->chaff, sizeof(is->chaff));
	check_days(is, wanted);
	check_names(is, wanted);
	assert_int_equal(is->with_counter, wanted->with_counter);
	assert_true(is->counter_sum == wanted->counter_sum);
	assert_int_equal(is->chain_hour, wanted->chain_hour);
	assert_int_equal(is->chained, wanted->chained);
	assert_int_equal(is->told, wanted->told);
	assert_int_equal(is->chains, wanted->chains);
	check_pair(is, wanted);
	assert_int_equal(is->forgotten, wanted->forgotten);
	assert_int_equal(is->unmarked, wanted->unmarked);
}

static void
run(const struct simulated_setting *setting, uint64_t seed)
{
	struct simulated *world = simulated_new(setting, seed);
	struct census_set *canary = canaries(world);
	struct census_held held = {.count = hold, .context = world};
	struct census_plan plan = {
	        .family = "conficker",
	        .from = SIMULATED_START,
	        .to = SIMULATED_START + (int64_t)setting->days * 86400,
	        .habits = {.names = setting->names, .tries = setting->tries},
	        .held = &held,
	        .canary = canary};
	struct census_gather *gathered;
	const struct census_facts *facts;
	struct reference reference;
	int64_t from, to;

	reference_make(&reference, world, &plan.habits);
	assert_int_equal(census_gather_new(&plan, &gathered), FSK_OK);
	walk_first(gathered, world);
	assert_int_equal(census_gather_settle(gathered, &from, &to), FSK_OK);
	walk_second(gathered, world);
	assert_int_equal(census_gather_facts(gathered, &facts), FSK_OK);
	check(facts, &reference.facts);
	census_gather_free(gathered);
	census_set_free(canary);
	reference_free(&reference);
	simulated_free(world);
}

static void
test_simulated(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		for (uint64_t seed = 0; seed < SEEDS; seed++)
			run(&settings[i], seed);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_simulated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
