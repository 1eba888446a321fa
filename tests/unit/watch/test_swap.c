/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The swap: threads look names up while the index under them is replaced a
 * thousand times. An index that was freed too early is seen by the address
 * sanitizer, and by the names that it would not find.
 */
#include "watch/swap.h"

#include <foresink/watch.h>

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY INT64_C(86400)
#define FROM (INT64_C(17000) * DAY)
#define READERS 3
#define SWAPS 1000
#define BATCH 20

/* Two indexes that take turns: those of one day and of another. */
static struct fsk_name names[2];
static struct watch_swap swap;

static void
free_index(void *index)
{
	fsk_index_free(index);
}
static bool stop;
static unsigned long sections; /* that readers have left */

struct reader {
	pthread_t thread;
	unsigned long right;
	unsigned long wrong;
};

static struct fsk_index *
make(unsigned which)
{
	struct fsk_index *index;
	size_t generator = 0;
	int64_t day = FROM + (int64_t)which * 60 * DAY;

	while (strcmp(fsk_generator_family(generator), "torpig") != 0)
		generator++;
	assert_int_equal(fsk_index_new(&generator, 1, day, day, &index), FSK_OK);
	return index;
}

static void
first_name(unsigned which)
{
	struct fsk_cursor *cursor;
	size_t generator = 0;

	while (strcmp(fsk_generator_family(generator), "torpig") != 0)
		generator++;
	assert_int_equal(
	        fsk_cursor_open(generator, FROM + (int64_t)which * 60 * DAY, &cursor),
	        FSK_OK);
	assert_int_equal(fsk_cursor_next(cursor, &names[which], NULL), FSK_OK);
	fsk_cursor_close(cursor);
}

static bool
holds(const struct fsk_index *index, unsigned which)
{
	struct fsk_match match;

	return fsk_index_find(index, names[which].text, names[which].len, &match, 1) == 1;
}

/* In one section the index stays what it is: one of the two, and the same from
 * the first look-up to the last. */
static void *
read_names(void *context)
{
	struct reader *reader = context;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		const struct fsk_index *index = watch_swap_enter(&swap);
		bool first = holds(index, 0);

		for (unsigned i = 0; i < BATCH; i++) {
			if (holds(index, 0) == first && holds(index, 1) == !first)
				reader->right++;
			else
				reader->wrong++;
		}
		watch_swap_leave(&swap);
		__atomic_add_fetch(&sections, 1, __ATOMIC_RELAXED);
		sched_yield(); /* the tests may have one processor */
	}
	return NULL;
}

/* Until readers have left ${count} more sections. */
static void
wait_for_readers(unsigned long count)
{
	unsigned long before = __atomic_load_n(&sections, __ATOMIC_RELAXED);

	while (__atomic_load_n(&sections, __ATOMIC_RELAXED) - before < count)
		sched_yield();
}

static void
test_swap_under_readers(void **state)
{
	struct reader readers[READERS] = {{.right = 0}};

	(void)state;
	first_name(0);
	first_name(1);
	watch_swap_init(&swap, make(0), free_index);
	for (unsigned i = 0; i < READERS; i++)
		assert_int_equal(
		        pthread_create(&readers[i].thread, NULL, read_names, &readers[i]),
		        0);
	for (unsigned i = 1; i <= SWAPS; i++) {
		wait_for_readers(i == 1 ? READERS : 1);
		watch_swap_replace(&swap, make(i % 2));
	}
	wait_for_readers(100 * READERS);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (unsigned i = 0; i < READERS; i++) {
		assert_int_equal(pthread_join(readers[i].thread, NULL), 0);
		assert_true(readers[i].right > 0);
		assert_int_equal(readers[i].wrong, 0);
	}
	watch_swap_fini(&swap);
}

static void
test_nothing_in_use(void **state)
{
	struct watch_swap empty;

	(void)state;
	watch_swap_init(&empty, NULL, free_index);
	assert_null(watch_swap_enter(&empty));
	watch_swap_leave(&empty);
	watch_swap_replace(&empty, make(0));
	assert_non_null(watch_swap_enter(&empty));
	watch_swap_leave(&empty);
	watch_swap_replace(&empty, NULL);
	assert_null(watch_swap_enter(&empty));
	watch_swap_leave(&empty);
	watch_swap_fini(&empty);
	watch_swap_fini(&empty);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_swap_under_readers),
	        cmocka_unit_test(test_nothing_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
