/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Following files that are not plain text, or cannot be read: nothing is read twice,
 * and the list of files does not grow with each try.
 */
#include "scan/scan.h"

#include "dga/catalog.h"

#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LOOKS 12
#define LINES 50

static char folder[] = "/tmp/foresink-follow-XXXXXX";

struct bytes {
	size_t len;
	unsigned char at[16384];
};

/* What grows, and how it does at each look. */
struct grows {
	int look;
	void (*step)(int look);
};

static const char *
path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
write_file(const char *name, const char *mode, const struct bytes *bytes)
{
	FILE *file = fopen(path_of(name), mode);

	assert_non_null(file);
	assert_int_equal(fwrite(bytes->at, 1, bytes->len, file), bytes->len);
	assert_int_equal(fclose(file), 0);
}

static void
add(struct bytes *bytes, const void *octets, size_t len)
{
	assert_true(bytes->len + len <= sizeof(bytes->at));
	memcpy(bytes->at + bytes->len, octets, len);
	bytes->len += len;
}

static void
add_little(struct bytes *bytes, uint32_t number, unsigned octets)
{
	for (unsigned i = 0; i < octets; i++) {
		unsigned char octet = (unsigned char)(number >> 8 * i);

		add(bytes, &octet, 1);
	}
}

static struct bytes
make_text(void)
{
	struct bytes text = {.len = 0};

	for (int i = 0; i < LINES; i++) {
		char line[160];
		int len = snprintf(line, sizeof(line),
		                   "03-Aug-2015 10:00:%02d.000 queries: info: client "
		                   "@0x7f24 10.0.1.%d#1024 (www.site.example): query: "
		                   "www.site.example IN A +E(0)K (10.0.0.53)\n",
		                   i, i);

		add(&text, line, (size_t)len);
	}
	return text;
}

