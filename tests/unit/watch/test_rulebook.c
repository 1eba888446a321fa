/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The files that the collision stage rules by: all are read or none, what was read is
 * told, and which file failed, where and why.
 */
#include "watch/rulebook.h"

#include "base/date.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

static int left = -1; /* allocations that still succeed; negative: all do */

static bool
denied(void)
{
	if (left == 0)
		return true;
	if (left > 0)
		left--;
	return false;
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return denied() ? NULL : __real_calloc(count, size);
}

void *
__wrap_malloc(size_t size)
{
	return denied() ? NULL : __real_malloc(size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return denied() ? NULL : __real_realloc(old, size);
}

#define DAY INT64_C(86400)

static char folder[64];

static int
enter(void **state)
{
	const char *where = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%.40s/rulebook.XXXXXX",
	         where != NULL ? where : "/tmp");
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int
leave(void **state)
{
	(void)state;
	return chdir("/") != 0 || rmdir(folder) != 0;
}

/* Writes ${text} to ${path}; its content is of day 100, says the file. */
static void
put_file(const char *path, const char *text)
{
	const struct timespec times[2] = {{100 * DAY, 0}, {100 * DAY, 0}};
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* When ${path} was changed, as nobody can set it. */
static int64_t
changed(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mtime, 100 * DAY);
	return status.st_ctime;
}

static void
put_files(void)
{
	put_file("allow.txt", "a.example - ours\nb.example\nb.example\n");
	put_file("more.txt", "b.example - why\n");
	put_file("popular.csv", "1,p.example\n2,com\n3,a.example\n");
	put_file("registered.csv", "r.example,1970-01-05\n");
}

static void
remove_files(void)
{
	assert_int_equal(unlink("allow.txt") | unlink("more.txt") | unlink("popular.csv") |
	                         unlink("registered.csv"),
	                 0);
}

static const struct watch_rulebook_file files[] = {
        {WATCH_RULEBOOK_ALLOW, "allow.txt", 0},
        {WATCH_RULEBOOK_ALLOW, "more.txt", WATCH_RULEBOOK_FILE_TIME},
        {WATCH_RULEBOOK_POPULAR, "popular.csv", WATCH_RULEBOOK_FILE_TIME},
        {WATCH_RULEBOOK_REGISTERED, "registered.csv", 200 * DAY},
};

#define FILES (sizeof(files) / sizeof(files[0]))

static enum watch_ground
ground_of(const struct watch_rulebook *book, const char *name, int64_t known_from)
{
	const struct watch_rules rules = watch_rulebook_rules(book, 300 * DAY);
	const struct watch_claim claim = {span_of(name), known_from, known_from};
	struct watch_ruling ruling;

	assert_true(rules.now == 300 * DAY);
	watch_rule(&rules, &claim, &ruling);
	return ruling.ground;
}

static void
test_read(void **state)
{
	struct watch_rulebook *book = NULL;
	struct fault fault;
	size_t which = 77;
	const char *const *notes;
	char day[DATE_INSTANT_SIZE];
	char note[200];
	int64_t taken;

	(void)state;
	put_files();
	assert_int_equal(watch_rulebook_new(files, FILES, &book, &which, &fault), FSK_OK);
	assert_int_equal(ground_of(book, "a.example", 0), WATCH_GROUND_ALLOWED);
	taken = changed("popular.csv");
	assert_int_equal(ground_of(book, "p.example", taken + 1), WATCH_GROUND_POPULAR);
	assert_int_equal(ground_of(book, "p.example", taken), WATCH_GROUND_NONE);
	assert_int_equal(ground_of(book, "r.example", 5 * DAY), WATCH_GROUND_REGISTERED);
	assert_int_equal(ground_of(book, "r.example", 4 * DAY), WATCH_GROUND_SUSPICIOUS);
	assert_int_equal(watch_rulebook_read_of(book, 0)->names, 2);
	assert_int_equal(watch_rulebook_read_of(book, 0)->unreasoned, 1);
	assert_false(watch_rulebook_read_of(book, 0)->assumed);
	assert_int_equal(watch_rulebook_read_of(book, 1)->names, 1);
	assert_int_equal(watch_rulebook_read_of(book, 1)->unreasoned, 0);
	assert_int_equal(watch_rulebook_read_of(book, 2)->names, 2);
	assert_int_equal(watch_rulebook_read_of(book, 2)->skipped, 1);
	assert_int_equal(watch_rulebook_read_of(book, 2)->first.line, 2);
	assert_true(watch_rulebook_read_of(book, 2)->assumed);
	assert_true(watch_rulebook_read_of(book, 2)->taken == taken);
	assert_true(watch_rulebook_read_of(book, 3)->taken == 200 * DAY);
	assert_false(watch_rulebook_read_of(book, 3)->assumed);
	notes = watch_rulebook_notes(book);
	assert_string_equal(notes[0], "allow list allow.txt: 2 names, 1 without a reason");
	assert_string_equal(notes[1], "allow list more.txt: 1 name");
	date_write_day(taken, day);
	snprintf(note, sizeof(note),
	         "popular names popular.csv: 2 names, taken on %s (assumed: the file's "
	         "time), 1 line skipped",
	         day);
	assert_string_equal(notes[2], note);
	assert_string_equal(notes[3],
	                    "registered names registered.csv: 1 name, taken on 1970-07-20");
	assert_null(notes[4]);
	watch_rulebook_free(book);
	remove_files();
}

/* A time to come is taken as it is: it weakens what the list says. */
static void
test_future(void **state)
{
	const struct timespec times[2] = {{90000 * DAY, 0}, {90000 * DAY, 0}};
	const struct watch_rulebook_file file = {WATCH_RULEBOOK_POPULAR, "popular.csv",
	                                         WATCH_RULEBOOK_FILE_TIME};
	struct watch_rulebook *book = NULL;
	size_t which;

	(void)state;
	put_file("popular.csv", "1,p.example\n");
	assert_int_equal(utimensat(AT_FDCWD, "popular.csv", times, 0), 0);
	assert_int_equal(watch_rulebook_new(&file, 1, &book, &which, NULL), FSK_OK);
	assert_true(watch_rulebook_read_of(book, 0)->taken == 90000 * DAY);
	watch_rulebook_free(book);
	assert_int_equal(unlink("popular.csv"), 0);
}

static void
test_none(void **state)
{
	struct watch_rulebook *book = NULL;
	struct fault fault;
	size_t which;

	(void)state;
	assert_int_equal(watch_rulebook_new(NULL, 0, &book, &which, &fault), FSK_OK);
	assert_int_equal(ground_of(book, "a.example", 0), WATCH_GROUND_NONE);
	assert_null(watch_rulebook_notes(book)[0]);
	watch_rulebook_free(book);
	watch_rulebook_free(NULL);
}

static void
test_failures(void **state)
{
	struct watch_rulebook *book = NULL;
	struct fault fault = {.why = NULL};
	size_t which = 77;

	(void)state;
	put_files();
	put_file("popular.csv", "<html>\n");
	assert_int_equal(watch_rulebook_new(files, FILES, &book, &which, &fault),
	                 FSK_SYNTAX);
	assert_int_equal(which, 2);
	assert_int_equal(fault.line, 1);
	assert_non_null(fault.why);
	put_file("more.txt", "a.example\n\n1.2.3.4\n");
	assert_int_equal(watch_rulebook_new(files, FILES, &book, &which, &fault),
	                 FSK_SYNTAX);
	assert_int_equal(which, 1);
	assert_int_equal(fault.line, 3);
	assert_int_equal(unlink("allow.txt"), 0);
	errno = 0;
	assert_int_equal(watch_rulebook_new(files, FILES, &book, &which, &fault), FSK_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(which, 0);
	assert_int_equal(mkdir("allow.txt", 0700), 0);
	assert_int_equal(watch_rulebook_new(files, FILES, &book, &which, &fault), FSK_IO);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(rmdir("allow.txt"), 0);
	/* A file that is too large takes no more memory than is allowed. */
	put_file("allow.txt", "");
	assert_int_equal(truncate("allow.txt", INT64_C(1) << 31), 0);
	assert_int_equal(watch_rulebook_new(files, 1, &book, &which, &fault), FSK_RANGE);
	assert_null(book);
	remove_files();
}

static void
test_memory(void **state)
{
	struct watch_rulebook *book = NULL;
	int n;

	(void)state;
	put_files();
	for (n = 0;; n++) {
		struct fault fault = {.why = NULL};
		size_t which = 0;
		enum fsk_err err;

		left = n;
		err = watch_rulebook_new(files, FILES, &book, &which, &fault);
		left = -1;
		if (err == FSK_OK)
			break;
		assert_int_equal(err, FSK_NOMEM);
		assert_null(fault.why);
		assert_null(book);
	}
	assert_true(n >= 20);
	watch_rulebook_free(book);
	remove_files();
}

static void
test_split(void **state)
{
	static const struct {
		const char *text;
		size_t path_len;
		int64_t taken;
	} rows[] = {
	        {"list.csv", 8, WATCH_RULEBOOK_FILE_TIME},
	        {"list.csv@1970-01-02", 8, 2 * DAY - 1},
	        {"a@b@1970-01-02T00:00:03Z", 3, DAY + 3},
	        {"a@b", 3, WATCH_RULEBOOK_FILE_TIME},
	        {"a@1970-01-0", 11, WATCH_RULEBOOK_FILE_TIME},
	        {"a@", 2, WATCH_RULEBOOK_FILE_TIME},
	        {"", 0, WATCH_RULEBOOK_FILE_TIME},
	};
	struct fault fault = {.why = NULL};
	size_t len = 77;
	int64_t taken = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		        watch_rulebook_split(span_of(rows[i].text), &len, &taken, &fault),
		        FSK_OK);
		assert_int_equal(len, rows[i].path_len);
		assert_true(taken == rows[i].taken);
	}
	len = 77;
	assert_int_equal(
	        watch_rulebook_split(span_of("a@1970-02-30"), &len, &taken, &fault),
	        FSK_RANGE);
	assert_non_null(fault.why);
	assert_int_equal(len, 77);
	assert_int_equal(watch_rulebook_split(span_of("a@1970-02-30"), &len, &taken, NULL),
	                 FSK_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_read),   cmocka_unit_test(test_future),
	        cmocka_unit_test(test_none),   cmocka_unit_test(test_failures),
	        cmocka_unit_test(test_memory), cmocka_unit_test(test_split),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
