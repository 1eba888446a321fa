/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A file that is being published: what is put stands in it, its digest is the one that
 * others make (FIPS 180-4's examples), and the first error is the one that is told.
 */
#include "publish/file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static int
new_fd(void)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

/* Ends ${file} and reads what ${fd} has; for the caller to free. */
static char *
finish(struct publish_file *file, int fd, struct publish_file_facts *facts)
{
	char *text;

	assert_int_equal(publish_file_finish(file, facts), FSK_OK);
	publish_file_free(file);
	text = calloc(1, facts->bytes + 1);
	assert_non_null(text);
	assert_int_equal(pread(fd, text, facts->bytes + 1, 0), facts->bytes);
	close(fd);
	return text;
}

static void
assert_digest(const struct publish_file_facts *facts, const char *hex)
{
	for (size_t i = 0; i < PUBLISH_SHA256; i++) {
		char two[3];

		snprintf(two, sizeof(two), "%02x", facts->sha256[i]);
		assert_memory_equal(two, hex + 2 * i, 2);
	}
}

static void
test_put(void **state)
{
	struct publish_file_facts facts;
	struct publish_file *file;
	int fd = new_fd();
	char *text;

	(void)state;
	assert_int_equal(publish_file_new(fd, &file), FSK_OK);
	publish_put_text(file, "a ");
	publish_put_number(file, 0);
	publish_put(file, (struct span){NULL, 0});
	publish_put_text(file, " ");
	publish_put_number(file, UINT64_MAX);
	publish_put_text(file, " ");
	publish_put_instant(file, INT64_C(1236470400));
	publish_put_text(file, " ");
	publish_put_day(file, INT64_C(1236470399));
	memcpy(publish_room(file, 3), "\nx", 2);
	publish_took(file, 2);
	publish_named(file);
	publish_named(file);
	publish_left_out(file);
	text = finish(file, fd, &facts);
	assert_string_equal(text,
	                    "a 0 18446744073709551615 2009-03-08T00:00:00Z 2009-03-07\nx");
	assert_int_equal(facts.names, 2);
	assert_int_equal(facts.left_out, 1);
	free(text);
}

static void
test_digest(void **state)
{
	struct publish_file_facts facts;
	struct publish_file *file;
	int fd = new_fd();

	(void)state;
	assert_int_equal(publish_file_new(fd, &file), FSK_OK);
	free(finish(file, fd, &facts));
	assert_digest(&facts,
	              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	fd = new_fd();
	assert_int_equal(publish_file_new(fd, &file), FSK_OK);
	publish_put_text(file, "abc");
	free(finish(file, fd, &facts));
	assert_digest(&facts,
	              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	/* A million times "a", put in pieces that fill the buffer, and more than it. */
	for (size_t piece = 1; piece < 1000000; piece = piece * 7 + 3) {
		char *as = malloc(piece);

		assert_non_null(as);
		memset(as, 'a', piece);
		fd = new_fd();
		assert_int_equal(publish_file_new(fd, &file), FSK_OK);
		for (size_t left = 1000000; left > 0;) {
			size_t part = left < piece ? left : piece;

			publish_put(file, (struct span){as, part});
			left -= part;
		}
		free(finish(file, fd, &facts));
		assert_int_equal(facts.bytes, 1000000);
		assert_digest(&facts, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d"
		                      "39ccc7112cd0");
		free(as);
	}
}

/* The room for hot loops: wherever the buffer ends, nothing is lost. */
static void
test_room(void **state)
{
	struct publish_file_facts facts;
	struct publish_file *file;
	int fd = new_fd();
	char *text;
	size_t at = 0;

	(void)state;
	assert_int_equal(publish_file_new(fd, &file), FSK_OK);
	for (size_t i = 0; i < 1000; i++) {
		size_t len = i * 31 % PUBLISH_ROOM + 1;
		char *room = publish_room(file, len);

		memset(room, (int)('a' + i % 26), len);
		publish_took(file, len);
	}
	text = finish(file, fd, &facts);
	for (size_t i = 0; i < 1000; i++) {
		size_t len = i * 31 % PUBLISH_ROOM + 1;

		for (size_t k = 0; k < len; k++)
			assert_int_equal(text[at++], 'a' + i % 26);
	}
	assert_int_equal(at, facts.bytes);
	free(text);
}

static void
test_json(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *wanted;
	} cases[] = {
	        {"", 0, "\"\""},
	        {"plain.com", 9, "\"plain.com\""},
	        {"a\"b\\c/", 6, "\"a\\\"b\\\\c/\""},
	        {"\0\n\x1f\x7f", 4, "\"\\u0000\\u000a\\u001f\\u007f\""},
	        {"\xc3\xa9", 2, "\"\\u00e9\""},
	        {"\xe2\x82\xac!", 4, "\"\\u20ac!\""},
	        {"\xf0\x9f\x98\x80", 4, "\"\\ud83d\\ude00\""},
	        /* cut, too long, a half of a pair, beyond the last: RFC 3629 */
	        {"\xc3", 1, "\"\\ufffd\""},
	        {"\xe2\x82x", 3, "\"\\ufffd\\ufffdx\""},
	        {"\xc0\x80", 2, "\"\\ufffd\\ufffd\""},
	        {"\xe0\x80\x80", 3, "\"\\ufffd\\ufffd\\ufffd\""},
	        {"\xed\xa0\x80", 3, "\"\\ufffd\\ufffd\\ufffd\""},
	        {"\xf4\x90\x80\x80", 4, "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
	        {"\xff", 1, "\"\\ufffd\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct publish_file_facts facts;
		struct publish_file *file;
		int fd = new_fd();
		/* In memory of its own, so that a read behind it is seen. */
		char *copy = malloc(cases[i].len > 0 ? cases[i].len : 1);
		char *text;

		assert_non_null(copy);
		memcpy(copy, cases[i].text, cases[i].len);
		assert_int_equal(publish_file_new(fd, &file), FSK_OK);
		publish_put_json(file, (struct span){copy, cases[i].len});
		text = finish(file, fd, &facts);
		assert_string_equal(text, cases[i].wanted);
		free(text);
		free(copy);
	}
}

/* What a format wrote by itself is digested as it stands. */
static void
test_descriptor(void **state)
{
	struct publish_file_facts facts;
	struct publish_file *file;
	int fd = new_fd();

	(void)state;
	assert_int_equal(publish_file_new(fd, &file), FSK_OK);
	assert_int_equal(publish_file_descriptor(file), fd);
	assert_int_equal(pwrite(fd, "bc", 2, 1), 2);
	assert_int_equal(pwrite(fd, "a", 1, 0), 1);
	assert_int_equal(publish_file_finish(file, &facts), FSK_OK);
	assert_int_equal(facts.bytes, 3);
	assert_digest(&facts,
	              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	publish_file_free(file);
	close(fd);
}

static void
test_errors(void **state)
{
	struct publish_file_facts facts = {.bytes = 4711};
	struct publish_file *file;
	int fd = open("/dev/full", O_RDWR | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(publish_file_new(fd, &file), FSK_OK);
	for (size_t i = 0; i < 1000000; i++)
		publish_put_text(file, "0123456789");
	errno = 0;
	assert_int_equal(publish_file_finish(file, &facts), FSK_IO);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(facts.bytes, 4711);
	errno = EAGAIN;
	publish_file_free(file);
	publish_file_free(NULL);
	assert_int_equal(errno, EAGAIN);
	close(fd);
	assert_int_equal(publish_file_new(-1, &file), FSK_OK);
	publish_put_text(file, "x");
	assert_int_equal(publish_file_finish(file, &facts), FSK_IO);
	assert_int_equal(errno, EBADF);
	publish_file_free(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_put),        cmocka_unit_test(test_digest),
	        cmocka_unit_test(test_room),       cmocka_unit_test(test_json),
	        cmocka_unit_test(test_descriptor), cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
