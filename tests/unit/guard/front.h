/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A guard with its threads and sockets on loopback, and behind it a resolver that knows one
 * address for all names but those below "never", which it does not answer. It notices names
 * that it should not have been asked for.
 */
#ifndef TEST_FRONT_H
#define TEST_FRONT_H

#include "guard/guard.h"

#include "base/date.h"
#include "dga/catalog.h"
#include "wire/query.h"
#include "wire/rewrite.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define UPSTREAM_STREAMS 64
#define SOON_MS 5000

/* The resolver. */
static struct {
	struct net_endpoint endpoint;
	int datagrams, listener, stop[2];
	int streams[UPSTREAM_STREAMS];
	size_t stream_count;
	pthread_t thread;
	_Atomic unsigned asked, leaked; /* all; those of the bot */
} upstream;

static struct guard *guard;
static struct guard_setting setting;
static struct net_endpoint listens[2]; /* IPv4, IPv6 */
static struct guard_prefix clients[2];
static size_t generator;
static struct fsk_name bot; /* a name of today, while it is blocked */
static int64_t today;

/* Turns the question of ${len} octets at ${octets} into its answer; 0: none. */
static inline size_t
make_answer(uint8_t *octets, size_t len)
{
	static const uint8_t answer[] = {0xc0, 12, 0, 1, 0,   1, 0, 0,
	                                 0,    60, 0, 4, 192, 0, 2, 99};
	struct wire_query query;

	if (wire_query_read(octets, len, &query) != WIRE_ANSWER)
		return 0;
	upstream.asked++;
	if (query.name.len >= bot.len &&
	    strcmp(query.name.text + query.name.len - bot.len, bot.text) == 0)
		upstream.leaked++;
	if (query.name.len >= 5 &&
	    strcmp(query.name.text + query.name.len - 5, "never") == 0)
		return 0;
	octets[2] |= 0x80;
	octets[3] = 0x80;
	octets[7] = 1;
	octets[11] = 0; /* it knows no EDNS */
	memcpy(octets + query.question_end, answer, sizeof(answer));
	return query.question_end + sizeof(answer);
}

static inline bool
read_all(int fd, uint8_t *out, size_t len)
{
	while (len > 0) {
		struct pollfd wanted = {.fd = fd, .events = POLLIN};
		ssize_t got = poll(&wanted, 1, SOON_MS) == 1
		                      ? recv(fd, out, len, MSG_DONTWAIT)
		                      : -1;

		if (got <= 0)
			return false;
		out += got;
		len -= (size_t)got;
	}
	return true;
}

static inline void
serve_datagrams(void)
{
	uint8_t octets[4096];
	struct sockaddr_storage peer;

	for (;;) {
		socklen_t peer_len = sizeof(peer);
		ssize_t got = recvfrom(upstream.datagrams, octets, sizeof(octets) - 64,
		                       MSG_DONTWAIT, (struct sockaddr *)&peer, &peer_len);
		size_t len;

		if (got < 0)
			return;
		len = make_answer(octets, (size_t)got);
		if (len > 0)
			(void)sendto(upstream.datagrams, octets, len, 0,
			             (struct sockaddr *)&peer, peer_len);
	}
}

/* Serves one message of a stream; false when it is over. */
static inline bool
serve_stream(int fd)
{
	static uint8_t octets[66000];
	size_t len;

	if (!read_all(fd, octets, 2))
		return false;
	len = (size_t)(octets[0] << 8 | octets[1]);
	if (!read_all(fd, octets + 2, len))
		return false;
	len = make_answer(octets + 2, len);
	if (len == 0)
		return true;
	octets[0] = (uint8_t)(len >> 8);
	octets[1] = (uint8_t)len;
	return send(fd, octets, len + 2, MSG_NOSIGNAL) == (ssize_t)len + 2;
}

