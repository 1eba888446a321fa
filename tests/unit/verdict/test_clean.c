/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Estimates of clean names against exact counts. One register in 128 gives an
 * error of 9.2 % (1.04 / sqrt(128)), 4096 one of 1.6 %, 2^14 one of 0.8 %; four
 * times that is allowed.
 */
#include "verdict/clean.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAIRS 200000
#define OWN_ERROR 0.092

/* What the test does with one host: its hash, and how many names it asks for. */
struct asker {
	uint64_t hash;
	uint32_t names;
};

static struct asker askers[2000];
static size_t asker_count;

/* Hosts of these sizes, then such that ask for one name, to PAIRS in all. */
static void
make_askers(void)
{
	static const uint32_t sizes[][2] = {
	        {20000, 5}, {10000, 5}, {3000, 10}, {1000, 12},
	        {300, 15},  {30, 50},   {2, 200},
	};
	uint32_t left = PAIRS;

	asker_count = 0;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		for (uint32_t k = 0; k < sizes[i][1]; k++) {
			askers[asker_count].hash = clean_mix(asker_count + 1);
			askers[asker_count++].names = sizes[i][0];
			left -= sizes[i][0];
		}
	}
	assert_true(left > 0 && left < PAIRS);
	for (; left > 1000; left -= 1000) {
		askers[asker_count].hash = clean_mix(asker_count + 1);
		askers[asker_count++].names = 1000;
	}
	for (; left > 0; left--) {
		askers[asker_count].hash = clean_mix(asker_count + 1);
		askers[asker_count++].names = 1;
	}
}

/* Name ${n} of the host; every second name is one that others ask for too. */
static uint64_t
name_of(size_t asker, uint32_t n)
{
	return clean_mix(n % 2 == 0 ? n + UINT64_C(0x5000000000)
	                            : (uint64_t)asker << 32 | n | UINT64_C(1) << 62);
}

static void
test_exact_counts(void **state)
{
	struct clean clean, parts[2];
	double share = PAIRS / 8192.0, noise, worst = 0;

	(void)state;
	make_askers();
	assert_int_equal(clean_init(&clean), FSK_OK);
	assert_int_equal(clean_init(&parts[0]), FSK_OK);
	assert_int_equal(clean_init(&parts[1]), FSK_OK);
	assert_true(clean_pairs(&clean) == 0 && clean_hosts(&clean) == 0);
	assert_true(clean_names(&clean, askers[0].hash) == 0);
	for (size_t i = 0; i < asker_count; i++) {
		for (uint32_t n = 0; n < askers[i].names; n++) {
			uint64_t name = name_of(i, n);

			clean_add(&clean, askers[i].hash, name, 0);
			clean_add(&parts[clean_mix(name) % 2], askers[i].hash, name, 0);
			clean_add(&parts[clean_mix(name) / 2 % 2], askers[i].hash, name, 0);
		}
	}
	noise = clean_noise(&clean);
	assert_true(fabs(clean_pairs(&clean) / PAIRS - 1) < 0.032);
	assert_true(fabs(clean_hosts(&clean) / (double)asker_count - 1) < 0.06);
	for (size_t i = 0; i < asker_count; i++) {
		double names = clean_names(&clean, askers[i].hash);
		double error = fabs(names - askers[i].names) /
		               (OWN_ERROR * (askers[i].names + share));

		assert_true(names >= 0);
		assert_true(names == clean_names_among(&clean, askers[i].hash, noise));
		if (error > worst)
			worst = error;
	}
	/* The largest of a thousand errors is about 3.3 of them. */
	assert_true(worst > 1 && worst < 4.5);

	/* The parts overlap; together they are the whole. */
	clean_merge(&parts[0], &parts[1]);
	assert_memory_equal(parts[0].registers, clean.registers, CLEAN_SIZE);
	clean_fini(&clean);
	clean_fini(&parts[0]);
	clean_fini(&parts[1]);
	clean_fini(NULL);
}

/* The names that everybody asks for do not decide: 2,000 hosts, 300 names. */
static void
test_popular_names(void **state)
{
	struct clean clean;

	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		double sum = 0, noise;

		assert_int_equal(clean_init(&clean), FSK_OK);
		for (uint64_t host = 0; host < 2000; host++) {
			for (uint64_t name = 0; name < 300; name++)
				clean_add(&clean, clean_mix(seed << 32 | host),
				          clean_mix(seed << 40 | name), 0);
		}
		noise = clean_noise(&clean);
		assert_true(fabs(clean_pairs(&clean) / 600000 - 1) < 0.032);
		for (uint64_t host = 0; host < 2000; host++)
			sum += clean_names_among(&clean, clean_mix(seed << 32 | host),
			                         noise);
		/* What others put in a quarter of all registers weighs more where
		 * the host has put something too than where nothing is. */
		assert_true(fabs(sum / 600000 - 1) < 0.08);
		clean_fini(&clean);
	}
}

/* A house of three machines: nearly all registers are empty. */
static void
test_few_hosts(void **state)
{
	static const uint32_t sizes[] = {20000, 700, 1};
	struct clean clean;

	(void)state;
	assert_int_equal(clean_init(&clean), FSK_OK);
	for (uint64_t host = 0; host < 3; host++) {
		for (uint64_t name = 0; name < sizes[host]; name++)
			clean_add(&clean, clean_mix(host + 9), clean_mix(name << 8), 0);
	}
	assert_true(fabs(clean_pairs(&clean) / 20701 - 1) < 0.032);
	assert_true(fabs(clean_hosts(&clean) - 3) < 0.1);
	for (uint64_t host = 0; host < 3; host++)
		assert_true(fabs(clean_names(&clean, clean_mix(host + 9)) / sizes[host] -
		                 1) < 4 * OWN_ERROR);
	clean_fini(&clean);
}

/* Every size, also where older estimators change their formula. */
static void
test_every_size(void **state)
{
	struct clean clean;
	uint64_t next = 1000;

	(void)state;
	assert_int_equal(clean_init(&clean), FSK_OK);
	for (uint64_t i = 1; i <= 6000000; i++) {
		clean_add(&clean, clean_mix(i), 1, 0);
		if (i != next)
			continue;
		next += next / 2;
		assert_true(fabs(clean_pairs(&clean) / (double)i - 1) < 0.032);
		assert_true(fabs(clean_hosts(&clean) / (double)i - 1) < 0.06);
	}
	clean_add(&clean, 0, 0, 0); /* no bit is set: no shift runs out */
	clean_add(&clean, UINT64_MAX, UINT64_MAX, 0);
	clean_fini(&clean);
}

/* Said again, nothing changes. */
static void
test_repeated(void **state)
{
	struct clean clean;
	double pairs = 0, hosts = 0;

	(void)state;
	assert_int_equal(clean_init(&clean), FSK_OK);
	for (int round = 0; round < 3; round++) {
		for (uint64_t i = 0; i < 5000; i++)
			clean_add(&clean, clean_mix(i % 50), clean_mix(i), 0);
		if (round == 0) {
			pairs = clean_pairs(&clean);
			hosts = clean_hosts(&clean);
			assert_true(fabs(pairs - 5000) < 160 && fabs(hosts - 50) < 3);
		}
	}
	assert_true(clean_pairs(&clean) == pairs && clean_hosts(&clean) == hosts);
	clean_fini(&clean);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_exact_counts), cmocka_unit_test(test_popular_names),
	        cmocka_unit_test(test_few_hosts),    cmocka_unit_test(test_every_size),
	        cmocka_unit_test(test_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
