/* SPDX-License-Identifier: BSD-2-Clause
 *
 * base/ascii.h: what the bytes of names, dates and options are. ASCII only, no
 * locale; a byte of 128 or above is none of these.
 */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stdbool.h>

static inline bool
ascii_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
ascii_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool
ascii_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static inline bool
ascii_alpha(char c)
{
	return ascii_upper(c) || ascii_lower(c);
}

static inline bool
ascii_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Printable, the space included. */
static inline bool
ascii_print(char c)
{
	return c >= 0x20 && c <= 0x7e;
}

/* ${c} in lower case when it is an upper-case letter, else as it is. */
static inline char
ascii_to_lower(char c)
{
	return ascii_upper(c) ? (char)(c | 0x20) : c;
}

#endif
