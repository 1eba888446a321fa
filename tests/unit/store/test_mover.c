/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The mover, with an engine that only counts: whatever is put is taken exactly once, by
 * whichever mover, whatever fails in between. Linked with --wrap for malloc, calloc,
 * realloc and strdup, and for fdatasync, which is counted.
 */
#include "../memory.h"
#include "movers.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static _Atomic unsigned syncs;

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);

int
__wrap_fdatasync(int fd)
{
	atomic_fetch_add(&syncs, 1);
	return __real_fdatasync(fd);
}

static void
test_moves(void **state)
{
	struct store_journal *journals[] = {open_journal("a"), open_journal("b")};
	struct store_mover *mover = new_mover(journals, 2);
	const struct store_mover_counts *counts = store_mover_counts(mover);

	(void)state;
	assert_int_equal(store_mover_step(mover), FSK_END);
	put(journals[0], 0, 5000);
	put(journals[1], 5000, 20000);
	atomic_store(&clock_us, GROUND_US + 5 * DATE_SECOND);
	assert_int_equal(store_mover_step(mover), FSK_OK);
	assert_taken(20000);
	assert_int_equal(engine.takes, 3); /* of several segments each */
	assert_int_equal(engine.largest, 8192);
	assert_int_equal(counts->moved, 20000);
	assert_int_equal(counts->behind_us, 5 * DATE_SECOND);
	assert_int_equal(store_mover_step(mover), FSK_END);
	assert_in_range(segments(), 2, 4); /* those that are appended to, or will be */
	put(journals[0], 20000, 20001);
	assert_int_equal(store_mover_step(mover), FSK_OK);
	assert_taken(20001);
	put(journals[0], 20001, 20005);
	store_mover_stop(mover);
	store_journal_free(journals[0]);
	store_journal_free(journals[1]);
	store_mover_free(mover);
	assert_taken(20005);
	assert_int_equal(segments(), 0);
	assert_int_equal(ground_count("journal", "a"), 0);
	assert_int_equal(engine.store.opened, 0);
	assert_int_equal(words_said, 0);
}

/* A time that no clock shows, in a journal that somebody made. */
static void
test_oldest_of_all(void **state)
{
	struct store_journal *journal = open_journal("a");
	struct store_mover *mover = new_mover(&journal, 1);
	struct sighting s = ground_question(0);

	(void)state;
	s.us = INT64_MIN;
	engine.any = true;
	assert_int_equal(store_journal_put(journal, &s, GROUND_US), FSK_OK);
	assert_int_equal(store_mover_step(mover), FSK_OK);
	assert_true(store_mover_counts(mover)->behind_us == INT64_MAX);
	store_mover_free(mover);
	store_journal_free(journal);
}

static void
test_one_at_a_time(void **state)
{
	struct store_mover_setting setting = setting_of(NULL, 0);
	struct store_mover *mover = new_mover(NULL, 0), *second = NULL;

	(void)state;
	assert_int_equal(store_mover_new(&setting, &second, NULL), FSK_IO);
	assert_int_equal(errno, EWOULDBLOCK);
	store_mover_free(mover);
	mover = new_mover(NULL, 0);
	store_mover_free(mover);
	store_mover_free(NULL);
	store_mover_stop(NULL);
}

/* Addresses that were there before it had pseudonyms are spoken of. */
static void
test_says_what_is_clear(void **state)
{
	static const uint8_t secret[32] = {1};
	struct store_mover_setting setting = setting_of(NULL, 0);
	struct store_mover *mover;

	(void)state;
	engine.brief.clear = true;
	store_mover_free(new_mover(NULL, 0));
	assert_int_equal(words_said, 0);
	setting.plan.secret = secret;
	assert_int_equal(store_mover_new(&setting, &mover, NULL), FSK_OK);
	store_mover_free(mover);
	assert_int_equal(words_said, 1);
}

static void
test_engine_fails(void **state)
{
	struct store_journal *journal = open_journal("a");
	struct store_mover *mover = new_mover(&journal, 1);

	(void)state;
	for (unsigned after = 0; after < 2; after++) {
		uint64_t from = after * 20000;

		put(journal, from, from + 10000);
		atomic_store(&engine.fails, ENOSPC);
		engine.after = after == 1;
		for (unsigned i = 0; i < 5; i++) {
			assert_int_equal(store_mover_step(mover), FSK_IO);
			assert_int_equal(errno, ENOSPC);
			put(journal, from + 10000 + i * 2000, from + 12000 + i * 2000);
		}
		assert_int_equal(words_said, 2 * after + 1);
		atomic_store(&engine.fails, 0);
		assert_int_equal(store_mover_step(mover), FSK_OK);
		assert_int_equal(words_said, 2 * after + 2); /* that it does again */
		assert_taken(from + 20000);
	}
	assert_int_equal(store_mover_counts(mover)->failed, 10);
	store_mover_stop(mover);
	store_journal_free(journal);
	/* It failed when it ended: the next one goes on. */
	atomic_store(&engine.fails, EIO);
	engine.after = false;
	store_mover_free(mover);
	atomic_store(&engine.fails, 0);
	store_mover_free(new_mover(NULL, 0));
	assert_taken(40000);
	assert_int_equal(segments(), 0);
}

