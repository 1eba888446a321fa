/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A front of TCP on loopback, and callers in the same thread; what it keeps is looked at
 * here instead of being written. Linked with --wrap for sinkhole_keep and clock_gettime:
 * time goes on as the test says.
 */
#ifndef TEST_CALLERS_H
#define TEST_CALLERS_H

#include "net/loop.h"
#include "sinkhole/front_tcp.h"
#include "store/record.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define ANSWER "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#define HELD "bots.meet.example"
#define KEPT_MOST 64

/* What was kept, as it would be in the store. */
static uint8_t kept_octets[KEPT_MOST][STORE_RECORD_MOST];
static struct sighting kept[KEPT_MOST];
static size_t kept_count;

static int64_t later_ms; /* that the clocks are ahead */

static struct net_loop *loop;
static struct sinkhole_tally tally;
static struct sinkhole_desk desk;
static struct sinkhole_post post;
static struct sinkhole_ground *ground;
static struct sinkhole_recent *recent;
static struct net_limits *limits;
static struct sinkhole_tcp *front;
static struct net_endpoint web, dns;
static int listener; /* the last one */

void __wrap_sinkhole_keep(struct sinkhole_desk *at, struct sighting *contact);
int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

void
__wrap_sinkhole_keep(struct sinkhole_desk *at, struct sighting *contact)
{
	size_t len;

	contact->sensor = at->sensor;
	if (kept_count >= KEPT_MOST) {
		kept_count++; /* who keeps so much asks only how many */
		return;
	}
	len = store_record_write(contact, kept_octets[kept_count]);
	assert_int_equal(
	        store_record_read(kept_octets[kept_count], len, &kept[kept_count], NULL),
	        FSK_OK);
	kept_count++;
}

int
__wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	int rc = __real_clock_gettime(clock, now);

	now->tv_sec += later_ms / 1000;
	return rc;
}

static inline struct fsk_name
name_of(const char *text)
{
	struct fsk_name name = {.len = (uint8_t)strlen(text)};

	memcpy(name.text, text, name.len + (size_t)1);
	return name;
}

static inline struct sinkhole_desk *
open_desk(struct sinkhole_post *at)
{
	(void)at;
	desk.us = net_clock_us();
	desk.ms = net_loop_now(loop);
	return &desk;
}

static inline void
close_desk(struct sinkhole_post *at)
{
	(void)at;
}

/* One name is held, at ${address}. */
static inline struct sinkhole_ground *
make_ground(const char *address)
{
	const struct fsk_name name = name_of(HELD), server = name_of("ns.example"),
	                      mailbox = name_of("hostmaster.example");
	struct address place;
	struct sinkhole_set_setting set = {.title = "",
	                                   .names = &name,
	                                   .name_count = 1,
	                                   .addresses = &place,
	                                   .address_count = 1};
	struct sinkhole_ground_setting setting = {.sets = &set,
	                                          .set_count = 1,
	                                          .servers = &server,
	                                          .server_count = 1,
	                                          .mailbox = &mailbox,
	                                          .serial = 1,
	                                          .ttl = 300,
	                                          .answer = span_of(ANSWER)};
	struct sinkhole_ground *made;

	assert_int_equal(address_read(span_of(address), &place), FSK_OK);
	assert_int_equal(sinkhole_ground_new(&setting, &made), FSK_OK);
	return made;
}

static inline void
begin_desk(const char *address)
{
	static const uint8_t secret[16] = {7};

	kept_count = 0;
	later_ms = 0;
	memset(&tally, 0, sizeof(tally));
	ground = make_ground(address);
	assert_int_equal(sinkhole_recent_new(&recent), FSK_OK);
	assert_int_equal(net_limits_new(1, &limits), FSK_OK);
	desk = (struct sinkhole_desk){.ground = ground,
	                              .recent = recent,
	                              .limits = limits,
	                              .tally = &tally,
	                              .sensor = span_of("here"),
	                              .secret = secret,
	                              .workers = 1,
	                              .keep = SINKHOLE_KEEP,
	                              .us = 1700000000000000,
	                              .ms = 1000};
}

static inline void
end_desk(void)
{
	sinkhole_ground_free(ground);
	sinkhole_recent_free(recent);
	net_limits_free(limits);
}

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
work(void)
{
	struct net_timer timer = {.due = stop, .context = loop};

	assert_int_equal(net_timer_set(loop, &timer, 2), FSK_OK);
	assert_int_equal(net_loop_run(loop), FSK_OK);
	net_timer_end(loop, &timer);
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

	for (unsigned i = 0; i < 1000; i++) {
		ssize_t got = recv(fd, out + len, room - len, MSG_DONTWAIT);

		if (got == 0)
			break;
		if (got > 0) {
			len += (size_t)got;
			continue;
		}
		assert_int_equal(errno, EAGAIN);
		assert_true(i < 999);
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
