/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/logs/octets.h: messages, packets and files, put together octet by octet
 * for the tests of what reads them. Whoever puts more than there is room for fails.
 */
#ifndef TESTS_UNIT_LOGS_OCTETS_H
#define TESTS_UNIT_LOGS_OCTETS_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct octets {
	size_t len;
	unsigned char at[1 << 18];
};

static inline void
put(struct octets *to, const void *from, size_t len)
{
	if (len > sizeof(to->at) - to->len)
		abort();
	memcpy(to->at + to->len, from, len);
	to->len += len;
}

/* ${number} in ${len} octets, the highest first. */
static inline void
put_number(struct octets *to, uint64_t number, size_t len)
{
	while (len-- > 0) {
		unsigned char octet = (unsigned char)(number >> 8 * len);

		put(to, &octet, 1);
	}
}

/* The same, the lowest first. */
static inline void
put_little(struct octets *to, uint64_t number, size_t len)
{
	for (; len > 0; len--, number >>= 8)
		put_number(to, number & 0xff, 1);
}

static inline void
put_all(struct octets *to, const struct octets *from)
{
	put(to, from->at, from->len);
}

/* ${name}, with dots between its labels, as a message has it; "" is the root. */
static inline void
put_name(struct octets *to, const char *name)
{
	while (*name != '\0') {
		size_t len = strcspn(name, ".");

		put_number(to, len, 1);
		put(to, name, len);
		name += len + (name[len] == '.');
	}
	put_number(to, 0, 1);
}

/* The header of a message with ${flags}, one question and ${records} in its last
 * section, and the question for the A record of ${name}. */
static inline void
put_question(struct octets *to, uint16_t flags, const char *name, uint16_t records)
{
	put_number(to, 0xbeef, 2);
	put_number(to, flags, 2);
	put_number(to, 1, 2);
	put_number(to, 0, 4);
	put_number(to, records, 2);
	put_name(to, name);
	put_number(to, 1, 2);
	put_number(to, 1, 2);
}

/* An OPT record with the client subnet 203.0.113.0/24. */
static inline void
put_subnet(struct octets *to)
{
	put_name(to, "");
	put_number(to, 41, 2);
	put_number(to, 1232, 2);
	put_number(to, 0, 4);
	put_number(to, 11, 2);
	put_number(to, 8, 2);
	put_number(to, 7, 2);
	put_number(to, 1, 2);
	put_number(to, 24 << 8, 2);
	put(to, "\xcb\x00\x71", 3);
}

/* A UDP header to port ${to_port} and ${data} behind it. */
static inline void
put_udp(struct octets *to, uint16_t from_port, uint16_t to_port, const struct octets *data)
{
	put_number(to, from_port, 2);
	put_number(to, to_port, 2);
	put_number(to, data->len + 8, 2);
	put_number(to, 0, 2);
	put_all(to, data);
}

/* A TCP header to port 53 and ${data} behind it. */
static inline void
put_tcp(struct octets *to, uint32_t sequence, uint8_t flags, const struct octets *data)
{
	put_number(to, 40000, 2);
	put_number(to, 53, 2);
	put_number(to, sequence, 4);
	put_number(to, 0, 4);
	put_number(to, 0x5000 | flags, 2);
	put_number(to, 0, 6);
	put_all(to, data);
}

/* An IPv4 header from 192.0.2.7 to 198.51.100.53, and ${data} of ${protocol}. */
static inline void
put_ipv4(struct octets *to, uint8_t protocol, const struct octets *data)
{
	put_number(to, 0x4500, 2);
	put_number(to, data->len + 20, 2);
	put_number(to, 0, 4);
	put_number(to, 64, 1);
	put_number(to, protocol, 1);
	put_number(to, 0, 2);
	put(to, "\xc0\x00\x02\x07\xc6\x33\x64\x35", 8);
	put_all(to, data);
}

/* An IPv6 header from 2001:db8::7 to 2001:db8::53 with the next header ${next}, and
 * ${data}. */
static inline void
put_ipv6(struct octets *to, uint8_t next, const struct octets *data)
{
	put_number(to, 0x60000000, 4);
	put_number(to, data->len, 2);
	put_number(to, next, 1);
	put_number(to, 64, 1);
	put(to, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07", 16);
	put(to, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x53", 16);
	put_all(to, data);
}

#endif
