/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Countries and networks of addresses, from files that are written here; what is no such
 * file, or a cut one, is an error or says nothing.
 */
#include "mmdb.h"

#include "../memory.h"
#include "store/where.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char countries[64], networks[64];

static int
write_files(void **state)
{
	const char *where = getenv("TMPDIR");
	struct mmdb db;

	(void)state;
	where = where != NULL ? where : "/tmp";
	snprintf(countries, sizeof(countries), "%.40s/where.XXXXXX", where);
	snprintf(networks, sizeof(networks), "%.40s/where.XXXXXX", where);
	close(mkstemp(countries));
	close(mkstemp(networks));
	mmdb_init(&db);
	/* At offset 0: lower case, and more besides. */
	mmdb_map(&db, 2);
	mmdb_text(&db, "city");
	mmdb_map(&db, 0);
	mmdb_text(&db, "country");
	mmdb_map(&db, 1);
	mmdb_text(&db, "iso_code");
	mmdb_text(&db, "de");
	mmdb_put(&db, MMDB_V4(192, 0, 2, 0), 96 + 24, 0);
	mmdb_put(&db, (const uint8_t[16]){0x20, 1, 0xd, 0xb8}, 32, db.len);
	mmdb_map(&db, 1);
	mmdb_text(&db, "registered_country");
	mmdb_map(&db, 1);
	mmdb_text(&db, "iso_code");
	mmdb_text(&db, "BR");
	mmdb_put(&db, MMDB_V4(203, 0, 113, 0), 96 + 24, db.len);
	mmdb_map(&db, 1);
	mmdb_text(&db, "country");
	mmdb_map(&db, 1);
	mmdb_text(&db, "iso_code");
	mmdb_text(&db, "=1");
	mmdb_write(&db, countries);
	mmdb_init(&db);
	mmdb_map(&db, 1);
	mmdb_text(&db, "autonomous_system_number");
	mmdb_number(&db, 6, 4200000001);
	mmdb_put(&db, MMDB_V4(192, 0, 2, 0), 96 + 25, 0);
	mmdb_put(&db, MMDB_V4(192, 0, 2, 128), 96 + 25, db.len);
	mmdb_map(&db, 1);
	mmdb_text(&db, "autonomous_system_number");
	mmdb_text(&db, "AS64496");
	mmdb_write(&db, networks);
	return 0;
}

static int
remove_files(void **state)
{
	(void)state;
	unlink(countries);
	return unlink(networks);
}

static void
assert_where(struct store_where_files *files, const char *text, const char *country,
             uint32_t network)
{
	struct store_where where;
	struct address address;

	assert_int_equal(address_read(span_of(text), &address), FSK_OK);
	for (int i = 0; i < 2; i++) { /* the second time from what was kept */
		store_where_find(files, &address, &where);
		assert_string_equal(where.country, country);
		assert_int_equal(where.network, network);
	}
}

static void
test_where(void **state)
{
	struct store_where_files *files;

	(void)state;
	assert_int_equal(store_where_open(countries, networks, &files, NULL), FSK_OK);
	assert_where(files, "192.0.2.1", "DE", 4200000001);
	assert_where(files, "192.0.2.127", "DE", 4200000001);
	assert_where(files, "192.0.2.128", "DE", 0); /* its number is a text */
	assert_where(files, "192.0.3.1", "", 0);
	assert_where(files, "2001:db8::5", "BR", 0); /* registered there */
	assert_where(files, "2001:db9::5", "", 0);
	assert_where(files, "203.0.113.5", "", 0); /* no letters */
	store_where_close(files);
	assert_int_equal(store_where_open(countries, NULL, &files, NULL), FSK_OK);
	assert_where(files, "192.0.2.1", "DE", 0);
	store_where_close(files);
	assert_int_equal(store_where_open(NULL, networks, &files, NULL), FSK_OK);
	assert_where(files, "192.0.2.1", "", 4200000001);
	store_where_close(files);
	assert_int_equal(store_where_open(networks, networks, &files, NULL), FSK_OK);
	assert_where(files, "192.0.2.1", "", 4200000001);
	store_where_close(files);
	assert_where(NULL, "192.0.2.1", "", 0);
	store_where_close(NULL);
}

