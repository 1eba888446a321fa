/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The least number of bots behind an address: never more than made the values, as few as
 * any way to deal them, and without zeros the longest run of values that fall.
 */
#include "hosts.h"

#include "census/chains.h"

#define CASES 3000
#define LONGEST 40

/* Chains of ${values}, of a client that had none. */
static uint64_t
count_of(struct census_chains *chains, const int64_t *values, size_t count)
{
	uint64_t clients = census_chains_clients(chains),
	         before = census_chains_count(chains);
	struct sighting_client client = host_v4((uint32_t)clients);

	for (size_t i = 0; i < count; i++)
		assert_int_equal(census_chains_add(chains, &client, values[i]), FSK_OK);
	assert_int_equal(census_chains_clients(chains), clients + (count > 0));
	return census_chains_count(chains) - before;
}

/* The least number of chains, of all ways to deal ${values} from ${at} on to the ${open}
 * ones that end in ${tails}. */
static size_t
least(const int64_t *values, size_t count, size_t at, int64_t *tails, size_t open)
{
	size_t best = count, found;
	int64_t tail;

	if (at == count)
		return open;
	for (size_t i = 0; i < open; i++) {
		if (values[at] < tails[i] && values[at] != 0)
			continue;
		tail = tails[i];
		tails[i] = values[at];
		found = least(values, count, at + 1, tails, open);
		tails[i] = tail;
		if (found < best)
			best = found;
	}
	tails[open] = values[at];
	found = least(values, count, at + 1, tails, open + 1);
	return found < best ? found : best;
}

/* Members of the longest run of values each of which is below the one before. */
static size_t
longest(const int64_t *values, size_t count)
{
	size_t ending[LONGEST], best = 0;

	for (size_t i = 0; i < count; i++) {
		ending[i] = 1;
		for (size_t j = 0; j < i; j++) {
			if (values[j] > values[i] && ending[j] >= ending[i])
				ending[i] = ending[j] + 1;
		}
		if (ending[i] > best)
			best = ending[i];
	}
	return best;
}

static void
test_as_few_as_any(void **state)
{
	uint64_t seed = 1;

	for (size_t n = 0; n < CASES; n++) {
		int64_t values[7], tails[8];
		size_t count = draw(&seed) % 8;

		for (size_t i = 0; i < count; i++)
			values[i] = (int64_t)(draw(&seed) % 5);
		assert_int_equal(count_of(*state, values, count),
		                 least(values, count, 0, tails, 0));
	}
}

static void
test_longest_fall(void **state)
{
	uint64_t seed = 2;

	for (size_t n = 0; n < CASES; n++) {
		int64_t values[LONGEST];
		size_t count = draw(&seed) % (LONGEST + 1);
		uint64_t range = draw(&seed) % 30 + 1;

		for (size_t i = 0; i < count; i++)
			values[i] = (int64_t)(draw(&seed) % range) + 1;
		assert_int_equal(count_of(*state, values, count), longest(values, count));
	}
}

/* Bots whose counters rise and, now and then, begin anew with a 0. */
static void
test_not_above_truth(void **state)
{
	uint64_t seed = 3;
	size_t exact = 0;

	for (size_t n = 0; n < CASES; n++) {
		int64_t now[6], values[LONGEST];
		uint64_t bots = draw(&seed) % 6 + 1, found;
		size_t count = draw(&seed) % (LONGEST + 1);

		for (size_t i = 0; i < 6; i++)
			now[i] = (int64_t)(draw(&seed) % 1000);
		for (size_t i = 0; i < count; i++) {
			size_t bot = draw(&seed) % bots;

			now[bot] += (int64_t)(draw(&seed) % 3);
			if (draw(&seed) % 8 == 0)
				now[bot] = 0;
			values[i] = now[bot];
		}
		found = count_of(*state, values, count);
		assert_true(found <= bots);
		exact += found == bots;
	}
	assert_true(exact > CASES / 3);
}

static void
test_zeros(void **state)
{
	static const int64_t alone[] = {0, 0, 0}, after[] = {9, 0, 1, 2},
	                     two[] = {9, 5, 0, 5, 9}, three[] = {9, 5, 0, 4, 3};

	assert_int_equal(count_of(*state, alone, 0), 0);
	assert_int_equal(count_of(*state, alone, 3), 1);
	assert_int_equal(count_of(*state, after, 4), 1);
	assert_int_equal(count_of(*state, two, 5), 2);
	assert_int_equal(count_of(*state, three, 5), 3);
}

/* Each client has its own chains; an IPv6 host is its /64; what is no counter is none. */
static void
test_clients(void **state)
{
	struct sighting_client one = host_v4(1), other = host_v4(2),
	                       six = host_of("2001:db8::1"), same = host_of("2001:db8::2");
	struct census_chains *chains;

	(void)state;
	assert_int_equal(census_chains_new(&chains), FSK_OK);
	assert_int_equal(census_chains_add(chains, &one, SIGHTING_NO_COUNTER), FSK_OK);
	assert_int_equal(census_chains_add(chains, &one, INT64_MIN), FSK_OK);
	assert_int_equal(census_chains_clients(chains), 0);
	assert_int_equal(census_chains_add(chains, &one, INT64_MAX), FSK_OK);
	assert_int_equal(census_chains_add(chains, &other, 7), FSK_OK);
	assert_int_equal(census_chains_add(chains, &six, 7), FSK_OK);
	assert_int_equal(census_chains_add(chains, &same, 6), FSK_OK);
	assert_int_equal(census_chains_clients(chains), 3);
	assert_int_equal(census_chains_count(chains), 4);
	census_chains_free(chains);
	census_chains_free(NULL);
}

/* Who sends nothing but ever smaller values, then zeros, and that again, has his chains
 * counted and costs no more than others. */
static void
test_hostile(void **state)
{
	struct sighting_client client = host_v4(1);
	struct census_chains *chains;

	(void)state;
	assert_int_equal(census_chains_new(&chains), FSK_OK);
	for (int round = 0; round < 3; round++) {
		for (int64_t i = 50000; i > 0; i--)
			assert_int_equal(census_chains_add(chains, &client, i), FSK_OK);
		assert_int_equal(census_chains_count(chains), 50000);
		for (int64_t i = 0; i < 60000; i++)
			assert_int_equal(census_chains_add(chains, &client, 0), FSK_OK);
		assert_int_equal(census_chains_count(chains), 50000);
	}
	census_chains_free(chains);
}

static int
make(void **state)
{
	struct census_chains *chains = NULL;

	if (census_chains_new(&chains) != FSK_OK)
		return -1;
	*state = chains;
	return 0;
}

static int
unmake(void **state)
{
	census_chains_free(*state);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_as_few_as_any),   cmocka_unit_test(test_longest_fall),
	        cmocka_unit_test(test_not_above_truth), cmocka_unit_test(test_zeros),
	        cmocka_unit_test(test_clients),         cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, make, unmake);
}
