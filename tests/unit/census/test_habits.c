/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is known of how families call, by variant and of all variants together.
 */
#include "census/habits.h"
#include "dga/catalog.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct census_habits
habits_of(const char *family, const char *variant)
{
	const struct dga_family *found = dga_family_find(span_of(family));

	assert_non_null(found);
	return census_habits_of(found, variant);
}

static void
test_conficker(void **state)
{
	struct census_habits a = habits_of("conficker", "a");
	struct census_habits b = habits_of("conficker", "b");
	struct census_habits c = habits_of("conficker", "c");
	struct census_habits all = habits_of("conficker", NULL);

	(void)state;
	/* The family tries 500 at most, a list of A has 250. */
	assert_int_equal(a.names, 250);
	assert_int_equal(a.tries, 250);
	assert_true(a.hour_low < 1.0 / 3 && a.hour_low > 0.2);
	assert_true(a.hour_high > 1.0 / 3 && a.hour_high < 0.7);
	assert_non_null(strstr(a.hour_note, "3 h"));
	assert_true(b.hour_low > a.hour_low && b.hour_high > a.hour_high);
	assert_true(b.hour_high <= 1);
	assert_int_equal(c.names, 50000);
	assert_int_equal(c.tries, 500);
	assert_true(c.hour_low == 0 && c.hour_high == 0);
	assert_non_null(c.hour_note);
	/* Of all together nothing is the same. */
	assert_int_equal(all.names, 0);
	assert_int_equal(all.tries, 0);
	assert_true(all.hour_low == 0 && all.hour_high == 0);
	assert_int_equal(habits_of("conficker", "z").names, 0);
}

/* Requests show the family only: those of A and B do. */
static void
test_unsaid(void **state)
{
	struct census_habits a = habits_of("conficker", "a");
	struct census_habits b = habits_of("conficker", "b");
	struct census_habits c = habits_of("conficker", "c");
	struct census_habits unsaid =
	        census_habits_unsaid(dga_family_find(span_of("conficker")));

	(void)state;
	assert_int_equal(unsaid.names, 250);
	assert_true(unsaid.hour_low == a.hour_low && unsaid.hour_high == b.hour_high);
	assert_non_null(strstr(unsaid.hour_note, "slowest"));
	census_habits_join(&unsaid, &c);
	assert_true(unsaid.names == 0 && unsaid.hour_low == 0 && unsaid.hour_high == 0);
	assert_int_equal(census_habits_unsaid(dga_family_find(span_of("newgoz"))).names, 0);
}

static void
test_others(void **state)
{
	struct census_habits newgoz = habits_of("newgoz", NULL);

	(void)state;
	assert_int_equal(newgoz.names, 1000);
	assert_int_equal(newgoz.tries, 1000);
	assert_true(newgoz.hour_low == 0);
	/* A day has 168 lists of suppobox. */
	assert_int_equal(habits_of("suppobox", NULL).names, 0);
	/* Lists of a month are a day's too. */
	assert_int_equal(habits_of("flubot", NULL).names, 5000);
}

/* No family has what cannot be. */
static void
test_all(void **state)
{
	(void)state;
	for (size_t i = 0; dga_family_at(i) != NULL; i++) {
		const struct dga_family *family = dga_family_at(i);

		for (size_t k = 0; k <= family->variant_count; k++) {
			const char *variant =
			        k < family->variant_count ? family->variants[k].name : NULL;
			struct census_habits habits = census_habits_of(family, variant);

			assert_true(habits.tries <= habits.names);
			assert_true(habits.hour_low >= 0 &&
			            habits.hour_low <= habits.hour_high &&
			            habits.hour_high <= 1);
			assert_true(habits.hour_high == 0 || habits.hour_note != NULL);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_conficker),
	        cmocka_unit_test(test_unsaid),
	        cmocka_unit_test(test_others),
	        cmocka_unit_test(test_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