/* A mover that was killed after the engine took a segment, and before it was removed. */
static void
test_taken_but_there(void **state)
{
	struct store_journal *journal = open_journal("a");
	struct store_mover *mover = new_mover(&journal, 1);

	(void)state;
	put(journal, 0, 10);
	assert_int_equal(store_mover_step(mover), FSK_OK);
	store_mover_free(mover);
	store_journal_free(journal);
	assert_int_equal(segments(), 1);
	engine.rows[0].last = true;
	store_mover_free(new_mover(NULL, 0));
	assert_int_equal(segments(), 0);
	assert_taken(10);
}

/* Kill -9 of who puts. */
static void
test_killed(void **state)
{
	struct store_mover *mover = new_mover(NULL, 0);
	uint64_t from = 0;

	(void)state;
	for (unsigned round = 0; round < 10; round++) {
		uint64_t put_so_far = 0;
		int pipes[2], status;
		pid_t child;

		assert_int_equal(pipe(pipes), 0);
		child = fork();
		if (child == 0) {
			struct store_journal *journal = open_journal("a");

			for (uint64_t n = from;; n++) {
				struct sighting s = ground_question(n);

				if (store_journal_put(journal, &s, GROUND_US) != FSK_OK ||
				    write(pipes[1], &n, sizeof(n)) != sizeof(n))
					_exit(1);
			}
		}
		close(pipes[1]);
		for (uint64_t n;
		     put_so_far < round * 200 && read(pipes[0], &n, sizeof(n)) > 0;)
			put_so_far++;
		(void)!store_mover_step(mover); /* in the middle */
		kill(child, SIGKILL);
		for (uint64_t n; read(pipes[0], &n, sizeof(n)) > 0;)
			put_so_far++;
		assert_int_equal(waitpid(child, &status, 0), child);
		close(pipes[0]);
		(void)!store_mover_step(mover);
		assert_in_range(engine.sightings, from + put_so_far, from + put_so_far + 1);
		assert_taken(engine.sightings);
		assert_int_equal(segments(), 0);
		from = engine.sightings;
	}
	store_mover_free(mover);
	assert_int_equal(ground_count("journal", "a"), 0);
}

static void
test_thread(void **state)
{
	struct store_journal *journals[] = {open_journal("a"), open_journal("b")};
	struct store_mover *mover = new_mover(journals, 2);

	(void)state;
	assert_int_equal(store_mover_start(mover), FSK_OK);
	for (uint64_t n = 0; n < 30000; n += 1000) {
		put(journals[n / 1000 % 2], n, n + 1000);
		atomic_fetch_add(&clock_us, DATE_SECOND / 2); /* it syncs meanwhile */
		usleep(1000);
	}
	store_mover_keep(mover, 1, 1);
	store_mover_stop(mover);
	for (size_t i = 0; i < 2; i++)
		store_journal_free(journals[i]);
	store_mover_free(mover);
	assert_taken(30000);
	assert_int_equal(segments(), 0);
}

/* However long the engine takes for something, journals are synced meanwhile. */
static void
test_syncs_meanwhile(void **state)
{
	struct store_journal *journal = open_journal("a");
	struct store_mover *mover = new_mover(&journal, 1);
	unsigned before, ms;

	(void)state;
	atomic_store(&engine.busy, true);
	put(journal, 0, 10);
	assert_int_equal(store_mover_start(mover), FSK_OK);
	for (uint64_t n = 10; n < 12; n++) {
		before = atomic_load(&syncs);
		put(journal, n, n + 1);
		for (ms = 0; ms < 20000 && atomic_load(&syncs) == before; ms++)
			usleep(1000);
		if (ms == 20000)
			break;
	}
	atomic_store(&engine.busy, false);
	assert_in_range(ms, 0, 19999);
	store_mover_stop(mover);
	store_journal_free(journal);
	store_mover_free(mover);
	assert_taken(12);
}

static void
test_no_memory(void **state)
{
	struct store_journal *journal = open_journal("a");
	struct store_mover_setting setting = setting_of(&journal, 1);
	struct store_mover *mover = NULL;
	enum fsk_err err = FSK_NOMEM;

	(void)state;
	put(journal, 0, 1000);
	for (long n = 0; err != FSK_OK; n++) {
		assert_in_range(n, 0, 50);
		atomic_store(&memory_left, n);
		err = store_mover_new(&setting, &mover, NULL);
		atomic_store(&memory_left, -1);
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	}
	err = FSK_NOMEM;
	for (long n = 0; err != FSK_END; n++) {
		assert_in_range(n, 0, 50);
		atomic_store(&memory_left, n);
		err = store_mover_step(mover);
		atomic_store(&memory_left, -1);
		assert_true(err == FSK_OK || err == FSK_END || err == FSK_NOMEM);
	}
	assert_taken(1000);
	store_mover_free(mover);
	store_journal_free(journal);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, ground_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_moves),           TEST(test_oldest_of_all),
	        TEST(test_one_at_a_time),   TEST(test_says_what_is_clear),
	        TEST(test_engine_fails),    TEST(test_taken_but_there),
	        TEST(test_killed),          TEST(test_thread),
	        TEST(test_syncs_meanwhile), TEST(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
