/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Journals: what was put is read exactly once and as it was, by this process or another,
 * while it is put or after its writer was killed at any instant. Linked with --wrap for
 * malloc, calloc, realloc and strdup, which fail on the n-th call, for posix_fallocate and
 * fdatasync, which fail on demand, and for fsync, which is counted.
 */
#include "../memory.h"
#include "journals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#define SECOND INT64_C(1000000)

static _Atomic int fallocate_fails; /* errno; 0: it does not */
static _Atomic int sync_fails;

int __real_posix_fallocate(int fd, off_t offset, off_t len);
int __wrap_posix_fallocate(int fd, off_t offset, off_t len);
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);

int
__wrap_posix_fallocate(int fd, off_t offset, off_t len)
{
	int why = atomic_load(&fallocate_fails);

	return why != 0 ? why : __real_posix_fallocate(fd, offset, len);
}

int
__wrap_fdatasync(int fd)
{
	if (atomic_load(&sync_fails) == 0)
		return __real_fdatasync(fd);
	errno = atomic_load(&sync_fails);
	return -1;
}

static _Atomic unsigned folder_syncs;

int __real_fsync(int fd);
int __wrap_fsync(int fd);

int
__wrap_fsync(int fd)
{
	atomic_fetch_add(&folder_syncs, 1);
	return __real_fsync(fd);
}

static void
test_puts_and_reads(void **state)
{
	struct store_journal *a = open_journal("sinkhole-0", GROUND_US);
	struct store_journal *b = open_journal("sinkhole-1", GROUND_US);
	struct store_journal_counts counts;

	(void)state;
	read_all(FSK_END);
	assert_int_equal(found.count, 2);
	assert_int_equal(found.records, 0);
	for (uint64_t i = 0; i < 3000; i++)
		put(i % 2 == 0 ? a : b, i);
	read_all(FSK_END); /* while they are held */
	assert_int_equal(found.records, 3000);
	assert_once(0, 3000);
	assert_true(found.count > 4);
	for (size_t i = 1; i < found.count; i++)
		assert_true(strcmp(found.segments[i - 1].worker, found.segments[i].worker) <
		                    0 ||
		            found.segments[i - 1].number < found.segments[i].number);
	store_journal_count(a, &counts);
	assert_int_equal(counts.records, 1500);
	assert_true(counts.octets > 1500 * 60);
	assert_true(counts.segments > 2);
	assert_int_equal(store_journal_sync(a), FSK_OK);
	store_journal_free(a);
	store_journal_free(b);
	read_all(FSK_END);
	assert_int_equal(found.records, 3000);
	for (size_t i = 0; i < found.count; i++)
		assert_int_equal(store_segment_remove(ground, found.segments[i].worker,
		                                      found.segments[i].number),
		                 FSK_OK);
	find_segments();
	assert_int_equal(found.count, 0);
	assert_int_equal(ground_count("journal", "sinkhole-0"), 0);
	assert_int_equal(ground_count("journal", "sinkhole-1"), 0);
}

static void
test_ended_or_not(void **state)
{
	struct store_journal *journal = open_journal("worker", GROUND_US);
	struct store_segment *segment;
	struct span record;
	uint64_t offset = 0, before;

	(void)state;
	find_segments();
	assert_int_equal(found.count, 1);
	assert_int_equal(
	        store_segment_open(ground, "worker", found.segments[0].number, &segment),
	        FSK_OK);
	assert_int_equal(store_segment_next(segment, &offset, &record), FSK_END);
	assert_false(store_segment_ended(segment));
	put(journal, 1); /* the reader sees it come */
	assert_int_equal(store_segment_next(segment, &offset, &record), FSK_OK);
	assert_int_equal(number_of(record), 1);
	before = offset;
	assert_int_equal(store_segment_next(segment, &offset, &record), FSK_END);
	assert_int_equal(offset, before);
	assert_false(store_segment_ended(segment));
	/* The folder of a writer is not removed. */
	assert_int_equal(store_segment_remove(ground, "worker", 5), FSK_IO);
	assert_int_equal(errno, ENOENT);
	put(journal, 2);
	store_journal_free(journal);
	assert_int_equal(store_segment_next(segment, &offset, &record), FSK_OK);
	assert_int_equal(store_segment_next(segment, &offset, &record), FSK_END);
	assert_true(store_segment_ended(segment));
	offset = 3;
	assert_int_equal(store_segment_next(segment, &offset, &record), FSK_CORRUPT);
	offset = UINT64_MAX & ~UINT64_C(7);
	assert_int_equal(store_segment_next(segment, &offset, &record), FSK_END);
	store_segment_free(segment);
}

