/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An upstream that does not answer is told of once, and so is its return, at most once a
 * minute, whatever the workers think.
 */
#include "up/guard_health.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void
test_turns(void **state)
{
	static const struct {
		int64_t ms;
		uint64_t asked, answered;
		bool down;
		enum up_guard_turn turn;
	} rows[] = {
	        {0, 0, 0, false, UP_GUARD_SAME},
	        {1000, 2, 0, true, UP_GUARD_SAME}, /* too few attempts */
	        {2000, 3, 0, false, UP_GUARD_SAME},
	        {3000, 3, 0, true, UP_GUARD_DOWN},
	        {4000, 50, 0, true, UP_GUARD_SAME},
	        {5000, 51, 1, true, UP_GUARD_BACK}, /* though one thinks otherwise */
	        {6000, 51, 1, true, UP_GUARD_SAME},
	        {7000, 53, 1, true, UP_GUARD_SAME},
	        {62999, 60, 1, true, UP_GUARD_SAME}, /* within a minute */
	        {63000, 60, 1, true, UP_GUARD_DOWN},
	        {63001, 61, 2, false, UP_GUARD_BACK},
	        {200000, 64, 3, true, UP_GUARD_SAME}, /* some are answered */
	        {201000, 67, 3, true, UP_GUARD_DOWN},
	};
	struct up_guard_health health = {.upstreams[0].told = false};
	struct guard_upstream_facts facts = {.endpoint.port = 53};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		facts.asked = rows[i].asked;
		facts.answered = rows[i].answered;
		facts.down = rows[i].down;
		assert_int_equal(up_guard_health_look(&health, 1, &facts, rows[i].ms),
		                 rows[i].turn);
	}
	/* Another one in its place begins anew, and is told of at once. */
	facts.endpoint.port = 54;
	assert_int_equal(up_guard_health_look(&health, 1, &facts, 201001), UP_GUARD_SAME);
	facts.asked += 3;
	assert_int_equal(up_guard_health_look(&health, 0, &facts, 201001), UP_GUARD_SAME);
	assert_int_equal(up_guard_health_look(&health, 1, &facts, 201001), UP_GUARD_DOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_turns)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
