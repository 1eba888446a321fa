/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What guard_handle() decides by in tests: a ground of today's lists, a policy that can be
 * changed.
 */
#ifndef TEST_DESK_GROUND_H
#define TEST_DESK_GROUND_H

#include "guard/handle.h"

#include "base/date.h"
#include "dga/catalog.h"
#include "watch/reason.h"
#include "wire/name.h"
#include "wire/query.h"
#include "wire/reply.h"

#include <ldns/ldns.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW INT64_C(1795348800) /* 2026-11-22T12:00:00Z */
#define MIDNIGHT (NOW - NOW % DATE_DAY)
#define SERIAL 2026112200U
#define TTL 300
#define CLIENT "192.0.2.1"
#define UPPER_TYPE 65280 /* of private use */

static struct guard_prefix allowed, carriers;
static struct guard_policy_setting policy;
static struct guard_lists *lists;
static struct guard_ground *ground;
static struct guard_tally tally;
static struct guard_desk desk;

static inline struct address
address_of(const char *text)
{
	struct address address;

	assert_int_equal(address_read(span_of(text), &address), FSK_OK);
	return address;
}

/* Makes the ground anew of the lists and the policy. */
static inline void
set_policy(void)
{
	struct guard_policy *made;

	guard_ground_free(ground);
	assert_int_equal(guard_policy_new(&policy, &made), FSK_OK);
	assert_int_equal(guard_ground_new(lists, made, &ground), FSK_OK);
	guard_policy_free(made);
	desk.ground = ground;
}

/* Of ${count} ${generators} the lists of today, by ${book}. */
static inline void
open_desk(const size_t *generators, size_t count, struct watch_rulebook *book)
{
	static const uint8_t secret[WIRE_COOKIE_SECRET] = "not much of one";
	const struct watch_plan plan = {.generators = generators,
	                                .generator_count = count,
	                                .from = MIDNIGHT,
	                                .to = MIDNIGHT + DATE_DAY - 1,
	                                .threads = 1};

	assert_int_equal(guard_prefix_read(span_of("192.0.2.0/24"), &allowed), FSK_OK);
	assert_int_equal(guard_prefix_read(span_of("198.51.100.53"), &carriers), FSK_OK);
	policy = (struct guard_policy_setting){
	        .clients = &allowed,
	        .client_count = 1,
	        .carriers = &carriers,
	        .carrier_count = 1,
	        .sinkholes = {address_of("203.0.113.1"), address_of("203.0.113.2"),
	                      address_of("2001:db8::53")},
	        .sinkhole_count = 3,
	        .ttl = TTL,
	        .cookies = true,
	        .canary = {"canary.internal", 15},
	};
	memset(&tally, 0, sizeof(tally));
	desk = (struct guard_desk){
	        .tally = &tally, .secret = secret, .workers = 1, .us = NOW * DATE_SECOND};
	assert_int_equal(guard_lists_new(&plan, book, SERIAL, &lists), FSK_OK);
	assert_int_equal(net_limits_new(1, &desk.limits), FSK_OK);
	assert_int_equal(guard_habits_new(&desk.habits), FSK_OK);
	assert_int_equal(guard_hits_new(64, &desk.hits), FSK_OK);
	guard_habits_tick(desk.habits, NOW);
	set_policy();
}

static inline void
close_desk(void)
{
	guard_hits_free(desk.hits);
	guard_habits_free(desk.habits);
	net_limits_free(desk.limits);
	guard_ground_free(ground);
	guard_lists_free(lists);
	ground = NULL;
	lists = NULL;
}

#endif
