/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fuzz/guard_desk.h: a desk of the guard with one day's names of Conficker.B, and clients,
 * carriers and strangers who ask. Made once; only what is counted changes.
 */
#ifndef FUZZ_GUARD_DESK_H
#define FUZZ_GUARD_DESK_H

#include "fuzz.h"

#include "base/date.h"
#include "dga/catalog.h"
#include "guard/handle.h"

#include <stdlib.h>

#define FUZZ_DAY INT64_C(1795305600) /* 2026-11-22 */

/* Of whom the message comes; who & 3 is the number of one of them. */
static const char *const fuzz_peers[] = {"192.0.2.1", "198.51.100.53", "203.0.113.1",
                                         "2001:db8::1"};

static inline struct guard_prefix
fuzz_prefix(const char *text)
{
	struct guard_prefix prefix;

	FUZZ_CLAIM(guard_prefix_read(span_of(text), &prefix) == FSK_OK);
	return prefix;
}

static inline const struct guard_desk *
fuzz_desk(void)
{
	static const uint8_t secret[WIRE_COOKIE_SECRET] = "0123456789abcde";
	static struct guard_tally tally;
	static struct guard_desk desk = {.tally = &tally, .secret = secret, .workers = 1};
	struct guard_prefix clients = fuzz_prefix("192.0.2.0/24");
	struct guard_prefix carriers = fuzz_prefix("198.51.100.0/24");
	const struct guard_policy_setting setting = {
	        .clients = &clients,
	        .client_count = 1,
	        .carriers = &carriers,
	        .carrier_count = 1,
	        .who = GUARD_WHO_PROXY | GUARD_WHO_SUBNET | GUARD_WHO_MAC,
	        .ttl = 300,
	        .refuse_canary_doh = true,
	        .canary = span_of("canary.internal"),
	        .cookies = true,
	};
	struct dga_generator generator;
	struct watch_plan plan = {.generators = &generator.number,
	                          .generator_count = 1,
	                          .from = FUZZ_DAY,
	                          .to = FUZZ_DAY,
	                          .threads = 1};
	struct guard_ground *ground;
	struct guard_policy *policy;
	struct guard_lists *lists;

	if (desk.ground != NULL)
		return &desk;
	FUZZ_CLAIM(dga_generator_find(span_of("conficker/b"), &generator) == FSK_OK);
	FUZZ_CLAIM(guard_lists_new(&plan, NULL, 2026112200, &lists) == FSK_OK);
	FUZZ_CLAIM(guard_policy_new(&setting, &policy) == FSK_OK);
	FUZZ_CLAIM(guard_ground_new(lists, policy, &ground) == FSK_OK);
	FUZZ_CLAIM(guard_habits_new(&desk.habits) == FSK_OK);
	guard_habits_tick(desk.habits, FUZZ_DAY);
	guard_policy_free(policy);
	guard_lists_free(lists);
	desk.us = FUZZ_DAY * DATE_SECOND;
	desk.ground = ground;
	return &desk;
}

/* Makes the ${len} octets at ${data} fit for ${back}, as an answer. */
static inline void
fuzz_fit(const struct guard_back *back, const uint8_t *data, size_t len)
{
	size_t room = len + 64;
	uint8_t *octets = malloc(room);

	FUZZ_CLAIM(octets != NULL);
	memcpy(octets, data, len);
	FUZZ_CLAIM(guard_fit(back, octets, len, room) <= back->most);
	free(octets);
}

#endif
