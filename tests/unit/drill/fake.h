/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A resolver that is none: a thread on 127.0.0.1 that answers, over UDP and TCP, as a
 * function of the test says, and keeps which names it was asked for.
 */
#ifndef FAKE_H
#define FAKE_H

#include "drill/drill.h"
#include "messages.h"
#include "net/loop.h"
#include "wire/name.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define FAKE_ASKED 256

/* Writes the answer to ${asked} into ${answer}; its len 0: none. Datagrams that are to be
 * sent before it go through fake_send(). */
typedef void fake_answer(const struct asked *asked, struct message *answer);

struct fake {
	struct net_endpoint at;
	fake_answer *answer;
	int udp, tcp, stop[2];
	pthread_t thread;
	struct sockaddr_storage peer; /* of the last datagram */
	socklen_t peer_len;
	struct asked *asked; /* in their order; read once it has ended */
	size_t count;
};

static struct fake fake;

/* Sends a datagram to who asked last. */
static inline void
fake_send(const struct message *message)
{
	(void)sendto(fake.udp, message->octets, message->len, 0,
	             (struct sockaddr *)&fake.peer, fake.peer_len);
}

/* Takes the message that was received, and makes the answer. */
static inline void
fake_take(struct message *got, bool tcp, struct message *answer)
{
	struct asked *asked = &fake.asked[fake.count];

	answer->len = 0;
	if (fake.count == FAKE_ASKED - 1)
		return;
	fake.count++;
	*asked = (struct asked){.tcp = tcp, .message = *got};
	take_question(asked);
	fake.answer(asked, answer);
}

static inline void
fake_udp(void)
{
	struct message got, answer;
	ssize_t len;

	fake.peer_len = sizeof(fake.peer);
	len = recvfrom(fake.udp, got.octets, sizeof(got.octets), 0,
	               (struct sockaddr *)&fake.peer, &fake.peer_len);
	if (len <= 0)
		return;
	got.len = (size_t)len;
	fake_take(&got, false, &answer);
	if (answer.len > 0)
		fake_send(&answer);
}

/* One question on one connection; the answer goes out an octet at a time at its begin. */
static inline void
fake_tcp(void)
{
	struct message got = {.len = 0}, answer;
	uint8_t head[2];
	int fd = accept(fake.tcp, NULL, NULL);

	if (fd < 0)
		return;
	if (recv(fd, head, 2, MSG_WAITALL) == 2) {
		got.len = (size_t)(head[0] << 8 | head[1]);
		if (got.len <= sizeof(got.octets) &&
		    recv(fd, got.octets, got.len, MSG_WAITALL) == (ssize_t)got.len) {
			fake_take(&got, true, &answer);
			head[0] = (uint8_t)(answer.len >> 8);
			head[1] = (uint8_t)answer.len;
			(void)!send(fd, head, 1, MSG_NOSIGNAL);
			(void)!send(fd, head + 1, 1, MSG_NOSIGNAL);
			(void)!send(fd, answer.octets, answer.len, MSG_NOSIGNAL);
		}
	}
	close(fd);
}

static inline void *
fake_serve(void *nothing)
{
	struct pollfd wanted[] = {{.fd = fake.udp, .events = POLLIN},
	                          {.fd = fake.tcp, .events = POLLIN},
	                          {.fd = fake.stop[0], .events = POLLIN}};

	for (;;) {
		if (poll(wanted, 3, 10000) <= 0 || wanted[2].revents != 0)
			return nothing;
		if (wanted[0].revents != 0)
			fake_udp();
		if (wanted[1].revents != 0)
			fake_tcp();
	}
}

/* Begins to answer as ${answer} says; ends with fake_end(). */
static inline void
fake_begin(fake_answer *answer)
{
	struct net_endpoint any;
	enum fsk_err err = FSK_IO;

	fake = (struct fake){.answer = answer,
	                     .asked = calloc(FAKE_ASKED, sizeof(*fake.asked))};
	assert_non_null(fake.asked);
	assert_int_equal(net_endpoint_read(span_of("127.0.0.1"), 0, &any), FSK_OK);
	/* A port that is free for streams may be another test's for datagrams. */
	for (unsigned i = 0; i < 50 && err != FSK_OK; i++) {
		assert_int_equal(net_open_tcp(&any, 8, &fake.tcp, &fake.at), FSK_OK);
		err = net_open_udp(&fake.at, &fake.udp, NULL);
		if (err != FSK_OK)
			close(fake.tcp);
	}
	assert_int_equal(err, FSK_OK);
	assert_int_equal(pipe(fake.stop), 0);
	assert_int_equal(pthread_create(&fake.thread, NULL, fake_serve, NULL), 0);
}

/* Ends the thread: what it was asked can be read until fake_forget(). */
static inline void
fake_end(void)
{
	close(fake.stop[1]);
	pthread_join(fake.thread, NULL);
	close(fake.stop[0]);
	close(fake.udp);
	close(fake.tcp);
}

static inline void
fake_forget(void)
{
	free(fake.asked);
	fake.asked = NULL;
}

/* An asker that waits for nothing longer than a test should. */
static inline struct drill_asker
fake_asker(void)
{
	return (struct drill_asker){
	        .resolver = fake.at,
	        .stop = -1,
	        .until_us = net_monotonic_us() + 20 * INT64_C(1000000),
	        .tries = 3,
	        .wait_ms = 250,
	};
}

static inline struct fsk_name
name_of(const char *text)
{
	struct fsk_name name;

	assert_int_equal(wire_name_read(span_of(text), &name, NULL), FSK_OK);
	return name;
}

#endif
