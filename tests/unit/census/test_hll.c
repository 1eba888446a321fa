/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sketches: how near they are, over seeds and sizes; what merges and what is read is what
 * one sketch of all would be; what no sketch wrote. bench/census has more seeds and sizes.
 * Linked with --wrap for malloc, calloc and realloc, which then fail on the n-th call.
 */
#include "../memory.h"
#include "hosts.h"

#include "census/hll.h"

#include <math.h>

static struct census_hll *
hll_new(void)
{
	struct census_hll *hll;

	assert_int_equal(census_hll_new(&hll), FSK_OK);
	return hll;
}

/* A sketch of hashes by chance: of ${seed}, from the ${first} on. */
static struct census_hll *
fill(uint64_t seed, size_t first, size_t count)
{
	struct census_hll *hll = hll_new();

	for (size_t i = first; i < first + count; i++) {
		uint64_t state = seed << 32 ^ i;

		assert_int_equal(census_hll_add(hll, draw(&state)), FSK_OK);
	}
	return hll;
}

static void
assert_same(const struct census_hll *a, const struct census_hll *b)
{
	static uint8_t left[CENSUS_HLL_MOST], right[CENSUS_HLL_MOST];

	assert_int_equal(census_hll_size(a), census_hll_size(b));
	assert_true(census_hll_size(a) <= CENSUS_HLL_MOST);
	census_hll_write(a, left);
	census_hll_write(b, right);
	assert_memory_equal(left, right, census_hll_size(a));
	assert_true(census_hll_estimate(a) == census_hll_estimate(b));
}

static void
test_error(void **state)
{
	static const size_t sizes[] = {10, 100, 1000, 3000, 4000, 10000, 50000};
	double all = 0;
	size_t dense = 0;

	(void)state;
	for (size_t k = 0; k < sizeof(sizes) / sizeof(*sizes); k++) {
		double sum = 0;

		for (uint64_t seed = 0; seed < 20; seed++) {
			struct census_hll *hll = fill(seed * 16 + k, 0, sizes[k]);
			double error = census_hll_estimate(hll) / (double)sizes[k] - 1;

			assert_true(fabs(error) <= 0.035);
			/* Five times what it says of itself, and one host. */
			assert_true(fabs(error) <=
			            5 * census_hll_error(hll) + 1.01 / (double)sizes[k]);
			sum += error * error;
			census_hll_free(hll);
		}
		if (sizes[k] <= 3000) {
			assert_true(sqrt(sum / 20) <= 0.0005);
		} else {
			all += sum;
			dense += 20;
		}
	}
	assert_true(sqrt(all / (double)dense) <= 0.009);
}

static void
test_few(void **state)
{
	struct census_hll *hll = hll_new();

	(void)state;
	assert_true(census_hll_estimate(hll) == 0);
	assert_int_equal(census_hll_size(hll), 4);
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(census_hll_add(hll, UINT64_C(0xabcdef0123456789)), FSK_OK);
	assert_true(fabs(census_hll_estimate(hll) - 1) < 1e-6);
	assert_int_equal(census_hll_size(hll), 8);
	assert_true(census_hll_error(hll) < CENSUS_HLL_ERROR / 10);
	census_hll_free(hll);
	census_hll_free(NULL);
}

/* All bits 0, and all 1: the greatest rank and the least. */
static void
test_ends(void **state)
{
	(void)state;
	for (int dense = 0; dense < 2; dense++) {
		struct census_hll *hll = fill(1, 0, dense ? 5000 : 0);
		double before = census_hll_estimate(hll);

		assert_int_equal(census_hll_add(hll, 0), FSK_OK);
		assert_int_equal(census_hll_add(hll, UINT64_MAX), FSK_OK);
		assert_int_equal(census_hll_add(hll, 1), FSK_OK);
		assert_true(isfinite(census_hll_estimate(hll)));
		assert_true(census_hll_estimate(hll) < before + 10);
		census_hll_free(hll);
	}
}

