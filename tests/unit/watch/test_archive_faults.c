/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The system refuses: a full disk, no memory, a limit, a stop by the user. Each
 * is told as what it is, and no file is left that was not there before. Linked
 * with --wrap for malloc, calloc, realloc, mmap, pwrite, fallocate, fsync and
 * rename, which then fail on the n-th call.
 */
#include "small_archive.h"

#include "dga/catalog.h"
#include "watch/search.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static char path[80];

/* The calls left before one fails; below 0, none does. */
static _Atomic int memory_left = -1;
static _Atomic int system_left = -1;

static bool
runs_out(_Atomic int *left)
{
	return atomic_load(left) >= 0 && atomic_fetch_sub(left, 1) == 0;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__real_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset);
ssize_t __real_pwrite(int fd, const void *from, size_t size, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *from, size_t size, off_t offset);
int __real_fallocate(int fd, int mode, off_t offset, off_t size);
int __wrap_fallocate(int fd, int mode, off_t offset, off_t size);
int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);

void *
__wrap_malloc(size_t size)
{
	return runs_out(&memory_left) ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return runs_out(&memory_left) ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return runs_out(&memory_left) ? NULL : __real_realloc(old, size);
}

void *
__wrap_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
	if (runs_out(&memory_left)) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	return __real_mmap(at, size, protection, flags, fd, offset);
}

ssize_t
__wrap_pwrite(int fd, const void *from, size_t size, off_t offset)
{
	if (runs_out(&system_left)) {
		errno = ENOSPC;
		return -1;
	}
	/* A short write is no failure. */
	return __real_pwrite(fd, from, size > 5000 ? size - 1000 : size, offset);
}

int
__wrap_fallocate(int fd, int mode, off_t offset, off_t size)
{
	if (runs_out(&system_left)) {
		errno = ENOSPC;
		return -1;
	}
	return __real_fallocate(fd, mode, offset, size);
}

int
__wrap_fsync(int fd)
{
	if (runs_out(&system_left)) {
		errno = EIO;
		return -1;
	}
	return __real_fsync(fd);
}

int
__wrap_rename(const char *from, const char *to)
{
	if (runs_out(&system_left)) {
		errno = EACCES;
		return -1;
	}
	return __real_rename(from, to);
}

