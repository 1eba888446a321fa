/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Distributions against closed forms, tables, and their own definitions.
 */
#include "census/chance.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void
assert_near(double got, double wanted, double error)
{
	if (!(fabs(got - wanted) <= error))
		fail_msg("%.17g is not %.17g", got, wanted);
}

static void
test_beta(void **state)
{
	(void)state;
	assert_near(census_chance_beta(1, 1, 0.3), 0.3, 1e-12);
	assert_near(census_chance_beta(2, 3, 0.5), 0.6875, 1e-12);
	assert_near(census_chance_beta(5, 1, 0.9), 0.59049, 1e-12);
	assert_near(census_chance_beta(1, 7, 0.1), 1 - pow(0.9, 7), 1e-12);
	/* The median of a symmetric one. */
	assert_near(census_chance_beta(1e7, 1e7, 0.5), 0.5, 1e-6);
	assert_near(census_chance_beta(3, 4, 0), 0, 0);
	assert_near(census_chance_beta(3, 4, 1), 1, 0);
	assert_true(isnan(census_chance_beta(0, 1, 0.5)));
	assert_true(isnan(census_chance_beta(1, 1, NAN)));
}

static void
test_missed(void **state)
{
	(void)state;
	/* Without a name, with all, with one, with two of three of which two are drawn. */
	assert_near(census_chance_missed(50000, 0, 500), 1, 0);
	assert_near(census_chance_missed(50000, 50000, 500), 0, 0);
	assert_near(census_chance_missed(50000, 1, 500), 0.99, 1e-12);
	assert_near(census_chance_missed(3, 1, 2), 1.0 / 3, 1e-12);
	assert_near(census_chance_missed(3, 2, 2), 0, 0);
	/* The same either way, and as far as numbers go. */
	assert_near(census_chance_missed(1000, 30, 70), census_chance_missed(1000, 70, 30),
	            1e-12);
	assert_near(census_chance_missed(UINT64_MAX, 1, UINT64_MAX / 2), 0.5, 1e-9);
	assert_near(census_chance_missed(UINT32_MAX, UINT32_MAX / 2, UINT32_MAX / 2), 0, 0);
	assert_true(isnan(census_chance_missed(10, 11, 1)));
	assert_true(isnan(census_chance_missed(10, 1, 11)));
}

/* The chance of k or more of n whole ones, term by term. */
static double
or_more(unsigned k, unsigned n, double p)
{
	double sum = 0;

	for (unsigned i = k; i <= n; i++)
		sum += exp(lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) + i * log(p) +
		           (n - i) * log1p(-p));
	return sum;
}

static void
test_inversion(void **state)
{
	static const double chances[] = {0.05, 0.261, 0.5, 0.611, 0.95};

	(void)state;
	for (size_t i = 0; i < sizeof(chances) / sizeof(chances[0]); i++) {
		for (unsigned k = 1; k < 200; k += 33) {
			double low = census_chance_fewest(k, chances[i], 0.025);
			double high = census_chance_most(k, chances[i], 0.025);

			/* Whole numbers on both sides of the ends. */
			assert_true(low >= k && low <= k / chances[i] + 1);
			assert_true(high >= k / chances[i]);
			assert_true(or_more(k, (unsigned)ceil(low), chances[i]) >= 0.025);
			assert_true(low < k + 1 ||
			            or_more(k, (unsigned)floor(low), chances[i]) <= 0.025);
			assert_true(1 - or_more(k + 1, (unsigned)ceil(high), chances[i]) <=
			            0.025);
			assert_true(1 - or_more(k + 1, (unsigned)floor(high), chances[i]) >=
			            0.025);
		}
	}
	assert_near(census_chance_fewest(7, 1, 0.025), 7, 0);
	assert_near(census_chance_most(7, 1, 0.025), 7, 0);
	assert_near(census_chance_fewest(0, 0.5, 0.025), 0, 0);
	/* None of them came: (1 - p)^n = tail. */
	assert_near(census_chance_most(0, 0.5, 0.025), log(0.025) / log(0.5), 1e-6);
	/* Millions. */
	assert_near(census_chance_fewest(1e6, 0.5, 0.025), 2e6 - 2772, 5);
	assert_near(census_chance_most(1e6, 0.5, 0.025), 2e6 + 2774, 5);
	assert_true(isnan(census_chance_most(5, 0, 0.025)));
	assert_true(isnan(census_chance_fewest(5, 1.5, 0.025)));
}

/* Ten of twenty and eight of twenty: of each number of them by all ways to draw. */
static void
test_overlap(void **state)
{
	double low = census_chance_fewest_of(10, 8, 5, 0.025);
	double high = census_chance_most_of(10, 8, 5, 0.025);

	(void)state;
	assert_true(low >= 13 && low <= 16 && high > 16);
	/* P(5 or more | N): of whole N on both sides of the end. */
	for (int side = 0; side < 2; side++) {
		double n = side == 0 ? floor(high) : ceil(high), sum = 0;

		for (unsigned k = 5; k <= 8; k++)
			sum += exp(lgamma(11) - lgamma(k + 1) - lgamma(11 - k) +
			           lgamma(n - 9) - lgamma(9 - k) - lgamma(n - 17 + k) -
			           lgamma(n + 1) + lgamma(9) + lgamma(n - 7));
		assert_true(side == 0 ? sum >= 0.025 : sum <= 0.025);
	}
	/* Many: near the normal ends. */
	low = census_chance_fewest_of(1e6, 1e6, 5e5, 0.025);
	high = census_chance_most_of(1e6, 1e6, 5e5, 0.025);
	assert_near(low, 2e6 - 2770, 10);
	assert_near(high, 2e6 + 2775, 10);
	assert_true(isnan(census_chance_most_of(10, 8, 8, 0.025)));
	assert_true(isnan(census_chance_fewest_of(10, 8, 0, 0.025)));
}

static void
test_tables(void **state)
{
	(void)state;
	/* Percentage points of Student's and Fisher's distributions. */
	assert_near(census_chance_student(1, 0.025), 12.706, 5e-4);
	assert_near(census_chance_student(4, 0.025), 2.776, 5e-4);
	assert_near(census_chance_student(31, 0.025), 2.040, 5e-4);
	assert_near(census_chance_student(1e6, 0.025), CENSUS_SIGMA, 1e-5);
	assert_near(census_chance_fisher(1, 10, 4.965), 0.05, 1e-4);
	assert_near(census_chance_fisher(2, 5, 5.786), 0.05, 1e-4);
	assert_near(census_chance_fisher(2, 5, 0), 1, 0);
	assert_true(isnan(census_chance_student(0, 0.025)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_beta),      cmocka_unit_test(test_missed),
	        cmocka_unit_test(test_inversion), cmocka_unit_test(test_overlap),
	        cmocka_unit_test(test_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
