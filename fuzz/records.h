/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fuzz/records.h: any file, read as a log that is no text: it ends, and each of its
 * records says what its kind must.
 */
#ifndef FUZZ_RECORDS_H
#define FUZZ_RECORDS_H

#include "fuzz.h"

#include "logs/format.h"
#include "logs/source.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* What ${entry} says of ${kind}. */
static void
check(const struct log_entry *entry, enum log_kind kind)
{
	FUZZ_CLAIM((kind == LOG_FOREIGN) == (entry->why != NULL));
	if (kind != LOG_ASKED)
		return;
	FUZZ_CLAIM(entry->name.len > 0 && entry->name.len <= 253);
	FUZZ_CLAIM(entry->client.len < 46 && entry->behind.len < 46);
	FUZZ_CLAIM(entry->time == LOG_TIME_NONE || entry->time == LOG_TIME_UTC);
	FUZZ_CLAIM(entry->us >= 0);
}

/* Reads all records of ${source} as ${format}. */
static void
check_all(const struct log_format *format, struct log_source *source)
{
	struct log_scratch scratch;
	struct log_entry entry;
	enum log_kind kind;
	enum fsk_err err;
	const char *why = NULL;
	void *state;

	if (format->open(source, &state, &why) != FSK_OK) {
		FUZZ_CLAIM(why != NULL);
		return;
	}
	do {
		scratch.used = 0;
		entry = (struct log_entry){.why = NULL};
		err = format->next(state, &scratch, &entry, &kind);
		if (err == FSK_OK)
			check(&entry, kind);
	} while (err == FSK_OK);
	FUZZ_CLAIM(err == FSK_END || (err == FSK_CORRUPT && entry.why != NULL));
	format->close(state);
}

/* Reads the ${len} bytes at ${data} as a file of ${format}. */
static void
check_file(const struct log_format *format, const uint8_t *data, size_t len)
{
	static int fd;
	struct log_source *source;
	char path[40];

	if (fd == 0)
		fd = memfd_create("log", MFD_CLOEXEC);
	FUZZ_CLAIM(ftruncate(fd, 0) == 0 && pwrite(fd, data, len, 0) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	FUZZ_CLAIM(log_source_open(path, &source) == FSK_OK);
	check_all(format, source);
	log_source_close(source);
}

#endif
