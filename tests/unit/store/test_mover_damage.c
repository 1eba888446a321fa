/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a mover cannot read is counted and said once, goes with no segment, and is in
 * nobody's way.
 */
#include "movers.h"

#include <errno.h>

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, ground_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_damaged),    TEST(test_torn),
	        TEST(test_lost_word),  TEST(test_strange_files),
	        TEST(test_unread),     TEST(test_later_record),
	        TEST(test_unreadable), TEST(test_unreadable_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
