/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/utf8.h: a character that a log wrote as its number, as UTF-8 (RFC 3629).
 */
#ifndef LOGS_UTF8_H
#define LOGS_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_SIZE 4              /* octets of a character, at most */
#define UTF8_REPLACEMENT 0xfffdU /* what stands for one that there is not */

/* Writes ${character} and returns how many octets that are. What is none, above
 * U+10FFFF or half of a surrogate pair, is written as U+FFFD. */
static inline size_t
utf8_write(uint32_t character, char out[UTF8_SIZE])
{
	static const unsigned char first[] = {0, 0xc0, 0xe0, 0xf0};
	size_t more;

	if (character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff))
		character = UTF8_REPLACEMENT;
	more = character < 0x80 ? 0 : character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
	out[0] = (char)(first[more] | character >> (6 * more));
	for (size_t i = 1; i <= more; i++)
		out[i] = (char)(0x80 | (character >> (6 * (more - i)) & 0x3f));
	return more + 1;
}

#endif
