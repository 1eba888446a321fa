/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/text.h: text that is put together in a room of fixed size: lines of the log,
 * the page of metrics. What does not fit is left out from there on, and remembered.
 */
#ifndef UP_TEXT_H
#define UP_TEXT_H

#include "base/span.h"

struct up_text {
	char *octets;
	size_t room; /* at least 1: a NUL always stands behind the text */
	size_t len;
	bool cut; /* something did not fit */
};

/* Empties ${text}, which is made of the ${room} octets at ${octets}. */
void up_text_begin(struct up_text *text, char *octets, size_t room);

/* Appends as printf() would. */
void up_text_add(struct up_text *text, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

/* Appends ${octets}; what is not printable ASCII as \xHH, and a backslash in front of
 * each octet that stands in ${marked}. */
void up_text_escape(struct up_text *text, struct span octets, const char *marked);

/* Appends ${octets} in quotes, as a string of JSON and of the text form of metrics alike:
 * what is not printable ASCII stands as \xHH, with a backslash that is escaped itself. So
 * any octets, and not only those of UTF-8, can be told. */
void up_text_quote(struct up_text *text, struct span octets);

#endif
