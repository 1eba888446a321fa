/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Countries and networks of addresses, from lines as iptoasn.com gives them away: in order
 * or not, compressed or not; of a line that says no such thing, which one it is. Linked
 * with
 * --wrap for malloc, calloc, realloc and strdup, which then fail on the n-th call.
 */
#include "../memory.h"
#include "store/where.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define SIX "2001:db8::\t2001:db8:0:ffff:ffff:ffff:ffff:ffff\t64500\tbr\tSIX\n"
#define ONE "192.0.2.0\t192.0.2.127\t64496\tDE\tONE - a net\n"
#define TWO "192.0.2.128\t192.0.2.255\t4200000001\tNone\tTWO\n"
#define NOT "198.51.100.0\t198.51.100.255\t0\tNone\tNot routed\n"
#define FAR "203.0.113.7\t203.0.113.7\t0\tJP\t\n"

static char path[64];

static int
make_path(void **state)
{
	const char *where = getenv("TMPDIR");

	(void)state;
	snprintf(path, sizeof(path), "%.40s/ranges.XXXXXX", where != NULL ? where : "/tmp");
	return close(mkstemp(path));
}

static int
remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

static void
write_octets(const void *octets, size_t len)
{
	FILE *out = fopen(path, "wb");

	assert_non_null(out);
	assert_int_equal(fwrite(octets, 1, len, out), len);
	fclose(out);
}

static struct store_where_files *
open_text(const char *text)
{
	struct store_where_files *files;
	struct fault fault = {.why = ""};
	enum fsk_err e;

	write_octets(text, strlen(text));
	e = store_where_open(path, path, &files, &fault);
	if (e != FSK_OK)
		fail_msg("%zu:%zu: %s", fault.line, fault.column, fault.why);
	return files;
}

static void
assert_where(struct store_where_files *files, const char *text, const char *country,
             uint32_t network)
{
	struct store_where where;
	struct address address;

	assert_int_equal(address_read(span_of(text), &address), FSK_OK);
	store_where_find(files, &address, &where);
	assert_string_equal(where.country, country);
	assert_int_equal(where.network, network);
}

static void
assert_all(struct store_where_files *files)
{
	assert_where(files, "0.0.0.0", "", 0);
	assert_where(files, "192.0.1.255", "", 0);
	assert_where(files, "192.0.2.0", "DE", 64496);
	assert_where(files, "192.0.2.127", "DE", 64496);
	assert_where(files, "192.0.2.128", "", 4200000001);
	assert_where(files, "192.0.2.255", "", 4200000001);
	assert_where(files, "192.0.3.0", "", 0);
	assert_where(files, "198.51.100.1", "", 0);
	assert_where(files, "203.0.113.6", "", 0);
	assert_where(files, "203.0.113.7", "JP", 0);
	assert_where(files, "203.0.113.8", "", 0);
	assert_where(files, "255.255.255.255", "", 0);
	assert_where(files, "::", "", 0);
	assert_where(files, "2001:db7:ffff::", "", 0);
	assert_where(files, "2001:db8::", "BR", 64500);
	assert_where(files, "2001:db8:0:ffff:ffff:ffff:ffff:ffff", "BR", 64500);
	assert_where(files, "2001:db8:1::", "", 0);
	store_where_close(files);
}

static void
test_ranges(void **state)
{
	(void)state;
	assert_all(open_text(ONE TWO NOT FAR SIX));
	assert_all(open_text(SIX FAR TWO NOT ONE)); /* in no order */
	assert_all(open_text("\n" ONE TWO FAR "\r\n" SIX));
	/* Ends as another system writes them, and none at the end. */
	assert_all(open_text(ONE TWO FAR "2001:db8::\t2001:db8:0:ffff:ffff:ffff:ffff:ffff\t"
	                                 "64500\tBR\tx\ty\r"));
}

