/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Whom workers are to suspect: kept, changed, forgotten, bounded, and read by another
 * thread meanwhile.
 * Linked with --wrap for malloc, which can be made to fail.
 */
#include "guard/suspects.h"

#include "verdict/clean.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <cmocka.h>

static bool no_memory;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *
__wrap_malloc(size_t size)
{
	return no_memory ? NULL : __real_malloc(size);
}

static void
test_words(void **state)
{
	struct guard_suspects *suspects;

	(void)state;
	assert_int_equal(guard_suspects_new(100, &suspects), FSK_OK);
	assert_int_equal(guard_suspects_word(suspects, 5), VERDICT_CHANCE);
	guard_suspects_set(suspects, 5 << 2, VERDICT_LIKELY);
	guard_suspects_set(suspects, 6 << 2, VERDICT_INFECTED);
	assert_int_equal(guard_suspects_word(suspects, 5 << 2), VERDICT_LIKELY);
	assert_int_equal(guard_suspects_word(suspects, 6 << 2), VERDICT_INFECTED);
	assert_int_equal(guard_suspects_word(suspects, 7 << 2), VERDICT_CHANCE);
	guard_suspects_set(suspects, 5 << 2, VERDICT_INFECTED);
	assert_int_equal(guard_suspects_word(suspects, 5 << 2), VERDICT_INFECTED);
	guard_suspects_set(suspects, 5 << 2, VERDICT_CHANCE);
	assert_int_equal(guard_suspects_word(suspects, 5 << 2), VERDICT_CHANCE);
	assert_int_equal(guard_suspects_word(suspects, 6 << 2), VERDICT_INFECTED);
	guard_suspects_clear(suspects);
	assert_int_equal(guard_suspects_word(suspects, 6 << 2), VERDICT_CHANCE);
	guard_suspects_free(suspects);
	guard_suspects_free(NULL);
}

/* The hashes at the ends, of which one would look like a free cell. */
static void
test_ends(void **state)
{
	struct guard_suspects *suspects;

	(void)state;
	assert_int_equal(guard_suspects_new(4, &suspects), FSK_OK);
	guard_suspects_set(suspects, 0, VERDICT_LIKELY);
	guard_suspects_set(suspects, UINT64_MAX, VERDICT_INFECTED);
	assert_int_equal(guard_suspects_word(suspects, 0), VERDICT_LIKELY);
	assert_int_equal(guard_suspects_word(suspects, UINT64_MAX), VERDICT_INFECTED);
	guard_suspects_free(suspects);
}

static void
test_bound(void **state)
{
	struct guard_suspects *suspects;
	size_t found = 0;

	(void)state;
	for (size_t most = 0; most < 70; most += 23) {
		found = 0;
		assert_int_equal(guard_suspects_new(most, &suspects), FSK_OK);
		for (uint64_t n = 1; n <= 1000; n++) {
			guard_suspects_set(suspects, clean_mix(n), VERDICT_CHANCE);
			guard_suspects_set(suspects, clean_mix(n), VERDICT_LIKELY);
		}
		for (uint64_t n = 1; n <= 1000; n++)
			found += guard_suspects_word(suspects, clean_mix(n)) ==
			         VERDICT_LIKELY;
		assert_int_equal(found, most);
		guard_suspects_clear(suspects);
		guard_suspects_set(suspects, clean_mix(1001), VERDICT_LIKELY);
		assert_int_equal(guard_suspects_word(suspects, clean_mix(1001)),
		                 most > 0 ? VERDICT_LIKELY : VERDICT_CHANCE);
		guard_suspects_free(suspects);
	}
}

static void
test_no_memory(void **state)
{
	struct guard_suspects *suspects = NULL;

	(void)state;
	no_memory = true;
	assert_int_equal(guard_suspects_new(16, &suspects), FSK_NOMEM);
	no_memory = false;
	assert_null(suspects);
}

#define CLIENTS 500

struct reading {
	struct guard_suspects *suspects;
	atomic_bool over;
	size_t wrong;
};

/* Clients are likely or not in it, the odd ones never are. */
static void *
read_words(void *context)
{
	struct reading *reading = context;

	while (!atomic_load(&reading->over)) {
		for (uint64_t n = 0; n < CLIENTS; n++) {
			enum verdict_word word =
			        guard_suspects_word(reading->suspects, clean_mix(n));

			if (word == VERDICT_INFECTED ||
			    (n % 2 == 1 && word != VERDICT_CHANCE))
				reading->wrong++;
		}
	}
	return NULL;
}

static void
test_threads(void **state)
{
	struct reading reading = {.wrong = 0};
	pthread_t thread;

	(void)state;
	assert_int_equal(guard_suspects_new(CLIENTS, &reading.suspects), FSK_OK);
	assert_int_equal(pthread_create(&thread, NULL, read_words, &reading), 0);
	for (int round = 0; round < 100; round++) {
		for (uint64_t n = 0; n < CLIENTS; n += 2)
			guard_suspects_set(reading.suspects, clean_mix(n), VERDICT_LIKELY);
		for (uint64_t n = 0; n < CLIENTS; n += 2)
			assert_int_equal(
			        guard_suspects_word(reading.suspects, clean_mix(n)),
			        VERDICT_LIKELY);
		guard_suspects_clear(reading.suspects);
	}
	atomic_store(&reading.over, true);
	pthread_join(thread, NULL);
	assert_int_equal(reading.wrong, 0);
	guard_suspects_free(reading.suspects);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_words),   cmocka_unit_test(test_ends),
	        cmocka_unit_test(test_bound),   cmocka_unit_test(test_no_memory),
	        cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