static void
test_numbers_rise(void **state)
{
	struct store_journal *journal = open_journal("worker", GROUND_US);
	uint64_t first, second;

	(void)state;
	put(journal, 1);
	store_journal_free(journal);
	find_segments();
	first = found.segments[0].number;
	assert_int_equal(first, GROUND_US);
	/* All is removed, and the clock goes back, or stands. */
	assert_int_equal(store_segment_remove(ground, "worker", first), FSK_OK);
	assert_int_equal(ground_count("journal", "worker"), 0);
	for (int64_t back = 0; back < 3; back++) {
		journal = open_journal("worker", GROUND_US - back * 86400 * SECOND);
		put(journal, 1);
		store_journal_free(journal);
		find_segments();
		second = found.segments[found.count - 1].number;
		assert_true(second > first);
		first = second;
	}
	journal = open_journal("worker", GROUND_US + 86400 * SECOND);
	put(journal, 1);
	store_journal_free(journal);
	find_segments();
	assert_int_equal(found.segments[found.count - 1].number,
	                 GROUND_US + 86400 * SECOND);
}

static void
test_wrong_names(void **state)
{
	static const char long_name[] = "0123456789012345678901234567890123456789"
	                                "012345678901234567890123";
	static const char *const names[] = {"",  ".",   "..",       "a/b",
	                                    "A", "a b", "\xc3\xa4", long_name};
	struct store_journal *journal = NULL;
	struct store_segment *segment = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct store_journal_setting setting = {.store = ground,
		                                        .worker = names[i]};

		assert_int_equal(store_journal_open(&setting, &journal), FSK_SYNTAX);
		assert_int_equal(store_segment_open(ground, names[i], 1, &segment),
		                 FSK_SYNTAX);
		assert_int_equal(store_segment_remove(ground, names[i], 1), FSK_SYNTAX);
	}
	assert_int_equal(store_segment_open(ground, "nobody", 1, &segment), FSK_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(store_segments("/nonexistent", find, NULL), FSK_OK);
	store_journal_free(NULL);
	store_segment_free(NULL);
}

/* A full disk. */

static void
test_no_room(void **state)
{
	struct store_journal *journal = open_journal("worker", GROUND_US);
	struct sighting s = ground_question(0);
	struct store_journal_counts counts;
	uint64_t put_before = 0;
	enum fsk_err err;

	(void)state;
	atomic_store(&fallocate_fails, ENOSPC);
	while ((err = store_journal_put(journal, &s, GROUND_US)) == FSK_OK)
		s = ground_question(++put_before);
	assert_int_equal(err, FSK_IO);
	assert_int_equal(errno, ENOSPC);
	assert_true(put_before > 100);
	/* What was full ended: it can be moved and removed. */
	read_all(FSK_END);
	assert_int_equal(found.records, put_before);
	for (size_t i = 0; i < found.count; i++) {
		struct store_segment *segment;

		assert_int_equal(store_segment_open(ground, "worker",
		                                    found.segments[i].number, &segment),
		                 FSK_OK);
		(void)!store_segment_next(segment, &(uint64_t){0}, &(struct span){0});
		assert_int_equal(store_journal_sync(journal), FSK_OK); /* lets go of it */
		assert_true(store_segment_ended(segment));
		store_segment_free(segment);
	}
	/* There is room again, which is seen within a second. */
	atomic_store(&fallocate_fails, 0);
	assert_int_equal(store_journal_put(journal, &s, GROUND_US + SECOND - 1), FSK_IO);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(store_journal_put(journal, &s, GROUND_US + SECOND), FSK_OK);
	assert_int_equal(store_journal_sync(journal), FSK_OK);
	store_journal_count(journal, &counts);
	assert_int_equal(counts.records, put_before + 1);
	store_journal_free(journal);
	read_all(FSK_END);
	assert_int_equal(found.records, put_before + 1);
	assert_once(0, put_before + 1);
	assert_int_equal(ground_count("journal/worker", FORM_NEW), 0);
}

