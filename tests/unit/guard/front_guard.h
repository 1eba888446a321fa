/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A guard of two workers for tests, and what it serves.
 */
#ifndef TEST_FRONT_GUARD_H
#define TEST_FRONT_GUARD_H

#include "front_upstream.h"

static struct guard *guard;
static struct guard_setting setting;
static struct net_endpoint listens[2]; /* IPv4, IPv6 */
static struct guard_prefix clients[2];
static size_t generator;
static int64_t today;

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

#endif
