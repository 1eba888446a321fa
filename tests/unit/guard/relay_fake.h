/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/guard/relay_fake.h: an upstream on loopback, by UDP and TCP, that answers as a
 * test's script says.
 */
#ifndef TEST_GUARD_RELAY_FAKE_H
#define TEST_GUARD_RELAY_FAKE_H

#include "relay_octets.h"

#define HEARD_MOST 700
#define CALLS 64

struct fake;
struct call {
	struct net_watch watch;
	struct fake *fake;
	uint8_t octets[70000];
	size_t len;
	size_t head; /* octets in front of the first message: a PROXY header */
};

struct fake {
	struct net_loop *loop;
	struct net_endpoint at;
	struct net_watch udp, listener;
	struct call *calls[CALLS];
	size_t call_count;
	void (*script)(struct fake *fake, struct heard *heard);
	struct heard heard[HEARD_MOST];
	size_t heard_count;
	size_t head;   /* octets of PROXY header to expect */
	unsigned step; /* the script's */
};

/* Sends ${len} octets to who sent ${heard}. */
static inline void
say(struct fake *fake, const struct heard *heard, const uint8_t *octets, size_t len)
{
	struct sockaddr_storage to;
	socklen_t to_len = net_endpoint_to(&heard->peer, &to);
	uint8_t prefix[2] = {(uint8_t)(len >> 8), (uint8_t)len};

	(void)fake;
	if (!heard->stream) {
		(void)!sendto(heard->fd, octets, len, 0, (const struct sockaddr *)&to,
		              to_len);
		return;
	}
	(void)!send(heard->fd, prefix, 2, MSG_NOSIGNAL);
	(void)!send(heard->fd, octets, len, MSG_NOSIGNAL);
}

/* Scripts: answers; is silent. */
static inline void
answer_it(struct fake *fake, struct heard *heard)
{
	uint8_t out[700];

	say(fake, heard, out, write_answer(heard, out));
}

static inline void
keep_silent(struct fake *fake, struct heard *heard)
{
	(void)fake;
	(void)heard;
}

static inline void
hear(struct fake *fake, struct heard *heard)
{
	assert_true(fake->heard_count < HEARD_MOST);
	fake->heard[fake->heard_count++] = *heard;
	fake->script(fake, heard);
}

static inline void
udp_ready(struct net_watch *watch, unsigned what)
{
	struct fake *fake = watch->context;
	struct sockaddr_storage from;

	(void)what;
	for (;;) {
		struct heard heard = {.fd = watch->fd};
		socklen_t len = sizeof(from);
		ssize_t got = recvfrom(watch->fd, heard.octets, sizeof(heard.octets),
		                       MSG_DONTWAIT, (struct sockaddr *)&from, &len);

		if (got < 0)
			return;
		heard.len = (size_t)got;
		assert_int_equal(net_endpoint_from(&from, &heard.peer), FSK_OK);
		hear(fake, &heard);
	}
}

static inline void
hang_up(struct call *call)
{
	if (call->watch.fd < 0)
		return;
	net_watch_end(call->fake->loop, &call->watch);
	close(call->watch.fd);
	call->watch.fd = -1;
}

static inline void
call_ready(struct net_watch *watch, unsigned what)
{
	struct call *call = watch->context;
	ssize_t got = recv(watch->fd, call->octets + call->len,
	                   sizeof(call->octets) - call->len, MSG_DONTWAIT);

	(void)what;
	if (got <= 0) {
		hang_up(call);
		return;
	}
	call->len += (size_t)got;
	while (call->watch.fd >= 0 && call->len >= call->head + 2) {
		size_t len = id_of(call->octets + call->head);
		size_t whole = call->head + 2 + len;
		struct heard heard = {.fd = watch->fd, .stream = true};

		if (call->len < whole)
			return;
		/* The header, if there is one, and the message behind its length. */
		heard.len = call->head + len;
		if (heard.len > sizeof(heard.octets))
			heard.len = sizeof(heard.octets);
		memcpy(heard.octets, call->octets, call->head);
		memcpy(heard.octets + call->head, call->octets + call->head + 2,
		       heard.len - call->head);
		call->len -= whole;
		memmove(call->octets, call->octets + whole, call->len);
		call->head = 0;
		hear(call->fake, &heard);
	}
}

static inline void
listener_ready(struct net_watch *watch, unsigned what)
{
	struct fake *fake = watch->context;
	struct call *call = calloc(1, sizeof(*call));
	int fd;

	(void)what;
	assert_non_null(call);
	assert_true(fake->call_count < CALLS);
	assert_int_equal(net_accept(watch->fd, &fd, NULL), FSK_OK);
	call->fake = fake;
	call->head = fake->head;
	call->watch = (struct net_watch){.fd = fd, .ready = call_ready, .context = call};
	fake->calls[fake->call_count++] = call;
	assert_int_equal(net_watch_begin(fake->loop, &call->watch, NET_READ), FSK_OK);
}

/* Opens both sockets of ${fake} at ${at}, whose port may be 0. */
static inline void
fake_open(struct fake *fake, const struct net_endpoint *at)
{
	int udp = -1, tcp = -1;
	enum fsk_err err = FSK_IO;

	for (unsigned i = 0; i < 50 && err != FSK_OK; i++) {
		assert_int_equal(net_open_tcp(at, 64, &tcp, &fake->at), FSK_OK);
		err = net_open_udp(&fake->at, &udp, NULL);
		if (err != FSK_OK)
			close(tcp);
	}
	assert_int_equal(err, FSK_OK);
	fake->udp = (struct net_watch){.fd = udp, .ready = udp_ready, .context = fake};
	fake->listener =
	        (struct net_watch){.fd = tcp, .ready = listener_ready, .context = fake};
	assert_int_equal(net_watch_begin(fake->loop, &fake->udp, NET_READ), FSK_OK);
	assert_int_equal(net_watch_begin(fake->loop, &fake->listener, NET_READ), FSK_OK);
}

static inline void
fake_close(struct fake *fake)
{
	for (size_t i = 0; i < fake->call_count; i++) {
		hang_up(fake->calls[i]);
		free(fake->calls[i]);
	}
	fake->call_count = 0;
	if (fake->udp.fd < 0)
		return;
	net_watch_end(fake->loop, &fake->udp);
	net_watch_end(fake->loop, &fake->listener);
	close(fake->udp.fd);
	close(fake->listener.fd);
	fake->udp.fd = -1;
}

#endif
