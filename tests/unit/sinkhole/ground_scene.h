/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/sinkhole/ground_scene.h: grounds of a few held names.
 */
#ifndef TEST_SINKHOLE_GROUND_SCENE_H
#define TEST_SINKHOLE_GROUND_SCENE_H

#include "base/date.h"
#include "dga/catalog.h"
#include "sinkhole/ground.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* 2026-11-22 12:00:00 UTC, and its midnight. */
#define NOON (MIDNIGHT + 12 * INT64_C(3600))
#define MIDNIGHT INT64_C(1795305600)
#define DAY INT64_C(86400)

static inline struct fsk_name
name_of(const char *text)
{
	struct fsk_name name = {.len = (uint8_t)strlen(text)};

	memcpy(name.text, text, strlen(text) + 1);
	return name;
}

static inline struct address
address_of(const char *text)
{
	struct address address;

	assert_int_equal(address_read(span_of(text), &address), FSK_OK);
	return address;
}

static inline size_t
number_of(const char *generator)
{
	struct dga_generator found;

	assert_int_equal(dga_generator_find(span_of(generator), &found), FSK_OK);
	return found.number;
}

/* The names ${generator} tries on the day of NOON; the ${n}th of them, from 0. */
static inline struct fsk_name
forecast_name(size_t generator, int64_t at, uint32_t n)
{
	struct fsk_cursor *cursor;
	struct fsk_name name;
	uint32_t index;

	assert_int_equal(fsk_cursor_open(generator, at, &cursor), FSK_OK);
	for (uint32_t i = 0; i <= n; i++)
		assert_int_equal(fsk_cursor_next(cursor, &name, &index), FSK_OK);
	fsk_cursor_close(cursor);
	return name;
}

static inline struct watch_plan
plan_of(const size_t *generators, size_t count)
{
	return (struct watch_plan){.generators = generators,
	                           .generator_count = count,
	                           .from = MIDNIGHT - DAY,
	                           .to = MIDNIGHT + 2 * DAY - 1,
	                           .threads = 1};
}

/* A setting that each test changes as it likes. */
static inline struct sinkhole_ground_setting
make_setting(const struct sinkhole_set_setting *sets, size_t count)
{
	static struct fsk_name servers[2], mailbox;

	servers[0] = name_of("ns1.sink.example");
	servers[1] = name_of("ns2.sink.example");
	mailbox = name_of("hostmaster.sink.example");
	return (struct sinkhole_ground_setting){
	        .sets = sets,
	        .set_count = count,
	        .servers = servers,
	        .server_count = 2,
	        .mailbox = &mailbox,
	        .serial = 2026112201,
	        .ttl = 300,
	};
}

#endif
