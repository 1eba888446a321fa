/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/format.h: what a log format must state about itself. A format is one
 * file under formats/ that ends in its constant descriptor, and one line in
 * formats.def. The descriptor carries the facts for people, the parser and its
 * proof: real lines, and what must be read from them. The same data are the
 * unit test, the seeds of the fuzz target and foresink-formats(7).
 *
 * The functions of a text format are pure: no clock, no heap, no global state.
 * They are total: any bytes may come, of any length, with NUL in them, without
 * CR LF at their end; nothing outside the line is read.
 */
#ifndef LOGS_FORMAT_H
#define LOGS_FORMAT_H

#include <foresink/err.h>

#include "base/fault.h"
#include "logs/usual.h"

struct log_source;

/* A line that somebody's program wrote, and what it says. */
struct log_sample {
	const char *line;   /* without its end */
	const char *before; /* header lines that must be learnt first, each with LF;
	                     * NULL: none */
	enum log_kind kind;
	uint16_t port;      /* 0: none */
	const char *time;   /* "2026-11-21T19:41:34.066000", and "Z" if UTC; yearless:
	                     * "11-21T19:43:33.000000"; NULL: the rest is not compared */
	const char *client; /* "127.0.0.1" or NULL */
	const char *name;   /* as the entry has it, or NULL */
	const char *behind; /* or NULL */
	const char *target; /* of the request, or NULL */
	const char *source; /* who wrote the line: program and version, or where it was
	                     * published; "made" and from what, if it was made up */
};

struct log_format {
	const char *name;  /* lower case letters, digits and '-'; as in formats.def
	                    * with '_' for '-' */
	const char *title; /* the program in people's mouths */
	const char *text;  /* what its lines say, which lines count as asked, what the
	                    * log cannot tell, how to switch it on; paragraphs parted
	                    * by \n\n */
	const char *const *sources; /* where the format is documented; NULL ends them */

	/* Of text formats. Reads ${line} into ${entry}, which is zeroed and
	 * complete when LOG_ASKED is returned; ${scratch} is empty. NULL: this
	 * format is no text. */
	enum log_kind (*read)(const struct log_dialect *dialect, struct span line,
	                      struct log_scratch *scratch, struct log_entry *entry);

	/* Optional, of text formats: reads what is usual of many lines at once
	 * (logs/usual.h); all of them have a time of the kind ${usual_time}. */
	log_usual_read *usual;
	enum log_time usual_time;

	/* Optional, of text formats: looks at ${line} for what it tells of the
	 * lines behind it. Called for each of the first lines of a file in their
	 * order, and later for each line that begins with ${mark} (0: for none).
	 * Returns whether the line was such a line. */
	bool (*learn)(struct span line, struct log_dialect *dialect);
	char mark;

	/* Of other formats: whether a file that begins with the ${len} octets at
	 * ${head} is of this format. */
	bool (*knows)(const unsigned char *head, size_t len);

	/* Opens the records of ${source}, which stays the caller's and must
	 * outlive ${state}. FSK_CORRUPT with ${why} (static), FSK_NOMEM, FSK_IO. */
	enum fsk_err (*open)(struct log_source *source, void **state, const char **why);

	/* Reads the next record into ${entry}, which is zeroed, and says in
	 * ${kind} what it is. FSK_END behind the last; FSK_CORRUPT, with ${entry}'s
	 * why, when the rest cannot be read; FSK_IO, FSK_NOMEM. */
	enum fsk_err (*next)(void *state, struct log_scratch *scratch,
	                     struct log_entry *entry, enum log_kind *kind);
	void (*close)(void *state);

	const struct log_sample *samples; /* of text formats */
	size_t sample_count;
};

#define LOG_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
