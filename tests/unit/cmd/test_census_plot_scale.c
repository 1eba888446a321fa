/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Axes: ticks are round, not many, and nothing is above the last one.
 */
#include "cmd/census_plot_scale.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>

#include <cmocka.h>

/* Whether ${step} is 1, 2 or 5 times a power of ten. */
static bool
is_round(uint64_t step)
{
	while (step > 0 && step % 10 == 0)
		step /= 10;
	return step == 1 || step == 2 || step == 5;
}

static void
check(double most, unsigned ticks)
{
	struct census_plot_scale scale = census_plot_scale_of(most, ticks);

	assert_true(is_round(scale.step));
	assert_in_range(scale.ticks, 1, ticks);
	assert_true(scale.top == (double)scale.step * scale.ticks);
	if (most >= 1 && most <= 1e18) {
		assert_true(scale.top >= most);
		/* One tick fewer would not do. */
		assert_true(scale.top - (double)scale.step < most);
	}
}

static void
round_ticks_up_to_what_is_drawn(void **state)
{
	(void)state;
	for (unsigned ticks = 2; ticks <= 8; ticks++) {
		double most = 1;

		for (unsigned i = 0; i < 3000; i++)
			check(i, ticks);
		for (unsigned i = 0; i < 130; i++, most *= 1.37)
			check(most, ticks);
	}
}

static void
what_is_no_number_has_an_axis_too(void **state)
{
	static const double odd[] = {0, -1, -INFINITY, INFINITY, NAN, 1e-300, 1e300, 0.5};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		check(odd[i], 5);
	assert_true(census_plot_scale_of(NAN, 5).top == 1);
	assert_true(census_plot_scale_of(0, 5).step == 1);
}

static void
known_axes(void **state)
{
	struct census_plot_scale scale = census_plot_scale_of(152016, 5);

	(void)state;
	assert_int_equal(scale.step, 50000);
	assert_int_equal(scale.ticks, 4);
	scale = census_plot_scale_of(100, 5);
	assert_int_equal(scale.step, 20);
	assert_int_equal(scale.ticks, 5);
	scale = census_plot_scale_of(101, 5);
	assert_int_equal(scale.step, 50);
}

static void
days_are_not_crowded(void **state)
{
	(void)state;
	for (unsigned ticks = 2; ticks <= 10; ticks++) {
		for (size_t days = 1; days <= 1000; days++) {
			size_t step = census_plot_scale_days(days, ticks);

			assert_true((days + step - 1) / step <= ticks);
			assert_true(step <= 2 || step % 7 == 0);
		}
	}
	assert_int_equal(census_plot_scale_days(7, 7), 1);
	assert_int_equal(census_plot_scale_days(8, 7), 2);
	assert_int_equal(census_plot_scale_days(15, 7), 7);
	assert_int_equal(census_plot_scale_days(50, 7), 14);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(round_ticks_up_to_what_is_drawn),
	        cmocka_unit_test(what_is_no_number_has_an_axis_too),
	        cmocka_unit_test(known_axes),
	        cmocka_unit_test(days_are_not_crowded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
