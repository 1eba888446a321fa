/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A mover that is killed at any time, with the engine and the files as they are: each
 * record is in the store once. The mover is a process of its own, so that its locks go with
 * it, and nothing of it is put right before it ends.
 */
#include "ground.h"

#include "store/engines/sqlite.h"
#include "store/journal.h"
#include "store/mover.h"
#include "store/segment.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#define ROUNDS 20
#define A_ROUND 400 /* records, of two workers */

static int64_t
now_us(void *context)
{
	(void)context;
	return GROUND_US;
}

static void
ignore_words(const char *words, void *context)
{
	(void)words;
	(void)context;
}

static struct store_mover *
new_mover(void)
{
	const struct store_mover_setting setting = {
	        .plan = {.folder = ground, .create = true},
	        .now_us = now_us,
	        .log = ignore_words};
	struct store_mover *mover;

	return store_mover_new(&setting, &mover, NULL) == FSK_OK ? mover : NULL;
}

static struct store_journal *
open_journal(const char *worker)
{
	const struct store_journal_setting setting = {.store = ground,
	                                              .worker = worker,
	                                              .segment = STORE_SEGMENT_LEAST,
	                                              .now_us = GROUND_US};
	struct store_journal *journal;

	assert_int_equal(store_journal_open(&setting, &journal), FSK_OK);
	return journal;
}

/* Puts the records from ${from} on, into one journal and the other. */
static void
put(uint64_t from)
{
	struct store_journal *journals[] = {open_journal("a"), open_journal("b")};

	for (uint64_t n = from; n < from + A_ROUND; n++) {
		struct sighting s = ground_question(n);

		assert_int_equal(store_journal_put(journals[n % 2], &s, GROUND_US), FSK_OK);
	}
	store_journal_free(journals[0]);
	store_journal_free(journals[1]);
}

/* A mover that lives for ${us} microseconds, at most; whether it was killed at work. */
static bool
move_for(long us)
{
	const struct timespec life = {.tv_nsec = us * 1000};
	struct store_mover *mover;
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		mover = new_mover();
		while (mover != NULL && store_mover_step(mover) == FSK_OK)
			continue;
		_exit(mover == NULL);
	}
	nanosleep(&life, NULL);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status);
}

static void
fail_wrong(const char *words, void *context)
{
	(void)context;
	fail_msg("%s", words);
}

/* Each of the first ${count} records is there once, and nothing else. */
static void
assert_once(size_t count)
{
	const struct store_plan plan = {.folder = ground, .readonly = true};
	struct store_filter all = STORE_FILTER_ALL;
	uint8_t *seen = calloc(count, 1);
	struct store_reading *reading;
	struct sighting_cursor cursor;
	struct sighting s;
	struct store *store;
	size_t read = 0;

	assert_non_null(seen);
	assert_int_equal(store_open(&plan, &store, NULL), FSK_OK);
	assert_int_equal(store_check(store, fail_wrong, NULL), FSK_OK);
	assert_int_equal(store_read(store, &all, &reading), FSK_OK);
	cursor = store_reading_cursor(reading);
	for (; cursor.next(cursor.context, &s) == FSK_OK; read++) {
		struct sighting as_put = ground_question((uint64_t)(s.us - GROUND_US));

		assert_in_range(s.us - GROUND_US, 0, count - 1);
		ground_assert_same(&s, &as_put);
		assert_int_equal(seen[s.us - GROUND_US]++, 0);
	}
	assert_int_equal(read, count);
	store_reading_free(reading);
	store_close(store);
	free(seen);
}

static enum fsk_err
count_one(const char *worker, uint64_t number, void *context)
{
	(void)worker;
	(void)number;
	++*(size_t *)context;
	return FSK_OK;
}

static void
test_killed(void **state)
{
	uint64_t chance = (uint64_t)getpid() * 2654435761U;
	struct store_mover *mover;
	size_t left = 0, killed = 0;

	(void)state;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		put(round * A_ROUND);
		chance = chance * UINT64_C(6364136223846793005) + 1442695040888963407;
		/* From its first step to what comes behind its last. */
		killed += move_for((long)(chance >> 33) % (round % 4 == 3 ? 40000 : 8000));
	}
	assert_true(killed > 0);
	mover = new_mover();
	assert_non_null(mover);
	while (store_mover_step(mover) == FSK_OK)
		continue;
	store_mover_free(mover);
	assert_once((size_t)ROUNDS * A_ROUND);
	assert_int_equal(store_segments(ground, count_one, &left), FSK_OK);
	assert_int_equal(left, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_killed, ground_make, ground_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
