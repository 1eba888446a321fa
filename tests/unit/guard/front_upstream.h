/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A resolver behind guard, for tests: answers in a thread of its own.
 */
#ifndef TEST_FRONT_UPSTREAM_H
#define TEST_FRONT_UPSTREAM_H

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

static struct fsk_name bot; /* a name of today, while it is blocked */

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
	enum fsk_err err = FSK_IO;

	assert_int_equal(net_endpoint_read(span_of("127.0.0.1"), 0, &any), FSK_OK);
	/* A port that is free for datagrams may be a stream's of another test. */
	for (unsigned i = 0; i < 50 && err != FSK_OK; i++) {
		assert_int_equal(
		        net_open_udp(&any, &upstream.datagrams, &upstream.endpoint),
		        FSK_OK);
		err = net_open_tcp(&upstream.endpoint, 64, &upstream.listener, NULL);
		if (err != FSK_OK)
			close(upstream.datagrams);
	}
	assert_int_equal(err, FSK_OK);
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

#endif
