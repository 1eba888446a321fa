/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Clients that wait to be told of: in their order, and no more than there may be; and who
 * was there today.
 */
#include "guard/settling.h"
#include "guard/today.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_order(void **state)
{
	struct guard_settling settling = {.count = 0};
	int64_t put = 0, taken = 0;

	(void)state;
	assert_null(guard_settling_first(&settling));
	for (int round = 0; round < 200; round++) {
		for (int n = 0; n < round % 17; n++) {
			struct guard_case some = {.since_us = put++};

			assert_true(guard_settling_put(&settling, &some));
		}
		for (int n = 0; n < round % 13; n++) {
			if (taken == put)
				break;
			assert_int_equal(guard_settling_first(&settling)->since_us, taken);
			taken++;
			guard_settling_take(&settling);
		}
		assert_int_equal(settling.count, put - taken);
	}
	assert_true(taken > 900 && put > taken + 100);
	guard_settling_fini(&settling);
	assert_null(guard_settling_first(&settling));
}

static void
test_bound(void **state)
{
	struct guard_settling settling = {.count = 0};
	struct guard_case some = {.since_us = 0};

	(void)state;
	for (; some.since_us < GUARD_SETTLING_MOST; some.since_us++)
		assert_true(guard_settling_put(&settling, &some));
	assert_false(guard_settling_put(&settling, &some));
	assert_int_equal(guard_settling_first(&settling)->since_us, 0);
	guard_settling_take(&settling);
	assert_true(guard_settling_put(&settling, &some));
	assert_false(guard_settling_put(&settling, &some));
	guard_settling_fini(&settling);
}

static void
test_today(void **state)
{
	struct guard_today today = {.count = 0};
	struct guard_suspects *suspects;

	(void)state;
	assert_int_equal(guard_suspects_new(5000, &suspects), FSK_OK);
	for (uint64_t n = 1; n <= 3000; n++) {
		enum verdict_word word = (enum verdict_word)(n % 3);

		assert_int_equal(guard_today_note(&today, clean_mix(n), word), word);
	}
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(today.words[i], 1000);
	/* The worst counts. */
	assert_int_equal(guard_today_note(&today, clean_mix(2), VERDICT_CHANCE),
	                 VERDICT_INFECTED);
	assert_int_equal(guard_today_note(&today, clean_mix(3), VERDICT_LIKELY),
	                 VERDICT_LIKELY);
	assert_int_equal(today.words[VERDICT_CHANCE], 999);
	assert_int_equal(today.words[VERDICT_LIKELY], 1001);
	guard_suspects_set(suspects, clean_mix(9999), VERDICT_INFECTED);
	guard_today_turn(&today, suspects);
	assert_int_equal(guard_suspects_word(suspects, clean_mix(9999)), VERDICT_CHANCE);
	assert_int_equal(guard_suspects_word(suspects, clean_mix(2)), VERDICT_INFECTED);
	assert_int_equal(guard_suspects_word(suspects, clean_mix(3)), VERDICT_LIKELY);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(today.words[i], 0);
	assert_int_equal(guard_today_note(&today, clean_mix(2), VERDICT_CHANCE),
	                 VERDICT_CHANCE);
	guard_today_turn(&today, suspects);
	assert_int_equal(guard_suspects_word(suspects, clean_mix(2)), VERDICT_CHANCE);
	guard_today_fini(&today);
	guard_suspects_free(suspects);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_order),
	        cmocka_unit_test(test_bound),
	        cmocka_unit_test(test_today),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
