/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/logs/records.h: all that a format which is no text reads out of a file,
 * as one text: a line a record, and how it ended.
 */
#ifndef TESTS_UNIT_LOGS_RECORDS_H
#define TESTS_UNIT_LOGS_RECORDS_H

#include "base/date.h"
#include "logs/format.h"
#include "logs/source.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct records {
	size_t len;
	char text[1 << 16];
};

__attribute__((format(printf, 2, 3))) static inline void
say(struct records *records, const char *form, ...)
{
	size_t room = sizeof(records->text) - records->len;
	va_list values;
	int len;

	va_start(values, form);
	len = vsnprintf(records->text + records->len, room, form, values);
	va_end(values);
	if (len < 0 || (size_t)len >= room)
		abort();
	records->len += (size_t)len;
}

/* "asked 2026-11-21T19:41:34.066000 192.0.2.1#4000 1 a.example 28 for 203.0.113.0/24",
 * where 1 is the transport. */
static inline void
say_asked(struct records *records, const struct log_entry *entry)
{
	char time[DATE_INSTANT_SIZE] = "-";

	if (entry->time == LOG_TIME_UTC) {
		date_write_instant(entry->us / 1000000, time);
		time[strlen(time) - 1] = '\0';
	}
	say(records, "asked %s", time);
	if (entry->time == LOG_TIME_UTC)
		say(records, ".%06d", (int)(entry->us % 1000000));
	say(records, " %.*s#%u %d %.*s %u", (int)entry->client.len, entry->client.text,
	    entry->port, (int)entry->transport, (int)entry->name.len, entry->name.text,
	    entry->type);
	if (entry->behind.len > 0)
		say(records, " for %.*s/%u", (int)entry->behind.len, entry->behind.text,
		    entry->behind_bits);
	say(records, "\n");
}

/* Reads ${source} as ${format} into ${records}; lines of those that nobody asked are
 * there when ${all}. */
static inline void
say_source(struct records *records, const struct log_format *format,
           struct log_source *source, bool all)
{
	const char *why = NULL;
	void *state;
	enum fsk_err err = format->open(source, &state, &why);

	if (err != FSK_OK) {
		say(records, "not opened %d: %s", err, why == NULL ? "-" : why);
		return;
	}
	for (;;) {
		struct log_entry entry = {.why = NULL};
		struct log_scratch scratch = {.used = 0};
		enum log_kind kind = LOG_ASIDE;

		err = format->next(state, &scratch, &entry, &kind);
		if (err != FSK_OK) {
			say(records, err == FSK_END ? "end" : "ended %d: %s", err,
			    entry.why);
			break;
		}
		if (kind == LOG_ASKED)
			say_asked(records, &entry);
		else if (kind == LOG_FOREIGN)
			say(records, "foreign: %s\n", entry.why);
		else if (all)
			say(records, "aside\n");
	}
	format->close(state);
}

/* The same of a file with the ${len} octets at ${octets}. */
static inline void
say_octets(struct records *records, const struct log_format *format, const void *octets,
           size_t len, bool all)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	struct log_source *source;
	char path[40];

	records->len = 0;
	records->text[0] = '\0';
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, octets, len) != (ssize_t)len ||
	    log_source_open(path, &source) != FSK_OK)
		abort();
	say_source(records, format, source, all);
	log_source_close(source);
	close(fd);
}

#endif
