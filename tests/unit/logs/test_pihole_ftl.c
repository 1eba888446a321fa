/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Pi-hole's database: as its versions make it, rows that say nonsense, and files that
 * are cut, locked, compressed, of something else, or without their write-ahead log.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "records.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cmocka.h>

extern const struct log_format log_format_pihole_ftl;

/* Where texts are kept beside the rows, since Pi-hole 5.9. */
#define LINKED                                                                             \
	"CREATE TABLE query_storage (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp "     \
	"INTEGER "                                                                         \
	"NOT NULL, type INTEGER NOT NULL, status INTEGER NOT NULL, domain INTEGER NOT "    \
	"NULL, "                                                                           \
	"client INTEGER NOT NULL, forward INTEGER, additional_info INTEGER);"              \
	"CREATE TABLE domain_by_id (id INTEGER PRIMARY KEY, domain TEXT NOT NULL);"        \
	"CREATE TABLE client_by_id (id INTEGER PRIMARY KEY, ip TEXT NOT NULL, name TEXT);" \
	"CREATE VIEW queries AS SELECT id, timestamp, type, status, CASE typeof(domain) "  \
	"WHEN "                                                                            \
	"'integer' THEN (SELECT domain FROM domain_by_id d WHERE d.id = q.domain) ELSE "   \
	"domain "                                                                          \
	"END domain, CASE typeof(client) WHEN 'integer' THEN (SELECT ip FROM "             \
	"client_by_id c "                                                                  \
	"WHERE c.id = q.client) ELSE client END client, forward FROM query_storage q;"     \
	"INSERT INTO domain_by_id VALUES (1, 'jogli.com'), (2, 'good.example');"           \
	"INSERT INTO client_by_id VALUES (1, '192.0.2.7', 'laptop'), (2, "                 \
	"'2001:DB8::0:7', '');"

/* Before, they stood in the rows. */
#define PLAIN                                                                              \
	"CREATE TABLE queries (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp INTEGER "   \
	"NOT "                                                                             \
	"NULL, type INTEGER NOT NULL, status INTEGER NOT NULL, domain TEXT NOT NULL, "     \
	"client "                                                                          \
	"TEXT NOT NULL, forward TEXT);"

/* The same with anything in the columns. */
#define LOOSE                                                                              \
	"CREATE TABLE queries (id INTEGER PRIMARY KEY, timestamp, type, status, domain, "  \
	"client);"

struct place {
	char folder[32];
	char path[64];
};

static int
set_up(void **state)
{
	static struct place place;

	snprintf(place.folder, sizeof(place.folder), "pihole.XXXXXX");
	assert_non_null(mkdtemp(place.folder));
	/* What stands for something else in a URI is a name of a file all the same. */
	snprintf(place.path, sizeof(place.path), "%s/a?b#c%%41:.db", place.folder);
	*state = &place;
	return 0;
}

static int
tear_down(void **state)
{
	const struct place *place = *state;
	static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
	char path[80];

	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s%s", place->path, endings[i]);
		(void)unlink(path);
	}
	return rmdir(place->folder);
}

