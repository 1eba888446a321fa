/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Guards that cannot begin, serve or change for want of memory: nothing is lost, and what
 * was served stays.
 */
#include "front.h"

/* Calls of the thread that tests until one fails; -1: none does. */
static _Thread_local int left = -1;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

static bool
is_due(void)
{
	return left >= 0 && left-- == 0;
}

void *
__wrap_malloc(size_t size)
{
	return is_due() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return is_due() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *memory, size_t size)
{
	return is_due() ? NULL : __real_realloc(memory, size);
}

void *
__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return is_due() ? NULL : __real_aligned_alloc(alignment, size);
}

static int
set_up(void **state)
{
	(void)state;
	begin_guard(64, 64);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	end_guard();
	return 0;
}

static void
test_new(void **state)
{
	struct guard_setting other = setting;
	struct guard *made = NULL;
	enum fsk_err err = FSK_NOMEM;
	int calls = 0;

	(void)state;
	other.workers = 1;
	for (; err != FSK_OK && calls < 2000; calls++) {
		left = calls;
		err = guard_new(&other, NULL, &made);
		left = -1;
		assert_true(err == FSK_OK || err == FSK_NOMEM);
		assert_true((err == FSK_OK) == (made != NULL));
	}
	assert_in_range(calls, 20, 1999);
	guard_free(made);
}

static void
test_swap(void **state)
{
	int fd = reach(SOCK_DGRAM, NULL, 0);

	(void)state;
	struct guard_lists *lists = make_lists(7);

	left = 0;
	assert_int_equal(guard_swap(guard, lists), FSK_NOMEM);
	left = -1;
	assert_int_equal(guard_facts(guard).serial, 1);
	assert_int_equal(ask_over(fd, false, bot.text), 3);
	close(fd);
}

static void
test_change(void **state)
{
	enum guard_action *actions = calloc(dga_generator_count(), sizeof(*actions));
	struct guard_setting other = setting;
	enum fsk_err err = FSK_NOMEM;
	int fd = reach(SOCK_DGRAM, NULL, 0), calls = 0;

	(void)state;
	actions[generator] = GUARD_NODATA;
	other.policy.actions = actions;
	for (; err != FSK_OK; calls++) {
		assert_int_equal(ask_over(fd, false, bot.text), 3);
		left = calls;
		err = guard_change(guard, &other);
		left = -1;
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	}
	assert_true(calls > 4);
	assert_int_equal(ask_over(fd, false, bot.text), 0);
	free(actions);
	close(fd);
}

static void
test_passes(void **state)
{
	const struct guard_pass pass = {
	        .name = bot, .since = today, .until = today + DATE_DAY, .reason = "a test"};
	size_t ended = 7;

	(void)state;
	for (int calls = 0; calls < 2; calls++) {
		left = calls;
		assert_int_equal(guard_allow(guard, &pass), FSK_NOMEM);
		left = -1;
		assert_int_equal(guard_passes_count(guard_passes(guard)), 0);
	}
	assert_int_equal(guard_allow(guard, &pass), FSK_OK);
	left = 1;
	assert_int_equal(guard_end_pass(guard, &bot, NULL, &ended), FSK_NOMEM);
	left = -1;
	assert_int_equal(ended, 7);
	assert_int_equal(guard_passes_count(guard_passes(guard)), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_new),
	        cmocka_unit_test(test_swap),
	        cmocka_unit_test(test_change),
	        cmocka_unit_test(test_passes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
