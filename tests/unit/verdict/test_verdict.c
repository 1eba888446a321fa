/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From sightings to verdicts: each rule of the header from both sides.
 */
#include "scene.h"

#include "watch/fingerprint.h"

#include <math.h>

static struct clean clean;    /* 200 hosts, about 100 names each */
static struct null_rate rate; /* 1.8e-5 */

static int
make_clean(void **state)
{
	(void)state;
	if (clean_init(&clean) != FSK_OK)
		return 1;
	for (uint32_t host = 0; host < 200; host++) {
		struct sighting_client client = scene_client(host);

		for (uint64_t name = 0; name < 100; name++)
			clean_add(&clean, scene_hash(&client), clean_mix(name), 0);
	}
	rate = null_measure(0, 200000);
	return 0;
}

static int
free_clean(void **state)
{
	(void)state;
	clean_fini(&clean);
	return 0;
}

static void
test_words(void **state)
{
	/* By chance there are 1.8e-5 * 103 names = 1.9e-3: the chance of two is
	 * 1.8e-6, the posterior 0.98; of three 1.1e-9. */
	static const enum verdict_word words[] = {VERDICT_CHANCE, VERDICT_LIKELY,
	                                          VERDICT_INFECTED, VERDICT_INFECTED};
	struct verdict *verdict = scene_new();

	(void)state;
	assert_int_equal(verdict_host_count(verdict), 0);
	for (uint32_t host = 0; host < 4; host++) {
		for (uint32_t name = 0; name <= host; name++) {
			scene_ask(verdict, host, 2, 0, host * 10 + name);
			scene_ask(verdict, host, 2, 0, host * 10 + name);
		}
	}
	scene_judge(verdict, &clean, rate);
	assert_int_equal(verdict_host_count(verdict), 4);
	for (uint32_t host = 0; host < 4; host++) {
		const struct verdict_host *at = verdict_host_at(verdict, 3 - host);
		const struct verdict_finding *finding = at->findings;
		double tail;

		assert_ptr_equal(at, scene_host(verdict, host));
		assert_int_equal(at->word, words[host]);
		assert_int_equal(at->finding_count, 1);
		assert_int_equal(finding->word, words[host]);
		assert_int_equal(finding->found, host + 1);
		assert_int_equal(finding->name_count, host + 1);
		assert_int_equal(finding->sightings, 2 * (host + 1));
		assert_true(finding->expected == 0); /* not known of generator 2 */
		assert_true(fabs(at->clean / 100 - 1) < 0.5);
		assert_true(finding->chance > rate.used * (at->clean + finding->found));
		assert_true(finding->chance <
		            rate.used * (at->clean * 1.5 + finding->found));
		tail = null_tail(finding->chance, host + 1);
		assert_true(fabs(finding->evidence - log(0.95 / tail)) < 1e-9);
		assert_true(fabs(finding->posterior - 0.95e-4 / (0.95e-4 + 0.9999 * tail)) <
		            1e-12);
		assert_string_equal(at->machine, "");
	}
	assert_null(verdict_host_at(verdict, 4));
	verdict_free(verdict);
	verdict_free(NULL);
}

/* With a prior in place of a rate two names are likely, never more. */
static void
test_prior(void **state)
{
	struct verdict *verdict = scene_new();
	struct clean none;

	(void)state;
	assert_int_equal(clean_init(&none), FSK_OK);
	for (uint32_t host = 0; host < 3; host++) {
		for (uint32_t name = 0; name <= host; name++)
			scene_ask(verdict, host, 0, 0, host * 10 + name);
	}
	scene_judge(verdict, &none, null_measure(0, 100));
	assert_int_equal(scene_host(verdict, 0)->word, VERDICT_CHANCE);
	assert_int_equal(scene_host(verdict, 1)->word, VERDICT_LIKELY);
	assert_true(fabs(scene_host(verdict, 1)->findings->posterior - 0.66) < 5e-3);
	assert_true(scene_host(verdict, 1)->findings->chance == VERDICT_MEAN_LEAST_PRIOR);
	assert_int_equal(scene_host(verdict, 2)->word, VERDICT_INFECTED);
	scene_judge(verdict, &none, null_measure(0, 1e9));
	assert_int_equal(scene_host(verdict, 0)->word, VERDICT_CHANCE); /* one, ever */
	assert_int_equal(scene_host(verdict, 1)->word, VERDICT_INFECTED);
	assert_true(scene_host(verdict, 1)->findings->chance == VERDICT_MEAN_LEAST);
	verdict_free(verdict);
	clean_fini(&none);
}

