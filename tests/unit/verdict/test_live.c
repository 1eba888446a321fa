/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is known while sightings come: the same as is judged of all of them, what is
 * forgotten and what is not, collisions, clients that are many, memory that runs out.
 * Linked with --wrap for malloc, calloc and realloc: each call can be made to fail.
 */
#include "scene.h"

#include "verdict/live.h"
#include "../memory.h"

#include <math.h>

static const struct verdict_setting setting = {.generator_count = SCENE_GENERATORS,
                                               .tries = scene_tries,
                                               .rounds = scene_rounds,
                                               .ahead = scene_ahead,
                                               .family = scene_family};

static const struct verdict_live_ground ground = {
        .clean = 0, .clients = 1, .generators = 1};

static struct verdict_live *
make(size_t most)
{
	struct verdict_live_setting live_setting = {
	        .verdict = &setting, .most_names = most, .keep_days = 30};
	struct verdict_live *live;

	assert_int_equal(verdict_live_new(&live_setting, &live), FSK_OK);
	return live;
}

static enum fsk_err
add(struct verdict_live *to, const struct sighting *sighting,
    const struct verdict_live_ground *against, struct verdict_live_state *state)
{
	const struct verdict_live_place place = verdict_live_find(
	        to, &sighting->client, sighting->match.generator, sighting->forecast);

	verdict_live_fetch(to, &place);
	return verdict_live_add(to, sighting, &place, against, state);
}

/* As scene_ask(). */
static struct verdict_live_state
ask(struct verdict_live *live, uint32_t host, uint32_t generator, int listed,
    uint32_t index)
{
	struct verdict_live_state state;
	struct scene scene;

	scene_name(&scene, host, generator, listed, index);
	assert_int_equal(add(live, &scene.sighting, &ground, &state), FSK_OK);
	return state;
}

static bool
know(struct verdict_live *live, uint32_t host, uint32_t generator,
     struct verdict_live_state *state)
{
	struct sighting_client client = scene_client(host);

	return verdict_live_know(live, &client, generator, &ground, state);
}

/* Names of a client, as they are told. */
struct told {
	size_t count, most;
	int64_t last_us;
	char text[8][80];
};

static bool
take(const struct verdict_name *name, void *context)
{
	struct told *told = context;

	assert_true(name->first_us >= told->last_us);
	told->last_us = name->first_us;
	if (told->count < 8)
		snprintf(told->text[told->count], sizeof(told->text[0]), "%s", name->text);
	return ++told->count < told->most;
}

static struct told
names_of(const struct verdict_live *live, uint32_t host, uint32_t generator, size_t most)
{
	struct sighting_client client = scene_client(host);
	struct told told = {.most = most, .last_us = INT64_MIN};

	verdict_live_names(live, &client, generator, take, &told);
	return told;
}

static void
test_words(void **state)
{
	static const enum verdict_word words[] = {VERDICT_CHANCE, VERDICT_LIKELY,
	                                          VERDICT_INFECTED, VERDICT_INFECTED};
	struct verdict_live *live = make(1000);
	struct verdict_live_state known;
	struct told told;

	(void)state;
	assert_false(know(live, 1, 0, &known));
	assert_int_equal(names_of(live, 1, 0, 9).count, 0);
	for (uint32_t n = 0; n < 4; n++) {
		known = ask(live, 1, 0, 0, n + 1);
		assert_int_equal(known.word, words[n]);
		assert_int_equal(known.found, n + 1);
		assert_int_equal(known.sightings, 2 * n + 1);
		assert_true(known.fresh);
		assert_false(known.relay);
		assert_int_equal(*known.mark, n);
		*known.mark = n + 1;
		known = ask(live, 1, 0, 0, n + 1);
		assert_int_equal(known.word, words[n]);
		assert_int_equal(known.found, n + 1);
		assert_int_equal(known.sightings, 2 * n + 2);
		assert_false(known.fresh);
		assert_int_equal(*known.mark, n + 1);
	}
	assert_int_equal(*ask(live, 2, 0, 0, 1).mark, 0); /* another client */
	assert_int_equal(*ask(live, 1, 4, 0, 1).mark, 0); /* another generator */
	told = names_of(live, 1, 0, 9);
	assert_int_equal(told.count, 4);
	assert_string_equal(told.text[0], "n0-0-1.example");
	assert_string_equal(told.text[3], "n0-0-4.example");
	assert_int_equal(names_of(live, 1, 0, 2).count, 2);
	assert_int_equal(verdict_live_facts(live).names, 6);
	assert_int_equal(verdict_live_facts(live).clients, 2);
	assert_int_equal(verdict_live_facts(live).forgotten, 0);
	assert_true(verdict_live_facts(live).bytes > 6 * 96);
	verdict_live_free(live);
	verdict_live_free(NULL);
}

