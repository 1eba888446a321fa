/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The mover, with an engine that only counts: whatever is put is taken exactly once, by
 * whichever mover, whatever fails in between; what cannot be read is counted and said once,
 * and is in nobody's way. Linked with --wrap for malloc, calloc, realloc and strdup, and
 * for fdatasync, which is counted.
 */
#include "../memory.h"
#include "counting.h"

#include "base/date.h"
#include "store/form.h"
#include "store/mover.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

/* What the mover is given. */

static _Atomic int64_t clock_us;
static char said[8192];
static _Atomic unsigned words_said;
static int64_t days[8];
static size_t day_count;

static _Atomic unsigned syncs;

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);

int
__wrap_fdatasync(int fd)
{
	atomic_fetch_add(&syncs, 1);
	return __real_fdatasync(fd);
}

static int64_t
now_us(void *context)
{
	(void)context;
	return atomic_load(&clock_us);
}

static void
note_words(const char *words, void *context)
{
	(void)context;
	atomic_fetch_add(&words_said, 1);
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s\n", words);
}

static void
note_day(struct store *store, int64_t day, void *context)
{
	(void)context;
	assert_ptr_equal(store, &engine.store);
	days[day_count++ % 8] = day;
}

static int
set_up(void **state)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

	memset(&engine, 0, sizeof(engine));
	engine.mutex = mutex;
	atomic_store(&clock_us, GROUND_US);
	atomic_store(&words_said, 0);
	said[0] = '\0';
	day_count = 0;
	return ground_make(state);
}

static struct store_journal *
open_journal(const char *worker)
{
	const struct store_journal_setting setting = {
	        .store = ground,
	        .worker = worker,
	        .segment = STORE_SEGMENT_LEAST,
	        .now_us = atomic_load(&clock_us),
	};
	struct store_journal *journal;

	assert_int_equal(store_journal_open(&setting, &journal), FSK_OK);
	return journal;
}

static void
put(struct store_journal *journal, uint64_t from, uint64_t to)
{
	for (uint64_t n = from; n < to; n++) {
		struct sighting s = ground_question(n);

		assert_int_equal(store_journal_put(journal, &s, GROUND_US), FSK_OK);
	}
}

static struct store_mover_setting
setting_of(struct store_journal **journals, size_t count)
{
	return (struct store_mover_setting){
	        .plan = {.folder = ground, .create = true},
	        .journals = journals,
	        .journal_count = count,
	        .now_us = now_us,
	        .log = note_words,
	        .day = note_day,
	};
}

static struct store_mover *
new_mover(struct store_journal **journals, size_t count)
{
	struct store_mover_setting setting = setting_of(journals, count);
	struct store_mover *mover;

	assert_int_equal(store_mover_new(&setting, &mover, NULL), FSK_OK);
	return mover;
}

static void
assert_taken(uint64_t to)
{
	assert_int_equal(engine.sightings, to);
	for (uint64_t n = 0; n < to; n++)
		assert_int_equal(engine.seen[n], 1);
}

static enum fsk_err
count_one(const char *worker, uint64_t number, void *context)
{
	(void)worker;
	(void)number;
	++*(size_t *)context;
	return FSK_OK;
}

static size_t
segments(void)
{
	size_t count = 0;

	assert_int_equal(store_segments(ground, count_one, &count), FSK_OK);
	return count;
}

/* Tests. */

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
	setting.plan = (struct store_plan){.folder = "/nonexistent"};
	assert_int_equal(store_mover_new(&setting, &second, NULL), FSK_IO);
	assert_int_equal(errno, ENOENT);
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

/* Opens the file of the only segment. */
static int
open_file(void)
{
	char name[FORM_NAME_SIZE], path[256];

	form_name(GROUND_US, FORM_SEGMENT, name);
	snprintf(path, sizeof(path), "%s/journal/a/%s", ground, name);
	return open(path, O_RDWR);
}

