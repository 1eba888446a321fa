/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The interval of Clopper and Pearson where it has a closed form, against values
 * computed with 40 digits, and against its own definition; Poisson's tail
 * against closed forms and the same.
 */
#include "verdict/null.h"
#include "verdict/verdict.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void
assert_near(double got, double wanted, double error)
{
	if (!(fabs(got - wanted) <= error * fabs(wanted)))
		fail_msg("%.17g is not %.17g", got, wanted);
}

static void
test_none_and_all(void **state)
{
	(void)state;
	for (double n = 1; n <= 1e11; n *= 10) {
		struct null_rate none = null_measure(0, n);
		struct null_rate all = null_measure((uint64_t)n, n);

		assert_true(none.rate == 0 && none.low == 0 && none.asked == n);
		assert_near(none.high, -expm1(log(0.025) / n), 1e-12);
		assert_true(all.rate == 1 && all.high == 1);
		assert_near(all.low, exp(log(0.025) / n), 1e-12);
	}
	/* 3.69 in place of the rule of three, whose interval has one side. */
	assert_near(null_measure(0, 1e6).high, 3.6889e-6, 1e-4);
}

static void
test_ends(void **state)
{
	static const struct {
		uint64_t matched;
		double asked, low, high;
	} known[] = {
	        {1, 10, 0.00252857854446, 0.445016117028},
	        {5, 10, 0.187086028447, 0.812913971553},
	        {10, 100, 0.0490046892215, 0.17622259774},
	        {2, 20, 0.0123485271703, 0.316982714019},
	        {7, 40000, 7.03618782204e-5, 0.000360533430143},
	        {49, 250000, 0.000145005286629, 0.000259114215947},
	        {1, 1e11, 2.53178079843e-13, 5.57164339081e-11},
	        {3, 1e11, 6.186721229e-12, 8.76727306949e-11},
	        {100, 1e11, 8.13639912581e-10, 1.21626793779e-9},
	        {10000, 1e11, 9.80495247677e-8, 1.01979516146e-7},
	        {999, 1000, 0.99444107572, 0.999974682513},
	        {20000, 1e6, 0.0197264959036, 0.0202762893392},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct null_rate rate = null_measure(known[i].matched, known[i].asked);

		assert_near(rate.low, known[i].low, 1e-10);
		assert_near(rate.high, known[i].high, 1e-10);
		assert_near(rate.rate, (double)known[i].matched / known[i].asked, 1e-15);
	}
	/* Of a million nearly the normal distribution: two of 1.96 roots. */
	assert_near(null_measure(1000000, 1e11).low, 1e-5 * (1 - 1.96e-3), 2e-6);
	assert_near(null_measure(1000000, 1e11).high, 1e-5 * (1 + 1.96e-3), 2e-6);
}

/* The chance of ${k} or fewer of ${n}, by adding up. */
static double
at_most(unsigned k, unsigned n, double p)
{
	double term = pow(1 - p, n), sum = 0;

	for (unsigned i = 0; i <= k; i++) {
		sum += term;
		term *= (double)(n - i) / (i + 1) * p / (1 - p);
	}
	return sum;
}

static void
test_definition(void **state)
{
	(void)state;
	for (unsigned n = 2; n <= 60; n++) {
		for (unsigned k = 1; k < n; k++) {
			struct null_rate rate = null_measure(k, n);
			struct null_rate turned = null_measure(n - k, n);

			assert_near(at_most(k, n, rate.high), 0.025, 1e-9);
			assert_near(1 - at_most(k - 1, n, rate.low), 0.025, 1e-9);
			assert_near(1 - turned.high, rate.low, 1e-9);
			assert_true(rate.low < rate.rate && rate.rate < rate.high);
		}
	}
}

