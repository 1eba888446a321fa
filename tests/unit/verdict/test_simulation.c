/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Whole logs, drawn with a known rate of chance: in a world without a bot nobody
 * is convicted and the interval of the measured rate holds the true one as often
 * as it says; among ten thousand hosts those that asked for three names are found.
 */
#include "scene.h"

#define SEEDS 300
#define NULL_HOSTS 200
#define NULL_RATE 2e-4 /* of each of the generators below */
#define NULL_GENERATORS 4

struct world {
	uint64_t state; /* of draw() */
	struct clean clean;
	struct verdict *verdict;
	uint64_t placebo[NULL_GENERATORS]; /* matches */
	uint64_t pairs;
	uint32_t next; /* index of the next forecast: no two are the same */
};

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t
draw(struct world *world)
{
	uint64_t z = world->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Whether what has the chance ${rate} happens. */
static bool
happens(struct world *world, double rate)
{
	return (double)(draw(world) >> 11) < rate * 0x1p53;
}

static void
init_world(struct world *world, uint64_t seed)
{
	*world = (struct world){.state = clean_mix(seed)};
	assert_int_equal(clean_init(&world->clean), FSK_OK);
	world->verdict = scene_new();
}

static void
fini_world(struct world *world)
{
	verdict_free(world->verdict);
	clean_fini(&world->clean);
}

/* Host ${host} asks for ${names} different names, of which each matches each
 * generator's lists, and placebo lists as long, with chance ${rate}. */
static void
browse(struct world *world, uint32_t host, uint32_t names, double rate)
{
	struct sighting_client client = scene_client(host);
	uint64_t hash = scene_hash(&client);

	for (uint32_t name = 0; name < names; name++) {
		bool clean = true;

		for (uint32_t generator = 0; generator < NULL_GENERATORS; generator++) {
			/* One draw for both, of which next to never both come. */
			if (!happens(world, 2 * rate))
				continue;
			if (draw(world) & 1) {
				world->placebo[generator]++;
				continue;
			}
			clean = false;
			scene_ask(world->verdict, host, generator, 0, world->next++);
		}
		if (clean) {
			world->pairs++;
			clean_add(&world->clean, hash,
			          clean_mix((uint64_t)host << 32 | name), 0);
		}
	}
}

/* How many of the hosts of ${verdict} have ${word}. */
static size_t
count_words(const struct verdict *verdict, enum verdict_word word)
{
	size_t count = 0;

	for (size_t i = 0; i < verdict_host_count(verdict); i++)
		count += verdict_host_at(verdict, i)->word == word;
	return count;
}

static void
test_null_world(void **state)
{
	unsigned covered[NULL_GENERATORS] = {0}, judged = 0, likely = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct null_rate rates[SCENE_GENERATORS] = {0};
		struct world world;
		struct verdict_ground ground = {.clean = &world.clean,
		                                .rates = rates,
		                                .days = 1,
		                                .generators = 1,
		                                .host_hash = scene_hash};

		init_world(&world, seed);
		for (uint32_t host = 0; host < NULL_HOSTS; host++)
			browse(&world, host, 10 + (uint32_t)(draw(&world) % 580),
			       NULL_RATE);
		for (uint32_t i = 0; i < NULL_GENERATORS; i++) {
			rates[i] =
			        null_measure(world.placebo[i], clean_pairs(&world.clean));
			assert_false(rates[i].prior);
			covered[i] +=
			        rates[i].low <= NULL_RATE && NULL_RATE <= rates[i].high;
		}
		assert_int_equal(verdict_judge(world.verdict, &ground), FSK_OK);
		assert_int_equal(count_words(world.verdict, VERDICT_INFECTED), 0);
		judged += (unsigned)verdict_host_count(world.verdict);
		likely += (unsigned)count_words(world.verdict, VERDICT_LIKELY);
		fini_world(&world);
	}
	for (uint32_t i = 0; i < NULL_GENERATORS; i++) {
		if (covered[i] < SEEDS * 93 / 100)
			fail_msg("%u: %u of %u", i, covered[i], SEEDS);
	}
	/* About 40 hosts a seed asked for a name by chance. */
	assert_true(judged > 30 * SEEDS && judged < 50 * SEEDS);
	assert_true(likely * 1000 < judged);
}

#define HOSTS 10000
#define INFECTED 25 /* of each generator */
#define RATE 1e-5

static void
test_infected_world(void **state)
{
	struct null_rate rates[SCENE_GENERATORS] = {0};
	struct world world;
	struct verdict_ground ground = {.clean = &world.clean,
	                                .rates = rates,
	                                .days = 1,
	                                .generators = 1,
	                                .host_hash = scene_hash};

	(void)state;
	init_world(&world, 4);
	for (uint32_t host = 0; host < HOSTS; host++)
		browse(&world, host, 500, RATE);
	for (uint32_t host = 0; host < INFECTED * NULL_GENERATORS; host++) {
		for (uint32_t name = 0; name < 3; name++)
			scene_ask(world.verdict, host * 97, host % NULL_GENERATORS,
			          1 + (int)name, host);
	}
	for (uint32_t i = 0; i < NULL_GENERATORS; i++)
		rates[i] = null_measure(world.placebo[i], clean_pairs(&world.clean));
	assert_int_equal(verdict_judge(world.verdict, &ground), FSK_OK);
	/* The estimate of clean names is far too high for one host in a hundred: it is
	 * likely then. */
	assert_true(count_words(world.verdict, VERDICT_INFECTED) >=
	            INFECTED * NULL_GENERATORS * 97 / 100);
	for (uint32_t host = 0; host < INFECTED * NULL_GENERATORS; host++) {
		const struct verdict_host *at = scene_host(world.verdict, host * 97);

		assert_true(at->word >= VERDICT_LIKELY);
		assert_int_equal(at->findings->generator, host % NULL_GENERATORS);
		assert_true(at->findings->found >= 3);
		assert_int_equal(at->relay, 0);
	}
	assert_true(verdict_host_count(world.verdict) > INFECTED * NULL_GENERATORS + 100);
	assert_int_equal(verdict_collision_count(world.verdict), 0);
	fini_world(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_null_world),
	        cmocka_unit_test(test_infected_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