static void
test_damaged(void **state)
{
	struct store_journal *journal = open_journal("a");
	struct store_mover *mover;
	int fd = open_file();

	(void)state;
	put(journal, 0, 10);
	assert_int_equal(pwrite(fd, "\xff\xff", 2, FORM_FIRST + 40), 2);
	mover = new_mover(&journal, 1);
	/* While it is appended to, all but what is damaged is taken. */
	assert_int_equal(store_mover_step(mover), FSK_OK);
	put(journal, 10, 20);
	assert_int_equal(store_mover_step(mover), FSK_OK);
	assert_int_equal(engine.seen[0], 0);
	assert_int_equal(engine.sightings, 19);
	assert_int_equal(words_said, 1);
	assert_non_null(strstr(said, "/journal/a/"));
	assert_non_null(strstr(said, "is damaged at octet 128"));
	store_mover_stop(mover);
	store_journal_free(journal);
	assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(store_mover_counts(mover)->damaged, 1);
	assert_int_equal(segments(), 0);
	assert_int_equal(ground_count("journal/a", FORM_DAMAGED), 1);
	assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(words_said, 1);
	store_mover_free(mover);
	close(fd);
}

static void
test_torn(void **state)
{
	struct store_journal *journal = open_journal("a");
	struct store_mover *mover;
	uint8_t zeros[FORM_WORD] = {0};
	struct store_journal_counts counts;
	int fd = open_file();
	uint64_t word;
	off_t at;

	(void)state;
	put(journal, 0, 10);
	store_journal_count(journal, &counts);
	put(journal, 10, 11);
	store_journal_free(journal);
	/* As if it had been killed before the word of the last one: no end either. */
	at = (off_t)(FORM_FIRST + counts.octets);
	assert_int_equal(pread(fd, &word, sizeof(word), at), sizeof(word));
	assert_int_equal(pwrite(fd, zeros, 8, at + (off_t)form_room(form_len(word))), 8);
	assert_int_equal(pwrite(fd, zeros, 8, at), 8);
	mover = new_mover(NULL, 0);
	/* However often it is tried, it is counted once. */
	atomic_store(&engine.fails, EIO);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(store_mover_step(mover), FSK_IO);
	atomic_store(&engine.fails, 0);
	assert_int_equal(store_mover_step(mover), FSK_OK);
	assert_taken(10);
	assert_int_equal(store_mover_counts(mover)->damaged, 1);
	assert_non_null(strstr(said, "ends in the middle of a record"));
	assert_int_equal(segments(), 0);
	assert_int_equal(ground_count("journal", "a"), 0);
	store_mover_free(mover);
	close(fd);
}

/* A word that is gone, and whole records behind it: they are taken, and what is left of the
 * segment is kept. */
static void
test_lost_word(void **state)
{
	struct store_journal *journal = open_journal("a");
	struct store_mover *mover;
	uint8_t zeros[FORM_WORD] = {0};
	int fd = open_file();

	(void)state;
	put(journal, 0, 10);
	store_journal_free(journal);
	assert_int_equal(pwrite(fd, zeros, 8, FORM_FIRST), 8);
	mover = new_mover(NULL, 0);
	assert_int_equal(store_mover_step(mover), FSK_OK);
	assert_int_equal(engine.seen[0], 0);
	assert_int_equal(engine.sightings, 9);
	assert_int_equal(store_mover_counts(mover)->damaged, 1);
	assert_int_equal(segments(), 0);
	assert_int_equal(ground_count("journal/a", FORM_DAMAGED), 1);
	store_mover_free(mover);
	close(fd);
}

/* Files that are no segments, or of a later version. */
static void
test_strange_files(void **state)
{
	struct store_journal *journal = open_journal("a");
	struct store_mover *mover;
	char name[FORM_NAME_SIZE], path[256];
	int fd;

	(void)state;
	put(journal, 0, 10);
	for (uint64_t n = 1; n < 4; n++) {
		form_name(n, FORM_SEGMENT, name);
		snprintf(path, sizeof(path), "%s/journal/a/%s", ground, name);
		fd = open(path, O_RDWR | O_CREAT, 0600);
		if (n == 2)
			assert_int_equal(ftruncate(fd, 4096), 0);
		if (n == 3) {
			assert_int_equal(pwrite(fd, FORM_MAGIC "\x02", 17, 0), 17);
			assert_int_equal(ftruncate(fd, 4096), 0);
		}
		close(fd);
	}
	mover = new_mover(&journal, 1);
	assert_int_equal(store_mover_step(mover), FSK_OK);
	assert_int_equal(store_mover_step(mover), FSK_END);
	assert_taken(10);
	assert_int_equal(store_mover_counts(mover)->damaged, 2);
	assert_int_equal(ground_count("journal/a", FORM_DAMAGED), 2);
	assert_int_equal(words_said, 3);
	assert_non_null(strstr(said, "later version"));
	assert_int_equal(segments(), 2);
	store_mover_free(mover);
	store_journal_free(journal);
}

