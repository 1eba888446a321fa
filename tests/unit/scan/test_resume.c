/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Runs with a state: each line is read once, whichever run reads it, and nothing that an
 * earlier run did not read is passed over.
 */
#include "written_logs.h"

#include "scan/state.h"

#include "../logs/octets.h"

#include <archive.h>
#include <archive_entry.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <time.h>

/* Several runs with a state over a log that grows and is rotated read each line once. */
static void
a_state_reads_each_line_once(void **state)
{
	struct scan_state *marks;
	uint64_t asked = 0;
	uint64_t sightings = 0;
	size_t from = 0;

	(void)state;
	assert_int_equal(scan_state_new(&marks), FSK_OK);
	write_file("grows", "w", "", 0);
	for (size_t run_number = 0; run_number < 6; run_number++) {
		struct told told;
		struct scan_setting setting = setting_of(1 + run_number % 2, &told);
		struct scan_report report;
		struct scan *scan;
		size_t count = run_number == 3 ? 0 : 400 + run_number * 37;
		size_t len;
		char *log = make_log(from, count, &len);

		setting.state = marks;
		if (run_number == 4) { /* rotation: the log begins anew */
			assert_int_equal(rename(path_of("grows"), path_of("unused")), 0);
			write_file("grows", "w", "", 0);
		}
		write_file("grows", "a", log, len);
		free(log);
		scan = run(&setting, path_of("grows"), &report);
		asked += report.asked;
		sightings += report.sightings;
		assert_int_equal(report.asked, count);
		if (run_number == 2)
			assert_int_equal(report.files[0].from_line, from);
		scan_free(scan);
		if (run_number == 4) { /* the old one, under its new name, has no more */
			struct scan_setting again = setting_of(1, &told);

			again.state = marks;
			scan = run(&again, path_of("unused"), &report);
			assert_int_equal(report.asked, 0);
			scan_free(scan);
		}
		from += count;
	}
	assert_int_equal(asked, from);
	assert_int_equal(sightings, (from + 32) / 40);
	scan_state_free(marks);
}

/* A line whose end is not written yet is left to the next run. */
static void
a_state_leaves_a_line_that_is_being_written(void **state)
{
	struct scan_state *marks;
	size_t len;
	char *log = make_log(0, 50, &len);
	size_t half = len - 60;

	(void)state;
	assert_int_equal(scan_state_new(&marks), FSK_OK);
	for (int run_number = 0; run_number < 2; run_number++) {
		struct told told;
		struct scan_setting setting = setting_of(1, &told);
		struct scan_report report;
		struct scan *scan;

		setting.state = marks;
		write_file("half", "w", log, run_number == 0 ? half : len);
		scan = run(&setting, path_of("half"), &report);
		assert_int_equal(report.asked, run_number == 0 ? 49 : 1);
		assert_int_equal(report.skipped, 0);
		assert_int_equal(report.files[0].unended, run_number == 0);
		scan_free(scan);
	}
	free(log);
	scan_state_free(marks);
}

/* Scans what lies at ${path} with ${marks} and one thread. */
static struct scan_file
run_with(struct scan_state *marks, const char *path)
{
	struct told told;
	struct scan_setting setting = setting_of(1, &told);
	struct scan_report report;
	struct scan_file file;
	struct scan *scan;

	setting.state = marks;
	scan = run(&setting, path, &report);
	file = report.files[0];
	scan_free(scan);
	return file;
}

/* Writes ${text} as gzip. */
static void
write_gzip(const char *name, const char *text, size_t len)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	assert_int_equal(archive_write_add_filter_gzip(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_set_format_raw(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(archive, path_of(name)), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(archive, text, len), len);
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	archive_entry_free(entry);
	archive_write_free(archive);
}

/* What is compressed does not grow: its last line is read without LF, whatever its
 * length, and the next run passes over it. */
static void
a_state_ends_with_a_compressed_log_without_end(void **state)
{
	static const size_t lengths[] = {0, 1, 65536, 131071, 131072, 131073, 300000};
	size_t len;
	char *log = make_log(0, 2000, &len);
	char *text = malloc(len + 300000);

	(void)state;
	assert_non_null(text);
	memcpy(text, log, len);
	memset(text + len, 'x', 300000);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		uint64_t lines = lengths[i] > 0 ? 2001 : 2000;
		struct scan_state *marks;
		struct scan_file file;

		assert_int_equal(scan_state_new(&marks), FSK_OK);
		write_gzip("packed", text, len - (lengths[i] == 0) + lengths[i]);
		file = run_with(marks, path_of("packed"));
		assert_int_equal(file.lines, lines);
		assert_false(file.unended);
		file = run_with(marks, path_of("packed"));
		assert_int_equal(file.lines, 0);
		assert_int_equal(file.from_line, lines);
		scan_state_free(marks);
	}
	free(text);
	free(log);
}

/* A line that is too long is counted by the run that finds its end, and by no other. */
static void
a_state_counts_a_long_line_once(void **state)
{
	static const size_t lengths[] = {65537, 100000, 131072, 131073, 700000};
	size_t len;
	char *log = make_log(0, 100, &len);
	char *text = malloc(700000);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 700000);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct scan_state *marks;
		struct scan_file file;

		assert_int_equal(scan_state_new(&marks), FSK_OK);
		write_file("long", "w", log, len);
		write_file("long", "a", text, lengths[i]);
		file = run_with(marks, path_of("long"));
		assert_int_equal(file.lines, 100);
		assert_int_equal(file.skipped, 0);
		assert_true(file.unended);
		write_file("long", "a", "xxx\n", 4);
		write_file("long", "a", log, len);
		file = run_with(marks, path_of("long"));
		assert_int_equal(file.from_line, 100);
		assert_int_equal(file.lines, 101);
		assert_int_equal(file.skipped, 1);
		assert_int_equal(file.asked, 100);
		assert_false(file.unended);
		file = run_with(marks, path_of("long"));
		assert_int_equal(file.lines, 0);
		scan_state_free(marks);
	}
	free(text);
	free(log);
}

