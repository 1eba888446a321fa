/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The ring from a worker to the ledger: order, loss, two threads.
 * Linked with --wrap for aligned_alloc, which can be made to fail.
 */
#include "guard/hits.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static bool no_memory;

void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *
__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return no_memory ? NULL : __real_aligned_alloc(alignment, size);
}

static bool
put(struct guard_hits *hits, int64_t us)
{
	struct guard_hit *hit = guard_hits_room(hits);

	if (hit == NULL)
		return false;
	hit->us = us;
	hit->match.index = (uint32_t)us + 1;
	hit->name.len = (uint8_t)us;
	hit->name.text[us & 0x7f] = (char)us;
	guard_hits_put(hits);
	return true;
}

static void
test_order(void **state)
{
	struct guard_hits *hits;
	int64_t put_us = 0, taken_us = 0;

	(void)state;
	assert_int_equal(guard_hits_new(8, &hits), FSK_OK);
	assert_null(guard_hits_at(hits, 0));
	for (int round = 1; round < 100; round++) {
		for (int n = 0; n < round % 8; n++)
			assert_true(put(hits, put_us++));
		for (int n = 0; n < round % 8; n++)
			assert_int_equal(guard_hits_at(hits, (size_t)n)->us, taken_us + n);
		assert_null(guard_hits_at(hits, (size_t)round % 8));
		for (int n = 0; n < round % 8; n++) {
			assert_int_equal(guard_hits_at(hits, 0)->us, taken_us);
			assert_int_equal(guard_hits_at(hits, 0)->us, taken_us);
			taken_us++;
			guard_hits_take(hits);
		}
		assert_null(guard_hits_at(hits, 0));
	}
	assert_int_equal(guard_hits_lost(hits), 0);
	guard_hits_free(hits);
	guard_hits_free(NULL);
}

/* A place that was asked for and not put is no hit. */
static void
test_room(void **state)
{
	struct guard_hits *hits;

	(void)state;
	assert_int_equal(guard_hits_new(2, &hits), FSK_OK);
	guard_hits_room(hits)->us = 1;
	assert_null(guard_hits_at(hits, 0));
	assert_true(put(hits, 2));
	assert_int_equal(guard_hits_at(hits, 0)->us, 2);
	guard_hits_free(hits);
}

static void
test_loss(void **state)
{
	struct guard_hits *hits;

	(void)state;
	for (size_t room = 1; room <= 4; room *= 2) {
		assert_int_equal(guard_hits_new(room, &hits), FSK_OK);
		for (size_t n = 0; n < room; n++)
			assert_true(put(hits, (int64_t)n));
		assert_false(put(hits, 100));
		assert_false(put(hits, 101));
		assert_int_equal(guard_hits_lost(hits), 2);
		assert_int_equal(guard_hits_at(hits, 0)->us, 0);
		guard_hits_take(hits);
		assert_true(put(hits, (int64_t)room));
		assert_false(put(hits, 102));
		assert_int_equal(guard_hits_lost(hits), 3);
		for (size_t n = 1; n <= room; n++) {
			assert_int_equal(guard_hits_at(hits, 0)->us, n);
			guard_hits_take(hits);
		}
		assert_null(guard_hits_at(hits, 0));
		guard_hits_free(hits);
	}
}

static void
test_no_memory(void **state)
{
	struct guard_hits *hits = NULL;

	(void)state;
	no_memory = true;
	assert_int_equal(guard_hits_new(16, &hits), FSK_NOMEM);
	no_memory = false;
	assert_null(hits);
}

#define MANY 200000

/* Puts numbers that rise; some of them do not find room. */
static void *
put_many(void *context)
{
	for (int64_t us = 0; us < MANY; us++) {
		if (!put(context, us))
			sched_yield();
	}
	return NULL;
}

static void
test_threads(void **state)
{
	struct guard_hits *hits;
	int64_t last_us = -1;
	uint64_t taken = 0;
	pthread_t thread;

	(void)state;
	assert_int_equal(guard_hits_new(64, &hits), FSK_OK);
	assert_int_equal(pthread_create(&thread, NULL, put_many, hits), 0);
	while (taken + guard_hits_lost(hits) < MANY) {
		const struct guard_hit *hit = guard_hits_at(hits, 0);

		if (hit == NULL) {
			sched_yield();
			continue;
		}
		assert_true(hit->us > last_us);
		assert_int_equal(hit->match.index, hit->us + 1);
		assert_int_equal(hit->name.len, hit->us & 0xff);
		assert_int_equal(hit->name.text[hit->us & 0x7f], (char)hit->us);
		last_us = hit->us;
		taken++;
		guard_hits_take(hits);
	}
	pthread_join(thread, NULL);
	assert_null(guard_hits_at(hits, 0));
	assert_true(taken > 64);
	guard_hits_free(hits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_order),   cmocka_unit_test(test_room),
	        cmocka_unit_test(test_loss),    cmocka_unit_test(test_no_memory),
	        cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
