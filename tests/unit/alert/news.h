/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/alert/news.h: a sighting and an alert to tell, of a host by its number.
 */
#ifndef TESTS_UNIT_ALERT_NEWS_H
#define TESTS_UNIT_ALERT_NEWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "alert/alert.h"

#include <cmocka.h>

/* 2015-08-03T01:02:03.000004Z. */
#define NOW INT64_C(1438563723000004)

#define REASON "conficker/b 2015-08-03 #17"

static inline struct address
scene_address(unsigned host)
{
	const uint8_t octets[4] = {192, 0, (uint8_t)(host >> 8), (uint8_t)host};

	return address_of_v4(octets);
}

static const struct alert_name scene_name = {
        .name = {"jogli.com", 9},
        .reason = REASON,
        .first_us = NOW - 60000000,
        .last_us = NOW,
        .times = 3,
};

static inline struct alert
scene_alert(unsigned host)
{
	return (struct alert){
	        .us = NOW,
	        .role = "guard",
	        .client = {.address = scene_address(host), .prefix = 32},
	        .address = scene_address(host),
	        .machine = {"desk-7", 6},
	        .family = "conficker",
	        .generator = "conficker/b",
	        .verdict = "infected",
	        .posterior = 0.9999,
	        .sightings = 40,
	        .found = 12,
	        .first_us = NOW - 60000000,
	        .last_us = NOW,
	        .action = "nxdomain",
	        .names = &scene_name,
	        .name_count = 1,
	};
}

static inline struct alert_sighting
scene_sighting(unsigned host)
{
	struct alert_sighting news = {
	        .sighting =
	                {
	                        .us = NOW,
	                        .client = {.address = scene_address(host), .prefix = 32},
	                        .address = scene_address(host),
	                        .port = 4000,
	                        .kind = SIGHTING_DNS,
	                        .transport = SIGHTING_UDP,
	                        .match = {.period = {1438560000, 1438646399}, .index = 17},
	                        .name = {"www.jogli.com", 13},
	                        .forecast = {"jogli.com", 9},
	                        .counter = SIGHTING_NO_COUNTER,
	                },
	        .role = "guard",
	        .action = "nxdomain",
	        .reason = REASON,
	        .state = WATCH_BLOCK,
	        .qtype = 1,
	};
	size_t generator;

	assert_int_equal(fsk_generator_find("conficker/b", &generator), FSK_OK);
	news.sighting.match.generator = (uint32_t)generator;
	return news;
}

#endif