/* Writes a capture of ${count} questions, of which that number ${odd} is another. */
static void
write_capture(const char *name, unsigned count, unsigned odd)
{
	static struct octets file;

	file.len = 0;
	put_little(&file, 0xa1b2c3d4, 4);
	put_little(&file, 2, 2);
	put_little(&file, 4, 2);
	put_little(&file, 0, 8);
	put_little(&file, 65535, 4);
	put_little(&file, 101, 4);
	for (unsigned i = 0; i < count; i++) {
		static struct octets message, udp, packet;

		message.len = udp.len = packet.len = 0;
		put_question(&message, 0x0100, i == odd ? "jogli.com" : "a.example", 0);
		put_udp(&udp, 40000, 53, &message);
		put_ipv4(&packet, 17, &udp);
		put_little(&file, 1795290094 + i, 4);
		put_little(&file, 0, 4);
		put_little(&file, packet.len, 4);
		put_little(&file, packet.len, 4);
		put_all(&file, &packet);
	}
	write_file(name, "w", (const char *)file.at, file.len);
}

/* Captures that begin, and end, alike are told apart; one that grows goes on. */
static void
a_state_takes_no_capture_for_another(void **state)
{
	struct scan_state *marks;
	struct scan_file file;

	(void)state;
	assert_int_equal(scan_state_new(&marks), FSK_OK);
	write_capture("capture", 300, 300);
	assert_int_equal(run_with(marks, path_of("capture")).asked, 300);
	write_capture("capture", 310, 310);
	file = run_with(marks, path_of("capture"));
	assert_int_equal(file.asked, 10);
	assert_int_equal(file.from_line, 300);
	write_capture("capture", 310, 200);
	assert_int_equal(run_with(marks, path_of("capture")).asked, 310);
	write_capture("capture", 310, 309);
	assert_int_equal(run_with(marks, path_of("capture")).asked, 310);
	write_capture("capture", 310, 0);
	assert_int_equal(run_with(marks, path_of("capture")).asked, 310);
	write_capture("capture", 200, 200); /* it was further already */
	assert_int_equal(run_with(marks, path_of("capture")).asked, 200);
	for (unsigned odd = 200; odd <= 310; odd += 110) { /* each is known */
		write_capture("capture", 310, odd);
		assert_int_equal(run_with(marks, path_of("capture")).asked, 0);
	}
	scan_state_free(marks);
}

/* Runs ${sql} with the database ${name}. */
static void
change_database(const char *name, const char *sql)
{
	sqlite3 *handle;

	assert_int_equal(sqlite3_open(path_of(name), &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

#define ROWS                                                                               \
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) "    \
	"INSERT INTO queries (timestamp, type, status, domain, client) SELECT 1795290094 " \
	"+ i, 1, 2, 'a' || i || '.example', '192.0.2.7' FROM n;"

/* A database is known though each write changes its first page; not when its first rows
 * are deleted. */
static void
a_state_knows_a_database(void **state)
{
	struct scan_state *marks;

	(void)state;
	assert_int_equal(scan_state_new(&marks), FSK_OK);
	change_database("database",
	                "CREATE TABLE queries (id INTEGER PRIMARY KEY AUTOINCREMENT, "
	                "timestamp INTEGER NOT NULL, type INTEGER NOT NULL, status INTEGER "
	                "NOT NULL, domain TEXT NOT NULL, client TEXT NOT NULL, forward "
	                "TEXT);" ROWS);
	assert_int_equal(run_with(marks, path_of("database")).asked, 50);
	for (unsigned i = 1; i < 4; i++) {
		struct scan_file file;

		change_database("database", ROWS);
		file = run_with(marks, path_of("database"));
		assert_int_equal(file.asked, 50);
		assert_int_equal(file.from_line, i * 50);
	}
	assert_int_equal(run_with(marks, path_of("database")).asked, 0);
	change_database("database", "DELETE FROM queries WHERE id <= 10");
	assert_int_equal(run_with(marks, path_of("database")).asked, 190);
	scan_state_free(marks);
}

/* A pipe is read to its end and never again: nothing of it is passed over or left. */
static void
a_state_reads_all_of_a_pipe(void **state)
{
	struct scan_state *marks;
	size_t len;
	char *log = make_log(0, 100, &len);

	(void)state;
	assert_int_equal(scan_state_new(&marks), FSK_OK);
	write_file("half", "w", log, len);
	assert_int_equal(run_with(marks, path_of("half")).asked, 100);
	for (size_t cut = 0; cut < 2; cut++) {
		char path[32];
		int ends[2];
		struct scan_file file;

		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], log, len - cut), len - cut);
		close(ends[1]);
		snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
		file = run_with(marks, path);
		assert_int_equal(file.asked, 100);
		assert_int_equal(file.from_line, 0);
		assert_false(file.unended);
		close(ends[0]);
	}
	free(log);
	scan_state_free(marks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_state_reads_each_line_once),
	        cmocka_unit_test(a_state_leaves_a_line_that_is_being_written),
	        cmocka_unit_test(a_state_ends_with_a_compressed_log_without_end),
	        cmocka_unit_test(a_state_counts_a_long_line_once),
	        cmocka_unit_test(a_state_takes_no_capture_for_another),
	        cmocka_unit_test(a_state_knows_a_database),
	        cmocka_unit_test(a_state_reads_all_of_a_pipe),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
