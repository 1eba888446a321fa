/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Index files that are cut, altered, of another version, or no index at all:
 * refused or silent, never a wrong match.
 */
#include "watch/archive.h"

#include "base/date.h"
#include "dga/cursor.h"
#include "watch/archive_format.h"
#include "watch/shape.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];
static char path[80];

static size_t
generator(const char *name)
{
	size_t number;

	assert_int_equal(fsk_generator_find(name, &number), FSK_OK);
	return number;
}

/* Twenty days of conficker/b and torpig: some blocks, states, and groups that
 * lists share. */
static const size_t *
small_generators(void)
{
	static size_t numbers[2];

	numbers[0] = generator("conficker/b");
	numbers[1] = generator("torpig/daily");
	return numbers;
}

static struct watch_plan
small_plan(void)
{
	return (struct watch_plan){
	        .generators = small_generators(),
	        .generator_count = 2,
	        .from = 14310 * DATE_DAY, /* 2009-03-07 */
	        .to = 14330 * DATE_DAY - 1,
	        .threads = 2,
	};
}

static void
build_small(void)
{
	struct watch_plan plan = small_plan();

	assert_int_equal(watch_archive_build(path, &plan, NULL), FSK_OK);
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

/* Whatever is told must be true. */
static void
check_match(const struct fsk_match *match, void *context)
{
	struct dga_generator g = dga_generator_at(match->generator);
	struct dga_cursor cursor;
	struct fsk_name name;

	assert_non_null(g.family);
	dga_cursor_begin(&cursor, &g, match->period);
	while (cursor.index < match->index)
		assert_true(dga_cursor_next(&cursor, &name));
	assert_true(watch_shape_equal(&name, context));
}

/* Opens the file and asks for names of each generator and for one of none:
 * refused, corrupt, or true. Returns whether anything was refused. */
static bool
ask_altered(bool whole)
{
	static const char *const asked[] = {"jogli.com", "wnsux.com", "absent.com"};
	struct watch_archive *archive;
	bool refused = false;

	if (watch_archive_open(path, &archive, NULL) != FSK_OK)
		return true;
	for (size_t i = 0; i < DGA_COUNT(asked); i++) {
		struct fsk_name name = {.len = (uint8_t)strlen(asked[i])};
		enum fsk_err err;

		memcpy(name.text, asked[i], (size_t)name.len + 1);
		err = watch_archive_find(archive, &name, check_match, &name);
		assert_true(err == FSK_OK || err == FSK_CORRUPT);
		refused |= err != FSK_OK;
	}
	if (whole && watch_archive_check(archive, NULL, NULL) == FSK_CORRUPT)
		refused = true;
	watch_archive_close(archive);
	return refused;
}

static off_t
file_size(void)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* Writes ${size} bytes at ${offset} of the file, in place. */
static void
patch(off_t offset, const void *from, size_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, from, size, offset), size);
	close(fd);
}

static void
peek(off_t offset, void *to, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, to, size, offset), size);
	close(fd);
}

static void
a_flipped_bit_is_noticed(void **state)
{
	off_t size;

	(void)state;
	build_small();
	assert_false(ask_altered(true));
	size = file_size();
	/* Every byte of the header's fields, then every fifth. */
	for (off_t at = 0; at < size; at += at < 160 ? 1 : 5) {
		unsigned char byte;
		unsigned char flipped;

		peek(at, &byte, 1);
		flipped = byte ^ (unsigned char)(1 << at % 8);
		patch(at, &flipped, 1);
		assert_true(ask_altered(true));
		patch(at, &byte, 1);
	}
	assert_false(ask_altered(true));
}

static void
a_cut_file_is_refused(void **state)
{
	off_t size;

	(void)state;
	build_small();
	size = file_size();
	for (off_t cut = size - 1; cut >= 0; cut -= cut > 5000 ? 97 : 1) {
		enum fsk_err err;

		assert_int_equal(truncate(path, cut), 0);
		err = try_open();
		assert_int_equal(err, cut < 16 ? FSK_SYNTAX : FSK_CORRUPT);
	}
	build_small();
	assert_int_equal(truncate(path, size + 1), 0); /* and a longer one */
	assert_int_equal(try_open(), FSK_CORRUPT);
}

/* Reads the header, changes it with ${change}, seals it anew. */
static void
reseal(void (*change)(struct archive_header *header))
{
	struct archive_header header;

	build_small();
	peek(0, &header, sizeof(header));
	change(&header);
	header.header_sum = archive_header_sum(&header);
	patch(0, &header, sizeof(header));
}

static void
change_catalog(struct archive_header *header)
{
	header->catalog++;
}

static void
change_format(struct archive_header *header)
{
	header->format++;
}

static void
change_order(struct archive_header *header)
{
	header->byte_order = __builtin_bswap64(header->byte_order);
}

static void
change_names(struct archive_header *header)
{
	header->names++;
}

static void
change_blocks(struct archive_header *header)
{
	header->block_bits = 63;
}

static void
change_span(struct archive_header *header)
{
	header->to++;
}

static void
other_versions_are_refused(void **state)
{
	(void)state;
	reseal(change_catalog);
	assert_int_equal(try_open(), FSK_VERSION);
	reseal(change_format);
	assert_int_equal(try_open(), FSK_VERSION);
	reseal(change_order);
	assert_int_equal(try_open(), FSK_VERSION);
}

static void
contradictions_are_refused(void **state)
{
	(void)state;
	reseal(change_names);
	assert_int_equal(try_open(), FSK_CORRUPT);
	reseal(change_blocks);
	assert_int_equal(try_open(), FSK_CORRUPT);
	/* Blocks are bound to their header: those of another file do not pass. */
	reseal(change_span);
	assert_int_equal(try_open(), FSK_OK);
	assert_true(ask_altered(false));
}

static void
what_is_no_index_is_refused(void **state)
{
	FILE *file;

	(void)state;
	unlink(path);
	errno = 0;
	assert_int_equal(try_open(), FSK_IO);
	assert_int_equal(errno, ENOENT);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(try_open(), FSK_SYNTAX);
	for (int i = 0; i < 5000; i++)
		fputs("jogli.com\n", file);
	fclose(file);
	assert_int_equal(try_open(), FSK_SYNTAX);
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(try_open(), FSK_SYNTAX);
	rmdir(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(try_open(), FSK_SYNTAX);
	unlink(path);
}

static bool
stop_at_once(uint64_t done, uint64_t whole, void *context)
{
	(void)done;
	(void)whole;
	(void)context;
	return false;
}

static void
a_check_can_be_stopped(void **state)
{
	struct watch_archive *archive;

	(void)state;
	build_small();
	assert_int_equal(watch_archive_open(path, &archive, NULL), FSK_OK);
	assert_int_equal(watch_archive_check(archive, stop_at_once, NULL), FSK_STOPPED);
	assert_int_equal(watch_archive_check(archive, NULL, NULL), FSK_OK);
	watch_archive_close(archive);
}

static int
make_folder(void **state)
{
	const char *where = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%.40s/altered.XXXXXX",
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
	        TEST(a_flipped_bit_is_noticed),    TEST(a_cut_file_is_refused),
	        TEST(other_versions_are_refused),  TEST(contradictions_are_refused),
	        TEST(what_is_no_index_is_refused), TEST(a_check_can_be_stopped),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
