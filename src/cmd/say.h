/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/say.h: words on stderr, and how the program ends. stdout is data, stderr
 * is words: one line an error, "foresink: what: why", with everything foreign
 * in it escaped. Signals only set a flag; whoever works asks say_stopped().
 */
#ifndef CMD_SAY_H
#define CMD_SAY_H

#include "base/fault.h"
#include "cmd/command.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Writes "foresink: ", the text and LF to stderr. Bytes of it that are not
 * printable ASCII are written as \xHH, so that foreign text cannot steer a
 * terminal; UTF-8 that the program itself writes is not used in errors. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same as say("FILE:LINE:COLUMN: WHY"), the parts that are 0 left out. */
void say_fault(const char *file, const struct fault *fault);

/* SIGINT, SIGTERM, SIGHUP and SIGQUIT set the flag that say_stopped() reads, if
 * they are not ignored; a closed pipe and a file that may not grow are errors of
 * write() rather than signals. */
void say_catch_signals(void);
bool say_stopped(void);

/* A descriptor that can be read once such a signal came, for those who wait for
 * something else; 0 when the system has none. */
int say_stop_descriptor(void);

/* The status to end with: ${status}, unless a signal asked for the end; then
 * the process ends by that signal, as its parent expects. */
enum status say_end(enum status status);

/* Progress, on stderr when it is a terminal: at most five times a second
 * rewrites one line "WHAT: 12 % (34.1 of 280.0 million UNIT), 6.8 million a second,
 * 36 s left", less of it where the whole is not known (0).
 * ${context} is a struct progress; fits struct watch_plan. Returns false when
 * a signal asked for the end. */
struct progress {
	const char *what;
	const char *unit; /* "names", "bytes" */
	int64_t began_ms; /* set by the first call */
	int64_t shown_ms;
	bool shown;
};
bool say_progress(uint64_t done, uint64_t whole, void *context);

/* Wipes the line of progress, if one stands there. */
void say_progress_done(struct progress *progress);

#endif
