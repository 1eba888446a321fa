/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/fsin.h and prng/wide.h: pairs that a processor gave, and the edges.
 */
#include "prng/fsin.h"

#include "prng/wide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t
bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static double
double_of(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* Columns: a note, a whole number, its double, FSIN of that, and two more. */
static void
pairs_of_a_processor(void **state)
{
	FILE *file = fopen(TEST_DATA "/vectors/conficker-data/fsin.tsv", "r");
	char line[256];
	int pairs = 0;

	(void)state;
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file)); /* titles */
	while (fgets(line, sizeof(line), file) != NULL) {
		char *at = strchr(line, '\t');
		uint64_t x, sine;

		assert_non_null(at);
		(void)strtoull(at, &at, 16);
		x = strtoull(at, &at, 16);
		sine = strtoull(at, &at, 16);
		assert_true(bits_of(fsin_of(double_of(x))) == sine);
		pairs++;
	}
	assert_int_equal(fclose(file), 0);
	assert_int_equal(pairs, 157);
}

/* Where pi's length does not matter yet, FSIN is the sine: values from tables. */
static void
small_numbers(void **state)
{
	(void)state;
	assert_true(bits_of(fsin_of(0)) == 0);
	assert_true(bits_of(fsin_of(1)) == UINT64_C(0x3feaed548f090cee));
	assert_true(bits_of(fsin_of(2)) == UINT64_C(0x3fed18f6ead1b446));
	assert_true(bits_of(fsin_of(3)) == UINT64_C(0x3fc210386db6d55b));
	assert_true(bits_of(fsin_of(4)) == UINT64_C(0xbfe837b9dddc1eae));
	assert_true(bits_of(fsin_of(22)) == UINT64_C(0xbf8220a29f6eb9f4));
}

/* The instruction leaves what is too large as it is; below, a sine is one. */
static void
large_numbers(void **state)
{
	(void)state;
	assert_true(bits_of(fsin_of(0x1p63)) == bits_of(0x1p63));
	assert_true(bits_of(fsin_of(0x1.8p63)) == bits_of(0x1.8p63));
	for (uint64_t i = 1; i < 1000; i++) {
		double sine = fsin_of(double_of(bits_of(0x1p63) - i));

		assert_true(sine >= -1 && sine <= 1);
	}
}

static void
wide_numbers(void **state)
{
	const uint64_t most = UINT64_MAX;
	struct wide p = wide_product(most, most);
	struct wide q =
	        wide_product(UINT64_C(0xa2f9836e4e441529), UINT64_C(0x90fdaa22168c234c));
	struct wide r = wide_sum(p, (struct wide){1, most});

	(void)state;
	assert_true(p.hi == most - 1 && p.lo == 1);
	assert_true(q.hi == UINT64_C(0x5c4dd6d454cf0207) &&
	            q.lo == UINT64_C(0x6eb4c9f1a386e32c));
	assert_true(r.hi == 0 && r.lo == 0);
	r = wide_difference((struct wide){1, 0}, (struct wide){0, 1});
	assert_true(r.hi == 0 && r.lo == most);
	r = wide_left((struct wide){1, UINT64_C(1) << 63}, 1);
	assert_true(r.hi == 3 && r.lo == 0);
	r = wide_upper((struct wide){most, most}, (struct wide){most, most});
	assert_true(r.hi == most && r.lo >= most - 3 && r.lo <= most - 1);
	assert_true(wide_less((struct wide){0, most}, (struct wide){1, 0}));
	assert_true(wide_less((struct wide){1, 0}, (struct wide){1, 1}));
	assert_false(wide_less((struct wide){1, 1}, (struct wide){1, 1}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(pairs_of_a_processor),
	        cmocka_unit_test(small_numbers),
	        cmocka_unit_test(large_numbers),
	        cmocka_unit_test(wide_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
