/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A ClientHello, made by hand: as small as can be, with a name.
 */
#ifndef TEST_HELLOS_H
#define TEST_HELLOS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Octets of a hello that is made here, at most, without the name and what fills it. */
#define HELLO_SIZE 100

static inline uint8_t *
put_number(uint8_t *at, size_t number, unsigned width)
{
	for (unsigned i = width; i > 0; i--, number >>= 8)
		at[i - 1] = (uint8_t)number;
	return at + width;
}

/* Writes a handshake message that asks for ${name} (NULL: without extensions) and has
 * ${fill} octets in an extension before; its length. */
static inline size_t
make_hello(uint8_t *out, const char *name, size_t fill)
{
	size_t len = name != NULL ? strlen(name) : 0;
	uint8_t *at = out + 4;

	at = put_number(at, 0x0303, 2);
	memset(at, 0x5a, 32);
	at += 32;
	at = put_number(at, 0, 1); /* session */
	at = put_number(at, 2, 2); /* ciphers */
	at = put_number(at, 0x002f, 2);
	at = put_number(at, 0x0100, 2); /* compression */
	if (name != NULL) {
		at = put_number(at, len + 9 + (fill > 0 ? fill + 4 : 0), 2);
		if (fill > 0) {
			at = put_number(at, 21, 2);
			at = put_number(at, fill, 2);
			memset(at, 0, fill);
			at += fill;
		}
		at = put_number(at, 0, 2);
		at = put_number(at, len + 5, 2);
		at = put_number(at, len + 3, 2);
		at = put_number(at, 0, 1);
		at = put_number(at, len, 2);
		memcpy(at, name, len);
		at += len;
	}
	put_number(out, 1, 1);
	put_number(out + 1, (size_t)(at - out) - 4, 3);
	return (size_t)(at - out);
}

/* Writes the ${len} octets of ${message} in records of ${part} octets; how many. */
static inline size_t
make_records(uint8_t *out, const uint8_t *message, size_t len, size_t part)
{
	uint8_t *at = out;

	while (len > 0) {
		size_t now = len < part ? len : part;

		at = put_number(at, 0x160301, 3);
		at = put_number(at, now, 2);
		memcpy(at, message, now);
		at += now;
		message += now;
		len -= now;
	}
	return (size_t)(at - out);
}

#endif