/* A file answers what it was given for, and nothing else. */
static void
test_one_question(void **state)
{
	struct store_where_files *files = open_text(ONE SIX);

	(void)state;
	store_where_close(files);
	assert_int_equal(store_where_open(path, NULL, &files, NULL), FSK_OK);
	assert_where(files, "192.0.2.1", "DE", 0);
	store_where_close(files);
	assert_int_equal(store_where_open(NULL, path, &files, NULL), FSK_OK);
	assert_where(files, "192.0.2.1", "", 64496);
	store_where_close(files);
}

static void
assert_wrong(const char *text, size_t line, size_t column)
{
	struct store_where_files *files;
	struct fault fault = {.why = NULL};

	write_octets(text, strlen(text));
	assert_int_equal(store_where_open(NULL, path, &files, &fault), FSK_CORRUPT);
	assert_non_null(fault.why);
	if (fault.line != line || fault.column != column)
		fail_msg("%zu:%zu: %s", fault.line, fault.column, fault.why);
	assert_int_equal(store_where_open(path, NULL, &files, NULL), FSK_CORRUPT);
}

static void
test_wrong(void **state)
{
	char *line = malloc(80000);

	(void)state;
	assert_non_null(line);
	assert_wrong("network,country\n", 1, 0);
	assert_wrong(ONE "192.0.2.128 192.0.2.255 1 US x\n", 2, 0);
	assert_wrong(ONE "\n192.0.3.0\t192.0.3.255\t1\tUS\n", 3, 0);
	assert_wrong(ONE "x\t192.0.3.255\t1\tUS\tx\n", 2, 1);
	assert_wrong(ONE "192.0.3.0\t192.0.3.256\t1\tUS\tx\n", 2, 11);
	assert_wrong(ONE "192.0.3.0\t\t1\tUS\tx\n", 2, 11);
	assert_wrong("192.0.3.1\t192.0.3.0\t1\tUS\tx\n", 1, 1);
	assert_wrong("192.0.3.1\t2001:db8::\t1\tUS\tx\n", 1, 1);
	assert_wrong("192.0.3.0\t192.0.3.1\t\tUS\tx\n", 1, 21);
	assert_wrong("192.0.3.0\t192.0.3.1\tAS1\tUS\tx\n", 1, 21);
	assert_wrong("192.0.3.0\t192.0.3.1\t-1\tUS\tx\n", 1, 21);
	assert_wrong("192.0.3.0\t192.0.3.1\t4294967296\tUS\tx\n", 1, 21);
	assert_wrong("192.0.3.0\t192.0.3.1\t1\tUSA\tx\n", 1, 23);
	assert_wrong("192.0.3.0\t192.0.3.1\t1\t=1\tx\n", 1, 23);
	/* Some address in two lines; the later one is wrong, wherever it stands. */
	assert_wrong(ONE ONE, 2, 0);
	assert_wrong(TWO ONE "192.0.2.127\t192.0.2.127\t0\tNone\tx\n", 3, 0);
	assert_wrong(SIX "\n2001:db8::5\t2001:db8:5::\t1\tUS\tx\n" ONE, 3, 0);
	assert_wrong("192.0.2.0\t192.0.2.255\t1\tUS\tx\n" FAR ONE, 3, 0);
	memset(line, 'x', 80000);
	memcpy(line, ONE, strlen(ONE));
	line[79999] = '\0';
	assert_wrong(line, 2, 0);
	free(line);
}

