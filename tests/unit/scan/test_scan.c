/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A scan of logs that the test writes: what it finds and counts does not depend on the
 * number of threads, on where pieces are cut, or on which runs read which part.
 */
#include "scan/scan.h"

#include "dga/catalog.h"
#include "scan/files.h"
#include "scan/state.h"

#include "../logs/octets.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define LINES 20000
#define MOST_SIGHTINGS 4096

static char folder[] = "/tmp/foresink-scan-XXXXXX";

/* What a scan told, sighting by sighting. */
struct told {
	size_t count;
	uint64_t line[MOST_SIGHTINGS];
	uint32_t index[MOST_SIGHTINGS];
	char name[MOST_SIGHTINGS][32];
};

static void
note(const struct sighting *sighting, void *context)
{
	struct told *told = context;

	assert_true(told->count < MOST_SIGHTINGS);
	told->line[told->count] = sighting->line;
	told->index[told->count] = sighting->match.index;
	snprintf(told->name[told->count], 32, "%.*s", (int)sighting->name.len,
	         sighting->name.text);
	told->count++;
}

/* The path of ${name}, valid until the call after the next. */
static const char *
path_of(const char *name)
{
	static char paths[2][128];
	static unsigned turn;
	char *path = paths[turn++ % 2];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static void
write_file(const char *name, const char *mode, const char *text, size_t len)
{
	FILE *file = fopen(path_of(name), mode);

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* Writes ${count} lines from number ${from} of a BIND log of 2015-08-03: each 40th is of
 * an infected host that asks for the next name of the day. */
static char *
make_log(size_t from, size_t count, size_t *len)
{
	static struct fsk_name names[250];
	struct fsk_cursor *cursor;
	char *text = malloc(count * 200);
	size_t number;

	assert_non_null(text);
	assert_int_equal(fsk_generator_find("conficker/b", &number), FSK_OK);
	assert_int_equal(fsk_cursor_open(number, INT64_C(16650) * 86400, &cursor), FSK_OK);
	for (size_t i = 0; i < 250; i++)
		assert_int_equal(fsk_cursor_next(cursor, &names[i], NULL), FSK_OK);
	fsk_cursor_close(cursor);
	*len = 0;
	for (size_t i = from; i < from + count; i++) {
		bool infected = i % 40 == 7;
		char clean[32];
		const char *name = clean;

		snprintf(clean, sizeof(clean), "www.site%zu.example", i * 7919 % 3000);
		if (infected)
			name = names[i / 40 % 250].text;
		*len += (size_t)snprintf(
		        text + *len, 200,
		        "03-Aug-2015 %02zu:%02zu:%02zu.000 queries: info: client @0x7f24 "
		        "10.0.%d.%zu#%zu (%s): query: %s IN A +E(0)K (10.0.0.53)\n",
		        i / 3600 % 24, i / 60 % 60, i % 60, infected ? 9 : 1,
		        infected ? (size_t)7 : i % 200, 1024 + i % 60000, name, name);
	}
	return text;
}

/* All generators, rising. */
static const size_t *
all_generators(void)
{
	static size_t numbers[1024];

	assert_true(dga_generator_count() < 1024);
	for (size_t i = 0; i < dga_generator_count(); i++)
		numbers[i] = i;
	return numbers;
}

static struct scan_setting
setting_of(unsigned threads, struct told *told)
{
	*told = (struct told){.count = 0};
	return (struct scan_setting){
	        .generators = all_generators(),
	        .generator_count = dga_generator_count(),
	        .window_days = 1,
	        .utc = true,
	        .v6_bits = 64,
	        .threads = threads,
	        .now = INT64_C(1800000000),
	        .sighting = note,
	        .context = told,
	};
}

/* Scans ${path} and stores the report; the caller frees the scan. */
static struct scan *
run(const struct scan_setting *setting, const char *path, struct scan_report *report)
{
	struct scan *scan;

	assert_int_equal(scan_new(setting, &scan), FSK_OK);
	assert_int_equal(scan_add(scan, path), FSK_OK);
	assert_int_equal(scan_run(scan), FSK_OK);
	assert_int_equal(scan_judge(scan, report), FSK_OK);
	return scan;
}

static void
threads_change_nothing(void **state)
{
	struct told one, more;
	struct scan_report report;
	size_t len;
	char *log = make_log(0, LINES, &len);

	(void)state;
	write_file("log", "w", log, len);
	free(log);
	for (unsigned threads = 1; threads <= 4; threads++) {
		struct told *told = threads == 1 ? &one : &more;
		struct scan_setting setting = setting_of(threads, told);
		struct scan *scan = run(&setting, path_of("log"), &report);
		const struct verdict_host *host = verdict_host_at(report.verdict, 0);

		assert_int_equal(report.lines, LINES);
		assert_int_equal(report.asked, LINES);
		assert_int_equal(report.skipped, 0);
		assert_int_equal(report.bytes, len);
		assert_int_equal(report.sightings, LINES / 40);
		assert_int_equal(verdict_host_count(report.verdict), 1);
		assert_int_equal(host->word, VERDICT_INFECTED);
		assert_int_equal(host->findings[0].found, 250);
		if (report.hosts < 185 || report.hosts > 205 /* 195 */)
			fail_msg("%g hosts", report.hosts);
		if (threads > 1)
			assert_memory_equal(&one, &more, sizeof(one));
		scan_free(scan);
	}
	assert_int_equal(one.line[0], 8);
	assert_int_equal(one.index[3], 4);
}

/* Whatever is cut off the end, no line is lost but the one that was cut. */
static void
a_file_cut_anywhere_gives_its_lines(void **state)
{
	size_t len;
	char *log = make_log(0, 200, &len);

	(void)state;
	for (size_t cut = len - 400; cut <= len; cut++) {
		struct told told;
		struct scan_setting setting = setting_of(1, &told);
		struct scan_report report;
		struct scan *scan;
		uint64_t lines = 0;

		for (size_t i = 0; i < cut; i++)
			lines += log[i] == '\n';
		write_file("cut", "w", log, cut);
		scan = run(&setting, path_of("cut"), &report);
		if (report.lines != lines + (log[cut - 1] != '\n'))
			fail_msg("cut %zu of %zu: %d lines", cut, len, (int)report.lines);
		assert_true(report.asked >= lines);
		assert_int_equal(report.asked + report.skipped + report.aside,
		                 report.lines);
		scan_free(scan);
	}
	free(log);
}

static void
long_lines_are_counted_and_skipped(void **state)
{
	static const size_t lengths[] = {65535,  65536,  65537, 131071,
	                                 131072, 131073, 700000};
	size_t len;
	char *log = make_log(0, 100, &len);

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		char *long_line = malloc(lengths[i] + 1);
		struct told told;
		struct scan_setting setting = setting_of(1, &told);
		struct scan_report report;
		struct scan *scan;

		assert_non_null(long_line);
		memset(long_line, 'x', lengths[i]);
		long_line[lengths[i]] = '\n';
		write_file("long", "w", log, len);
		write_file("long", "a", long_line, lengths[i] + 1);
		write_file("long", "a", log, len);
		scan = run(&setting, path_of("long"), &report);
		assert_int_equal(report.asked, 200);
		assert_int_equal(report.skipped, 1);
		assert_int_equal(report.lines, 201);
		assert_int_equal(report.skips[0].line, 101);
		assert_true(lengths[i] <= 65536 ||
		            strcmp(report.skips[0].why, "a line longer than 64 KiB") == 0);
		assert_int_equal(told.line[told.count - 1], 101 + 88);
		scan_free(scan);
		free(long_line);
	}
	free(log);
}

static void
odd_octets_and_ends_do_no_harm(void **state)
{
	static const char odd[] = "\0\0\0\n\r\n\xff\xfe\x80 query \x1b[2J\n\n";
	struct told told;
	struct scan_setting setting = setting_of(2, &told);
	struct scan_report report;
	struct scan *scan;
	size_t len;
	char *log = make_log(0, 100, &len);

	(void)state;
	for (size_t i = 0; i < len; i++) {
		/* Some lines end in CR LF. */
		if (log[i] == '\n' && log[i - 1] == ')')
			log[i - 1] = i % 3 == 0 ? '\r' : ')';
	}
	write_file("odd", "w", log, len);
	write_file("odd", "a", odd, sizeof(odd) - 1);
	free(log);
	scan = run(&setting, path_of("odd"), &report);
	assert_int_equal(report.asked, 100);
	assert_int_equal(report.skipped, 2);
	assert_int_equal(report.aside, 2);
	assert_int_equal(report.skip_count, 2);
	scan_free(scan);
}

static void
files_that_are_no_logs_are_told(void **state)
{
	struct told told;
	struct scan_setting setting = setting_of(1, &told);
	struct scan_report report;
	struct scan *scan;

	(void)state;
	write_file("none", "w", "hello\nworld\n", 12);
	write_file("empty", "w", "", 0);
	assert_int_equal(scan_new(&setting, &scan), FSK_OK);
	assert_int_equal(scan_add(scan, path_of("none")), FSK_OK);
	assert_int_equal(scan_add(scan, path_of("empty")), FSK_OK);
	assert_int_equal(scan_add(scan, path_of("none")), FSK_OK);
	assert_int_equal(scan_add(scan, path_of("missing")), FSK_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(scan_run(scan), FSK_OK);
	assert_int_equal(scan_judge(scan, &report), FSK_OK);
	assert_int_equal(report.file_count, 2);
	assert_null(report.files[0].format);
	assert_non_null(report.files[0].why);
	assert_string_equal(report.files[1].why, "it is empty");
	assert_int_equal(report.lines, 0);
	scan_free(scan);
}

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

#define ZEEK_HEADER                                                                        \
	"#separator \\x09\n#path\tdns\n"                                                   \
	"#fields\tts\tid.orig_h\tid.orig_p\tproto\tquery\tqtype\n"
#define ZEEK_TURNED "#fields\tts\tquery\tid.orig_p\tproto\tid.orig_h\tqtype\n"

/* A header in the middle holds for the lines behind it; one that says nothing new does
 * not cost a piece of its own. */
static void
headers_may_stand_anywhere(void **state)
{
	enum { PAIRS = 100000 };
	char *text = malloc((size_t)PAIRS * 96 + 1024);
	struct told told;
	struct scan_setting setting = setting_of(1, &told);
	struct scan_report report;
	struct scan *scan;
	clock_t began;
	size_t len;

	(void)state;
	assert_non_null(text);
	len = (size_t)sprintf(text, "%s", ZEEK_HEADER);
	for (int i = 0; i < PAIRS; i++)
		len += (size_t)sprintf(
		        text + len, "#close\t2026-01-01-00-00-00\n"
		                    "1795290094.0\t192.0.2.7\t4000\tudp\ta.example\tA\n");
	len += (size_t)sprintf(text + len,
	                       "%s1795290094.0\ta.example\t4000\tudp\t"
	                       "192.0.2.7\tA\n",
	                       ZEEK_TURNED);
	write_file("log", "w", text, len);
	free(text);
	began = clock();
	scan = run(&setting, path_of("log"), &report);
	assert_int_equal(report.asked, PAIRS + 1);
	assert_int_equal(report.skipped, 0);
	assert_true(report.hosts < 2);
	if ((clock() - began) / CLOCKS_PER_SEC >= 4)
		fail_msg("it takes longer than pieces of one line would");
	scan_free(scan);
}

/* Each file is found once, however many there are and by whatever name. */
static void
files_are_added_once(void **state)
{
	enum { COUNT = 100 };
	struct files files = {.count = 0};
	char name[16];

	(void)state;
	assert_int_equal(mkdir(path_of("many"), 0700), 0);
	for (int i = 0; i < COUNT; i++) {
		char other[128];

		snprintf(name, sizeof(name), "many/%03d", i);
		write_file(name, "w", "x", 1);
		snprintf(other, sizeof(other), "%s", path_of(name));
		snprintf(name, sizeof(name), "many/%03d.b", i);
		assert_int_equal(link(other, path_of(name)), 0);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(files_add(&files, "-"), FSK_OK);
		assert_int_equal(files_add(&files, path_of("many")), FSK_OK);
		assert_int_equal(files_add(&files, path_of("many/007.b")), FSK_OK);
		assert_int_equal(files.count, COUNT + 1);
	}
	for (size_t i = 1; i < files.count; i++) {
		snprintf(name, sizeof(name), "many/%03zu", i - 1);
		assert_string_equal(files.file[i].path, path_of(name));
		unlink(path_of(name));
		snprintf(name, sizeof(name), "many/%03zu.b", i - 1);
		unlink(path_of(name));
	}
	files_fini(&files);
	assert_int_equal(rmdir(path_of("many")), 0);
}

/* What a test of following appends, step by step. */
struct steps {
	struct told told; /* first: scans take it for their context */
	int step;
	uint64_t asked;
};

static bool
append(uint64_t done, uint64_t whole, void *context)
{
	struct steps *steps = context;
	size_t len;
	char *log = make_log((size_t)steps->step * 100, 100, &len);

	(void)done;
	if (whole > 0) { /* the first run, not yet following */
		free(log);
		return true;
	}
	steps->step++;
	if (steps->step == 2) /* half a line, then its rest */
		write_file("tail", "a", log, len - 50);
	if (steps->step == 3) {
		char *before = make_log(100, 100, &len);

		write_file("tail", "a", before + len - 50, 50);
		free(before);
	}
	if (steps->step == 5) { /* rotation */
		assert_int_equal(rename(path_of("tail"), path_of("tail.1")), 0);
		write_file("tail", "w", log, len);
	}
	if (steps->step == 7) /* truncated in place, and shorter */
		write_file("tail", "w", log, len / 2);
	free(log);
	return steps->step < 12;
}

static void
count_settled(const struct scan_report *report, void *context)
{
	((struct steps *)context)->asked = report->asked;
}

static void
following_reads_what_is_appended(void **state)
{
	struct steps steps = {.step = 0};
	struct scan_setting setting = setting_of(1, &steps.told);
	struct scan_report report;
	struct scan *scan;
	size_t len;
	char *log = make_log(0, 100, &len);

	(void)state;
	write_file("tail", "w", log, len);
	free(log);
	setting.follow = true;
	setting.progress = append;
	scan = run(&setting, path_of("tail"), &report);
	assert_int_equal(report.asked, 100);
	assert_int_equal(scan_follow(scan, count_settled), FSK_STOPPED);
	assert_int_equal(scan_judge(scan, &report), FSK_OK);
	assert_int_equal(report.file_count, 3);
	assert_int_equal(report.files[0].asked, 200);
	assert_int_equal(report.files[1].asked, 100);
	assert_true(report.files[2].asked >= 49 && report.files[2].asked <= 51);
	assert_int_equal(report.skipped, 0);
	assert_true(steps.asked >= 200);
	scan_free(scan);
}

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
remove_folder(void **state)
{
	static const char *const names[] = {
	        "log",    "cut",  "long", "odd",    "none",   "empty",   "grows",
	        "unused", "half", "tail", "tail.1", "packed", "capture", "database"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path_of(names[i]));
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(threads_change_nothing),
	        cmocka_unit_test(a_file_cut_anywhere_gives_its_lines),
	        cmocka_unit_test(long_lines_are_counted_and_skipped),
	        cmocka_unit_test(odd_octets_and_ends_do_no_harm),
	        cmocka_unit_test(files_that_are_no_logs_are_told),
	        cmocka_unit_test(a_state_reads_each_line_once),
	        cmocka_unit_test(a_state_leaves_a_line_that_is_being_written),
	        cmocka_unit_test(a_state_ends_with_a_compressed_log_without_end),
	        cmocka_unit_test(a_state_counts_a_long_line_once),
	        cmocka_unit_test(a_state_takes_no_capture_for_another),
	        cmocka_unit_test(a_state_knows_a_database),
	        cmocka_unit_test(a_state_reads_all_of_a_pipe),
	        cmocka_unit_test(headers_may_stand_anywhere),
	        cmocka_unit_test(files_are_added_once),
	        cmocka_unit_test(following_reads_what_is_appended),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