/* Gives record ${which} of the only segment, which ended, version ${version}, under a
 * checksum that is right. */
static void
change_version(size_t which, uint8_t version)
{
	static uint8_t octets[STORE_SEGMENT_LEAST];
	int fd = open_file();
	size_t at = FORM_FIRST;
	uint64_t word;

	assert_int_equal(read(fd, octets, sizeof(octets)), sizeof(octets));
	for (size_t n = 0; n < which; n++)
		at += form_room(form_len(form_load(octets + at)));
	word = form_load(octets + at);
	octets[at + FORM_WORD] = version;
	word = htole64(form_word(GROUND_US, at, FORM_RECORD, octets + at + FORM_WORD,
	                         form_len(word)));
	memcpy(octets + at, &word, sizeof(word));
	assert_int_equal(pwrite(fd, octets, sizeof(octets), 0), sizeof(octets));
	close(fd);
}

/* Records whose checksum is right, and that no version wrote: the others are taken, and the
 * segment is kept for who wants to know. */
static void
test_unread(void **state)
{
	struct store_journal *journal = open_journal("a");
	struct store_mover *mover;

	(void)state;
	put(journal, 0, 10);
	store_journal_free(journal);
	change_version(1, 0);
	change_version(2, 0);
	mover = new_mover(NULL, 0);
	assert_int_equal(store_mover_step(mover), FSK_OK);
	assert_int_equal(engine.sightings, 8);
	assert_int_equal(store_mover_counts(mover)->unread, 2);
	assert_int_equal(words_said, 1);
	assert_int_equal(segments(), 0);
	assert_int_equal(ground_count("journal/a", FORM_DAMAGED), 1);
	store_mover_free(mover);
}

/* A record of a later version: it and what follows wait for that version. */
static void
test_later_record(void **state)
{
	struct store_journal *journal = open_journal("a");
	struct store_mover *mover;

	(void)state;
	put(journal, 0, 10);
	store_journal_free(journal);
	change_version(4, 2);
	mover = new_mover(NULL, 0);
	assert_int_equal(store_mover_step(mover), FSK_OK);
	assert_taken(4);
	assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(store_mover_counts(mover)->unread, 0);
	assert_int_equal(words_said, 1);
	assert_non_null(strstr(said, "later version"));
	assert_int_equal(segments(), 1);
	store_mover_free(mover);
	change_version(4, 1); /* as if that version had come */
	store_mover_free(new_mover(NULL, 0));
	assert_taken(10);
	assert_int_equal(segments(), 0);
}

/* A journal that cannot be read is in nobody's way. */
static void
test_unreadable(void **state)
{
	struct store_journal *journal = open_journal("a");
	struct store_mover *mover = new_mover(&journal, 1);
	const struct store_mover_counts *counts = store_mover_counts(mover);
	struct store_journal *other;
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/journal/b", ground);
	assert_int_equal(symlink(path, path), 0);
	other = open_journal("c");
	put(journal, 0, 10);
	put(other, 10, 20);
	assert_int_equal(store_mover_step(mover), FSK_OK);
	assert_taken(20);
	assert_int_equal(words_said, 1);
	assert_non_null(strstr(said, path));
	assert_int_equal(counts->failed, 1);
	assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(words_said, 1);
	assert_int_equal(counts->failed, 2);
	assert_int_equal(unlink(path), 0);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(words_said, 2);
	assert_non_null(strstr(said, "again"));
	assert_int_equal(counts->failed, 2);
	store_mover_stop(mover);
	store_journal_free(journal);
	store_journal_free(other);
	store_mover_free(mover);
	assert_int_equal(segments(), 0);
}