static uint32_t
crc_of(const char *text, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		crc ^= (uint8_t)text[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return ~crc;
}

/* Writes ${text} as gzip (RFC 1952) with one stored block (RFC 1951), of which the last
 * ${cut} octets are missing. */
static void
write_packed(const char *text, size_t cut)
{
	size_t len = strlen(text);
	uint8_t octets[1000] = {0x1f, 0x8b, 8, [9] = 3, [10] = 1};
	uint8_t *out = octets + 11;
	uint32_t crc = crc_of(text, len);

	assert_in_range(len, 1, 900);
	*out++ = (uint8_t)len;
	*out++ = (uint8_t)(len >> 8);
	*out++ = (uint8_t)~len;
	*out++ = (uint8_t)(~len >> 8);
	memcpy(out, text, len);
	out += len;
	for (int i = 0; i < 4; i++)
		*out++ = (uint8_t)(crc >> 8 * i);
	for (int i = 0; i < 4; i++)
		*out++ = (uint8_t)(len >> 8 * i);
	write_octets(octets, (size_t)(out - octets) - cut);
}

static void
test_packed(void **state)
{
	struct store_where_files *files;
	struct fault fault = {.why = NULL};

	(void)state;
	write_packed(ONE TWO NOT FAR SIX, 0);
	assert_int_equal(store_where_open(path, path, &files, &fault), FSK_OK);
	assert_all(files);
	for (size_t cut = 1; cut < 60; cut += 5) {
		write_packed(ONE TWO NOT FAR SIX, cut);
		assert_int_equal(store_where_open(path, path, &files, &fault), FSK_CORRUPT);
		assert_non_null(fault.why);
	}
	write_packed(ONE "x\n", 0);
	assert_int_equal(store_where_open(path, path, &files, &fault), FSK_CORRUPT);
	assert_int_equal(fault.line, 2);
}

/* Cut at each octet: it is refused, or what is whole is there. */
static void
test_cut(void **state)
{
	static const char text[] = ONE TWO;
	struct store_where_files *files;
	struct fault fault;
	size_t opened = 0;

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		enum fsk_err e;

		write_octets(text, len);
		e = store_where_open(path, NULL, &files, &fault);
		if (e != FSK_OK) {
			assert_true(e == FSK_CORRUPT || e == FSK_IO);
			continue;
		}
		assert_where(files, "192.0.2.1", "DE", 0);
		store_where_close(files);
		opened++;
	}
	assert_in_range(opened, 2, sizeof(ONE) + 4);
}

/* Many, in descending order, over more than one buffer. */
static void
test_many(void **state)
{
	struct store_where_files *files;
	FILE *out = fopen(path, "wb");

	(void)state;
	for (unsigned i = 20000; i-- > 0;)
		fprintf(out, "10.%u.%u.0\t10.%u.%u.200\t%u\tSE\tnetwork %u\n", i >> 8,
		        i & 255, i >> 8, i & 255, i + 1, i);
	fclose(out);
	assert_int_equal(store_where_open(path, path, &files, NULL), FSK_OK);
	for (unsigned i = 0; i < 20000; i += 7) {
		char text[32];

		snprintf(text, sizeof(text), "10.%u.%u.200", i >> 8, i & 255);
		assert_where(files, text, "SE", i + 1);
		snprintf(text, sizeof(text), "10.%u.%u.201", i >> 8, i & 255);
		assert_where(files, text, "", 0);
	}
	store_where_close(files);
}

static void
test_memory(void **state)
{
	struct store_where_files *files = open_text(ONE TWO NOT FAR SIX);
	enum fsk_err e = FSK_NOMEM;

	(void)state;
	store_where_close(files);
	for (long n = 0; e != FSK_OK; n++) {
		assert_true(n < 40);
		memory_left = n;
		e = store_where_open(path, path, &files, NULL);
		memory_left = -1;
		assert_true(e == FSK_OK || e == FSK_NOMEM);
	}
	assert_all(files);
}

static void
test_no_file(void **state)
{
	struct store_where_files *files;
	struct fault fault;

	(void)state;
	assert_int_equal(store_where_open("/nonexistent/x", NULL, &files, &fault), FSK_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(store_where_open("/", NULL, &files, &fault), FSK_IO);
	assert_int_equal(errno, EISDIR);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_path, remove_path)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_ranges), TEST(test_one_question), TEST(test_wrong),
	        TEST(test_packed), TEST(test_cut),          TEST(test_many),
	        TEST(test_memory), TEST(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
