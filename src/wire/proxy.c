/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/proxy.h"

#include "wire/octets.h"

#define FIXED 16      /* octets: signature, version, family, length of what follows */
#define SIGNATURE 12  /* octets */
#define AT_VERSION 12 /* the upper four bits; the lower are the command */
#define AT_FAMILY 13  /* the upper four bits; the lower are the transport */
#define AT_LEN 14
#define VERSION 0x20
#define COMMAND_LOCAL 0
#define COMMAND_PROXY 1
#define FAMILY_V4 1
#define FAMILY_V6 2
#define FAMILY_MOST 3 /* of Unix: known, and nothing to us; those behind are invalid */
#define TRANSPORT_STREAM 1
#define TRANSPORT_DATAGRAM 2
#define V4_DATA 12 /* two addresses and two ports */
#define V6_DATA 36
#define MAPPED 12 /* octets in front of IPv4 in a struct address */

static const uint8_t begin[SIGNATURE] = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d,
                                         0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

/* Reads the two addresses and ports at ${at}, ${size} octets each address. */
static void
read_addresses(const uint8_t *at, size_t size, struct wire_proxy *proxy)
{
	bool v4 = size == 4;

	proxy->source = v4 ? address_of_v4(at) : address_of_v6(at);
	proxy->target = v4 ? address_of_v4(at + size) : address_of_v6(at + size);
	proxy->source_port = wire_get16(at + 2 * size);
	proxy->target_port = wire_get16(at + 2 * size + 2);
}

/* Whether the begin of ${octets} can be that of a header. */
static bool
begins(const uint8_t *octets, size_t len)
{
	if (memcmp(octets, begin, len < SIGNATURE ? len : SIGNATURE) != 0)
		return false;
	if (len > AT_VERSION && (octets[AT_VERSION] & 0xf0) != VERSION)
		return false;
	/* Commands are two, and others are to be refused. */
	if (len > AT_VERSION && (octets[AT_VERSION] & 0xf) > COMMAND_PROXY)
		return false;
	/* The carrier's own connection has no family that counts. */
	if (len > AT_FAMILY && (octets[AT_VERSION] & 0xf) == COMMAND_PROXY)
		return octets[AT_FAMILY] >> 4 <= FAMILY_MOST &&
		       (octets[AT_FAMILY] & 0xf) <= TRANSPORT_DATAGRAM;
	return true;
}

/* Octets that the family of ${octets}, a header's fixed part, needs behind it; 0 where
 * there are no addresses for us. */
static size_t
need(const uint8_t *octets)
{
	unsigned family = octets[AT_FAMILY] >> 4;

	if ((octets[AT_VERSION] & 0xf) == COMMAND_LOCAL || (octets[AT_FAMILY] & 0xf) == 0)
		return 0;
	return family == FAMILY_V4 ? V4_DATA : family == FAMILY_V6 ? V6_DATA : 0;
}

enum wire_proxy_reading
wire_proxy_read(struct span octets, struct wire_proxy *proxy, size_t *len)
{
	const uint8_t *at = (const uint8_t *)octets.text;
	struct wire_proxy read = {.local = true};
	size_t data, needed;

	if (octets.len == 0)
		return WIRE_PROXY_MORE;
	if (!begins(at, octets.len))
		return WIRE_PROXY_BAD;
	if (octets.len < FIXED)
		return WIRE_PROXY_MORE;
	data = wire_get16(at + AT_LEN);
	needed = need(at);
	if (data < needed || FIXED + data > WIRE_PROXY_MOST)
		return WIRE_PROXY_BAD;
	if (octets.len < FIXED + data)
		return WIRE_PROXY_MORE;
	if (needed > 0) {
		read.local = false;
		read.stream = (at[AT_FAMILY] & 0xf) == TRANSPORT_STREAM;
		read_addresses(at + FIXED, needed == V4_DATA ? 4 : 16, &read);
	}
	*proxy = read;
	*len = FIXED + data;
	return WIRE_PROXY_READ;
}

size_t
wire_proxy_write(const struct wire_proxy *proxy, uint8_t out[WIRE_PROXY_SIZE])
{
	bool v4 = address_is_v4(&proxy->source) && address_is_v4(&proxy->target);
	size_t size = v4 ? 4 : 16, skip = v4 ? MAPPED : 0;
	uint8_t *at = out + FIXED;

	memcpy(out, begin, SIGNATURE);
	if (proxy->local) {
		out[AT_VERSION] = VERSION | COMMAND_LOCAL;
		out[AT_FAMILY] = 0;
		wire_put16(out + AT_LEN, 0);
		return FIXED;
	}
	out[AT_VERSION] = VERSION | COMMAND_PROXY;
	out[AT_FAMILY] = (uint8_t)((v4 ? FAMILY_V4 : FAMILY_V6) << 4 |
	                           (proxy->stream ? TRANSPORT_STREAM : TRANSPORT_DATAGRAM));
	wire_put16(out + AT_LEN, v4 ? V4_DATA : V6_DATA);
	memcpy(at, proxy->source.octets + skip, size);
	memcpy(at + size, proxy->target.octets + skip, size);
	at = wire_put16(at + 2 * size, proxy->source_port);
	at = wire_put16(at, proxy->target_port);
	return (size_t)(at - out);
}