/* Against more clean names, more clients or another rate the same names say less or more;
 * who was found infected stays so until it is asked anew. */
static void
test_grounds(void **state)
{
	struct null_rate rate = null_measure(0, 1e9);
	struct verdict_live_ground many = {.clean = 20000, .clients = 1, .generators = 1};
	struct verdict_live_ground sure = {
	        .clean = 0, .clients = 1, .generators = 1, .rate = &rate};
	struct sighting_client client = scene_client(1);
	struct verdict_live *live = make(1000);
	struct verdict_live_state known;
	struct scene scene;

	(void)state;
	ask(live, 1, 0, 0, 1);
	ask(live, 1, 0, 0, 2);
	assert_true(verdict_live_know(live, &client, 0, &sure, &known));
	assert_int_equal(known.word, VERDICT_INFECTED);
	assert_int_equal(ask(live, 1, 0, 0, 3).word, VERDICT_INFECTED);
	scene_name(&scene, 1, 0, 0, 4);
	assert_int_equal(add(live, &scene.sighting, &many, &known), FSK_OK);
	assert_int_equal(known.word, VERDICT_INFECTED);
	assert_true(known.posterior > VERDICT_SURE);
	assert_true(known.relay); /* 20,000 names are more than one user's */
	assert_true(verdict_live_know(live, &client, 0, &many, &known));
	assert_int_equal(known.word, VERDICT_CHANCE);
	assert_true(known.posterior < 0.5);
	verdict_live_free(live);
}

/* A hundred clean names a day are many in a month. */
static void
test_days(void **state)
{
	struct verdict_live_ground some = {.clean = 100, .clients = 1, .generators = 1};
	struct verdict_live *live = make(1000);
	struct verdict_live_state known;
	struct scene scene;

	(void)state;
	for (uint32_t host = 1; host <= 2; host++) {
		for (int day = 0; day < 3; day++) {
			scene_name(&scene, host, 0, host == 1 ? 0 : day * 10,
			           (uint32_t)day);
			assert_int_equal(add(live, &scene.sighting, &some, &known), FSK_OK);
		}
		assert_int_equal(known.found, 3);
		assert_int_equal(known.word, host == 1 ? VERDICT_INFECTED : VERDICT_CHANCE);
	}
	verdict_live_free(live);
}

/* Some hosts with one name, some with many, some that share names, at random. */
static void
ask_both(struct verdict *verdict, struct verdict_live *live, uint64_t n)
{
	uint64_t bits = clean_mix(n);
	uint32_t host = (uint32_t)(bits % 40), generator = (uint32_t)(bits >> 8) % 5;
	uint32_t most = host % 8 == 0 ? 100 : host % 8 < 4 ? 1 : 6;
	int listed = (int)(bits >> 16) % 3, asked = (int)(bits >> 32) % 3;
	struct verdict_live_state known;
	struct scene scene;

	scene_name(&scene, host, generator, listed, (uint32_t)(bits >> 24) % most);
	scene.sighting.us += asked * SCENE_DAY * SCENE_SECOND + (int64_t)(bits >> 44);
	if (bits >> 60 == 0) /* the same name in the lists of two days */
		scene.sighting.forecast.len = (size_t)snprintf(
		        scene.text, sizeof(scene.text), "both%u.example", generator);
	assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
	assert_int_equal(add(live, &scene.sighting, &ground, &known), FSK_OK);
}

static void
compare(const struct verdict *verdict, struct verdict_live *live, size_t *words)
{
	for (size_t i = 0; i < verdict_host_count(verdict); i++) {
		const struct verdict_host *host = verdict_host_at(verdict, i);

		for (size_t k = 0; k < host->finding_count; k++) {
			const struct verdict_finding *finding = &host->findings[k];
			struct verdict_live_ground all = {
			        .clients = (double)verdict_host_count(verdict),
			        .generators = 1};
			struct verdict_live_state known;

			assert_true(verdict_live_know(live, &host->client,
			                              finding->generator, &all, &known));
			assert_int_equal(known.word, finding->word);
			assert_int_equal(known.found, finding->found);
			assert_int_equal(known.sightings, finding->sightings);
			assert_true(known.first_us == finding->first_us);
			assert_true(known.last_us == finding->last_us);
			assert_true(fabs(known.posterior - finding->posterior) < 1e-12);
			if (finding->relay != 0)
				assert_true(known.relay);
			words[finding->word]++;
		}
	}
}

