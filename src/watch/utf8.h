/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/utf8.h: characters of foreign text in UTF-8 (RFC 3629), to tell what people can
 * be shown.
 */
#ifndef WATCH_UTF8_H
#define WATCH_UTF8_H

#include "base/span.h"

#include <stdint.h>

/* Reads the character with which ${text} begins into ${point} and returns how many
 * octets it has; 0 for what is no character: an octet out of place, a form longer than
 * it must be, half of a surrogate pair, above U+10FFFF. */
static inline size_t
utf8_read(struct span text, uint32_t *point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = text.len > 0 ? (unsigned char)*text.text : 0xff;
	size_t octets = lead < 0x80   ? 1
	                : lead < 0xc0 ? 0
	                : lead < 0xe0 ? 2
	                : lead < 0xf0 ? 3
	                : lead < 0xf8 ? 4
	                              : 0;
	uint32_t read = octets > 1 ? lead & (0x7fU >> octets) : lead;

	if (octets == 0 || octets > text.len)
		return 0;
	for (size_t i = 1; i < octets; i++) {
		unsigned char octet = (unsigned char)text.text[i];

		if ((octet & 0xc0) != 0x80)
			return 0;
		read = read << 6 | (octet & 0x3f);
	}
	if (read < least[octets] || read > 0x10ffff || (read >= 0xd800 && read <= 0xdfff))
		return 0;
	*point = read;
	return octets;
}

/* Whether ${point} steers what shows it rather than being seen: controls, ends of
 * lines and paragraphs, and what turns the direction of the text around it. */
static inline bool
utf8_steers(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x61c ||
	       (point >= 0x200e && point <= 0x200f) ||
	       (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

#endif
