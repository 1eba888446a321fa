/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A desk with one name that is held, and what was kept of who called: for callers.h.
 */
#ifndef TEST_CALLED_DESK_H
#define TEST_CALLED_DESK_H

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
#define KEPT_MOST 128

/* What was kept, as it would be in the store. */
static uint8_t kept_octets[KEPT_MOST][STORE_RECORD_MOST];
static struct sighting kept[KEPT_MOST];
static size_t kept_count;

static int64_t later_ms; /* that the clocks are ahead */
static size_t clock_calls;

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

static inline uint64_t
count_of(_Atomic uint64_t *what)
{
	return atomic_load(what);
}

int
__wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	int rc = __real_clock_gettime(clock, now);

	clock_calls++;
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

#endif
