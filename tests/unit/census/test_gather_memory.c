/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Memory that runs out at each allocation of a whole census, one after the other: it says
 * so, and nothing is lost or freed twice. Linked with --wrap for malloc, calloc, realloc
 * and aligned_alloc.
 */
#include "../memory.h"
#include "scene.h"

#include "census/chains.h"

static enum fsk_err
pass_line(const struct census_line *line, void *context)
{
	*(uint64_t *)context += line->addresses;
	return FSK_OK;
}

static uint64_t
hold(int64_t day, struct span generator, void *context)
{
	(void)day;
	(void)generator;
	(void)context;
	return 1;
}

static enum fsk_err
add_all(struct census_gather *made)
{
	enum fsk_err err = FSK_OK;

	for (uint32_t i = 0; i < 400 && err == FSK_OK; i++) {
		struct hostday day = day_of(host_v4(i % 150), (int)i % 3, (int)i % 24);

		if (i % 5 == 0)
			day.client = sighting_named(i);
		if (i % 7 == 0)
			day.generator = span_of("conficker/a");
		day.network = i % 150;
		err = census_gather_add(made, &day);
	}
	return err;
}

static enum fsk_err
see_all(struct census_gather *made, int64_t from)
{
	static const char *const sensors[] = {"", "east", "west"};
	enum fsk_err err = FSK_OK;

	for (uint32_t i = 0; i < 300 && err == FSK_OK; i++) {
		struct sighting sighting =
		        sighting_of(host_v4(i % 150), from - FROM + i * 36, sensors[i % 3]);

		sighting.counter = 1000 - i;
		err = census_gather_sighting(made, &sighting);
	}
	return err;
}

/* A census from its beginning to its end. */
static enum fsk_err
count(uint64_t *sum)
{
	struct census_held held = {.count = hold};
	struct census_plan plan = plan_of(3);
	const struct census_facts *facts;
	struct census_gather *made = NULL;
	int64_t from = 0, to = 0;
	enum fsk_err err;

	plan.held = &held;
	err = census_gather_new(&plan, &made);
	if (err == FSK_OK)
		err = add_all(made);
	if (err == FSK_OK)
		err = census_gather_settle(made, &from, &to);
	if (err == FSK_OK)
		err = see_all(made, from);
	if (err == FSK_OK)
		err = census_gather_facts(made, &facts);
	for (int by = CENSUS_BY_HOUR; err == FSK_OK && by <= CENSUS_BY_GENERATOR; by++)
		err = census_gather_table(made, (enum census_by)by, pass_line, sum);
	census_gather_free(made);
	return err;
}

static void
test_census(void **state)
{
	uint64_t whole = 0, sum = 0;
	long calls = 0;
	enum fsk_err err = FSK_NOMEM;

	(void)state;
	assert_int_equal(count(&whole), FSK_OK);
	for (; err != FSK_OK; calls++) {
		sum = 0;
		atomic_store(&memory_left, calls);
		err = count(&sum);
		atomic_store(&memory_left, -1);
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	}
	assert_true(calls > 30);
	assert_int_equal(sum, whole);
}

/* A census that had no memory to settle does so when there is some. */
static void
test_settle_again(void **state)
{
	struct census_plan plan = plan_of(3);
	struct census_gather *made = begin(&plan);
	int64_t from, to;
	long calls = 0;
	enum fsk_err err = FSK_NOMEM;

	(void)state;
	assert_int_equal(add_all(made), FSK_OK);
	for (; err != FSK_OK; calls++) {
		atomic_store(&memory_left, calls);
		err = census_gather_settle(made, &from, &to);
		atomic_store(&memory_left, -1);
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	}
	assert_true(calls > 10);
	assert_int_equal(facts_of(made)->contacts, 400);
	census_gather_free(made);
}

static enum fsk_err
chain(void)
{
	struct sighting_client client = host_v4(1);
	struct census_chains *chains = NULL;
	enum fsk_err err = census_chains_new(&chains);

	for (int64_t i = 200; err == FSK_OK && i > 0; i--)
		err = census_chains_add(chains, &client, i);
	if (err == FSK_OK)
		assert_int_equal(census_chains_count(chains), 200);
	census_chains_free(chains);
	return err;
}

static void
test_chains(void **state)
{
	long calls = 0;
	enum fsk_err err = FSK_NOMEM;

	(void)state;
	for (; err != FSK_OK; calls++) {
		atomic_store(&memory_left, calls);
		err = chain();
		atomic_store(&memory_left, -1);
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	}
	assert_true(calls > 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_census),
	        cmocka_unit_test(test_settle_again),
	        cmocka_unit_test(test_chains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