static void
test_clock_back_without_room(void **state)
{
	struct store_journal *journal = open_journal("worker", GROUND_US);
	struct sighting s = ground_question(0);

	(void)state;
	atomic_store(&fallocate_fails, ENOSPC);
	while (store_journal_put(journal, &s, GROUND_US) == FSK_OK)
		s.us++;
	atomic_store(&fallocate_fails, 0);
	assert_int_equal(store_journal_put(journal, &s, GROUND_US - 86400 * SECOND),
	                 FSK_OK);
	store_journal_free(journal);
}

/* A disk that fails. */

static void
test_sync_fails(void **state)
{
	struct store_journal *journal = open_journal("worker", GROUND_US);
	uint64_t number;
	ino_t before, after;
	char path[256];
	struct stat st;
	unsigned syncs_before;

	(void)state;
	for (uint64_t i = 0; i < 10; i++)
		put(journal, i);
	find_segments();
	number = found.segments[0].number;
	path_of(0, path);
	assert_int_equal(stat(path, &st), 0);
	before = st.st_ino;
	atomic_store(&sync_fails, EIO);
	assert_int_equal(store_journal_sync(journal), FSK_IO);
	assert_int_equal(errno, EIO);
	atomic_store(&sync_fails, 0);
	put(journal, 10); /* into another */
	syncs_before = atomic_load(&folder_syncs);
	assert_int_equal(store_journal_sync(journal), FSK_OK);
	assert_int_equal(atomic_load(&folder_syncs),
	                 syncs_before + 1); /* of its new name */
	read_all(FSK_END);
	assert_int_equal(found.count, 2);
	assert_int_equal(found.segments[0].number, number);
	assert_int_equal(found.records, 11);
	assert_once(0, 11);
	assert_int_equal(stat(path, &st), 0);
	after = st.st_ino;
	assert_true(before != after); /* it was written anew */
	/* As long as the disk fails, not ever more segments are begun. */
	atomic_store(&sync_fails, EIO);
	for (uint64_t i = 11; i < 60; i++) {
		put(journal, i);
		assert_int_equal(store_journal_sync(journal), FSK_IO);
	}
	find_segments();
	assert_in_range(found.count, 3, 9);
	atomic_store(&sync_fails, 0);
	(void)!store_journal_sync(journal);
	put(journal, 60);
	assert_int_equal(store_journal_sync(journal), FSK_OK);
	store_journal_free(journal);
	read_all(FSK_END);
	assert_int_equal(found.records, 61);
	assert_once(0, 61);
}

/* Two threads. */

static _Atomic bool putting;

static void *
sync_always(void *context)
{
	while (atomic_load(&putting))
		assert_int_equal(store_journal_sync(context), FSK_OK);
	return NULL;
}

static void
test_syncs_meanwhile(void **state)
{
	struct store_journal *journal = open_journal("worker", GROUND_US);
	struct store_journal_counts counts;
	struct store_segment *segment = NULL;
	struct span record;
	pthread_t thread;
	uint64_t offset = 0, followed = 0;

	(void)state;
	atomic_store(&putting, true);
	assert_int_equal(pthread_create(&thread, NULL, sync_always, journal), 0);
	find_segments();
	assert_int_equal(
	        store_segment_open(ground, "worker", found.segments[0].number, &segment),
	        FSK_OK);
	for (uint64_t i = 0; i < 20000; i++) {
		put(journal, i);
		while (store_segment_next(segment, &offset, &record) == FSK_OK)
			assert_int_equal(number_of(record), followed++);
	}
	atomic_store(&putting, false);
	pthread_join(thread, NULL);
	store_segment_free(segment);
	assert_true(followed > 300);
	store_journal_count(journal, &counts);
	assert_int_equal(counts.records, 20000);
	store_journal_free(journal);
	read_all(FSK_END);
	assert_int_equal(found.records, 20000);
	assert_once(0, 20000);
}