static void
test_prior(void **state)
{
	struct null_rate rate = null_measure(0, NULL_LEAST - 1);

	(void)state;
	assert_true(rate.prior && rate.used == NULL_PRIOR);
	rate = null_measure(0, NULL_LEAST);
	assert_false(rate.prior);
	assert_true(rate.used == rate.high && rate.high < NULL_PRIOR);
	rate = null_measure(1, 20000); /* does not refute the prior */
	assert_true(rate.prior && rate.used == NULL_PRIOR);
	rate = null_measure(20, 20000); /* ten times the prior */
	assert_false(rate.prior);
	assert_true(rate.used == rate.high && rate.used > 10 * NULL_PRIOR);
	rate = null_measure(0, 0);
	assert_true(rate.prior && rate.low == 0 && rate.high == 1 && rate.rate == 0);
}

/* An estimate of pairs may be too small, of another kind, or absurd. */
static void
test_estimates(void **state)
{
	struct null_rate rate = null_measure(12, 9.7);

	(void)state;
	assert_true(rate.asked == 12 && rate.rate == 1 && rate.high == 1);
	assert_true(null_measure(3, 99.6).asked == 100);
	assert_true(null_measure(3, (double)NAN).asked == 3);
	assert_true(null_measure(0, -5).asked == 0);
	rate = null_measure(5, 1e300);
	assert_true(rate.low >= 0 && rate.low <= rate.high && rate.high < 1e-298);
}

static void
test_tail(void **state)
{
	static const struct {
		double mean;
		uint32_t count;
		double tail;
	} known[] = {
	        {1e-3, 2, 4.99666791633e-7},      {1e-3, 49, 1.6423644026e-210},
	        {0.01, 2, 4.96679133403e-5},      {0.05, 3, 2.00674936244e-5},
	        {0.5, 2, 0.090204010431},         {5, 5, 0.559506714935},
	        {30, 60, 9.25186880492e-7},       {1000, 900, 0.999377402216},
	        {1000, 1200, 4.68420385587e-10},  {1e6, 1000000, 0.500132980761},
	        {1e6, 1003000, 0.00135803527268}, {999000, 1000000, 0.158655213574},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		assert_near(null_tail(known[i].mean, known[i].count), known[i].tail, 1e-8);
	for (double mean = 1e-300; mean < 1e6; mean *= 7) {
		assert_true(null_tail(mean, 0) == 1);
		assert_near(null_tail(mean, 1), -expm1(-mean), 1e-12);
		for (uint32_t count = 1; count < 40; count++)
			assert_true(null_tail(mean, count) >= null_tail(mean, count + 1));
	}
	assert_true(null_tail(0, 0) == 1 && null_tail(0, 1) == 0);
	assert_true(null_tail(-1, 1) == 0);
	assert_true(null_tail(1e-3, 1000000) == 0); /* no double holds it */
	assert_true(null_tail(1e9, 1000000) == 1);
	assert_true(null_tail(1, UINT32_MAX) == 0);
}

/* The posteriors that the test was designed with: ${mean} names by chance, at
 * least ${count} seen. */
static void
test_posteriors(void **state)
{
	static const struct {
		double mean;
		uint32_t count;
		double posterior, error;
	} table[] = {
	        {0.05, 2, 0.073, 5e-4},  {0.05, 3, 0.83, 5e-3},  {0.05, 4, 0.997, 5e-4},
	        {0.01, 2, 0.66, 5e-3},   {0.01, 3, 0.998, 5e-4}, {0.001, 2, 0.995, 5e-4},
	        {0.001, 1, 0.087, 5e-4}, /* one is never evidence */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		double infected = VERDICT_PRIOR * VERDICT_POWER;
		double chance =
		        (1 - VERDICT_PRIOR) * null_tail(table[i].mean, table[i].count);

		assert_true(fabs(infected / (infected + chance) - table[i].posterior) <=
		            table[i].error);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_none_and_all), cmocka_unit_test(test_ends),
	        cmocka_unit_test(test_definition),   cmocka_unit_test(test_prior),
	        cmocka_unit_test(test_estimates),    cmocka_unit_test(test_tail),
	        cmocka_unit_test(test_posteriors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