/* What convicts one of ten hosts does not convict one of a million. */
static void
test_limit(void **state)
{
	struct verdict *verdict = scene_new();
	struct clean many;

	(void)state;
	assert_true(fabs(verdict_limit(10000) - log(95000)) < 1e-9);
	assert_true(verdict_limit(0) == verdict_limit(1));
	scene_ask(verdict, 1, 0, 0, 1);
	scene_ask(verdict, 1, 0, 0, 2);
	assert_int_equal(clean_init(&many), FSK_OK);
	scene_judge(verdict, &many, null_measure(0, 1e9));
	assert_int_equal(scene_host(verdict, 1)->word, VERDICT_INFECTED);
	for (uint64_t host = 0; host < 1000000; host++)
		clean_add(&many, clean_mix(host), 7, 0);
	scene_judge(verdict, &many, null_measure(0, 1e9));
	assert_int_equal(scene_host(verdict, 1)->word, VERDICT_LIKELY);
	verdict_free(verdict);
	clean_fini(&many);
}

/* Of one name: the index that stands first where it stands twice, and the first
 * and last time. */
static void
test_repeated_names(void **state)
{
	struct verdict *verdict = scene_new();
	const struct verdict_finding *finding;
	struct scene scene;

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		scene_name(&scene, 1, 0, 0, 7);
		scene.sighting.us += (int64_t)((i + 2) % 5) * SCENE_SECOND;
		scene.sighting.line = i + 100;
		scene.sighting.match.index = 7 + i % 2;
		scene.sighting.match.offset = 4; /* as www.name */
		assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
	}
	scene_judge(verdict, &clean, rate);
	finding = scene_host(verdict, 1)->findings;
	assert_int_equal(finding->found, 1);
	assert_int_equal(finding->sightings, 5);
	assert_int_equal(finding->names->times, 5);
	assert_int_equal(finding->names->line, 103);
	assert_int_equal(finding->names->match.index, 8);
	assert_int_equal(finding->names->match.offset, 0);
	assert_int_equal(finding->last_us - finding->first_us, 4 * SCENE_SECOND);
	assert_string_equal(finding->names->text, "n0-0-7.example");
	assert_int_equal(scene_host(verdict, 1)->first_us, finding->first_us);
	assert_int_equal(scene_host(verdict, 1)->last_us, finding->last_us);
	verdict_free(verdict);
}

/* A name that the lists of two days have is one name, of the day on which it was
 * asked for. */
static void
test_two_periods(void **state)
{
	struct verdict *verdict = scene_new();
	const struct verdict_finding *finding;

	(void)state;
	for (int listed = -1; listed <= 1; listed++) {
		for (uint32_t name = 0; name < 3; name++) {
			struct scene scene;
			int64_t first = SCENE_START + listed * SCENE_DAY;

			scene_name(&scene, 1, 0, 0, name);
			scene.sighting.match.period =
			        (struct fsk_period){first, first + SCENE_DAY - 1};
			assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
		}
	}
	scene_judge(verdict, &clean, rate);
	finding = scene_host(verdict, 1)->findings;
	assert_int_equal(finding->found, 3);
	assert_int_equal(finding->name_count, 9);
	assert_true(finding->expected == 50);
	assert_false(finding->offset);
	for (size_t i = 0; i < 9; i++)
		assert_int_equal(finding->names[i].again,
		                 finding->names[i].match.period.first != SCENE_START);
	verdict_free(verdict);
}

/* Asks for ${count} names that hold ${days} days after they are asked for. */
static void
ask_ahead(struct verdict *verdict, uint32_t host, uint32_t count, int days)
{
	for (uint32_t i = 0; i < count; i++) {
		struct scene scene;

		scene_name(&scene, host, 0, days, host * 100 + i);
		scene.sighting.us -= days * SCENE_DAY * SCENE_SECOND;
		assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
	}
}