static sqlite3 *
open_database(const struct place *place, const char *sql)
{
	sqlite3 *handle;

	assert_int_equal(sqlite3_open(place->path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
	return handle;
}

static void
make(const struct place *place, const char *sql)
{
	(void)unlink(place->path);
	assert_int_equal(sqlite3_close(open_database(place, sql)), SQLITE_OK);
}

static void
assert_rows(const struct place *place, const char *want)
{
	static struct records records;
	struct log_source *source;

	records.len = 0;
	records.text[0] = '\0';
	assert_int_equal(log_source_open(place->path, &source), FSK_OK);
	say_source(&records, &log_format_pihole_ftl, source, true);
	log_source_close(source);
	assert_string_equal(records.text, want);
}

#define ROW "asked 2026-11-21T19:41:34.000000 192.0.2.7#0 0 jogli.com 1\n"

static void
test_versions(void **state)
{
	make(*state, PLAIN "INSERT INTO queries VALUES "
	                   "(2, 1795290095, 2, 2, 'good.example', '2001:db8::7', NULL), "
	                   "(1, 1795290094, 1, 1, 'jogli.com', '192.0.2.7', NULL)");
	assert_rows(*state, ROW "asked 2026-11-21T19:41:35.000000 2001:db8::7#0 0 "
	                        "good.example 28\nend");
	make(*state, LINKED "INSERT INTO query_storage VALUES "
	                    "(2, 1795290095.0665, 2, 2, 2, 2, NULL, NULL), "
	                    "(1, 1795290094, 1, 1, 1, 1, NULL, NULL), "
	                    "(3, 1795290094, 1, 3, 'jogli.com', '192.0.2.7', 1, 1)");
	assert_rows(*state, ROW "asked 2026-11-21T19:41:35.066500 2001:db8::7#0 0 "
	                        "good.example 28\n" ROW "end");
}

static void
test_statuses(void **state)
{
	make(*state, PLAIN
	     "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 18) "
	     "INSERT INTO queries SELECT i, 1795290094, 1, i, 'jogli.com', '192.0.2.7', "
	     "NULL "
	     "FROM n WHERE i > 0");
	assert_rows(*state, ROW ROW ROW ROW ROW ROW ROW ROW ROW ROW ROW
	            "aside\naside\n" ROW ROW ROW ROW ROW "end");
}

static void
test_types(void **state)
{
	static const char *const types[][2] = {
	        {"0", "0"},    {"3", "255"},       {"5", "6"},     {"14", "0"},
	        {"16", "65"},  {"17", "0"},        {"100", "0"},   {"101", "1"},
	        {"166", "66"}, {"65635", "65535"}, {"65636", "0"}, {"-1", "0"},
	        {"'A'", "0"},
	};

	for (size_t i = 0; i < LOG_COUNT(types); i++) {
		char sql[400], want[200];

		snprintf(sql, sizeof(sql),
		         LOOSE "INSERT INTO queries VALUES (1, 1795290094, "
		               "%s, 1, 'jogli.com', '192.0.2.7')",
		         types[i][0]);
		snprintf(want, sizeof(want),
		         "asked 2026-11-21T19:41:34.000000 192.0.2.7#0 0 "
		         "jogli.com %s\nend",
		         types[i][1]);
		make(*state, sql);
		assert_rows(*state, want);
	}
}

static void
test_nonsense(void **state)
{
	make(*state, LOOSE "INSERT INTO queries VALUES "
	                   "(1, 'now', 1, 1, 'jogli.com', '192.0.2.7'), "
	                   "(2, -1, 1, 1, 'jogli.com', '192.0.2.7'), "
	                   "(3, 9e999, 1, 1, 'jogli.com', '192.0.2.7'), "
	                   "(4, 253402300800, 1, 1, 'jogli.com', '192.0.2.7'), "
	                   "(5, 1795290094, 1, NULL, 'jogli.com', '192.0.2.7'), "
	                   "(6, 1795290094, 1, 1, NULL, '192.0.2.7'), "
	                   "(7, 1795290094, 1, 1, x'6a6f', '192.0.2.7'), "
	                   "(8, 1795290094, 1, 1, hex(zeroblob(5000)), '192.0.2.7'), "
	                   "(9, 1795290094, 1, 1, 'jogli.com', 'laptop'), "
	                   "(10, 1795290094, 1, 1, 'hidden', '0.0.0.0'), "
	                   "(11, 1795290094, 1, 1, 'jogli.com', '0.0.0.0'), "
	                   "(12, 1795290094, 1, 1, 'jogli.com', '192.0.2.7')");
	assert_rows(*state,
	            "foreign: a time that cannot be\n"
	            "foreign: a time that cannot be\n"
	            "foreign: a time that cannot be\n"
	            "foreign: a time that cannot be\n"
	            "foreign: a status that is no number\n"
	            "foreign: no name in the row\n"
	            "foreign: no name in the row\n"
	            "foreign: a name that is longer than names can be\n"
	            "foreign: a client that is no address\n"
	            "aside\n"
	            "asked 2026-11-21T19:41:34.000000 #0 0 jogli.com 1\n" ROW "end");
}

static void
test_others(void **state)
{
	static const char none[] =
	        "not opened 7: an SQLite database, but without the queries "
	        "of Pi-hole";
	static const unsigned char magic[16] = "SQLite format 3";

	make(*state, "CREATE TABLE queries (id, time)");
	assert_rows(*state, none);
	make(*state, "CREATE TABLE other (id)");
	assert_rows(*state, none);
	assert_true(log_format_pihole_ftl.knows(magic, 16));
	assert_false(log_format_pihole_ftl.knows(magic, 15));
	assert_false(
	        log_format_pihole_ftl.knows((const unsigned char *)"SQLite format 4", 16));
}

/* A view that never ends, and one that makes ever longer texts. */
static void
test_hostile(void **state)
{
	make(*state,
	     "CREATE VIEW queries AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
	     "i + 1 FROM n) SELECT i id, i timestamp, 1 type, 12 status, 'a' domain, "
	     "'b' client FROM n");
	assert_rows(*state,
	            "ended 7: the database asks for more work than its size explains");
	make(*state,
	     "CREATE VIEW queries AS WITH RECURSIVE n(i, t) AS (SELECT 1, 'a' UNION ALL "
	     "SELECT i + 1, t || t FROM n) SELECT i id, i timestamp, 1 type, 12 status, "
	     "t domain, 'b' client FROM n");
	assert_rows(*state, "ended 7: a value in the database is longer than 1 MiB");
}

static void
test_locked(void **state)
{
	sqlite3 *handle;

	make(*state, PLAIN);
	handle = open_database(*state, "BEGIN EXCLUSIVE");
	assert_rows(*state,
	            "not opened 7: another program has locked the database: make a copy "
	            "with the program's own means or with sqlite3's .backup, and read "
	            "that");
	sqlite3_close(handle);
}

/* Read while it is written to; and copied by hand, with and without what is beside. */
static void
test_log(void **state)
{
	const struct place *place = *state;
	struct stat st;
	sqlite3 *handle;
	char other[80], moved[80];

	make(*state, "PRAGMA journal_mode = WAL;" PLAIN
	             "INSERT INTO queries VALUES (1, 1795290094, 1, 1, 'jogli.com', "
	             "'192.0.2.7', NULL)");
	snprintf(other, sizeof(other), "%s-shm", place->path);
	snprintf(moved, sizeof(moved), "%s-journal", place->path);
	assert_rows(*state, ROW "end");
	assert_int_equal(stat(other, &st), -1); /* nothing was made beside it */
	handle = open_database(*state, "INSERT INTO queries VALUES (2, 1795290094, 1, 1, "
	                               "'jogli.com', '192.0.2.7', NULL)");
	assert_rows(*state, ROW ROW "end");
	assert_int_equal(rename(other, moved), 0);
	assert_rows(*state, "not opened 7: the newest rows are in the -wal file beside the "
	                    "database, and its -shm file is not there: make a copy with "
	                    "sqlite3's .backup, and read that");
	assert_int_equal(stat(other, &st), -1);
	assert_int_equal(rename(moved, other), 0);
	sqlite3_close(handle);
}

/* A database that is cut is told to be damaged, or its last rows are. */
static void
test_cuts(void **state)
{
	const struct place *place = *state;
	static struct records records;
	struct log_source *source;
	struct stat st;

	make(*state, PLAIN "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	                   "WHERE i < 400) INSERT INTO queries SELECT i, 1795290094, 1, 1, "
	                   "'jogli.com', '192.0.2.7', NULL FROM n");
	assert_int_equal(stat(place->path, &st), 0);
	assert_true(st.st_size > 8192);
	for (off_t size = st.st_size - 512; size >= 512; size -= 512) {
		assert_int_equal(truncate(place->path, size), 0);
		records.len = 0;
		assert_int_equal(log_source_open(place->path, &source), FSK_OK);
		say_source(&records, &log_format_pihole_ftl, source, true);
		log_source_close(source);
		/* What is cut off the last page reads as zeros. */
		assert_non_null(
		        strstr(records.text, size > st.st_size - 4096
		                                     ? "foreign: a status that is no number"
		                                     : "the database is damaged"));
	}
}

static void
test_compressed(void **state)
{
	/* gzip of nothing. */
	static const unsigned char empty[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3,
	                                      3,    0,    0, 0, 0, 0, 0, 0, 0, 0};
	static struct records records;

	(void)state;
	say_octets(&records, &log_format_pihole_ftl, empty, sizeof(empty), true);
	assert_string_equal(records.text,
	                    "not opened 7: a database cannot be read while it is "
	                    "compressed: unpack it first");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_versions, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_statuses, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_types, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_nonsense, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_others, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_hostile, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_locked, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_log, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_cuts, set_up, tear_down),
	        cmocka_unit_test(test_compressed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