static void
test_as_judged(void **state)
{
	struct null_rate prior = null_measure(0, 0);
	size_t words[3] = {0}, collisions = 0;
	struct clean none;

	(void)state;
	assert_int_equal(clean_init(&none), FSK_OK);
	for (uint64_t round = 0; round < 40; round++) {
		uint64_t count = 5ull << round % 10;
		struct verdict *verdict = scene_new();
		struct verdict_live *live = make(100000);

		for (uint64_t n = 0; n < count; n++)
			ask_both(verdict, live, round << 32 | n);
		scene_judge(verdict, &none, prior);
		compare(verdict, live, words);
		collisions += verdict_collision_count(verdict);
		verdict_free(verdict);
		verdict_live_free(live);
	}
	assert_true(words[VERDICT_CHANCE] > 100 && words[VERDICT_LIKELY] > 100 &&
	            words[VERDICT_INFECTED] > 100 && collisions > 20);
	clean_fini(&none);
}

/* A name that three clients ask for and no other is none of a bot's; when they turn out to
 * ask for others, it is. */
static void
test_collisions(void **state)
{
	struct verdict_live *live = make(1000);
	struct verdict_live_state known;

	(void)state;
	for (uint32_t host = 1; host <= 3; host++)
		ask(live, host, 0, 0, 7);
	assert_true(know(live, 1, 0, &known));
	assert_int_equal(known.found, 0);
	assert_int_equal(ask(live, 4, 0, 0, 7).found, 0);
	assert_int_equal(ask(live, 4, 0, 0, 8).found, 1);
	assert_int_equal(ask(live, 4, 0, 0, 9).word, VERDICT_LIKELY);
	for (uint32_t host = 1; host <= 3; host++)
		ask(live, host, 0, 0, 20 + host);
	assert_true(know(live, 4, 0, &known));
	assert_int_equal(known.found, 3);
	assert_int_equal(known.word, VERDICT_INFECTED);
	assert_int_equal(ask(live, 4, 2, 0, 7).found, 1); /* another generator's */
	verdict_live_free(live);
}

/* Bots of generator 3 try one name a day, all the same; a site that is asked for on
 * another day too is none of theirs. */
static void
test_few_tries(void **state)
{
	struct verdict_live *live = make(1000);
	struct verdict_live_state known;
	struct scene scene;

	(void)state;
	for (uint32_t host = 1; host <= 4; host++)
		assert_int_equal(ask(live, host, 3, 0, 1).found, 1);
	assert_true(know(live, 1, 3, &known));
	assert_int_equal(known.found, 1);
	for (uint32_t host = 1; host <= 2; host++) {
		scene_name(&scene, host, 3, 0, 1);
		scene.sighting.us += SCENE_DAY * SCENE_SECOND;
		assert_int_equal(add(live, &scene.sighting, &ground, &known), FSK_OK);
	}
	assert_true(know(live, 3, 3, &known));
	assert_int_equal(known.found, 0);
	for (int day = 1; day < 4; day++)
		known = ask(live, 3, 3, day, 1);
	assert_int_equal(known.word, VERDICT_INFECTED); /* a name a day, the first apart */
	verdict_live_free(live);
}

/* Of one client at most one name more than its bots try is kept; that there is one more
 * makes it several. */
static void
test_bound_of_client(void **state)
{
	struct verdict_live *live = make(100000);
	struct verdict_live_state known = {.found = 0};
	struct told told;

	(void)state;
	for (uint32_t n = 1; n <= 60; n++) /* 50 of generator 0; 64 are kept of any */
		known = ask(live, 1, 0, 0, n);
	assert_int_equal(known.found, 60);
	assert_true(know(live, 1, 0, &known));
	assert_true(known.relay);
	for (uint32_t n = 61; n <= 1000; n++) {
		known = ask(live, 1, 0, 0, n);
		assert_true(known.fresh);
		assert_true(known.found <= 64);
		assert_int_equal(known.word, VERDICT_INFECTED);
	}
	assert_true(know(live, 1, 0, &known));
	assert_int_equal(known.found, 64);
	assert_int_equal(known.sightings, 1000);
	told = names_of(live, 1, 0, 1000);
	assert_int_equal(told.count, 64);
	assert_string_equal(told.text[0], "n0-0-937.example");
	assert_int_equal(verdict_live_facts(live).names, 64);
	assert_int_equal(verdict_live_facts(live).forgotten, 936);
	for (uint32_t n = 1; n <= 1200; n++) /* nobody knows how many generator 2's try */
		known = ask(live, 1, 2, 0, n);
	assert_int_equal(verdict_live_facts(live).names, 64 + 1024);
	assert_true(know(live, 1, 2, &known));
	assert_int_equal(known.found, 1024);
	verdict_live_free(live);
}

