/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How many clean names clients asked for, and how many clients there are.
 */
#include "guard/habits.h"

#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW INT64_C(1795348800)

/* Calls until one fails; -1: none does. */
static int left = -1;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *
__wrap_calloc(size_t count, size_t size)
{
	return left >= 0 && left-- == 0 ? NULL : __real_calloc(count, size);
}

void *
__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return left >= 0 && left-- == 0 ? NULL : __real_aligned_alloc(alignment, size);
}

static void
note(struct guard_habits *habits, uint64_t client, const char *word, unsigned n)
{
	char name[64];

	snprintf(name, sizeof(name), "a%u%s.example", n, word);
	guard_habits_note(habits, client, span_of(name));
}

static void
test_names(void **state)
{
	const uint64_t host = clean_mix(1), other = clean_mix(2);
	struct guard_habits *habits;

	(void)state;
	assert_int_equal(guard_habits_new(&habits), FSK_OK);
	guard_habits_tick(habits, NOW);
	for (unsigned i = 0; i < 1000; i++) {
		note(habits, host, "name", i);
		/* All below one parent, which could be a bot's, are one. */
		note(habits, other, ".b.a-rather-long-parent", i);
	}
	assert_in_range((uintmax_t)guard_habits_names(habits, host, NOW), 700, 1300);
	assert_in_range((uintmax_t)guard_habits_names(habits, other, NOW), 0, 60);
	/* Kept for a second. */
	for (unsigned i = 0; i < 20000; i++)
		note(habits, host, "more", i);
	assert_in_range((uintmax_t)guard_habits_names(habits, host, NOW), 700, 1300);
	assert_in_range((uintmax_t)guard_habits_names(habits, host, NOW + 1), 14000, 28000);
	/* Until the day is over. */
	guard_habits_tick(habits, NOW + DATE_DAY);
	assert_true(guard_habits_names(habits, host, NOW + DATE_DAY) < 1);
	guard_habits_free(habits);
	guard_habits_free(NULL);
}

static void
test_hosts(void **state)
{
	struct guard_habits *habits[2];
	struct clean sum;

	(void)state;
	assert_int_equal(clean_init(&sum), FSK_OK);
	for (unsigned n = 0; n < 2; n++) {
		assert_int_equal(guard_habits_new(&habits[n]), FSK_OK);
		guard_habits_tick(habits[n], NOW);
		/* Half of them are clients of both. */
		for (unsigned i = 0; i < 1000; i++)
			note(habits[n], clean_mix(n * 500 + i + 1), "", 0);
		guard_habits_hosts(habits[n], &sum);
	}
	assert_true(clean_hosts(&sum) < 1); /* the copy is of a second before */
	for (unsigned n = 0; n < 2; n++) {
		guard_habits_tick(habits[n], NOW + 1);
		guard_habits_hosts(habits[n], &sum);
		guard_habits_free(habits[n]);
	}
	assert_in_range((uintmax_t)clean_hosts(&sum), 1350, 1650);
	clean_fini(&sum);
}

static void
test_memory(void **state)
{
	struct guard_habits *habits = NULL;

	(void)state;
	for (int calls = 0; calls < 2; calls++) {
		left = calls;
		assert_int_equal(guard_habits_new(&habits), FSK_NOMEM);
		assert_null(habits);
	}
	left = -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_names),
	        cmocka_unit_test(test_hosts),
	        cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