static void
test_clock(void **state)
{
	struct verdict *verdict = scene_new();
	struct scene scene;

	(void)state;
	ask_ahead(verdict, 1, 3, 1);
	ask_ahead(verdict, 2, 3, -400);
	ask_ahead(verdict, 3, 2, 1); /* too few */
	ask_ahead(verdict, 4, 30, 1);
	ask_ahead(verdict, 4, 1, 0); /* one holds */
	ask_ahead(verdict, 5, 9, 2);
	ask_ahead(verdict, 5, 1, -5);
	ask_ahead(verdict, 6, 8, 2);
	ask_ahead(verdict, 6, 1, -5);
	for (uint32_t i = 0; i < 3; i++) { /* of periods of an hour, on the same day */
		scene_name(&scene, 7, 0, 0, 700 + i);
		scene.sighting.match.period.last = scene.sighting.match.period.first + 3599;
		assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
	}
	for (uint32_t i = 0; i < 3; i++) { /* before 1970, and of lists for ever */
		scene_name(&scene, 8, 0, 0, 800 + i);
		scene.sighting.us = INT64_MIN;
		scene.sighting.match.period = (struct fsk_period){0, INT64_MAX};
		assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
		scene_name(&scene, 9, 0, 0, 900 + i);
		scene.sighting.match.period = (struct fsk_period){INT64_MIN, INT64_MAX};
		assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
		scene_name(&scene, 10, 0, 0, 1000 + i); /* in the last second of 1969 */
		scene.sighting.us = -1;
		scene.sighting.match.period = (struct fsk_period){-SCENE_DAY, -1};
		assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
	}
	for (uint32_t i = 0; i < 6; i++) { /* ten hours early, as its bots do; a day */
		scene_name(&scene, 11 + i / 3, SCENE_EARLY, 5, 1100 + i);
		scene.sighting.us =
		        (scene.sighting.match.period.first - (i < 3 ? 36000 : SCENE_DAY)) *
		        SCENE_SECOND;
		assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
	}
	scene_judge(verdict, &clean, rate);
	for (uint32_t host = 1; host <= 12; host++) {
		static const int days[] = {0,  1,         -400, 0, 0, 2, 0,
		                           -1, 106751992, 0,    0, 0, 1};
		const struct verdict_finding *finding = scene_host(verdict, host)->findings;

		assert_int_equal(finding->offset, days[host] != 0);
		assert_int_equal(finding->offset_days, days[host]);
	}
	verdict_free(verdict);
}

static void
test_collision(void **state)
{
	struct verdict *verdict = scene_new();

	(void)state;
	/* Name 1: five of eight hosts for it alone. Name 2: two alone. */
	for (uint32_t host = 1; host <= 8; host++)
		scene_ask(verdict, host, 0, 0, 1);
	scene_ask(verdict, 6, 0, 0, 61);
	scene_ask(verdict, 7, 0, 0, 71);
	scene_ask(verdict, 7, 0, 0, 72);
	scene_ask(verdict, 7, 0, 0, 73);
	scene_ask(verdict, 8, 0, 0, 81);
	scene_ask(verdict, 9, 0, 0, 2);
	scene_ask(verdict, 10, 0, 0, 2);
	/* Name 3: two of five alone. */
	for (uint32_t host = 11; host <= 15; host++) {
		scene_ask(verdict, host, 0, 0, 3);
		if (host > 12)
			scene_ask(verdict, host, 0, 0, host * 10);
	}
	/* Name 4, of another generator: three of six. */
	for (uint32_t host = 11; host <= 16; host++) {
		scene_ask(verdict, host, 2, 0, 4);
		if (host > 13)
			scene_ask(verdict, host, 2, 0, host * 10);
	}
	scene_judge(verdict, &clean, rate);
	assert_int_equal(verdict_collision_count(verdict), 2);
	assert_string_equal(verdict_collision_at(verdict, 0)->text, "n0-0-1.example");
	assert_int_equal(verdict_collision_at(verdict, 0)->hosts, 8);
	assert_int_equal(verdict_collision_at(verdict, 0)->alone, 5);
	assert_string_equal(verdict_collision_at(verdict, 1)->text, "n2-0-4.example");
	assert_int_equal(verdict_collision_at(verdict, 1)->generator, 2);
	assert_null(verdict_collision_at(verdict, 2));
	/* It counts against none, and is listed. */
	assert_int_equal(scene_host(verdict, 1)->findings->found, 0);
	assert_int_equal(scene_host(verdict, 1)->findings->name_count, 1);
	assert_true(scene_host(verdict, 1)->findings->names->collision);
	assert_true(scene_host(verdict, 1)->findings->expected == 0);
	assert_int_equal(scene_host(verdict, 6)->word, VERDICT_CHANCE);
	assert_int_equal(scene_host(verdict, 6)->findings->found, 1);
	assert_int_equal(scene_host(verdict, 7)->word, VERDICT_INFECTED);
	assert_int_equal(scene_host(verdict, 7)->findings->found, 3);
	assert_int_equal(scene_host(verdict, 7)->findings->name_count, 4);
	assert_int_equal(scene_host(verdict, 13)->findings->found, 2);
	verdict_free(verdict);
}