/* How many files the folder has. */
static unsigned
files(void)
{
	DIR *dir = opendir(folder);
	unsigned count = 0;

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

static void
build_small(void)
{
	struct watch_plan plan = small_plan();

	assert_int_equal(watch_archive_build(path, &plan, NULL), FSK_OK);
	assert_int_equal(files(), 1);
}

static enum fsk_err
try_open(void)
{
	struct watch_archive *archive;
	const char *why = NULL;
	enum fsk_err err = watch_archive_open(path, &archive, &why);

	if (err == FSK_OK)
		watch_archive_close(archive);
	else
		assert_non_null(why);
	return err;
}

static void
other_than_plain_files_are_not_replaced(void **state)
{
	struct watch_plan plan = small_plan();

	(void)state;
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(watch_archive_build(path, &plan, NULL), FSK_IO);
	assert_int_equal(errno, EISDIR);
	rmdir(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(watch_archive_build(path, &plan, NULL), FSK_IO);
	unlink(path);
	assert_int_equal(files(), 0);
	assert_int_equal(watch_archive_build("/nonexistent/folder/index", &plan, NULL),
	                 FSK_IO);
	assert_int_equal(errno, ENOENT);
}

static void
a_plan_without_names_is_refused(void **state)
{
	struct watch_plan plan = small_plan();

	(void)state;
	plan.generator_count = 0;
	assert_int_equal(watch_archive_build(path, &plan, NULL), FSK_RANGE);
	plan = small_plan();
	plan.to = plan.from - 1;
	assert_int_equal(watch_archive_build(path, &plan, NULL), FSK_RANGE);
	plan = small_plan();
	plan.from = plan.to = INT64_MIN;
	assert_int_equal(watch_archive_build(path, &plan, NULL), FSK_RANGE);
	assert_int_equal(files(), 0);
}

static void
a_file_size_limit_leaves_nothing(void **state)
{
	struct rlimit before;
	struct rlimit small = {.rlim_cur = 10000};
	struct watch_plan plan = small_plan();
	enum fsk_err err;
	int error_number;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	err = watch_archive_build(path, &plan, NULL);
	error_number = errno;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(err, FSK_IO);
	assert_int_equal(error_number, EFBIG);
	assert_int_equal(files(), 0);
}

static void
every_failure_of_the_system_leaves_the_old_file(void **state)
{
	struct watch_plan plan = small_plan();
	enum fsk_err err = FSK_IO;
	struct stat before;
	struct stat after;
	int n = 0;

	(void)state;
	build_small();
	assert_int_equal(stat(path, &before), 0);
	for (; err != FSK_OK; n++) {
		atomic_store(&system_left, n);
		err = watch_archive_build(path, &plan, NULL);
		if (atomic_exchange(&system_left, -1) > -1)
			break; /* fewer calls than n */
		if (err == FSK_OK)
			break; /* the folder's fsync, which is not reported */
		assert_int_equal(err, FSK_IO);
		assert_true(errno == ENOSPC || errno == EIO || errno == EACCES);
		assert_int_equal(files(), 1);
		assert_int_equal(stat(path, &after), 0);
		assert_true(before.st_ino == after.st_ino);
	}
	assert_true(n > 6);
	assert_int_equal(try_open(), FSK_OK);
}

static void
ignore_match(const struct fsk_match *match, void *context)
{
	(void)match;
	(void)context;
}

static void
every_failure_of_memory_is_told(void **state)
{
	struct watch_plan plan = small_plan();
	struct fsk_name name = {.len = 9, .text = "jogli.com"};
	struct watch_archive *archive;
	enum fsk_err err = FSK_NOMEM;
	int n = 0;

	(void)state;
	for (n = 0; err != FSK_OK; n++) {
		atomic_store(&memory_left, n);
		err = watch_archive_build(path, &plan, NULL);
		atomic_store(&memory_left, -1);
		assert_true(err == FSK_OK || err == FSK_NOMEM);
		assert_int_equal(files(), err == FSK_OK);
	}
	assert_true(n > 20);
	for (n = 0, err = FSK_NOMEM; err != FSK_OK; n++) {
		atomic_store(&memory_left, n);
		err = watch_archive_open(path, &archive, NULL);
		if (err == FSK_OK) /* asking takes no memory */
			assert_int_equal(
			        watch_archive_find(archive, &name, ignore_match, NULL),
			        FSK_OK);
		atomic_store(&memory_left, -1);
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	}
	assert_true(n > 4);
	watch_archive_close(archive);
}

static void
count_found(size_t name, const struct fsk_match *match, void *context)
{
	(void)name;
	(void)match;
	++*(unsigned *)context;
}

static void
every_failure_of_memory_is_told_by_the_search(void **state)
{
	struct fsk_name name = {.len = 9, .text = "jogli.com"};
	unsigned found = 0;
	struct watch_search search = {.plan = small_plan(),
	                              .names = &name,
	                              .name_count = 1,
	                              .found = count_found,
	                              .context = &found};
	struct watch_search_stats stats;
	enum fsk_err err = FSK_NOMEM;
	int n = 0;

	(void)state;
	for (; err != FSK_OK; n++) {
		found = 0;
		atomic_store(&memory_left, n);
		err = watch_search(&search, &stats);
		atomic_store(&memory_left, -1);
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	}
	assert_true(n > 6);
	assert_int_equal(found, 1);
}

/* Says stop when so much of the work is done. */
struct patience {
	unsigned percent;
	uint64_t last;
};

static bool
lose_patience(uint64_t done, uint64_t whole, void *context)
{
	struct patience *patience = context;

	assert_true(done <= whole && done >= patience->last);
	patience->last = done;
	return done * 100 < whole * patience->percent;
}

static void
a_stop_leaves_nothing(void **state)
{
	(void)state;
	for (unsigned percent = 0; percent <= 100; percent += 20) {
		struct patience patience = {percent, 0};
		struct watch_plan plan = small_plan();

		plan.to += 400 * DATE_DAY;
		plan.progress = lose_patience;
		plan.context = &patience;
		assert_int_equal(watch_archive_build(path, &plan, NULL), FSK_STOPPED);
		assert_int_equal(files(), 0);
	}
}

static int
make_folder(void **state)
{
	const char *where = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%.40s/faults.XXXXXX",
	         where != NULL ? where : "/tmp");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/index", folder);
	return 0;
}

static int
clean_folder(void **state)
{
	(void)state;
	atomic_store(&memory_left, -1);
	atomic_store(&system_left, -1);
	unlink(path);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, NULL, clean_folder)
	const struct CMUnitTest tests[] = {
	        TEST(other_than_plain_files_are_not_replaced),
	        TEST(a_plan_without_names_is_refused),
	        TEST(a_file_size_limit_leaves_nothing),
	        TEST(every_failure_of_the_system_leaves_the_old_file),
	        TEST(every_failure_of_memory_is_told),
	        TEST(every_failure_of_memory_is_told_by_the_search),
	        TEST(a_stop_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