static void
test_merge(void **state)
{
	/* Of the first and of the second: sparse or dense, alone and together. */
	static const size_t sizes[][2] = {{10, 20},     {2000, 900},   {2000, 2000},
	                                  {3072, 1},    {9000, 100},   {100, 9000},
	                                  {9000, 9000}, {0, 0},        {0, 7},
	                                  {7, 0},       {3072, 30000}, {3000, 0}};

	(void)state;
	for (size_t k = 0; k < sizeof(sizes) / sizeof(*sizes); k++) {
		size_t a = sizes[k][0], b = sizes[k][1];
		/* A third of the first is in the second, too. */
		struct census_hll *first = fill(k, 0, a), *second = fill(k, a - a / 3, b);
		struct census_hll *all = fill(k, 0, b > a / 3 ? a - a / 3 + b : a);

		assert_int_equal(census_hll_merge(first, second), FSK_OK);
		assert_same(first, all);
		assert_int_equal(census_hll_merge(first, second), FSK_OK);
		assert_int_equal(census_hll_merge(first, first), FSK_OK);
		assert_same(first, all);
		census_hll_free(first);
		census_hll_free(second);
		census_hll_free(all);
	}
}

/* Registers that were raised by the sparse table are those that hashes raise. */
static void
test_sparse_is_dense(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 10; seed++) {
		struct census_hll *few = fill(seed, 0, 2500), *dense = fill(seed, 0, 2500);
		struct census_hll *other = fill(seed, 2500, 4000);

		/* The one is dense before the few come, the other is not. */
		for (size_t i = 0; i < 4000; i++) {
			uint64_t hash = seed << 32 ^ (2500 + i);

			assert_int_equal(census_hll_add(dense, draw(&hash)), FSK_OK);
		}
		assert_int_equal(census_hll_merge(other, few), FSK_OK);
		assert_same(other, dense);
		census_hll_free(few);
		census_hll_free(dense);
		census_hll_free(other);
	}
}

static void
test_hash(void **state)
{
	uint8_t key[CENSUS_HLL_KEY] = {1}, other[CENSUS_HLL_KEY] = {2};
	struct sighting_client a = host_of("192.0.2.1"), b = host_of("192.0.2.2");
	struct sighting_client six = host_of("2001:db8::1"), same = host_of("2001:db8::2");
	struct sighting_client named = sighting_named(1), pseudonym = host_pseudonym(1);

	(void)state;
	assert_true(census_hll_hash(key, &a) == census_hll_hash(key, &a));
	assert_true(census_hll_hash(key, &a) != census_hll_hash(key, &b));
	assert_true(census_hll_hash(key, &a) != census_hll_hash(other, &a));
	assert_true(census_hll_hash(key, &six) == census_hll_hash(key, &same));
	assert_true(census_hll_hash(key, &named) != census_hll_hash(key, &pseudonym));
	/* SipHash-2-4 of the 16 octets, so that others can merge with it; from a program
	 * apart that gives the vector of its paper (Aumasson, Bernstein, 2012, appendix A).
	 */
	for (uint8_t i = 0; i < CENSUS_HLL_KEY; i++)
		key[i] = i;
	assert_true(census_hll_hash(key, &a) == UINT64_C(0x5d3ac230565f3a66));
}

static struct census_hll *
read_copy(const uint8_t *octets, size_t len, size_t *used, enum fsk_err *err)
{
	char *copy = malloc(len + 1);
	struct census_hll *hll = NULL;

	assert_non_null(copy);
	memcpy(copy + 1, octets, len);
	*err = census_hll_read((struct span){copy + 1, len}, &hll, used);
	free(copy);
	assert_int_equal(hll != NULL, *err == FSK_OK);
	return hll;
}

static void
test_round(void **state)
{
	static const size_t sizes[] = {0, 1, 10, 3072, 3073, 20000};
	static uint8_t octets[CENSUS_HLL_MOST + 1];

	(void)state;
	for (size_t k = 0; k < sizeof(sizes) / sizeof(*sizes); k++) {
		struct census_hll *hll = fill(k, 0, sizes[k]), *read;
		size_t size = census_hll_size(hll), used = 77;
		enum fsk_err err;

		census_hll_write(hll, octets);
		read = read_copy(octets, size + 1, &used, &err);
		assert_int_equal(err, FSK_OK);
		assert_int_equal(used, size);
		assert_same(hll, read);
		census_hll_free(read);
		for (size_t len = 0; len < size; len += len < 100 ? 1 : 97) {
			used = 77;
			assert_null(read_copy(octets, len, &used, &err));
			assert_int_equal(err, FSK_CORRUPT);
			assert_int_equal(used, 77);
		}
		census_hll_free(hll);
	}
}

static void
refuse(const uint8_t *octets, size_t len)
{
	enum fsk_err err;
	size_t used;

	assert_null(read_copy(octets, len, &used, &err));
	assert_int_equal(err, FSK_CORRUPT);
}