/* A bot that stops at the first of three names is no visitor of a site, unless it
 * goes on to ask for it when another holds. */
static void
test_collision_of_few(void **state)
{
	(void)state;
	for (uint32_t visitors = 0; visitors <= 5; visitors++) {
		struct verdict *verdict = scene_new();

		for (uint32_t host = 1; host <= 8; host++) {
			struct scene scene;

			scene_ask(verdict, host, 1, 0, 1);
			if (host > visitors)
				continue;
			scene_name(&scene, host, 1, 0, 1);
			scene.sighting.us += SCENE_DAY * SCENE_SECOND;
			assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
		}
		scene_judge(verdict, &clean, rate);
		assert_int_equal(verdict_collision_count(verdict), visitors >= 4);
		if (visitors >= 4)
			assert_int_equal(verdict_collision_at(verdict, 0)->alone, visitors);
		verdict_free(verdict);
	}
}

/* A wrong clock is no visit: such bots stand on one other day. */
static void
test_collision_of_clocks(void **state)
{
	struct verdict *verdict = scene_new();

	(void)state;
	for (uint32_t host = 1; host <= 8; host++) {
		struct scene scene;

		scene_name(&scene, host, 1, 0, 1);
		scene.sighting.us += SCENE_DAY * SCENE_SECOND;
		assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
		scene.sighting.us += 3600 * SCENE_SECOND;
		assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
	}
	scene_judge(verdict, &clean, rate);
	assert_int_equal(verdict_collision_count(verdict), 0);
	verdict_free(verdict);
}

static void
test_relay_lists(void **state)
{
	struct verdict *verdict = scene_new();

	(void)state;
	for (uint32_t i = 0; i < 51; i++) {
		scene_ask(verdict, 1, 0, 0, i);
		if (i < 50)
			scene_ask(verdict, 2, 0, 0, 100 + i);
		scene_ask(verdict, 3, 2, 0, i);
		scene_ask(verdict, 4, 0, (int)(i % 2), 200 + i);
	}
	/* Rounds: two, of four sightings each. */
	for (uint32_t i = 0; i < 25; i++) {
		scene_ask(verdict, 5, 0, 0, 300 + i % 3);
		scene_ask(verdict, 7, 0, 0, 400 + i % 2);
		if (i < 24)
			scene_ask(verdict, 6, 0, 0, 500 + i % 3);
	}
	scene_judge(verdict, &clean, rate);
	for (uint32_t host = 1; host <= 7; host++) {
		static const unsigned relays[] = {0, VERDICT_RELAY_LIST,   0, 0,
		                                  0, VERDICT_RELAY_SWEEPS, 0, 0};
		const struct verdict_host *at = scene_host(verdict, host);

		assert_int_equal(at->relay, relays[host]);
		assert_int_equal(at->findings->relay, relays[host]);
	}
	assert_true(scene_host(verdict, 2)->findings->expected == 50);
	assert_true(scene_host(verdict, 4)->findings->expected == 100);
	verdict_free(verdict);
}

