/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/output.h: where a command's data goes: stdout, or a file that appears
 * whole or not at all (base/draft.h); what is no regular file (a device, a pipe)
 * is written as it is. Errors are said here.
 */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include "base/draft.h"
#include "cmd/command.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct output {
	FILE *file;         /* write here */
	const char *path;   /* NULL: stdout */
	struct draft draft; /* of the file; none when it is written as it is */
	int error;          /* errno of the first write that failed; 0: none */
};

/* Opens ${path} (NULL: stdout). STATUS_DONE or STATUS_SYSTEM. */
enum status output_open(struct output *output, const char *path);

/* Whether it is of no use to go on: the disk is full, the reader went away, or
 * a signal asked for the end. Long writers ask now and then. */
bool output_broken(struct output *output);

/* Ends the writing. With ${status} STATUS_DONE or STATUS_FOUND the file is put
 * in its place, else it is removed. Returns ${status}, or STATUS_SYSTEM when
 * the data could not be written; a reader of stdout that went away is no
 * failure. */
enum status output_close(struct output *output, enum status status);

/* Writes the ${len} bytes at ${text} as a JSON string with its quotes. ASCII
 * only comes out: what is not printable ASCII is escaped, UTF-8 by its code
 * points, and an octet that is not UTF-8 becomes U+FFFD. */
void output_json(struct output *output, const char *text, size_t len);

/* Writes the same as a field of CSV (RFC 4180), quoted when it must be. */
void output_csv(struct output *output, const char *text, size_t len);

/* Writes ${instant} as RFC 3339 in quotes, or null at the ends of time. */
void output_json_instant(struct output *output, int64_t instant);

#endif
