/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Files that appear whole or not at all: what is in the folder before, while and
 * after one is written, with each mode, link and kind of file in its place. The
 * refusals of a system that is out of room are watch/test_archive_faults.c's.
 */
#include "base/draft.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

/* How many files the folder has, hidden ones too. */
static unsigned
files(void)
{
	DIR *dir = opendir(".");
	unsigned count = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count - 2; /* . and .. */
}

static void
put(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
assert_holds(const char *path, const char *text)
{
	char there[100] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, there, sizeof(there) - 1), strlen(text));
	close(fd);
	assert_string_equal(there, text);
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

/* Replaces ${path} by a file that holds "new". */
static void
replace(const char *path)
{
	struct draft draft;

	assert_int_equal(draft_init(&draft, path), FSK_OK);
	assert_int_equal(draft_write(&draft, 1, "ew", 2), FSK_OK);
	assert_int_equal(draft_write(&draft, 0, "n", 1), FSK_OK);
	assert_int_equal(draft_finish(&draft), FSK_OK);
	draft_fini(&draft);
}

static void
nothing_is_in_its_place_before_the_end(void **state)
{
	struct draft draft;

	(void)state;
	assert_int_equal(draft_init(&draft, "x"), FSK_OK);
	assert_int_equal(draft_write(&draft, 0, "new", 3), FSK_OK);
	assert_int_equal(files(), 1);
	assert_int_equal(access("x", F_OK), -1);
	assert_true((fcntl(draft.fd, F_GETFD) & FD_CLOEXEC) != 0);
	assert_int_equal(draft_finish(&draft), FSK_OK);
	draft_fini(&draft);
	assert_int_equal(files(), 1);
	assert_holds("x", "new");
}

static void
what_is_given_up_leaves_the_old_file(void **state)
{
	struct draft draft;

	(void)state;
	put("x", "old", 0644);
	assert_int_equal(draft_init(&draft, "x"), FSK_OK);
	assert_int_equal(draft_write(&draft, 0, "new", 3), FSK_OK);
	errno = ENOMSG;
	draft_fini(&draft);
	assert_int_equal(errno, ENOMSG);
	draft_fini(&draft); /* and again */
	draft_fini(&(struct draft){.fd = 0});
	draft_fini(NULL);
	assert_int_equal(files(), 1);
	assert_holds("x", "old");
}

static void
two_drafts_of_a_file_do_not_meet(void **state)
{
	struct draft one;
	struct draft two;

	(void)state;
	assert_int_equal(draft_init(&one, "x"), FSK_OK);
	assert_int_equal(draft_init(&two, "x"), FSK_OK);
	assert_int_equal(draft_write(&one, 0, "one", 3), FSK_OK);
	assert_int_equal(draft_write(&two, 0, "two", 3), FSK_OK);
	assert_int_equal(draft_finish(&one), FSK_OK);
	draft_fini(&one);
	assert_holds("x", "one");
	assert_int_equal(draft_finish(&two), FSK_OK);
	draft_fini(&two);
	assert_holds("x", "two");
	assert_int_equal(files(), 1);
}

static void
a_new_file_obeys_the_umask_and_an_old_one_keeps_its_mode(void **state)
{
	static const mode_t masks[] = {0, 022, 027, 077};
	static const mode_t modes[] = {0600, 0640, 0644, 0666, 0755};
	mode_t before = umask(0);

	(void)state;
	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		umask(masks[i]);
		replace("x");
		assert_int_equal(mode_of("x"), 0666 & ~masks[i]);
		unlink("x");
		for (size_t k = 0; k < sizeof(modes) / sizeof(modes[0]); k++) {
			struct draft draft;

			put("x", "old", modes[k]);
			assert_int_equal(draft_init(&draft, "x"), FSK_OK);
			assert_int_equal(mode_of(draft.name), modes[k]);
			assert_int_equal(draft_finish(&draft), FSK_OK);
			draft_fini(&draft);
			assert_int_equal(mode_of("x"), modes[k]);
			unlink("x");
		}
	}
	umask(before);
}

