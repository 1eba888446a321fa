/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/guard/relay_octets.h: requests and answers, octet by octet.
 */
#ifndef TEST_GUARD_RELAY_OCTETS_H
#define TEST_GUARD_RELAY_OCTETS_H

#include "guard/relay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A request as an upstream got it. */
struct heard {
	uint8_t octets[600];
	size_t len;
	struct net_endpoint peer;
	int fd; /* of the connection, or of the socket */
	bool stream;
};

static inline uint16_t
id_of(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

static inline size_t
question_end(const uint8_t *octets)
{
	size_t at = 12;

	while (octets[at] != 0)
		at += octets[at] + 1u;
	return at + 5;
}

/* Writes a request for ${name}'s A with RD; its length. */
static inline size_t
write_query(uint8_t *out, uint16_t id, const char *name)
{
	static const uint8_t rest[] = {1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
	size_t at = 12;

	out[0] = (uint8_t)(id >> 8);
	out[1] = (uint8_t)id;
	memcpy(out + 2, rest, sizeof(rest));
	while (*name != '\0') {
		size_t label = strcspn(name, ".");

		out[at++] = (uint8_t)label;
		memcpy(out + at, name, label);
		at += label;
		name += label + (name[label] == '.');
	}
	memcpy(out + at, (const uint8_t[]){0, 0, 1, 0, 1}, 5);
	return at + 5;
}

/* Appends an OPT record with ${len} octets of options. */
static inline size_t
add_opt(uint8_t *out, size_t at, const uint8_t *options, size_t len)
{
	const uint8_t fixed[] = {
	        0, 0, 41, 4, 208, 0, 0, 0, 0, (uint8_t)(len >> 8), (uint8_t)len};

	out[11]++;
	memcpy(out + at, fixed, sizeof(fixed));
	if (len > 0)
		memcpy(out + at + sizeof(fixed), options, len);
	return at + sizeof(fixed) + len;
}

/* Writes the answer to ${heard}: its question and one address; the length. */
static inline size_t
write_answer(const struct heard *heard, uint8_t *out)
{
	static const uint8_t record[] = {0xc0, 12, 0, 1, 0,   1, 0, 0,
	                                 0,    60, 0, 4, 192, 0, 2, 7};
	size_t end = question_end(heard->octets);

	memcpy(out, heard->octets, end);
	out[2] |= 0x80;
	out[3] |= 0x80;
	memset(out + 6, 0, 6);
	out[7] = 1;
	memcpy(out + end, record, sizeof(record));
	return end + sizeof(record);
}

#endif
