/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Index files that are cut, altered, of another version, or no index at all:
 * refused or silent, never a wrong match.
 */
#include "small_archive.h"

#include "dga/cursor.h"
#include "watch/archive_format.h"
#include "watch/shape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static char path[80];

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
turn_span(struct archive_header *header)
{
	int64_t from = header->from;

	header->from = header->to;
	header->to = from;
}

static void
begin_too_early(struct archive_header *header)
{
	header->from = DATE_FIRST * DATE_DAY - 1;
}

static void
begin_never(struct archive_header *header)
{
	header->from = INT64_MIN;
}

static void
end_too_late(struct archive_header *header)
{
	header->to = (DATE_LAST + 1) * DATE_DAY;
}

static void
end_never(struct archive_header *header)
{
	header->to = INT64_MAX;
}

static void
span_all(struct archive_header *header)
{
	header->from = DATE_FIRST * DATE_DAY;
	header->to = (DATE_LAST + 1) * DATE_DAY - 1;
}

/* A span that cannot be reckoned with or written down. */
static void
impossible_spans_are_refused(void **state)
{
	void (*const changes[])(struct archive_header *) = {
	        turn_span, begin_too_early, begin_never, end_too_late, end_never};
	struct watch_plan plan = small_plan();

	(void)state;
	for (size_t i = 0; i < DGA_COUNT(changes); i++) {
		reseal(changes[i]);
		assert_int_equal(try_open(), FSK_CORRUPT);
	}
	reseal(span_all);
	assert_int_equal(try_open(), FSK_OK);
	unlink(path);
	plan.to = INT64_MAX;
	plan.generator_count = 0; /* else it would take too long */
	assert_int_equal(watch_archive_build(path, &plan, NULL), FSK_RANGE);
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

/* Where pages of states are forged with their sums, generators make other names,
 * but nothing else happens. */
static void
forged_states_are_harmless(void **state)
{
	struct archive_header header;
	struct archive_page page;
	uint64_t random = 1;

	(void)state;
	build_small();
	peek(0, &header, sizeof(header));
	peek((off_t)header.states_at, &page, sizeof(page));
	for (size_t i = 0; i < ARCHIVE_PAGE_STATES; i++) {
		random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
		page.state[i] = random;
	}
	page.sum = archive_page_sum(&header, 0, &page);
	patch((off_t)header.states_at, &page, sizeof(page));
	for (uint32_t i = 0; i < 250; i++) {
		struct watch_archive *archive;
		struct dga_generator g = dga_generator_at(small_generator("conficker/b"));
		struct dga_cursor cursor;
		struct fsk_period period = {small_plan().from,
		                            small_plan().from + DATE_DAY - 1};
		struct fsk_name name;

		dga_cursor_begin(&cursor, &g, period);
		while (cursor.index <= i)
			assert_true(dga_cursor_next(&cursor, &name));
		assert_int_equal(watch_archive_open(path, &archive, NULL), FSK_OK);
		assert_int_equal(watch_archive_find(archive, &name, check_match, &name),
		                 FSK_OK);
		watch_archive_close(archive);
	}
}

/* Any 64 bits are a state that a generator can go on from, in its own memory and
 * with names that are none too long. */
static void
any_state_can_be_resumed(void **state)
{
	uint64_t marks[256] = {0, 1, UINT64_MAX, INT64_MAX, (uint64_t)INT64_MIN};
	struct dga_cursor cursor;

	(void)state;
	for (size_t i = 5; i < 256; i++) {
		marks[i] =
		        marks[i - 1] * UINT64_C(6364136223846793005) + 1442695040888963407;
		marks[i - 1] >>= i % 7 * 8;
	}
	for (size_t n = 0; n < dga_generator_count(); n++) {
		struct dga_generator g = dga_generator_at(n);
		struct fsk_period period;

		if (!dga_cursor_can_resume(&g) ||
		    dga_period_first(&g, 0, INT64_MAX, &period) != FSK_OK)
			continue;
		for (size_t i = 0; i < DGA_COUNT(marks); i++) {
			uint32_t index = g.variant->count / 64 * (uint32_t)i / 256 * 64;
			struct fsk_name name;

			memset(&cursor, 0xa5, sizeof(cursor));
			dga_cursor_resume(&cursor, &g, period, index, marks[i]);
			for (unsigned k = 0; k < 64 && dga_cursor_next(&cursor, &name); k++)
				assert_true(name.len <= FSK_NAME_MAX &&
				            name.len <=
				                    g.variant->label_max + DGA_SUFFIX_MAX);
		}
	}
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
	        TEST(a_flipped_bit_is_noticed),     TEST(a_cut_file_is_refused),
	        TEST(other_versions_are_refused),   TEST(contradictions_are_refused),
	        TEST(impossible_spans_are_refused), TEST(forged_states_are_harmless),
	        TEST(any_state_can_be_resumed),     TEST(what_is_no_index_is_refused),
	        TEST(a_check_can_be_stopped),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
