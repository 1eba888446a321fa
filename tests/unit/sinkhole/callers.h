/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A front of TCP on loopback, and callers in the same thread; what it keeps is looked at
 * here instead of being written. Linked with --wrap for sinkhole_keep and clock_gettime:
 * time goes on as the test says.
 */
#ifndef TEST_CALLERS_H
#define TEST_CALLERS_H

#include "called_desk.h"

#define GET "GET /search?q=7 HTTP/1.0\r\nHost: " HELD "\r\nUser-Agent: x\r\n\r\n"

/* Listens at a free port of ${address}. */
static inline struct net_endpoint
begin_port(const char *address, enum sinkhole_port kind)
{
	struct net_endpoint endpoint, bound;

	assert_int_equal(net_endpoint_read(span_of(address), 0, &endpoint), FSK_OK);
	assert_int_equal(net_open_tcp(&endpoint, 128, &listener, &bound), FSK_OK);
	assert_int_equal(sinkhole_tcp_listen(front, listener, &bound, kind), FSK_OK);
	return bound;
}

static inline void
begin_front(unsigned most, unsigned most_of_prefix, struct sinkhole_tls *tls)
{
	begin_desk("192.0.2.1");
	assert_int_equal(net_loop_new(&loop), FSK_OK);
	post = (struct sinkhole_post){.loop = loop, .open = open_desk, .close = close_desk};
	assert_int_equal(
	        sinkhole_tcp_new(
	                &(struct sinkhole_tcp_setting){.post = &post,
	                                               .most = most,
	                                               .most_of_prefix = most_of_prefix,
	                                               .tls = tls},
	                &front),
	        FSK_OK);
	web = begin_port("127.0.0.1", SINKHOLE_PORT_WEB);
	dns = begin_port("127.0.0.1", SINKHOLE_PORT_DNS);
}

static inline void
end_front(void)
{
	sinkhole_tcp_free(front);
	net_loop_free(loop);
	assert_int_equal(atomic_load(&tally.callers), 0);
	end_desk();
}

/* Lets the front work for a moment. */
static inline void
stop(struct net_timer *timer)
{
	net_loop_stop(timer->context);
}

static inline void
work_for(int64_t ms)
{
	struct net_timer timer = {.due = stop, .context = loop};

	assert_int_equal(net_timer_set(loop, &timer, ms), FSK_OK);
	assert_int_equal(net_loop_run(loop), FSK_OK);
	net_timer_end(loop, &timer);
}

static inline void
work(void)
{
	work_for(2);
}

/* The same until ${count} contacts were kept; then a little more, for those too many. */
static inline void
await(size_t count)
{
	for (unsigned i = 0; i < 1000 && kept_count < count; i++)
		work();
	work();
	assert_int_equal(kept_count, count);
}

/* A connection to ${endpoint}, from ${from} (NULL: any). */
static inline int
call_from(const char *from, const struct net_endpoint *endpoint)
{
	struct sockaddr_storage address;
	struct net_endpoint own;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	if (from != NULL) {
		assert_int_equal(net_endpoint_read(span_of(from), 0, &own), FSK_OK);
		len = net_endpoint_to(&own, &address);
		assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	}
	len = net_endpoint_to(endpoint, &address);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, len), 0);
	return fd;
}

static inline int
call(const struct net_endpoint *endpoint)
{
	return call_from(NULL, endpoint);
}

static inline void
say(int fd, const void *octets, size_t len)
{
	assert_int_equal(send(fd, octets, len, MSG_NOSIGNAL), len);
}

/* What comes until the other side ends, which it does; closes ${fd}. */
static inline size_t
hear(int fd, char *out, size_t room)
{
	size_t len = 0;

	for (unsigned silent = 0;; silent++) {
		ssize_t got = recv(fd, out + len, room - len, MSG_DONTWAIT);

		if (got == 0)
			break;
		if (got > 0) {
			len += (size_t)got;
			silent = 0;
			continue;
		}
		assert_int_equal(errno, EAGAIN);
		assert_true(silent < 1000);
		work();
	}
	close(fd);
	return len;
}

static inline void
assert_answered(int fd)
{
	char out[1000];
	size_t len = hear(fd, out, sizeof(out));

	assert_int_equal(len, strlen(ANSWER));
	assert_memory_equal(out, ANSWER, len);
}

static inline void
assert_silent(int fd)
{
	char out[1000];

	assert_int_equal(hear(fd, out, sizeof(out)), 0);
}

#endif