/* Death. */

/* Puts records and says each of them, until it is killed. */
static void __attribute__((noreturn)) put_until_killed(int out)
{
	struct store_journal *journal = open_journal("worker", GROUND_US);

	for (uint64_t i = 0;; i++) {
		struct sighting s = ground_question(i);

		if (store_journal_put(journal, &s, GROUND_US) != FSK_OK ||
		    write(out, &i, sizeof(i)) != sizeof(i))
			_exit(1);
	}
}

static void
test_killed(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 30; round++) {
		uint64_t said = 0, last;
		int pipes[2], status;
		pid_t child;

		assert_int_equal(pipe(pipes), 0);
		child = fork();
		if (child == 0)
			put_until_killed(pipes[1]);
		close(pipes[1]);
		/* It dies after some records, in the middle of whatever it does. */
		while (said < round * 53 && read(pipes[0], &last, sizeof(last)) > 0)
			said++;
		usleep(round * 37 % 1000);
		kill(child, SIGKILL);
		while (read(pipes[0], &last, sizeof(last)) > 0)
			said++;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		close(pipes[0]);
		read_all(FSK_CORRUPT);
		assert_once(0, said);
		assert_in_range(found.records, said, said + 1);
		for (size_t i = 0; i < found.count; i++)
			assert_int_equal(store_segment_remove(ground, "worker",
			                                      found.segments[i].number),
			                 FSK_OK);
		assert_int_equal(ground_count("journal", "worker"), 0);
	}
}

/* What a writer that was killed was making is in nobody's way. */
static void
test_left_behind(void **state)
{
	char name[FORM_NAME_SIZE], path[256];
	struct store_journal *journal;

	(void)state;
	store_journal_free(open_journal("worker", GROUND_US - 5));
	snprintf(path, sizeof(path), "%s/journal/worker", ground);
	mkdir(path, 0700);
	form_name(GROUND_US, FORM_NEW, name);
	snprintf(path, sizeof(path), "%s/journal/worker/%s", ground, name);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	journal = open_journal("worker", GROUND_US);
	put(journal, 0);
	store_journal_free(journal);
	read_all(FSK_END);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.segments[0].number, GROUND_US + 1);
	assert_int_equal(store_segment_remove(ground, "worker", GROUND_US + 1), FSK_OK);
	assert_int_equal(ground_count("journal", "worker"), 0);
}

static void
test_no_memory(void **state)
{
	const struct store_journal_setting setting = {
	        .store = ground, .worker = "worker", .now_us = GROUND_US};
	struct store_journal *journal = NULL;
	struct store_segment *segment = NULL;
	enum fsk_err err = FSK_NOMEM;

	(void)state;
	for (long n = 0; err != FSK_OK; n++) {
		assert_in_range(n, 0, 50);
		atomic_store(&memory_left, n);
		err = store_journal_open(&setting, &journal);
		atomic_store(&memory_left, -1);
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	}
	/* Without memory for the next segment a record is refused, and no more. */
	for (uint64_t i = 0; err == FSK_OK; i++) {
		struct sighting s = ground_question(i);

		atomic_store(&memory_left, 0);
		err = store_journal_put(journal, &s, GROUND_US);
		atomic_store(&memory_left, -1);
	}
	assert_int_equal(err, FSK_IO);
	assert_int_equal(errno, ENOMEM);
	store_journal_free(journal);
	for (long n = 0; err != FSK_OK; n++) {
		assert_in_range(n, 0, 50);
		memset(&found, 0, sizeof(found));
		atomic_store(&memory_left, n);
		err = store_segments(ground, find, NULL);
		if (err == FSK_OK)
			err = store_segment_open(ground, "worker", found.segments[0].number,
			                         &segment);
		atomic_store(&memory_left, -1);
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	}
	store_segment_free(segment);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ground_make, ground_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_puts_and_reads), TEST(test_ended_or_not),
	        TEST(test_numbers_rise),   TEST(test_wrong_names),
	        TEST(test_no_room),        TEST(test_clock_back_without_room),
	        TEST(test_sync_fails),     TEST(test_syncs_meanwhile),
	        TEST(test_killed),         TEST(test_left_behind),
	        TEST(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