static void
test_relay_hosts(void **state)
{
	struct verdict *verdict = scene_new();
	struct sighting_client busy = scene_client(300);
	struct clean much;

	(void)state;
	assert_int_equal(clean_init(&much), FSK_OK);
	for (uint64_t name = 0; name < 20000; name++)
		clean_add(&much, scene_hash(&busy), clean_mix(name), 0);
	scene_ask(verdict, 300, 0, 0, 0);
	for (uint32_t name = 0; name < 5; name++) {
		for (uint32_t generator = 0; generator < 8; generator += 2) {
			scene_ask(verdict, 301, generator, 0, 10 + name);
			scene_ask(verdict, 302, generator / 4 * 4 + generator / 2 % 2, 0,
			          20 + name);
			if (name == 0 || generator < 6) /* of the fourth but one */
				scene_ask(verdict, 303, generator, 0, 30 + name);
		}
	}
	scene_judge(verdict, &much, null_measure(0, 1e6));
	assert_int_equal(scene_host(verdict, 300)->relay, VERDICT_RELAY_CLEAN);
	assert_int_equal(scene_host(verdict, 301)->relay, VERDICT_RELAY_FAMILIES);
	/* Four generators, 0, 1, 4 and 5, of two families. Generator 1 tries three. */
	assert_int_equal(scene_host(verdict, 302)->finding_count, 4);
	assert_int_equal(scene_host(verdict, 302)->relay, VERDICT_RELAY_LIST);
	assert_int_equal(scene_host(verdict, 303)->finding_count, 4);
	assert_int_equal(scene_host(verdict, 303)->relay, 0);
	verdict_free(verdict);
	clean_fini(&much);
}

/* The first fingerprint of that strength; NULL: there is none. */
static const char *
fingerprint_of(enum watch_strength strength)
{
	const struct watch_fingerprint *at;

	for (size_t i = 0; (at = watch_fingerprint_at(i)) != NULL; i++) {
		if (at->strength == strength)
			return at->name;
	}
	return NULL;
}

static void
send(struct verdict *verdict, uint32_t host, const char *fingerprint, int64_t counter)
{
	struct scene scene;

	scene_name(&scene, host, 0, 0, 1);
	scene.sighting.match.generator = SIGHTING_NO_GENERATOR;
	scene.sighting.forecast = (struct span){NULL, 0};
	scene.sighting.fingerprint = fingerprint;
	scene.sighting.counter = counter;
	scene.sighting.us += counter * SCENE_SECOND;
	assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
}

static void
test_requests(void **state)
{
	const char *strong = fingerprint_of(WATCH_STRONG),
	           *weak = fingerprint_of(WATCH_WEAK);
	struct verdict *verdict = scene_new();
	const struct verdict_host *host;

	(void)state;
	assert_non_null(strong);
	send(verdict, 1, strong, SIGHTING_NO_COUNTER);
	send(verdict, 1, strong, 7);
	send(verdict, 1, "no-such", 4);
	send(verdict, 1, strong, 5);
	send(verdict, 2, weak != NULL ? weak : "no-such", 0);
	send(verdict, 3, NULL, 0); /* says nothing */
	scene_judge(verdict, &clean, rate);
	assert_int_equal(verdict_host_count(verdict), 2);
	host = verdict_host_at(verdict, 0);
	assert_int_equal(host->word, VERDICT_LIKELY);
	assert_int_equal(host->finding_count, 0);
	assert_int_equal(host->request_count, 2);
	assert_string_equal(host->requests[0].fingerprint, strong);
	assert_int_equal(host->requests[0].requests, 3);
	assert_int_equal(host->requests[0].counter_least, 5);
	assert_int_equal(host->requests[0].counter_most, 7);
	assert_int_equal(host->requests[0].last_us - host->requests[0].first_us,
	                 8 * SCENE_SECOND);
	assert_string_equal(host->requests[1].fingerprint, "no-such");
	assert_int_equal(host->first_us, host->requests[0].first_us);
	assert_int_equal(host->last_us, host->requests[0].last_us);
	assert_int_equal(verdict_host_at(verdict, 1)->word, VERDICT_CHANCE);
	assert_int_equal(verdict_host_at(verdict, 1)->requests->counter_least, 0);

	scene_ask(verdict, 1, 0, 0, 9); /* and names beside it */
	scene_judge(verdict, &clean, rate);
	assert_int_equal(verdict_host_count(verdict), 2);
	assert_int_equal(scene_host(verdict, 1)->findings->found, 1);
	verdict_free(verdict);
}

