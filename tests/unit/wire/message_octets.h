/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/wire/message_octets.h: requests, answers and their records, put together octet
 * by octet, beside what ../logs/octets.h has; and numbers that only look random, so that a
 * test that fails once fails always.
 */
#ifndef TESTS_UNIT_WIRE_MESSAGE_OCTETS_H
#define TESTS_UNIT_WIRE_MESSAGE_OCTETS_H

#include "../logs/octets.h"
#include "wire/query.h"

/* A header with ${flags} and the four ${counts}. */
static inline void
put_header(struct octets *to, uint16_t flags, const uint16_t counts[4])
{
	put_number(to, 0xbeef, 2);
	put_number(to, flags, 2);
	for (size_t i = 0; i < 4; i++)
		put_number(to, counts[i], 2);
}

/* The head of an OPT record whose TTL is ${ttl}, and ${len} octets of data to come. */
static inline void
put_opt_head(struct octets *to, uint32_t ttl, size_t len)
{
	put_name(to, "");
	put_number(to, WIRE_TYPE_OPT, 2);
	put_number(to, 1400, 2);
	put_number(to, ttl, 4);
	put_number(to, len, 2);
}

static inline void
put_option(struct octets *to, unsigned code, const void *data, size_t len)
{
	put_number(to, code, 2);
	put_number(to, len, 2);
	put(to, data, len);
}

/* A pointer to octet ${at}. */
static inline void
put_pointer(struct octets *to, size_t at)
{
	put_number(to, 0xc000u | at, 2);
}

/* What of a record of ${type} is between its owner and its data of ${len} octets. */
static inline void
put_record_head(struct octets *to, unsigned type, size_t len)
{
	put_number(to, type, 2);
	put_number(to, 1, 2);
	put_number(to, 60, 4);
	put_number(to, len, 2);
}

/* A request with an OPT record and, in this order, cookie, subnet, MAC and an unknown
 * option: 12 + 17 octets up to the end of the question. */
static inline void
put_request(struct octets *to)
{
	put_question(to, 0x0130, "JoGLi.Com", 1);
	put_opt_head(to, 0x8000, 4 * 4 + 8 + 7 + 6 + 3);
	put_option(to, WIRE_OPTION_COOKIE, "12345678", 8);
	put_option(to, WIRE_OPTION_SUBNET, "\0\1\x18\0\xcb\0\x71", 7);
	put_option(to, WIRE_OPTION_MAC, "\x52\x54\0\x12\x34\x56", 6);
	put_option(to, 3, "abc", 3);
}

/* An answer to www.a.test: a CNAME, its A record, an NS record, an OPT record with a cookie
 * and an unknown option, and behind it an A record with a name of its own, and an MX record
 * whose owner and data point at that. */
static inline void
put_answer(struct octets *to)
{
	static const uint16_t counts[4] = {1, 2, 1, 3};
	size_t own;

	put_header(to, 0x8180, counts);
	put_name(to, "www.a.test");
	put_number(to, 0x00010001, 4);
	put_pointer(to, 12);
	put_record_head(to, 5, 4);
	put(to, "\1b", 2);
	put_pointer(to, 16);
	put_pointer(to, to->len - 4);
	put_record_head(to, WIRE_TYPE_A, 4);
	put(to, "\xcb\0\x71\7", 4);
	put_pointer(to, 16);
	put_record_head(to, WIRE_TYPE_NS, 5);
	put(to, "\2ns", 3);
	put_pointer(to, 16);
	put_opt_head(to, 0x8000, 2 * 4 + 24 + 5);
	put_option(to, WIRE_OPTION_COOKIE, "123456781234567812345678", 24);
	put_option(to, 3, "where", 5);
	own = to->len;
	put_name(to, "ns.else.test");
	put_record_head(to, WIRE_TYPE_A, 4);
	put(to, "\xcb\0\x71\x35", 4);
	put_pointer(to, own + 3);
	put_record_head(to, 15, 7);
	put(to, "\0\1\2mx", 5);
	put_pointer(to, own);
}

/* The next of a row of numbers (Marsaglia, "Xorshift RNGs", 2003). */
static inline uint64_t
next(uint64_t *row)
{
	*row ^= *row << 13;
	*row ^= *row >> 7;
	*row ^= *row << 17;
	return *row;
}

/* Changes some octets of ${octets}, or cuts or lengthens it. */
static inline void
mutate(struct octets *octets, uint64_t *row)
{
	for (unsigned n = 1 + next(row) % 4; n > 0 && octets->len > 0; n--) {
		size_t at = next(row) % octets->len;

		switch (next(row) % 6) {
		case 0:
			octets->at[at] ^= (unsigned char)(1u << next(row) % 8);
			break;
		case 1:
			octets->at[at] = (unsigned char)next(row);
			break;
		case 2:
			octets->at[at] = 0xc0;
			break;
		case 3:
			octets->len = at;
			break;
		case 4:
			put_number(octets, next(row), 1 + next(row) % 8);
			break;
		default: /* a count */
			octets->at[4 + next(row) % 8] = (unsigned char)(next(row) % 4);
		}
	}
}

#endif
