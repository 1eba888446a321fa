/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A guard with its threads and sockets on loopback, and behind it a resolver that knows one
 * address for all names but those below "never", which it does not answer. It notices names
 * that it should not have been asked for.
 */
#ifndef TEST_FRONT_H
#define TEST_FRONT_H

#include "front_guard.h"

/* Opens a socket of ${type}, bound to ${from} (NULL: to none), and connects it to listener
 * ${n}. */
static inline int
reach(int type, const char *from, size_t n)
{
	struct net_endpoint endpoint = guard_endpoint(guard, n), own;
	struct sockaddr_storage address;
	socklen_t len;
	int fd = socket(n == 0 ? AF_INET : AF_INET6, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	if (from != NULL) {
		assert_int_equal(net_endpoint_read(span_of(from), 0, &own), FSK_OK);
		len = net_endpoint_to(&own, &address);
		assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	}
	len = net_endpoint_to(&endpoint, &address);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, len), 0);
	return fd;
}

/* Writes a question for ${name}, with the length in front; the length of all. */
static inline size_t
write_framed(uint8_t out[400], const char *name, uint16_t id)
{
	static const uint8_t head[] = {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
	uint8_t *at = out + 2;
	size_t len;

	memcpy(at, head, sizeof(head));
	wire_id_set(at, id);
	at += sizeof(head);
	while (*name != '\0') {
		len = strcspn(name, ".");
		*at++ = (uint8_t)len;
		memcpy(at, name, len);
		at += len;
		name += len + (name[len] == '.');
	}
	memcpy(at, "\0\0\1\0\1", 5);
	at += 5;
	len = (size_t)(at - out) - 2;
	out[0] = (uint8_t)(len >> 8);
	out[1] = (uint8_t)len;
	return len + 2;
}

static inline void
send_all(int fd, const uint8_t *octets, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(fd, octets, len, MSG_NOSIGNAL);

		assert_true(sent > 0);
		octets += sent;
		len -= (size_t)sent;
	}
}

/* Reads the next answer of a stream into ${out}; its length, 0: it is over. */
static inline size_t
read_framed(int fd, uint8_t out[65536])
{
	size_t len;

	if (!read_all(fd, out, 2))
		return 0;
	len = (size_t)(out[0] << 8 | out[1]);
	return read_all(fd, out, len) ? len : 0;
}

/* Asks for ${name} over ${fd}, a stream or not, and gives the rcode; -1: no answer. */
static inline int
ask_over(int fd, bool stream, const char *name)
{
	static uint8_t out[65536];
	uint8_t question[400];
	size_t len = write_framed(question, name, 4711);

	send_all(fd, question + (stream ? 0 : 2), len - (stream ? 0 : 2));
	if (stream) {
		len = read_framed(fd, out);
	} else {
		struct pollfd wanted = {.fd = fd, .events = POLLIN};
		ssize_t got =
		        poll(&wanted, 1, SOON_MS) == 1 ? recv(fd, out, sizeof(out), 0) : 0;

		len = got > 0 ? (size_t)got : 0;
	}
	if (len < 12)
		return -1;
	assert_int_equal(wire_id(out), 4711);
	assert_true((out[2] & 0x80) != 0);
	/* The question as it was asked, letter for letter. */
	assert_memory_equal(out + 12, question + 14, strlen(name));
	return out[3] & 0xf;
}

#endif