/* The folder of all journals, or a file of one. */
static void
test_unreadable_files(void **state)
{
	struct store_journal *journal = open_journal("a");
	struct store_mover *mover = new_mover(&journal, 1);
	char path[256], aside[256], name[FORM_NAME_SIZE];

	(void)state;
	put(journal, 0, 10);
	snprintf(path, sizeof(path), "%s/journal", ground);
	snprintf(aside, sizeof(aside), "%s/aside", ground);
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(symlink(path, path), 0);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(store_mover_step(mover), FSK_IO);
		assert_int_equal(errno, ELOOP);
	}
	assert_int_equal(words_said, 1);
	assert_non_null(strstr(said, ground));
	assert_int_equal(store_mover_counts(mover)->failed, 2);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rename(aside, path), 0);
	form_name(GROUND_US, FORM_SEGMENT, name);
	snprintf(path, sizeof(path), "%s/journal/a/%s", ground, name);
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(symlink(path, path), 0);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(words_said, 3); /* the store is well again, but not that one */
	assert_non_null(strstr(said, path));
	assert_int_equal(store_mover_counts(mover)->failed, 4);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rename(aside, path), 0);
	assert_int_equal(store_mover_step(mover), FSK_OK);
	assert_int_equal(words_said, 4);
	assert_taken(10);
	store_mover_stop(mover);
	store_journal_free(journal);
	store_mover_free(mover);
}

