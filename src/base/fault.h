/* SPDX-License-Identifier: BSD-2-Clause
 *
 * base/fault.h: where and why foreign text is wrong. Parsers fill it beside
 * their fsk_err; cmd/ prints it as "foresink: FILE:LINE:COLUMN: why". The text
 * is a constant of the program, never a piece of the input.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stddef.h>

struct fault {
	size_t line;     /* from 1; 0: the text has no lines */
	size_t column;   /* byte in the line, from 1; 0: the whole line */
	const char *why; /* a static string, lower case, without a full stop */
};

#endif