/* Of all the one that was seen longest ago goes, and its client with it. */
static void
test_bound_of_all(void **state)
{
	struct verdict_live *live = make(10);
	struct verdict_live_state known;
	struct scene scene;
	size_t bytes = 0;

	(void)state;
	for (uint32_t host = 1; host <= 10; host++) {
		scene_name(&scene, host, 0, 0, host);
		scene.sighting.us += host * 60 * SCENE_SECOND;
		assert_int_equal(add(live, &scene.sighting, &ground, &known), FSK_OK);
	}
	scene_name(&scene, 1, 0, 0, 1);
	scene.sighting.us += 3600 * SCENE_SECOND; /* seen again: 2 is the oldest now */
	assert_int_equal(add(live, &scene.sighting, &ground, &known), FSK_OK);
	scene_name(&scene, 11, 0, 0, 1);
	scene.sighting.us += 3600 * SCENE_SECOND;
	assert_int_equal(add(live, &scene.sighting, &ground, &known), FSK_OK);
	assert_true(know(live, 1, 0, &known));
	assert_int_equal(known.sightings, 2);
	assert_false(know(live, 2, 0, &known));
	assert_true(know(live, 3, 0, &known));
	assert_int_equal(verdict_live_facts(live).forgotten, 1);
	for (uint32_t n = 0; n < 100000; n++) {
		ask(live, n % 50, n % 3, 1, n % 977);
		assert_true(verdict_live_facts(live).names <= 10);
		assert_true(verdict_live_facts(live).clients <= 10);
		if (n == 10000)
			bytes = verdict_live_facts(live).bytes;
	}
	assert_true(verdict_live_facts(live).bytes < bytes + 1000); /* the texts' */
	verdict_live_free(live);
}

/* What was last seen before an instant; and of its own accord after keep_days. */
static void
test_forget(void **state)
{
	struct verdict_live *live = make(1000);
	struct verdict_live_state known;
	struct scene scene;

	(void)state;
	for (uint32_t host = 1; host <= 3; host++) { /* a collision */
		ask(live, host, 0, 0, 1);
		ask(live, host, 2, 0, 1);
	}
	for (int day = 1; day <= 3; day++)
		ask(live, 9, 0, day, 5);
	assert_true(know(live, 9, 0, &known));
	assert_int_equal(known.word, VERDICT_INFECTED);
	ask(live, 3, 0, 3, 1);
	verdict_live_forget(live, (SCENE_START + 2 * SCENE_DAY) * SCENE_SECOND);
	assert_int_equal(verdict_live_facts(live).names, 3); /* 9: two, 3: one */
	assert_int_equal(verdict_live_facts(live).clients, 2);
	assert_false(know(live, 1, 0, &known));
	assert_true(know(live, 9, 0, &known));
	assert_int_equal(known.found, 2);
	assert_int_equal(known.word, VERDICT_LIKELY);
	assert_int_equal(ask(live, 5, 0, 0, 1).found, 1); /* no collision any more */
	scene_name(&scene, 7, 0, 0, 1);
	scene.sighting.us += 33 * SCENE_DAY * SCENE_SECOND;
	assert_int_equal(add(live, &scene.sighting, &ground, &known), FSK_OK);
	assert_int_equal(known.found, 1);
	/* Those of 3 and 9 of day 3 stay, and that of 5, which came out of its time. */
	assert_int_equal(verdict_live_facts(live).names, 4);
	verdict_live_forget(live, INT64_MAX);
	assert_int_equal(verdict_live_facts(live).names, 0);
	assert_int_equal(verdict_live_facts(live).clients, 0);
	assert_int_equal(verdict_live_facts(live).forgotten, 0); /* not for want of room */
	assert_int_equal(ask(live, 9, 0, 4, 5).found, 1);
	verdict_live_free(live);
}