/* The mover of another process, ${seconds} after day ${day} began. */
static void
run_at(int64_t day, int64_t seconds)
{
	struct store_mover *mover;

	atomic_store(&clock_us, (day * DATE_DAY + seconds) * DATE_SECOND);
	mover = new_mover(NULL, 0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(store_mover_step(mover), FSK_END);
	store_mover_free(mover);
}

static void
test_days(void **state)
{
	static const int64_t today = GROUND_US / DATE_SECOND / DATE_DAY * DATE_DAY;
	struct store_mover *mover = new_mover(NULL, 0);

	(void)state;
	assert_int_equal(store_mover_step(mover), FSK_END);
	atomic_store(&clock_us, (today + DATE_DAY) * DATE_SECOND - 1);
	assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(day_count, 0);
	atomic_store(&clock_us, (today + DATE_DAY) * DATE_SECOND);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(day_count, 1);
	assert_int_equal(days[0], today);
	atomic_store(&clock_us, today * DATE_SECOND); /* back, and on */
	assert_int_equal(store_mover_step(mover), FSK_END);
	atomic_store(&clock_us, (today + DATE_DAY) * DATE_SECOND);
	assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(day_count, 1);
	store_mover_free(mover);
}

/* Each day is told once, whoever moved at midnight, or nobody did. */
static void
test_days_of_others(void **state)
{
	static const int64_t day = GROUND_US / DATE_SECOND / DATE_DAY;
	char path[256];

	(void)state;
	run_at(day, 100);
	assert_int_equal(day_count, 0); /* what was before is not known */
	run_at(day + 1, 100);
	assert_int_equal(day_count, 1);
	assert_int_equal(days[0], day * DATE_DAY);
	run_at(day + 1, 200);
	run_at(day, DATE_DAY - 1); /* a clock that was put back */
	run_at(day + 1, 300);
	assert_int_equal(day_count, 1);
	run_at(day + 3, 100);
	assert_int_equal(day_count, 3);
	assert_int_equal(days[1], (day + 1) * DATE_DAY);
	assert_int_equal(days[2], (day + 2) * DATE_DAY);
	run_at(day + 100, 100); /* of a long time the last week */
	assert_int_equal(day_count, 10);
	assert_int_equal(days[9 % 8], (day + 99) * DATE_DAY);
	run_at(day + 4, 100); /* it was far ahead */
	assert_int_equal(day_count, 10);
	run_at(day + 5, 100);
	assert_int_equal(day_count, 11);
	assert_int_equal(days[10 % 8], (day + 4) * DATE_DAY);
	/* What stands there is no day. */
	snprintf(path, sizeof(path), "%s/day", ground);
	assert_int_equal(truncate(path, 3), 0);
	run_at(day + 6, 100);
	assert_int_equal(day_count, 11);
	run_at(day + 7, 100);
	assert_int_equal(day_count, 12);
}

/* Steps through ${us} in strides that no clock is suspected for. */
static void
pass(struct store_mover *mover, int64_t us)
{
	static const int64_t stride = 50 * 60 * DATE_SECOND;

	for (; us > 0; us -= stride) {
		atomic_fetch_add(&clock_us, us < stride ? us : stride);
		assert_int_equal(store_mover_step(mover), FSK_END);
	}
}

static void
test_age(void **state)
{
	struct store_mover *mover = new_mover(NULL, 0);
	int64_t start = atomic_load(&clock_us), hour = 3600 * DATE_SECOND;

	(void)state;
	engine.facts.sightings = 50000;
	engine.facts.last_us = start;
	assert_int_equal(store_mover_step(mover), FSK_END);
	store_mover_keep(mover, 30, 0);
	pass(mover, hour - 1);
	assert_int_equal(engine.prunes, 0);
	pass(mover, 1);
	assert_int_equal(engine.pruned, 20000); /* a slice a round */
	assert_true(engine.before_us == start + hour - 30 * DATE_DAY * DATE_SECOND);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(engine.prunes, 3);
	assert_int_equal(engine.pruned, 50000);
	assert_int_equal(store_mover_counts(mover)->removed, 50000);
	/* A clock that jumps is not believed at once. */
	engine.facts.sightings = 50000;
	atomic_store(&clock_us, start + 1000 * DATE_DAY * DATE_SECOND);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(store_mover_step(mover), FSK_END);
	pass(mover, 2 * hour);
	assert_int_equal(words_said, 1);
	atomic_store(&clock_us, start + hour + DATE_SECOND);
	assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(engine.pruned, 50000);
	store_mover_free(mover);
}

/* Nor is one that is far ahead of what was seen last, when the store is opened. */
static void
test_age_at_start(void **state)
{
	int64_t day = DATE_DAY * DATE_SECOND;
	struct store_mover *mover;

	(void)state;
	engine.facts = (struct store_facts){.sightings = 1000, .last_us = GROUND_US};
	atomic_store(&clock_us, GROUND_US + 400 * day);
	mover = new_mover(NULL, 0);
	store_mover_keep(mover, 90, 0);
	assert_int_equal(store_mover_step(mover), FSK_END);
	engine.facts.last_us = atomic_load(&clock_us); /* what comes says so too */
	pass(mover, day - 1);
	assert_int_equal(engine.prunes, 0);
	assert_int_equal(words_said, 1);
	assert_non_null(strstr(said, "400 days"));
	pass(mover, 1); /* it is right, it seems */
	assert_int_equal(engine.pruned, 1000);
	store_mover_free(mover);
}

static void
test_size(void **state)
{
	struct store_mover_setting setting = setting_of(NULL, 0);
	struct store_mover *mover;

	(void)state;
	setting.keep_bytes = 10000000;
	assert_int_equal(store_mover_new(&setting, &mover, NULL), FSK_OK);
	engine.each = 100;
	engine.facts = (struct store_facts){.sightings = 150000, .bytes = 15000000};
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(store_mover_step(mover), FSK_END);
	assert_in_range(engine.facts.bytes, 9500000, 10000000);
	assert_int_equal(store_mover_counts(mover)->bytes, engine.facts.bytes);
	/* What removing does not make smaller is not emptied. */
	engine.each = 0;
	engine.facts = (struct store_facts){.sightings = 150000, .bytes = 15000000};
	for (unsigned i = 0; i < 1000; i++) {
		atomic_fetch_add(&clock_us, DATE_SECOND);
		assert_int_equal(store_mover_step(mover), FSK_END);
	}
	assert_in_range(engine.facts.sightings, 90000, 100000);
	assert_int_equal(words_said, 1);
	store_mover_free(mover);
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
	        TEST(test_moves),
	        TEST(test_oldest_of_all),
	        TEST(test_one_at_a_time),
	        TEST(test_engine_fails),
	        TEST(test_taken_but_there),
	        TEST(test_killed),
	        TEST(test_damaged),
	        TEST(test_torn),
	        TEST(test_lost_word),
	        TEST(test_later_record),
	        TEST(test_strange_files),
	        TEST(test_unreadable),
	        TEST(test_unreadable_files),
	        TEST(test_unread),
	        TEST(test_days),
	        TEST(test_days_of_others),
	        TEST(test_age),
	        TEST(test_age_at_start),
	        TEST(test_size),
	        TEST(test_thread),
	        TEST(test_syncs_meanwhile),
	        TEST(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