static void
test_hostile(void **state)
{
	static uint8_t dense[CENSUS_HLL_MOST] = {1, CENSUS_HLL_BITS};
	static uint8_t many[4 + 4 * 3073] = {0, CENSUS_HLL_BITS, 3073 % 256, 3073 / 256};
	const uint8_t sparse[] = {0, CENSUS_HLL_BITS, 2, 0, 0x41, 0, 0, 0, 0x81, 0, 0, 0};
	uint8_t changed[sizeof(sparse)];
	enum fsk_err err;
	size_t used;

	(void)state;
	census_hll_free(read_copy(sparse, sizeof(sparse), &used, &err));
	assert_int_equal(err, FSK_OK);
	/* Form, precision, count; an entry of no rank, one of too great a rank, one of more
	 * than 25 bits, the same twice, and back. */
	static const struct {
		size_t at;
		uint8_t octet;
	} changes[] = {{0, 2},    {1, 13},   {1, 15},   {2, 3},    {3, 1},   {4, 0x40},
	               {4, 0x69}, {7, 0x80}, {8, 0x41}, {8, 0x01}, {8, 0x42}};

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		memcpy(changed, sparse, sizeof(sparse));
		changed[changes[i].at] = changes[i].octet;
		refuse(changed, sizeof(changed));
	}
	for (uint32_t i = 0; i < 3073; i++) {
		many[4 + 4 * i] = (uint8_t)(i << 6 | 1);
		many[5 + 4 * i] = (uint8_t)(i >> 2);
		many[6 + 4 * i] = (uint8_t)(i >> 10);
	}
	refuse(many, sizeof(many));
	dense[100] = 51;
	census_hll_free(read_copy(dense, sizeof(dense), &used, &err));
	assert_int_equal(err, FSK_OK);
	dense[100] = 52;
	refuse(dense, sizeof(dense));
	dense[100] = 0;
	dense[2] = 1;
	refuse(dense, sizeof(dense));
}

/* Registers that are all at their greatest, as a stranger may say, give a number, too. */
static void
test_full(void **state)
{
	static uint8_t octets[CENSUS_HLL_MOST] = {1, CENSUS_HLL_BITS};
	enum fsk_err err;
	size_t used;

	(void)state;
	for (int value = 0; value <= 51; value++) {
		struct census_hll *hll;

		memset(octets + 4, value, CENSUS_HLL_REGISTERS);
		hll = read_copy(octets, sizeof(octets), &used, &err);
		assert_int_equal(err, FSK_OK);
		assert_true(census_hll_estimate(hll) >= 0);
		assert_true(census_hll_estimate(hll) <= 0x1p64);
		assert_true(value > 0 || census_hll_estimate(hll) == 0);
		census_hll_free(hll);
	}
}

static enum fsk_err
do_all(void)
{
	static uint8_t octets[CENSUS_HLL_MOST];
	struct census_hll *hll = NULL, *other = NULL, *read = NULL;
	enum fsk_err err = census_hll_new(&hll);
	uint64_t seed = 9;
	size_t used;

	if (err == FSK_OK)
		err = census_hll_new(&other);
	for (size_t i = 0; err == FSK_OK && i < 5000; i++)
		err = census_hll_add(i % 16 == 0 ? other : hll, draw(&seed));
	for (int turn = 0; err == FSK_OK && turn < 2; turn++) {
		census_hll_write(other, octets);
		err = census_hll_read(
		        (struct span){(const char *)octets, census_hll_size(other)}, &read,
		        &used);
		census_hll_free(err == FSK_OK ? read : NULL);
		if (err == FSK_OK)
			err = census_hll_merge(other, hll);
	}
	census_hll_free(hll);
	census_hll_free(other);
	return err;
}

static void
test_memory(void **state)
{
	enum fsk_err err;
	long n = 0;

	(void)state;
	do {
		memory_left = n++;
		err = do_all();
		memory_left = -1;
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	} while (err == FSK_NOMEM);
	assert_true(n > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_error), cmocka_unit_test(test_few),
	        cmocka_unit_test(test_ends),  cmocka_unit_test(test_merge),
	        cmocka_unit_test(test_hash),  cmocka_unit_test(test_sparse_is_dense),
	        cmocka_unit_test(test_round), cmocka_unit_test(test_hostile),
	        cmocka_unit_test(test_full),  cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
