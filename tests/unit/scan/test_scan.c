/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A scan of logs that the test writes: what it finds and counts does not depend on the
 * number of threads or on where pieces are cut.
 */
#include "written_logs.h"

#include "scan/files.h"

#include <errno.h>
#include <sys/stat.h>

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
	for (size_t cut = len - 400; cut <= len; cut += 5) {
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

#define ZEEK_HEADER                                                                        \
	"#separator \\x09\n#path\tdns\n"                                                   \
	"#fields\tts\tid.orig_h\tid.orig_p\tproto\tquery\tqtype\n"
#define ZEEK_TURNED "#fields\tts\tquery\tid.orig_p\tproto\tid.orig_h\tqtype\n"
#define ZEEK_PAIR                                                                          \
	"#close\t2026-01-01-00-00-00\n"                                                    \
	"1795290094.0\t192.0.2.7\t4000\tudp\ta.example\tA\n"
#define ZEEK_LAST "1795290094.0\ta.example\t4000\tudp\t192.0.2.7\tA\n"

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
	size_t len;

	(void)state;
	assert_non_null(text);
	len = sizeof(ZEEK_HEADER) - 1;
	memcpy(text, ZEEK_HEADER, len);
	for (int i = 0; i < PAIRS; i++) {
		memcpy(text + len, ZEEK_PAIR, sizeof(ZEEK_PAIR) - 1);
		len += sizeof(ZEEK_PAIR) - 1;
	}
	memcpy(text + len, ZEEK_TURNED ZEEK_LAST, sizeof(ZEEK_TURNED ZEEK_LAST) - 1);
	len += sizeof(ZEEK_TURNED ZEEK_LAST) - 1;
	write_file("log", "w", text, len);
	free(text);
	setting.format = &log_format_zeek; /* so few columns could be of any log */
	scan = run(&setting, path_of("log"), &report);
	assert_int_equal(report.asked, PAIRS + 1);
	assert_int_equal(report.skipped, 0);
	assert_true(report.hosts < 2);
	scan_free(scan);
}

/* Each file is found once, however many there are and by whatever name. */
static void
files_are_added_once(void **state)
{
	enum { COUNT = 100 };
	struct files files = {.count = 0};
	char name[64];

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

static void
count_failed(const char *path, int error, void *context)
{
	struct files_one *last = context;

	assert_int_equal(error, ENOENT);
	last->path = strdup(path);
	last->bytes++;
}

static void
what_cannot_be_opened_is_named(void **state)
{
	struct files_one last = {.bytes = 0};
	struct files files = {.failed = count_failed, .context = &last};

	(void)state;
	assert_int_equal(files_add(&files, path_of("missing")), FSK_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(last.bytes, 1);
	assert_string_equal(last.path, path_of("missing"));
	free(last.path);
	files_fini(&files);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_cannot_be_opened_is_named),
	        cmocka_unit_test(threads_change_nothing),
	        cmocka_unit_test(a_file_cut_anywhere_gives_its_lines),
	        cmocka_unit_test(long_lines_are_counted_and_skipped),
	        cmocka_unit_test(odd_octets_and_ends_do_no_harm),
	        cmocka_unit_test(files_that_are_no_logs_are_told),
	        cmocka_unit_test(headers_may_stand_anywhere),
	        cmocka_unit_test(files_are_added_once),
	        cmocka_unit_test(following_reads_what_is_appended),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