/* Four families are more than one host has. */
static void
test_many_families(void **state)
{
	struct verdict_live *live = make(1000);
	struct verdict_live_state known = {.relay = true};

	(void)state;
	for (uint32_t generator = 4; generator <= 10; generator += 2) {
		assert_false(ask(live, 1, generator, 0, 1).relay);
		known = ask(live, 1, generator, 0, 2);
		assert_int_equal(known.relay, generator == 10);
	}
	assert_true(ask(live, 1, 4, 0, 1).relay);
	assert_false(ask(live, 2, 4, 0, 1).relay);
	verdict_live_free(live);
}

static void
test_bad(void **state)
{
	static char longer[FSK_NAME_MAX + 1];
	struct verdict_live *live = make(0); /* as 1 */
	struct verdict_live_state known;
	struct scene scene;

	(void)state;
	memset(longer, 'a', sizeof(longer));
	scene_name(&scene, 1, SCENE_GENERATORS, 0, 1);
	assert_int_equal(add(live, &scene.sighting, &ground, &known), FSK_RANGE);
	scene_name(&scene, 1, 0, 0, 1);
	scene.sighting.forecast.len = 0;
	assert_int_equal(add(live, &scene.sighting, &ground, &known), FSK_RANGE);
	scene.sighting.forecast = (struct span){longer, sizeof(longer)};
	assert_int_equal(add(live, &scene.sighting, &ground, &known), FSK_RANGE);
	scene.sighting.forecast = (struct span){"a\0b", 3};
	assert_int_equal(add(live, &scene.sighting, &ground, &known), FSK_RANGE);
	assert_int_equal(verdict_live_facts(live).names, 0);
	scene.sighting.forecast = (struct span){longer, FSK_NAME_MAX};
	scene.sighting.us = INT64_MIN;
	assert_int_equal(add(live, &scene.sighting, &ground, &known), FSK_OK);
	scene.sighting.us = INT64_MAX;
	assert_int_equal(add(live, &scene.sighting, &ground, &known), FSK_OK);
	assert_int_equal(known.sightings, 2);
	ask(live, 2, 0, 0, 1);
	assert_int_equal(verdict_live_facts(live).names, 1);
	verdict_live_free(live);
}

/* The n-th call fails, for each n: the sighting did not come, and comes again. */
static void
test_no_memory(void **state)
{
	struct verdict_live_setting live_setting = {.verdict = &setting, .most_names = 9};
	struct verdict_live *live = NULL;
	struct verdict_live_state known;
	size_t failures = 0;

	(void)state;
	memory_left = 0;
	assert_int_equal(verdict_live_new(&live_setting, &live), FSK_NOMEM);
	assert_null(live);
	memory_left = -1;
	for (long call = 0; call < 15; call++) {
		struct verdict_live *some = make(100 + (size_t)call * 50);
		uint32_t n = 0;

		while (n < 2000) {
			struct verdict_live_facts before = verdict_live_facts(some);
			struct scene scene;
			enum fsk_err err;

			scene_name(&scene, n % 211, n % 3, 0, n % 997);
			if (memory_left < 0)
				memory_left = call;
			err = add(some, &scene.sighting, &ground, &known);
			if (err == FSK_OK) {
				n++;
				continue;
			}
			assert_int_equal(err, FSK_NOMEM);
			assert_int_equal(verdict_live_facts(some).names, before.names);
			assert_int_equal(verdict_live_facts(some).clients, before.clients);
			assert_int_equal(verdict_live_facts(some).forgotten,
			                 before.forgotten);
			failures++;
			memory_left = 7 + call; /* so that it ends */
		}
		memory_left = -1;
		assert_int_equal(verdict_live_facts(some).names, 100 + call * 50);
		verdict_live_free(some);
	}
	assert_true(failures > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_words),
	        cmocka_unit_test(test_grounds),
	        cmocka_unit_test(test_days),
	        cmocka_unit_test(test_as_judged),
	        cmocka_unit_test(test_collisions),
	        cmocka_unit_test(test_few_tries),
	        cmocka_unit_test(test_bound_of_client),
	        cmocka_unit_test(test_bound_of_all),
	        cmocka_unit_test(test_forget),
	        cmocka_unit_test(test_many_families),
	        cmocka_unit_test(test_bad),
	        cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
