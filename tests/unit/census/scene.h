/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A census of a few hosts by hand: its days, and its sightings.
 */
#ifndef TEST_CENSUS_SCENE_H
#define TEST_CENSUS_SCENE_H

#include "hosts.h"

#include "census/gather.h"

#define DAY INT64_C(86400)
#define FROM (DAY * 14245) /* 2009-01-01 */
#define HOUR INT64_C(3600)

/* A plan of the ${days} from FROM on. */
static inline struct census_plan
plan_of(int days)
{
	return (struct census_plan){.family = "conficker",
	                            .from = FROM,
	                            .to = FROM + days * DAY,
	                            .by_country = true,
	                            .by_network = true};
}

static inline struct census_gather *
begin(const struct census_plan *plan)
{
	struct census_gather *made;

	assert_int_equal(census_gather_new(plan, &made), FSK_OK);
	return made;
}

/* A host of conficker/b that called once in ${hour} (from 0) of ${day} of the span. */
static inline struct hostday
day_of(struct sighting_client client, int day, int hour)
{
	struct hostday made = {.day = FROM + day * DAY,
	                       .client = client,
	                       .generator = span_of("conficker/b"),
	                       .country = span_of("DE"),
	                       .network = 64500};

	hostday_marks_init(&made.marks);
	made.marks.contacts = 1;
	made.marks.hours = UINT32_C(1) << hour;
	return made;
}

static inline void
add(struct census_gather *gathered, struct hostday day)
{
	assert_int_equal(census_gather_add(gathered, &day), FSK_OK);
}

/* Ends the first walk. */
static inline void
settle(struct census_gather *gathered)
{
	int64_t from, to;

	assert_int_equal(census_gather_settle(gathered, &from, &to), FSK_OK);
}

static inline const struct census_facts *
facts_of(struct census_gather *gathered)
{
	const struct census_facts *facts;

	assert_int_equal(census_gather_facts(gathered, &facts), FSK_OK);
	return facts;
}

/* A sighting of conficker/b by ${client} at ${second} of the span. */
static inline struct sighting
sighting_of(struct sighting_client client, int64_t second, const char *sensor)
{
	struct sighting made = {.us = (FROM + second) * 1000000,
	                        .client = client,
	                        .address = client.address,
	                        .sensor = span_of(sensor),
	                        .counter = SIGHTING_NO_COUNTER};
	size_t generator;

	assert_int_equal(fsk_generator_find("conficker/b", &generator), FSK_OK);
	made.match.generator = (uint32_t)generator;
	return made;
}

static inline void
see(struct census_gather *gathered, struct sighting sighting)
{
	assert_int_equal(census_gather_sighting(gathered, &sighting), FSK_OK);
}

#endif
