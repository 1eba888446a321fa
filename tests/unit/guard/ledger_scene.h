/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ledger_scene.h: a ledger with its rings, and a clock that is set by hand. What it tells
 * comes into told.h.
 */
#ifndef LEDGER_SCENE_H
#define LEDGER_SCENE_H

#include "told.h"

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)
#define START (INT64_C(20000) * DAY) /* 2024-10-04 */
#define ROOM 1024

static _Atomic int64_t clock_us;
static double asking; /* clients that asked something */

static int64_t
read_clock(void *context)
{
	(void)context;
	return atomic_load(&clock_us);
}

static double
count_clients(void *context)
{
	(void)context;
	return asking;
}

static inline void
take_words(const char *words, void *context)
{
	(void)context;
	assert_non_null(words);
	logged++;
}

static struct guard_hits *rings[2];
static struct guard_suspects *suspects;

/* A ledger that tells, of ${workers} rings, with ${settle_s} of 60. */
static inline struct guard_ledger_setting
setting_of(size_t workers)
{
	static char hub;

	return (struct guard_ledger_setting){
	        .hits = rings,
	        .worker_count = workers,
	        .hub = (struct alert_hub *)(void *)&hub,
	        .suspects = suspects,
	        .settle_s = 60,
	        .most_names = 100000,
	        .generators = dga_generator_count(),
	        .clients = count_clients,
	        .now_us = read_clock,
	        .log = take_words,
	};
}

static inline struct guard_ledger *
make_ledger(const struct guard_ledger_setting *setting)
{
	struct guard_ledger *ledger;

	assert_int_equal(guard_ledger_new(setting, &ledger), FSK_OK);
	return ledger;
}

static inline int
set_up(void **state)
{
	(void)state;
	told_count = sights = ticks = reopened = logged = 0;
	wants_sightings = false;
	atomic_store(&clock_us, START);
	asking = 100;
	if (guard_hits_new(ROOM, &rings[0]) != FSK_OK ||
	    guard_hits_new(ROOM, &rings[1]) != FSK_OK)
		return 1;
	return guard_suspects_new(1000, &suspects) != FSK_OK;
}

static inline int
tear_down(void **state)
{
	(void)state;
	guard_hits_free(rings[0]);
	guard_hits_free(rings[1]);
	guard_suspects_free(suspects);
	return 0;
}

static inline struct sighting_client
client_of(uint32_t host)
{
	struct sighting_client client = {.prefix = 32};

	client.address = address_of_v4((const uint8_t[]){
	        10, (uint8_t)(host >> 16), (uint8_t)(host >> 8), (uint8_t)host});
	return client;
}

static inline enum verdict_word
suspected(uint32_t host)
{
	struct sighting_client client = client_of(host);

	return guard_suspects_word(suspects, guard_client_hash(&client));
}

/* That ${host} asks for ${name}, which is ${match}, and gets NXDOMAIN. */
static inline struct guard_hit
hit_of(uint32_t host, const struct fsk_match *match, const struct fsk_name *name)
{
	struct guard_hit hit = {
	        .us = atomic_load(&clock_us),
	        .who = {.client = client_of(host), .port = 4711},
	        .transport = SIGHTING_UDP,
	        .match = *match,
	        .state = WATCH_BLOCK,
	        .action = GUARD_NXDOMAIN,
	        .qtype = 1,
	        .clean = 20,
	        .name = *name,
	};

	hit.who.address = hit.who.client.address;
	return hit;
}

static inline void
put_hit(size_t ring, const struct guard_hit *hit)
{
	struct guard_hit *room = guard_hits_room(rings[ring]);

	assert_non_null(room);
	*room = *hit;
	guard_hits_put(rings[ring]);
}

/* Name ${index} (from 1) of the list that ${generator} has at the clock's time. */
static inline struct guard_hit
hit_named(uint32_t host, const char *generator, uint32_t index)
{
	struct fsk_match match = {.index = index};
	struct fsk_cursor *cursor;
	struct fsk_name name = {.len = 0};
	size_t number;

	assert_int_equal(fsk_generator_find(generator, &number), FSK_OK);
	match.generator = (uint32_t)number;
	assert_int_equal(fsk_cursor_open(number, atomic_load(&clock_us) / SECOND, &cursor),
	                 FSK_OK);
	match.period = fsk_cursor_period(cursor);
	for (uint32_t i = 0; i < index; i++)
		assert_int_equal(fsk_cursor_next(cursor, &name, NULL), FSK_OK);
	fsk_cursor_close(cursor);
	return hit_of(host, &match, &name);
}

/* The same, put and taken. */
static inline void
ask(struct guard_ledger *ledger, uint32_t host, const char *generator, uint32_t index)
{
	struct guard_hit hit = hit_named(host, generator, index);

	put_hit(0, &hit);
	guard_ledger_step(ledger);
}

#endif
