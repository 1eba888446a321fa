/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The same sightings in another order, judged in between or not, and after
 * memory failed, give the same hosts, byte by byte.
 *
 * Linked with --wrap for malloc, calloc and realloc: each call can be made to fail.
 */
#include "scene.h"
#include "../memory.h"

#include <string.h>

#define SIGHTINGS 6000

static struct clean clean;
static struct scene scenes[SIGHTINGS];
static struct scene_walk {
	size_t at;
	enum fsk_err last;
} walk;

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t
draw(void)
{
	static uint64_t state = 11;
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Hosts that ask for few and for many names, often the same at the same time,
 * on the right and on a wrong day, with requests between. */
static int
make_scenes(void **state)
{
	static const char *const machines[] = {"", "", "anna-pc", "bernd", "bernd-2"};

	(void)state;
	if (clean_init(&clean) != FSK_OK)
		return 1;
	for (uint32_t i = 0; i < 3000; i++) {
		struct sighting_client client = scene_client(i % 70);

		clean_add(&clean, scene_hash(&client), clean_mix(i), 0);
	}
	for (size_t i = 0; i < SIGHTINGS; i++) {
		struct scene *scene = &scenes[i];
		uint32_t host = (uint32_t)(draw() % 60);
		uint32_t names = host % 3 == 0 ? 2 : 2 + host;

		scene_name(scene, host, (uint32_t)(draw() % 5), (int)(draw() % 3),
		           (uint32_t)(draw() % names));
		if (draw() % 12 == 0) /* visitors of a site */
			scene_name(scene, 60 + (uint32_t)(draw() % 9), 0, 0, 5000);
		scene->sighting.us += (int64_t)(draw() % 4 * 43200) * SCENE_SECOND;
		scene->sighting.file = (uint32_t)(draw() % 2);
		scene->sighting.line = draw() % 50;
		scene->sighting.match.index += draw() % 2 == 0 ? 0 : 1000;
		scene->sighting.machine = span_of(machines[draw() % 5]);
		if (draw() % 20 == 0) {
			scene->sighting.fingerprint = draw() % 2 ? "one" : "other";
			scene->sighting.counter = (int64_t)(draw() % 9) - 1;
			if (draw() % 2 == 0)
				scene->sighting.match.generator = SIGHTING_NO_GENERATOR;
		}
	}
	return 0;
}

static int
free_scenes(void **state)
{
	(void)state;
	clean_fini(&clean);
	return 0;
}

static void
shuffle(void)
{
	for (size_t i = SIGHTINGS - 1; i > 0; i--) {
		size_t other = draw() % (i + 1);
		struct scene held = scenes[i];

		scenes[i] = scenes[other];
		scenes[other] = held;
		scenes[i].sighting.forecast.text = scenes[i].text;
		scenes[other].sighting.forecast.text = scenes[other].text;
	}
}

static enum fsk_err
step(void *context, struct sighting *sighting)
{
	struct scene_walk *at = context;

	if (at->at == SIGHTINGS)
		return at->last;
	*sighting = scenes[at->at++].sighting;
	return FSK_OK;
}

static void
write_finding(FILE *out, const struct verdict_finding *finding)
{
	fprintf(out, " g%u %d %a %a %a %a %u %llu %lld %lld %u %d %d\n", finding->generator,
	        finding->word, finding->posterior, finding->evidence, finding->chance,
	        finding->expected, finding->found, (unsigned long long)finding->sightings,
	        (long long)finding->first_us, (long long)finding->last_us, finding->relay,
	        finding->offset, finding->offset_days);
	for (size_t i = 0; i < finding->name_count; i++) {
		const struct verdict_name *name = &finding->names[i];

		fprintf(out, "  %s %lld %u %lld %lld %u %llu %u %d %d\n", name->text,
		        (long long)name->match.period.first, name->match.index,
		        (long long)name->first_us, (long long)name->last_us, name->file,
		        (unsigned long long)name->line, name->times, name->again,
		        name->collision);
	}
}

/* All that ${verdict} says, as text; the caller frees it. */
static char *
write_all(const struct verdict *verdict)
{
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	for (size_t n = 0; n < verdict_host_count(verdict); n++) {
		const struct verdict_host *host = verdict_host_at(verdict, n);

		fprintf(out, "h%u.%u %d %u %a %lld %lld %s\n",
		        host->client.address.octets[14], host->client.address.octets[15],
		        host->word, host->relay, host->clean, (long long)host->first_us,
		        (long long)host->last_us, host->machine);
		for (size_t i = 0; i < host->finding_count; i++)
			write_finding(out, &host->findings[i]);
		for (size_t i = 0; i < host->request_count; i++)
			fprintf(out, " %s %llu %lld %lld %lld %lld %u %llu\n",
			        host->requests[i].fingerprint,
			        (unsigned long long)host->requests[i].requests,
			        (long long)host->requests[i].counter_least,
			        (long long)host->requests[i].counter_most,
			        (long long)host->requests[i].first_us,
			        (long long)host->requests[i].last_us,
			        host->requests[i].file,
			        (unsigned long long)host->requests[i].line);
	}
	for (size_t n = 0; n < verdict_collision_count(verdict); n++) {
		const struct verdict_collision *name = verdict_collision_at(verdict, n);

		fprintf(out, "c %s %u %u %u\n", name->text, name->generator, name->hosts,
		        name->alone);
	}
	assert_int_equal(fclose(out), 0);
	return text;
}

/* What is said of all sightings; taken ${often} times. */
static char *
judge_all(unsigned often, bool between)
{
	struct verdict *verdict = scene_new();
	char *text;

	for (unsigned round = 0; round < often; round++) {
		for (size_t i = 0; i < SIGHTINGS; i++) {
			if (between && i % 997 == 0)
				scene_judge(verdict, &clean, null_measure(0, 1e6));
			assert_int_equal(verdict_add(verdict, &scenes[i].sighting), FSK_OK);
		}
	}
	scene_judge(verdict, &clean, null_measure(0, 1e6));
	text = write_all(verdict);
	verdict_free(verdict);
	return text;
}

static void
test_order(void **state)
{
	char *wanted = judge_all(1, false);

	(void)state;
	assert_true(strlen(wanted) > 100000);
	assert_non_null(strstr(wanted, "\nc "));
	for (unsigned i = 0; i < 8; i++) {
		char *got;

		shuffle();
		got = judge_all(1, i % 2 == 1);
		assert_string_equal(got, wanted);
		free(got);
	}
	free(wanted);
}

static void
test_take(void **state)
{
	struct sighting_cursor cursor = {.next = step, .context = &walk};
	struct verdict *verdict = scene_new();
	char *wanted = judge_all(1, false), *got;

	(void)state;
	walk = (struct scene_walk){.last = FSK_END};
	assert_int_equal(verdict_take(verdict, &cursor), FSK_OK);
	scene_judge(verdict, &clean, null_measure(0, 1e6));
	got = write_all(verdict);
	assert_string_equal(got, wanted);
	walk = (struct scene_walk){.at = SIGHTINGS, .last = FSK_CORRUPT};
	assert_int_equal(verdict_take(verdict, &cursor), FSK_CORRUPT);
	walk = (struct scene_walk){.at = SIGHTINGS - 1, .last = FSK_END};
	scenes[SIGHTINGS - 1].sighting.match.generator += SCENE_GENERATORS;
	assert_int_equal(verdict_take(verdict, &cursor), FSK_RANGE);
	scenes[SIGHTINGS - 1].sighting.match.generator -= SCENE_GENERATORS;
	free(wanted);
	free(got);
	verdict_free(verdict);
}

/* What is sighted again takes no memory. */
static void
test_no_growth(void **state)
{
	struct verdict *verdict = scene_new();
	const struct verdict_host *host;

	(void)state;
	for (size_t i = 0; i < SIGHTINGS; i++)
		scenes[i].sighting.machine.len = 0;
	for (unsigned round = 0; round < 3; round++) {
		memory_left = round == 0 ? -1 : 1000000;
		for (size_t i = 0; i < SIGHTINGS; i++)
			assert_int_equal(verdict_add(verdict, &scenes[i].sighting), FSK_OK);
		assert_true(round == 0 || memory_left >= 1000000 - 2);
	}
	memory_left = -1;
	scene_judge(verdict, &clean, null_measure(0, 1e6));
	host = verdict_host_at(verdict, 0);
	assert_int_equal(host->findings->sightings % 3, 0);
	verdict_free(verdict);
}

/* Judges while call ${call} of the allocator fails; whether the judgement did. */
static bool
try_judgement(struct verdict *verdict, long call)
{
	struct null_rate rates[SCENE_GENERATORS];
	struct verdict_ground ground = {.clean = &clean,
	                                .rates = rates,
	                                .days = 1,
	                                .generators = 1,
	                                .host_hash = scene_hash};
	enum fsk_err err;

	for (size_t i = 0; i < SCENE_GENERATORS; i++)
		rates[i] = null_measure(0, 1e6);
	memory_left = call;
	err = verdict_judge(verdict, &ground);
	memory_left = -1;
	assert_true(err == FSK_OK || err == FSK_NOMEM);
	assert_true(err == FSK_OK || verdict_host_count(verdict) == 0);
	return err == FSK_NOMEM;
}

/* The n-th call fails, for each n: what failed is done again, and all is as if
 * nothing had been. */
static void
test_no_memory(void **state)
{
	char *wanted = judge_all(1, false);
	unsigned failures = 0;

	(void)state;
	for (long pause = 0; pause < 60; pause++) {
		struct verdict *verdict = scene_new();
		enum fsk_err err = FSK_OK;
		char *got;

		for (size_t i = 0; i < SIGHTINGS; i += err == FSK_OK) {
			if (memory_left < 0)
				memory_left = pause / 2;
			err = verdict_add(verdict, &scenes[i].sighting);
			assert_true(err == FSK_OK || err == FSK_NOMEM);
			if (err == FSK_NOMEM) {
				failures++;
				memory_left = 1; /* so that it ends */
			}
			if (err == FSK_OK && i % 1500 == 0)
				failures += try_judgement(verdict, pause);
		}
		memory_left = -1;
		scene_judge(verdict, &clean, null_measure(0, 1e6));
		got = write_all(verdict);
		assert_string_equal(got, wanted);
		free(got);
		verdict_free(verdict);
	}
	assert_true(failures > 300);
	free(wanted);
}

static void
test_no_memory_for_new(void **state)
{
	const struct verdict_setting setting = {.generator_count = 1};
	struct verdict *verdict = NULL;
	struct clean none = {.registers = NULL};

	(void)state;
	memory_left = 0;
	assert_int_equal(verdict_new(&setting, &verdict), FSK_NOMEM);
	assert_null(verdict);
	memory_left = 0;
	assert_int_equal(clean_init(&none), FSK_NOMEM);
	assert_null(none.registers);
	memory_left = -1;
	clean_fini(&none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_order),     cmocka_unit_test(test_take),
	        cmocka_unit_test(test_no_memory), cmocka_unit_test(test_no_memory_for_new),
	        cmocka_unit_test(test_no_growth),
	};

	return cmocka_run_group_tests(tests, make_scenes, free_scenes);
}