/* The other file may be of lines. */
static void
test_other_kind(void **state)
{
	FILE *out = fopen(countries, "wb");
	struct store_where_files *files;

	(void)state;
	assert_non_null(out);
	fputs("192.0.2.0\t192.0.2.255\t1\tFR\tx\n", out);
	fclose(out);
	assert_int_equal(store_where_open(countries, networks, &files, NULL), FSK_OK);
	assert_where(files, "192.0.2.1", "FR", 4200000001);
	assert_where(files, "192.0.2.200", "FR", 0);
	assert_where(files, "192.0.3.1", "", 0);
	store_where_close(files);
}

/* The tree ends behind the file, by metadata whose number of octets has no room in 32 bits.
 */
static void
test_tree_behind_end(void **state)
{
	struct store_where_files *files;
	struct fault fault = {.why = NULL};
	struct mmdb db;

	(void)state;
	mmdb_init(&db);
	db.said = UINT32_MAX;
	mmdb_map(&db, 0);
	mmdb_put(&db, MMDB_V4(192, 0, 2, 0), 96 + 24, 0);
	mmdb_write(&db, countries);
	assert_int_equal(store_where_open(countries, NULL, &files, &fault), FSK_CORRUPT);
	assert_non_null(fault.why);
}

/* What is empty is none of either form. */
static void
test_empty(void **state)
{
	struct store_where_files *files;
	struct fault fault = {.why = NULL};

	(void)state;
	assert_int_equal(truncate(countries, 0), 0);
	assert_int_equal(store_where_open(countries, NULL, &files, &fault), FSK_CORRUPT);
	assert_non_null(fault.why);
}

/* Cut at each 7th octet: it is refused, or answers, and nothing outside is read. */
static void
test_cut(void **state)
{
	struct store_where_files *files;
	struct fault fault = {.why = NULL};
	struct address address;
	struct store_where where;
	FILE *in = fopen(countries, "rb");
	uint8_t octets[40000];
	size_t len = fread(octets, 1, sizeof(octets), in), opened = 0;

	(void)state;
	fclose(in);
	assert_true(len > 200 && len < sizeof(octets));
	assert_int_equal(address_read(span_of("192.0.2.1"), &address), FSK_OK);
	for (size_t cut = 0; cut < len; cut += 7) {
		FILE *out = fopen(networks, "wb");
		enum fsk_err e;

		fwrite(octets, 1, cut, out);
		fclose(out);
		e = store_where_open(networks, networks, &files, &fault);
		if (e != FSK_OK) {
			assert_true(e == FSK_CORRUPT || e == FSK_IO);
			assert_non_null(fault.why);
			continue;
		}
		store_where_find(files, &address, &where);
		store_where_close(files);
		opened++;
	}
	assert_true(opened < len / 7);
	assert_int_equal(store_where_open("/nonexistent/file", NULL, &files, &fault),
	                 FSK_IO);
	assert_int_equal(errno, ENOENT);
}

/* A file that is written anew in its place while it is open: what was read stays. */
static void
test_rewritten(void **state)
{
	struct store_where_files *files;

	(void)state;
	assert_int_equal(store_where_open(countries, networks, &files, NULL), FSK_OK);
	assert_int_equal(truncate(countries, 0), 0);
	assert_int_equal(truncate(networks, 0), 0);
	assert_where(files, "192.0.2.1", "DE", 4200000001);
	assert_where(files, "2001:db8::5", "BR", 0);
	store_where_close(files);
}

static void
test_memory(void **state)
{
	struct store_where_files *files;
	enum fsk_err e = FSK_NOMEM;

	(void)state;
	for (long n = 0; e != FSK_OK; n++) {
		assert_true(n < 40);
		memory_left = n;
		e = store_where_open(countries, networks, &files, NULL);
		memory_left = -1;
		assert_true(e == FSK_OK || e == FSK_NOMEM);
	}
	assert_where(files, "192.0.2.1", "DE", 4200000001);
	store_where_close(files);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, write_files, remove_files)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_where),  TEST(test_other_kind), TEST(test_tree_behind_end),
	        TEST(test_empty),  TEST(test_cut),        TEST(test_rewritten),
	        TEST(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
