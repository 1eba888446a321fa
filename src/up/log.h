/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/log.h: the daemon's log: one event a line, with its time (RFC 3339, UTC,
 * microseconds), its level, its name and fields, as logfmt or as JSON. What is foreign
 * in a field cannot begin a line or a field. From any thread; a line is one write(), and
 * who reads the log slowly, or no more, keeps nobody waiting.
 */
#ifndef UP_LOG_H
#define UP_LOG_H

#include "base/span.h"

#include <stdatomic.h>
#include <stdint.h>

enum up_level {
	UP_INFO,
	UP_WARNING, /* protection is as it was; somebody should look */
	UP_ERROR
};

enum up_format {
	UP_LOGFMT, /* time=... level=info event=ready zones=2 */
	UP_JSON    /* {"time":"...","level":"info","event":"ready","zones":2} */
};

/* Octets of the longest line with its LF: what pipes take in one piece (PIPE_BUF). */
#define UP_LOG_LINE 4096

/* Lines that nobody took, from any thread. */
struct up_log_loss {
	_Atomic uint64_t total;  /* only grows */
	_Atomic uint64_t untold; /* since the log was last told of some */
};

struct up_log {
	int fd;
	_Atomic enum up_format format; /* may be changed while others log */
	int64_t shift_us;              /* what is added to the machine's clock */
	struct up_log_loss *loss;      /* NULL: nobody counts */
};

struct up_field {
	const char *key; /* a word; NULL ends a list */
	struct span text;
	uint64_t number; /* if there is no text (its place is NULL) */
};

#define UP_TEXT(key, octets)                                                               \
	{                                                                                  \
		(key), span_of(octets), 0                                                  \
	}
#define UP_NUMBER(key, number)                                                             \
	{                                                                                  \
		(key), {NULL, 0}, (uint64_t)(number)                                       \
	}

/* The fields of one call: UP_FIELDS(UP_TEXT("file", path), UP_NUMBER("line", n)). */
#define UP_FIELDS(...)                                                                     \
	(const struct up_field[])                                                          \
	{                                                                                  \
		__VA_ARGS__,                                                               \
		{                                                                          \
			NULL, {NULL, 0}, 0                                                 \
		}                                                                          \
	}

/* Writes ${event} with ${fields} (may be NULL). A line that is too long loses its last
 * fields. Never waits: a line that the log does not take at once is lost and counted, and
 * the first line that it takes again is preceded by the event log-lost with their number.
 */
void up_log(const struct up_log *log, enum up_level level, const char *event,
            const struct up_field *fields);

/* Octets of "2026-11-22T00:00:00.000000Z" and its NUL. */
#define UP_LOG_TIME_SIZE 28

/* Writes the time ${us} (microseconds since 1970, of a day of base/date.h). */
void up_log_time(int64_t us, char out[UP_LOG_TIME_SIZE]);

#endif