static inline void *
run_upstream(void *context)
{
	struct pollfd wanted[3 + UPSTREAM_STREAMS];

	(void)context;
	for (;;) {
		size_t count = 0;

		wanted[count++] = (struct pollfd){.fd = upstream.stop[0], .events = POLLIN};
		wanted[count++] =
		        (struct pollfd){.fd = upstream.datagrams, .events = POLLIN};
		wanted[count++] =
		        (struct pollfd){.fd = upstream.listener, .events = POLLIN};
		for (size_t i = 0; i < upstream.stream_count; i++)
			wanted[count++] = (struct pollfd){.fd = upstream.streams[i],
			                                  .events = POLLIN};
		if (poll(wanted, count, -1) < 0 && errno != EINTR)
			return NULL;
		if (wanted[0].revents != 0)
			return NULL;
		if (wanted[1].revents != 0)
			serve_datagrams();
		for (size_t i = count; i-- > 3;)
			if (wanted[i].revents != 0 && !serve_stream(wanted[i].fd)) {
				close(wanted[i].fd);
				upstream.streams[i - 3] =
				        upstream.streams[--upstream.stream_count];
			}
		if (wanted[2].revents != 0 && upstream.stream_count < UPSTREAM_STREAMS) {
			int fd = accept(upstream.listener, NULL, NULL);

			if (fd >= 0)
				upstream.streams[upstream.stream_count++] = fd;
		}
	}
}

static inline void
begin_upstream(void)
{
	struct net_endpoint any;

	assert_int_equal(net_endpoint_read(span_of("127.0.0.1"), 0, &any), FSK_OK);
	assert_int_equal(net_open_udp(&any, &upstream.datagrams, &upstream.endpoint),
	                 FSK_OK);
	assert_int_equal(net_open_tcp(&upstream.endpoint, 64, &upstream.listener, NULL),
	                 FSK_OK);
	assert_int_equal(pipe(upstream.stop), 0);
	assert_int_equal(pthread_create(&upstream.thread, NULL, run_upstream, NULL), 0);
}

static inline void
end_upstream(void)
{
	close(upstream.stop[1]);
	pthread_join(upstream.thread, NULL);
	close(upstream.stop[0]);
	close(upstream.datagrams);
	close(upstream.listener);
	while (upstream.stream_count > 0)
		close(upstream.streams[--upstream.stream_count]);
}

/* The guard. */

static inline struct guard_lists *
make_lists(uint32_t serial)
{
	const struct watch_plan plan = {.generators = &generator,
	                                .generator_count = 1,
	                                .from = today,
	                                .to = today + DATE_DAY - 1,
	                                .threads = 1};
	struct guard_lists *lists;

	assert_int_equal(guard_lists_new(&plan, NULL, serial, &lists), FSK_OK);
	return lists;
}

/* Makes a guard of two workers that takes ${most} connections, ${of_prefix} of one
 * neighbourhood; of which each worker has half. */
static inline void
begin_guard(unsigned most, unsigned of_prefix)
{
	struct dga_generator found;
	struct fsk_cursor *cursor;
	struct fsk_name name;

	assert_int_equal(dga_generator_find(span_of("conficker/b"), &found), FSK_OK);
	generator = found.number;
	today = INT64_C(1795305600); /* 2026-11-22 */
	assert_int_equal(fsk_cursor_open(generator, today, &cursor), FSK_OK);
	assert_int_equal(fsk_cursor_next(cursor, &name, NULL), FSK_OK);
	fsk_cursor_close(cursor);
	bot = name;
	begin_upstream();
	assert_int_equal(net_endpoint_read(span_of("127.0.0.1"), 0, &listens[0]), FSK_OK);
	assert_int_equal(net_endpoint_read(span_of("::1"), 0, &listens[1]), FSK_OK);
	assert_int_equal(guard_prefix_read(span_of("127.0.0.0/8"), &clients[0]), FSK_OK);
	assert_int_equal(guard_prefix_read(span_of("::1"), &clients[1]), FSK_OK);
	setting = (struct guard_setting){
	        .listen = listens,
	        .listen_count = 2,
	        .workers = 2,
	        .upstreams = &upstream.endpoint,
	        .upstream_count = 1,
	        .clients = most,
	        .clients_of_prefix = of_prefix,
	        .idle_ms = 60000,
	        .policy = {.clients = clients,
	                   .client_count = 2,
	                   .ttl = 60,
	                   .cookies = true},
	        .most_names = 10000,
	        .generators = 1,
	        .shift_us = (today + 3600 - net_clock()) * DATE_SECOND,
	};
	assert_int_equal(guard_new(&setting, NULL, &guard), FSK_OK);
	assert_int_equal(guard_swap(guard, make_lists(1)), FSK_OK);
}

static inline void
end_guard(void)
{
	guard_free(guard);
	guard = NULL;
	end_upstream();
}

static inline struct guard_counts
count(void)
{
	struct guard_counts counts;

	guard_count(guard, &counts);
	return counts;
}

/* Clients. */

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