/* Writes the text with gzip: it becomes much shorter. */
static void
write_gzip(const char *name)
{
	struct bytes text = make_text();
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	assert_non_null(archive);
	assert_non_null(entry);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_pathname(entry, name);
	assert_int_equal(archive_write_set_format_raw(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_add_filter_gzip(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(archive, path_of(name)), ARCHIVE_OK);
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(archive, text.at, text.len), text.len);
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	archive_entry_free(entry);
	archive_write_free(archive);
}

/* ${count} packets that ask for www.example, as pcap writes them. */
static void
add_packets(struct bytes *bytes, unsigned count)
{
	static const unsigned char packet[] = {2,    0,   0,    0,    0, 1,   2,   0,   0,
	                                       0,    0,   2,    8,    0, /* Ethernet */
	                                       0x45, 0,   0,    57,   0, 0,   0,   0,   64,
	                                       17,   0,   0,    10,   0, 0,   1,   10,  0,
	                                       0,    53,  0x9c, 0x40, 0, 53,  0,   37,  0,
	                                       0, /* UDP */
	                                       0,    1,   1,    0,    0, 1,   0,   0,   0,
	                                       0,    0,   0, /* DNS */
	                                       3,    'w', 'w',  'w',  7, 'e', 'x', 'a', 'm',
	                                       'p',  'l', 'e',  0,    0, 1,   0,   1};

	for (unsigned i = 0; i < count; i++) {
		add_little(bytes, 1438596000 + i, 4);
		add_little(bytes, 0, 4);
		add_little(bytes, sizeof(packet), 4);
		add_little(bytes, sizeof(packet), 4);
		add(bytes, packet, sizeof(packet));
	}
}

static struct bytes
make_pcap(void)
{
	struct bytes bytes = {.len = 0};

	add_little(&bytes, 0xa1b2c3d4, 4);
	add_little(&bytes, 2, 2);
	add_little(&bytes, 4, 2);
	add_little(&bytes, 0, 4);
	add_little(&bytes, 0, 4);
	add_little(&bytes, 65535, 4);
	add_little(&bytes, 1, 4);
	add_packets(&bytes, 10);
	return bytes;
}

static bool
look(uint64_t done, uint64_t whole, void *context)
{
	struct grows *grows = context;

	(void)done;
	if (whole > 0) /* the first run, not yet following */
		return true;
	if (grows->step != NULL)
		grows->step(grows->look);
	return ++grows->look < LOOKS;
}

static void
pass(const struct scan_report *report, void *context)
{
	(void)report;
	(void)context;
}

/* Reads ${name} and follows it while ${step} changes it. The caller frees the scan. */
static struct scan *
follow(const char *name, void (*step)(int look), struct scan_report *report)
{
	static const size_t generators[] = {0};
	struct grows grows = {.step = step};
	struct scan_setting setting = {
	        .generators = generators,
	        .generator_count = 1,
	        .window_days = 1,
	        .utc = true,
	        .v6_bits = 64,
	        .threads = 1,
	        .now = INT64_C(1800000000),
	        .follow = true,
	        .progress = look,
	        .context = &grows,
	};
	struct scan *scan;

	assert_int_equal(scan_new(&setting, &scan), FSK_OK);
	assert_int_equal(scan_add(scan, path_of(name)), FSK_OK);
	assert_int_equal(scan_run(scan), FSK_OK);
	assert_int_equal(scan_follow(scan, pass), FSK_STOPPED);
	assert_int_equal(scan_judge(scan, report), FSK_OK);
	return scan;
}

static void
become_compressed(int number)
{
	if (number == 2) {
		assert_int_equal(unlink(path_of("log")), 0);
		write_gzip("log");
	}
}

/* What was read of it is more than it has on the disk: it was not cut for that. */
static void
a_compressed_file_is_read_once(void **state)
{
	struct bytes text = make_text();
	struct scan_report report;
	struct scan *scan;

	(void)state;
	write_file("log", "w", &text);
	scan = follow("log", become_compressed, &report);
	assert_int_equal(report.file_count, 2);
	assert_int_equal(report.asked, 2 * LINES);
	scan_free(scan);
	scan = follow("log", NULL, &report);
	assert_int_equal(report.file_count, 1);
	assert_int_equal(report.asked, LINES);
	assert_null(report.files[0].why);
	scan_free(scan);
}

static void
append_packets(int number)
{
	struct bytes bytes = {.len = 0};

	add_packets(&bytes, 1);
	if (number % 3 == 0)
		write_file("log", "a", &bytes);
}

static void
packets_are_read_once(void **state)
{
	struct bytes bytes = make_pcap();
	struct scan_report report;
	struct scan *scan;

	(void)state;
	write_file("log", "w", &bytes);
	scan = follow("log", append_packets, &report);
	assert_int_equal(report.file_count, 1);
	assert_int_equal(report.asked, 10);
	assert_int_equal(report.lines, 10);
	scan_free(scan);
}

static void
become_packets(int number)
{
	struct bytes bytes = make_pcap();

	if (number == 2) {
		assert_int_equal(unlink(path_of("log")), 0);
		write_file("log", "w", &bytes);
	}
	if (number > 4)
		append_packets(number);
}

/* Records are not read as if they were lines. */
static void
packets_in_the_place_of_text_are_read_once(void **state)
{
	struct bytes text = make_text();
	struct scan_report report;
	struct scan *scan;

	(void)state;
	write_file("log", "w", &text);
	scan = follow("log", become_packets, &report);
	assert_int_equal(report.file_count, 2);
	assert_int_equal(report.files[0].asked, LINES);
	assert_int_equal(report.files[1].asked, 10);
	assert_int_equal(report.files[1].lines, 10);
	scan_free(scan);
}

static void
append_noise(int number)
{
	struct bytes noise = {.len = 0};

	add(&noise, "not a line of any log\n", 22);
	if (number < LOOKS - 4)
		write_file("log", "a", &noise);
	if (number == LOOKS - 4) {
		noise = make_text();
		write_file("log", "w", &noise);
	}
}

/* However often it is tried, it is one file; and it is read once it can be. */
static void
tries_share_one_report(void **state)
{
	struct bytes noise = {.len = 0};
	struct scan_report report;
	struct scan *scan;

	(void)state;
	write_file("log", "w", &noise);
	scan = follow("log", append_noise, &report);
	assert_int_equal(report.file_count, 1);
	assert_null(report.files[0].why);
	assert_int_equal(report.asked, LINES);
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
	(void)state;
	unlink(path_of("log"));
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_compressed_file_is_read_once),
	        cmocka_unit_test(packets_are_read_once),
	        cmocka_unit_test(packets_in_the_place_of_text_are_read_once),
	        cmocka_unit_test(tries_share_one_report),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
