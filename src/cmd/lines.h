/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/lines.h: a stream of foreign text, line by line, in a fixed amount of
 * memory. A line ends with LF, CRLF or the stream. One that is longer than
 * LINES_MAX octets is given cut, and the rest of it passed over: no name is so
 * long, so what is cut off changes no answer.
 */
#ifndef CMD_LINES_H
#define CMD_LINES_H

#include "base/span.h"

#include <foresink/err.h>

#include <stdio.h>

#define LINES_MAX 4096 /* octets */

struct lines {
	FILE *file;
	size_t number; /* of the line that was read last, from 1 */
	char text[LINES_MAX];
};

/* Begins to read ${file}, which stays the caller's. */
void lines_init(struct lines *lines, FILE *file);

/* Stores the next line, without its end, in ${line}, valid until the next call.
 * FSK_END after the last, FSK_IO with errno. */
FSK_MUST_USE enum fsk_err lines_next(struct lines *lines, struct span *line);

#endif