static void
name_machine(struct verdict *verdict, int64_t second, struct span machine)
{
	struct scene scene;

	scene_name(&scene, 1, 0, 0, 1);
	scene.sighting.us += second * SCENE_SECOND;
	scene.sighting.machine = machine;
	assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
	scene_judge(verdict, &clean, rate);
}

static void
test_machine(void **state)
{
	struct verdict *verdict = scene_new();
	char longest[300];

	(void)state;
	name_machine(verdict, 5, span_of("b"));
	assert_string_equal(verdict_host_at(verdict, 0)->machine, "b");
	name_machine(verdict, 4, span_of("c")); /* earlier */
	assert_string_equal(verdict_host_at(verdict, 0)->machine, "b");
	name_machine(verdict, 9, span_of("")); /* not known */
	assert_string_equal(verdict_host_at(verdict, 0)->machine, "b");
	name_machine(verdict, 6, span_of("ab"));
	assert_string_equal(verdict_host_at(verdict, 0)->machine, "ab");
	name_machine(verdict, 7, span_of("a")); /* a part of it */
	assert_string_equal(verdict_host_at(verdict, 0)->machine, "a");
	name_machine(verdict, 8, (struct span){"pc\0x", 4});
	assert_string_equal(verdict_host_at(verdict, 0)->machine, "pc");
	memset(longest, 'x', 254);
	memset(longest + 254, 0x82, sizeof(longest) - 254);
	longest[254] = (char)0xe2; /* a character across the end */
	name_machine(verdict, 9, (struct span){longest, sizeof(longest)});
	assert_int_equal(strlen(verdict_host_at(verdict, 0)->machine), 254);
	verdict_free(verdict);
}

static void
test_refused(void **state)
{
	struct verdict *verdict = scene_new();
	char text[300];
	struct scene scene;

	(void)state;
	memset(text, 'a', sizeof(text));
	scene_name(&scene, 1, SCENE_GENERATORS, 0, 1);
	assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_RANGE);
	scene_name(&scene, 1, 0, 0, 1);
	scene.sighting.forecast.len = 0;
	assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_RANGE);
	scene.sighting.forecast = (struct span){"a\0b", 3};
	assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_RANGE);
	scene.sighting.forecast = (struct span){text, FSK_NAME_MAX + 1};
	assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_RANGE);
	scene_judge(verdict, &clean, rate);
	assert_int_equal(verdict_host_count(verdict), 0);
	scene.sighting.forecast.len--;
	assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
	scene_judge(verdict, &clean, rate);
	assert_int_equal(strlen(verdict_host_at(verdict, 0)->findings->names->text),
	                 FSK_NAME_MAX);
	/* Names of which one begins the other are two. */
	scene.sighting.forecast.len--;
	assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
	assert_int_equal(verdict_host_count(verdict), 0); /* not of all evidence */
	scene_judge(verdict, &clean, rate);
	assert_int_equal(verdict_host_at(verdict, 0)->findings->found, 2);
	verdict_free(verdict);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_words),
	        cmocka_unit_test(test_prior),
	        cmocka_unit_test(test_limit),
	        cmocka_unit_test(test_repeated_names),
	        cmocka_unit_test(test_two_periods),
	        cmocka_unit_test(test_clock),
	        cmocka_unit_test(test_collision),
	        cmocka_unit_test(test_collision_of_few),
	        cmocka_unit_test(test_collision_of_clocks),
	        cmocka_unit_test(test_relay_lists),
	        cmocka_unit_test(test_relay_hosts),
	        cmocka_unit_test(test_requests),
	        cmocka_unit_test(test_machine),
	        cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, make_clean, free_clean);
}
