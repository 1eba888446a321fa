/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Host's days by chance, and what is to be counted of them in the plainest way there is:
 * for each number all rows anew.
 */
#ifndef TEST_CENSUS_NAIVE_H
#define TEST_CENSUS_NAIVE_H

#include "hosts.h"

#include "census/gather.h"

#include <stdio.h>

#define NAIVE_DAY INT64_C(86400)
#define NAIVE_FROM (NAIVE_DAY * 14245) /* 2009-01-01 */
#define NAIVE_DAYS 4
#define NAIVE_TO (NAIVE_FROM + NAIVE_DAYS * NAIVE_DAY)
#define NAIVE_HOSTS 40
#define NAIVE_ROWS 300
#define NAIVE_GENERATORS 3
#define NAIVE_TRIES 20

static const char *const naive_generators[NAIVE_GENERATORS] = {"conficker", "conficker/a",
                                                               "conficker/b"};

/* Numbers of the same meaning as in a row of watch/hostday.h. */
struct naive {
	uint64_t seed;
	struct hostday rows[NAIVE_ROWS];
	size_t hosts[NAIVE_ROWS]; /* whose they are */
	size_t generators[NAIVE_ROWS];
	size_t count;
};

/* Names ${first}.. of so many. */
static inline void
naive_names(struct hostday_marks *marks, uint64_t first, uint64_t count)
{
	char name[32];

	for (uint64_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "name%lu.com", (unsigned long)(first + i));
		hostday_names_add(marks->names, span_of(name));
	}
}

static inline struct sighting_client
naive_client(size_t host)
{
	switch (host % 8) {
	case 6: {
		struct sighting_client client = host_of("2001:db8:0:1::1");

		client.address.octets[7] = (uint8_t)host;
		return client;
	}
	case 7:
		return sighting_named(host);
	default:
		return host_v4((uint32_t)(host * 2654435761U));
	}
}

/* A row of ${host}: of some 40 hosts, each with a weakness for one rule of four, that they
 * seldom follow. */
static inline void
naive_row(struct naive *naive, size_t row)
{
	static const char *const countries[] = {"DE", "BR", "CN", ""};
	struct hostday *day = &naive->rows[row];
	size_t host = draw(&naive->seed) % NAIVE_HOSTS;
	bool bad = draw(&naive->seed) % 16 == 0;

	*day = (struct hostday){
	        .day = NAIVE_FROM + (int64_t)(draw(&naive->seed) % NAIVE_DAYS) * NAIVE_DAY,
	        .client = naive_client(host),
	        .network = (uint32_t)(host % 5)};
	naive->hosts[row] = host;
	naive->generators[row] = draw(&naive->seed) % NAIVE_GENERATORS;
	day->generator = span_of(naive_generators[naive->generators[row]]);
	day->country = span_of(countries[host % 4]);
	if (day->client.prefix == 128 && !sighting_is_named(&day->client))
		day->client.address.octets[12] = (uint8_t)draw(&naive->seed);
	hostday_marks_init(&day->marks);
	day->marks.contacts = draw(&naive->seed) % 50 + 1;
	day->marks.hours = UINT32_C(1) << draw(&naive->seed) % 24 |
	                   (uint32_t)(draw(&naive->seed) & draw(&naive->seed) & 0xffffff);
	naive_names(&day->marks, draw(&naive->seed) % 200,
	            bad && host % 4 == 1 ? 120 : draw(&naive->seed) % 10);
	day->marks.outside = bad && host % 4 == 0;
	day->marks.alien = bad && host % 4 == 2;
	if (draw(&naive->seed) % 3 == 0)
		day->marks.counter = (int64_t)(draw(&naive->seed) % 100);
}

static inline void
naive_draw(struct naive *naive, uint64_t seed)
{
	*naive = (struct naive){.seed = seed};
	naive->count = draw(&naive->seed) % (NAIVE_ROWS + 1);
	for (size_t i = 0; i < naive->count; i++)
		naive_row(naive, i);
}

/* Whether row ${i} is of ${host}, of ${day} of the span and of ${generator}; SIZE_MAX: of
 * any. */
static inline bool
naive_is(const struct naive *naive, size_t i, size_t host, size_t day, size_t generator)
{
	size_t is = (size_t)((naive->rows[i].day - NAIVE_FROM) / NAIVE_DAY);

	return naive->hosts[i] == host && (day == SIZE_MAX || is == day) &&
	       (generator == SIZE_MAX || naive->generators[i] == generator);
}

/* All that rows of ${host}, ${day} and ${generator} say together; false: there is none. */
static inline bool
naive_marks(const struct naive *naive, size_t host, size_t day, size_t generator,
            struct hostday_marks *marks)
{
	bool any = false;

	hostday_marks_init(marks);
	for (size_t i = 0; i < naive->count; i++) {
		if (!naive_is(naive, i, host, day, generator))
			continue;
		hostday_marks_merge(marks, &naive->rows[i].marks);
		any = true;
	}
	return any;
}

/* Which rule is true of ${host}; CENSUS_CHAFFS: none. No host is a canary's here. */
static inline size_t
naive_chaff(const struct naive *naive, size_t host)
{
	struct hostday_marks marks;

	naive_marks(naive, host, SIZE_MAX, SIZE_MAX, &marks);
	if (marks.outside > 0)
		return CENSUS_CHAFF_OUTSIDE;
	for (size_t day = 0; day < NAIVE_DAYS; day++) {
		for (size_t g = 0; g < NAIVE_GENERATORS; g++) {
			struct hostday_marks one;

			naive_marks(naive, host, day, g, &one);
			/* An error of 12 %. */
			if (hostday_names(one.names) > 2 * NAIVE_TRIES * 1.36)
				return CENSUS_CHAFF_MANY;
		}
	}
	return marks.alien > 0 ? CENSUS_CHAFF_HEADERS : CENSUS_CHAFFS;
}

#endif
