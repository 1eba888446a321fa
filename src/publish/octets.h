/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/octets.h: bytes put one behind the other into a room that is large enough,
 * for the hot loops. Each function returns the place behind what it wrote.
 */
#ifndef PUBLISH_OCTETS_H
#define PUBLISH_OCTETS_H

#include "base/span.h"

static inline char *
octets_put(char *at, struct span text)
{
	memcpy(at, text.text, text.len);
	return at + text.len;
}

/* A literal, whose length the compiler knows. */
#define OCTETS_LITERAL(at, literal)                                                        \
	((char *)memcpy((at), (literal), sizeof(literal) - 1) + sizeof(literal) - 1)

/* ${name} as zone files have it (RFC 1035 section 5.1): what has a meaning there, and all
 * else that is no letter, digit, '-' or '_', becomes \DDD. Takes at most four times its
 * length. */
static inline char *
octets_put_escaped(char *at, struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.text[i];

		if ((unsigned)((c | 0x20) - 'a') < 26 || (unsigned)(c - '0') < 10 ||
		    c == '-' || c == '_' || c == '.') {
			*at++ = (char)c;
			continue;
		}
		*at++ = '\\';
		*at++ = (char)('0' + c / 100);
		*at++ = (char)('0' + c / 10 % 10);
		*at++ = (char)('0' + c % 10);
	}
	return at;
}

#endif
