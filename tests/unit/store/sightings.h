/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/store/sightings.h: a store in a folder of its own, sightings by chance, and
 * what the sums over them must be, counted plainly.
 */
#ifndef TEST_STORE_SIGHTINGS_H
#define TEST_STORE_SIGHTINGS_H

#include "store/engines/sqlite.h"
#include "store/store.h"

#include "base/date.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW (INT64_C(14302) * DATE_DAY * DATE_SECOND) /* 2009-02-27 */
#define HOUR (3600 * DATE_SECOND)
#define MANY 600

static char folder[64];

static inline int
make_folder(void **state)
{
	const char *where = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%.40s/store.XXXXXX",
	         where != NULL ? where : "/tmp");
	return mkdtemp(folder) == NULL;
}

static inline int
remove_folder(void **state)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char path[128];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/" FORM_FILE "%s", folder, ends[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/lock", folder);
	unlink(path);
	return rmdir(folder);
}

static inline struct store *
open_new(void)
{
	struct store_plan plan = {.folder = folder, .create = true};
	struct store *store;

	assert_int_equal(store_open(&plan, &store, NULL), FSK_OK);
	return store;
}

/* Runs ${sql} on the file, as somebody's hand would. */
static inline void
by_hand(const char *sql)
{
	char path[128];
	sqlite3 *db;

	snprintf(path, sizeof(path), "%s/" FORM_FILE, folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static inline uint64_t
draw(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *state >> 33;
}

static const char *const targets[] = {"/search?q=0", "/", "/x?aq=7", ""};
static const char *const names[] = {"conficker/b", "", "conficker/a", "nobody/knows"};
static const char *const prints[] = {"conficker-ab", "", "conficker-ab", "strange"};
static const char *const asked[] = {"www.a.info", "abc.a.info", "www.b.biz", "abc.c.biz"};
static const char *const shapes[] = {"", "GET /N", "", "\\x01\\x02"};

/* A sighting by chance: all its fields follow from ${n}. */
static inline void
make_item(struct store_item *item, uint64_t n)
{
	uint64_t state = n * 977 + 5;
	unsigned chance = (unsigned)draw(&state);
	struct sighting *s = &item->sighting;
	size_t number, which = chance % 4;

	*s = (struct sighting){.counter = SIGHTING_NO_COUNTER};
	item->offset = 16 + n * 100;
	item->said = (struct store_said){.generator = span_of(names[which]),
	                                 .fingerprint = span_of(prints[which]),
	                                 .cut = chance % 7 == 0};
	s->us = NOW + (int64_t)(draw(&state) % 100) * HOUR / 2 + (int64_t)n;
	s->kind = (enum sighting_kind)(draw(&state) % SIGHTING_KINDS);
	s->transport = (enum sighting_transport)(draw(&state) % 6);
	s->by = (enum sighting_by)(draw(&state) % SIGHTING_BYS);
	s->client.address =
	        address_of_v4((const uint8_t[4]){192, 0, 2, (uint8_t)(draw(&state) % 20)});
	s->client.prefix = 32;
	s->address = s->client.address;
	if (chance % 5 == 0) {
		s->client.address = address_of_v6(
		        (const uint8_t[16]){0x20, 1, 0xd, 0xb8, [7] = (uint8_t)which});
		s->client.prefix = 64;
		s->address = s->client.address;
		s->address.octets[15] = 9;
	}
	s->port = (uint16_t)draw(&state);
	s->match.generator = fsk_generator_find(names[which], &number) == FSK_OK
	                             ? (uint32_t)number
	                             : SIGHTING_NO_GENERATOR;
	s->fingerprint = which == 0 || which == 2 ? "conficker-ab" : NULL;
	if (chance % 3 == 0) {
		s->match.period = (struct fsk_period){NOW / DATE_SECOND, INT64_MAX};
		s->match.index = 7;
		s->match.offset = 4;
		s->name = span_of(asked[n % 4]);
		s->forecast = span_from(s->name, 4);
		s->counter = (int64_t)(n % 50);
		s->more = (uint32_t)(n % 4);
	}
	if (chance % 2 == 0)
		s->to = address_of_v4((const uint8_t[4]){198, 51, 100, 1});
	if (chance % 9 == 0) /* a list of long ago; what is no bot's request */
		s->match.period = (struct fsk_period){0, 86399};
	if (which == 2 && chance % 6 == 0) {
		item->said.fingerprint = (struct span){"", 0};
		s->fingerprint = NULL;
	}
	s->to_port = 80;
	s->qtype = (uint16_t)(n % 3);
	s->target = span_of(targets[which]);
	s->method = (struct span){"G\0T\xff", 4};
	s->host = s->sni = span_of("h");
	s->version = s->via = span_of("v");
	s->agent = s->referrer = span_of("=cmd|' /C calc'!A0");
	s->machine = s->forwarded = span_of("f");
	s->first = (struct span){"\0\1\2", which};
	s->shape = span_of(shapes[which]);
	s->sensor = span_of(chance % 2 == 0 ? "one" : "two");
}

static inline struct store_batch
make_batch(const char *worker, struct store_item *items, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		make_item(&items[i], i);
	return (struct store_batch){worker,       7,         16 + to * 100,
	                            items + from, to - from, false};
}

static inline void
take(struct store *store, const char *worker, struct store_item *items, size_t from,
     size_t to)
{
	struct store_batch batch = make_batch(worker, items, from, to);

	assert_int_equal(store_take(store, &batch, 1), FSK_OK);
}

static inline uint64_t
count(struct store *store)
{
	struct store_facts facts;

	assert_int_equal(store_facts(store, &facts), FSK_OK);
	return facts.sightings;
}

/* How many sightings ${filter} wants. */
static inline size_t
read_all(struct store *store, const struct store_filter *filter)
{
	struct store_reading *reading;
	struct sighting_cursor cursor;
	struct sighting s;
	size_t read = 0;

	assert_int_equal(store_read(store, filter, &reading), FSK_OK);
	for (cursor = store_reading_cursor(reading);
	     cursor.next(cursor.context, &s) == FSK_OK; read++)
		assert_true(s.us >= filter->from_us && s.us <= filter->to_us);
	store_reading_free(reading);
	return read;
}

#endif
