/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the tests of a scan share: logs that they write into a folder of their own, and
 * scans of them.
 */
#ifndef TESTS_WRITTEN_LOGS_H
#define TESTS_WRITTEN_LOGS_H

#include "scan/scan.h"

#include <foresink/dga.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LINES 20000
#define MOST_SIGHTINGS 4096

extern const struct log_format log_format_zeek;

static char folder[] = "/tmp/foresink-scan-XXXXXX";

/* What a scan told, sighting by sighting. */
struct told {
	size_t count;
	uint64_t line[MOST_SIGHTINGS];
	uint32_t index[MOST_SIGHTINGS];
	char name[MOST_SIGHTINGS][32];
};

static inline void
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
static inline const char *
path_of(const char *name)
{
	static char paths[2][128];
	static unsigned turn;
	char *path = paths[turn++ % 2];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static inline void
write_file(const char *name, const char *mode, const char *text, size_t len)
{
	FILE *file = fopen(path_of(name), mode);

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* Writes ${count} lines from number ${from} of a BIND log of 2015-08-03: each 40th is of
 * an infected host that asks for the next name of the day. */
static inline char *
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

/* The generator whose names are in the logs: the index of all would take most of the
 * time of a test. */
static inline const size_t *
generator(void)
{
	static size_t number;

	assert_int_equal(fsk_generator_find("conficker/b", &number), FSK_OK);
	return &number;
}

static inline struct scan_setting
setting_of(unsigned threads, struct told *told)
{
	*told = (struct told){.count = 0};
	return (struct scan_setting){
	        .generators = generator(),
	        .generator_count = 1,
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
static inline struct scan *
run(const struct scan_setting *setting, const char *path, struct scan_report *report)
{
	struct scan *scan;

	assert_int_equal(scan_new(setting, &scan), FSK_OK);
	assert_int_equal(scan_add(scan, path), FSK_OK);
	assert_int_equal(scan_run(scan), FSK_OK);
	assert_int_equal(scan_judge(scan, report), FSK_OK);
	return scan;
}

static inline int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static inline int
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

#endif
