/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A folder for a store and sightings to put into it, for the tests of journals, records
 * and the mover.
 */
#ifndef TEST_STORE_GROUND_H
#define TEST_STORE_GROUND_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "store/record.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUND_US INT64_C(1700000000000000)

static char ground[64]; /* the folder */

static inline void
ground_clear(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		char inner[512];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(inner, sizeof(inner), "%.200s/%s", path, entry->d_name);
		if (unlink(inner) != 0)
			ground_clear(inner);
	}
	if (folder != NULL)
		closedir(folder);
	rmdir(path);
}

static inline int
ground_make(void **state)
{
	const char *where = getenv("TMPDIR");

	(void)state;
	snprintf(ground, sizeof(ground), "%.40s/store.XXXXXX",
	         where != NULL ? where : "/tmp");
	return mkdtemp(ground) == NULL;
}

static inline int
ground_remove(void **state)
{
	(void)state;
	ground_clear(ground);
	return 0;
}

/* How many files of ${folder} have a name that ends in ${ending}. */
static inline size_t
ground_count(const char *folder, const char *ending)
{
	char path[256];
	DIR *listing;
	const struct dirent *entry;
	size_t count = 0;

	snprintf(path, sizeof(path), "%s/%s", ground, folder);
	listing = opendir(path);
	while (listing != NULL && (entry = readdir(listing)) != NULL) {
		size_t len = strlen(entry->d_name);

		count += len >= strlen(ending) &&
		         strcmp(entry->d_name + len - strlen(ending), ending) == 0;
	}
	if (listing != NULL)
		closedir(listing);
	return count;
}

/* The question of client ${n} for a name of 20 octets. */
static inline struct sighting
ground_question(uint64_t n)
{
	uint8_t address[4] = {127, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
	uint8_t to[4] = {127, 0, 0, 1};
	struct sighting s = {
	        .us = GROUND_US + (int64_t)n,
	        .client = {address_of_v4(address), 32},
	        .address = address_of_v4(address),
	        .port = (uint16_t)(1024 + n % 60000),
	        .kind = SIGHTING_DNS,
	        .transport = SIGHTING_UDP,
	        .match = {.period = {1699920000, 1700006399}, .generator = 0, .index = 17},
	        .name = span_of("abcdefghijklmnop.biz"),
	        .counter = SIGHTING_NO_COUNTER,
	        .to = address_of_v4(to),
	        .to_port = 53,
	        .qtype = 1,
	        .sensor = span_of("sinkhole"),
	};

	s.forecast = s.name;
	return s;
}

static inline void
ground_assert_span(struct span a, struct span b)
{
	assert_int_equal(a.len, b.len);
	if (a.len > 0)
		assert_memory_equal(a.text, b.text, a.len);
}

/* Whether all of ${a} that a record keeps is as in ${b}. */
static inline void
ground_assert_same(const struct sighting *a, const struct sighting *b)
{
	assert_true(a->us == b->us);
	assert_memory_equal(&a->client.address, &b->client.address, 16);
	assert_int_equal(a->client.prefix, b->client.prefix);
	assert_memory_equal(&a->address, &b->address, 16);
	assert_int_equal(a->port, b->port);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->transport, b->transport);
	assert_int_equal(a->by, b->by);
	assert_int_equal(a->match.generator, b->match.generator);
	assert_true(a->match.period.first == b->match.period.first);
	assert_true(a->match.period.last == b->match.period.last);
	assert_int_equal(a->match.index, b->match.index);
	assert_int_equal(a->match.offset, b->match.offset);
	assert_true(a->counter == b->counter);
	assert_true((a->fingerprint == NULL) == (b->fingerprint == NULL));
	if (a->fingerprint != NULL && b->fingerprint != NULL)
		assert_string_equal(a->fingerprint, b->fingerprint);
	assert_memory_equal(&a->to, &b->to, 16);
	assert_int_equal(a->to_port, b->to_port);
	assert_int_equal(a->qtype, b->qtype);
	assert_int_equal(a->more, b->more);
	ground_assert_span(a->name, b->name);
	ground_assert_span(a->forecast, b->forecast);
	ground_assert_span(a->method, b->method);
	ground_assert_span(a->target, b->target);
	ground_assert_span(a->agent, b->agent);
	ground_assert_span(a->machine, b->machine);
	ground_assert_span(a->host, b->host);
	ground_assert_span(a->version, b->version);
	ground_assert_span(a->referrer, b->referrer);
	ground_assert_span(a->via, b->via);
	ground_assert_span(a->forwarded, b->forwarded);
	ground_assert_span(a->sni, b->sni);
	ground_assert_span(a->first, b->first);
	ground_assert_span(a->shape, b->shape);
	ground_assert_span(a->sensor, b->sensor);
}

#endif