static void
assert_link(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void
a_link_stays_and_leads_to_the_new_file(void **state)
{
	struct draft draft;

	(void)state;
	assert_int_equal(mkdir("far", 0700), 0);
	put("far/x", "old", 0640);
	assert_int_equal(symlink("far/x", "near"), 0);
	assert_int_equal(symlink("near", "nearer"), 0);
	assert_int_equal(draft_init(&draft, "nearer"), FSK_OK);
	assert_int_equal(strncmp(draft.name + strlen(draft.name) - 4, ".tmp", 4), 0);
	assert_non_null(strstr(draft.name, "far/"));
	draft_fini(&draft);
	replace("nearer");
	assert_link("near");
	assert_link("nearer");
	assert_holds("far/x", "new");
	assert_int_equal(mode_of("far/x"), 0640);
	/* A link to a file that is yet to be: relative to its own folder. */
	unlink("far/x");
	assert_int_equal(symlink("y", "far/link"), 0);
	replace("far/link");
	assert_link("far/link");
	assert_holds("far/y", "new");
	unlink("far/y");
	unlink("far/link");
	replace("nearer");
	assert_link("nearer");
	assert_holds("far/x", "new");
	unlink("far/x");
	rmdir("far");
	/* One to nowhere, and one to itself. */
	assert_int_equal(draft_init(&draft, "near"), FSK_IO);
	assert_int_equal(errno, ENOENT);
	unlink("near");
	assert_int_equal(symlink("nearer", "near"), 0);
	assert_int_equal(draft_init(&draft, "near"), FSK_IO);
	assert_int_equal(errno, ELOOP);
	unlink("near");
	unlink("nearer");
	assert_int_equal(files(), 0);
}

static void
what_is_no_regular_file_is_not_replaced(void **state)
{
	struct draft draft;

	(void)state;
	assert_true(draft_may_replace("x"));
	put("x", "old", 0644);
	assert_true(draft_may_replace("x"));
	unlink("x");
	assert_int_equal(mkfifo("x", 0600), 0);
	assert_false(draft_may_replace("x"));
	assert_int_equal(draft_init(&draft, "x"), FSK_IO);
	assert_int_equal(errno, EINVAL);
	unlink("x");
	assert_int_equal(symlink("/dev/null", "x"), 0);
	assert_false(draft_may_replace("x"));
	assert_int_equal(draft_init(&draft, "x"), FSK_IO);
	assert_int_equal(errno, EINVAL);
	unlink("x");
	assert_false(draft_may_replace("."));
	assert_int_equal(draft_init(&draft, "."), FSK_IO);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(files(), 0);
}

static void
impossible_paths_are_told_at_once(void **state)
{
	static const char *const paths[] = {"", "none/x", "none/"};
	struct draft draft;
	char longest[256];

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		assert_int_equal(draft_init(&draft, paths[i]), FSK_IO);
		assert_int_equal(errno, ENOENT);
	}
	put("x", "old", 0644);
	assert_int_equal(draft_init(&draft, "x/y"), FSK_IO);
	assert_int_equal(errno, ENOTDIR);
	unlink("x");
	assert_int_equal(files(), 0);
	/* A name that leaves no room for an ending is as good as another. */
	memset(longest, 'n', sizeof(longest) - 1);
	longest[255] = '\0';
	replace(longest);
	assert_holds(longest, "new");
	unlink(longest);
}

static void
room_is_asked_for(void **state)
{
	struct draft draft;

	(void)state;
	assert_int_equal(draft_init(&draft, "x"), FSK_OK);
	assert_int_equal(draft_reserve(&draft, 5000), FSK_OK);
	assert_int_equal(draft_reserve(&draft, UINT64_MAX), FSK_IO);
	assert_int_equal(errno, EFBIG);
	draft_fini(&draft);
	assert_int_equal(files(), 0);
}

static int
make_folder(void **state)
{
	const char *where = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%.40s/draft.XXXXXX",
	         where != NULL ? where : "/tmp");
	return mkdtemp(folder) == NULL ? -1 : chdir(folder);
}

static int
clean_folder(void **state)
{
	(void)state;
	unlink("x");
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	return chdir("/") != 0 ? -1 : rmdir(folder);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, NULL, clean_folder)
	const struct CMUnitTest tests[] = {
	        TEST(nothing_is_in_its_place_before_the_end),
	        TEST(what_is_given_up_leaves_the_old_file),
	        TEST(two_drafts_of_a_file_do_not_meet),
	        TEST(a_new_file_obeys_the_umask_and_an_old_one_keeps_its_mode),
	        TEST(a_link_stays_and_leads_to_the_new_file),
	        TEST(what_is_no_regular_file_is_not_replaced),
	        TEST(impossible_paths_are_told_at_once),
	        TEST(room_is_asked_for),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
