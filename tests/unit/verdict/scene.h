/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scene.h: sightings for the tests of verdict/. Generator 0 tries 50 of 100
 * names a day in up to two rounds, 1 tries three, of 2 nothing is known, 3 tries
 * one; those from 4 on are as 0. Two generators are one family.
 */
#ifndef SCENE_H
#define SCENE_H

#include "verdict/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SCENE_GENERATORS 12
#define SCENE_EARLY 11
#define SCENE_DAY INT64_C(86400)
#define SCENE_START (INT64_C(16000) * SCENE_DAY) /* 2013-10-22 */
#define SCENE_SECOND INT64_C(1000000)            /* microseconds */

static inline uint32_t
scene_tries(uint32_t generator)
{
	static const uint32_t few[] = {50, 3, 0, 1};

	return few[generator < 4 ? generator : 0];
}

static inline uint32_t
scene_rounds(uint32_t generator)
{
	return generator == 2 ? 0 : 2;
}

/* Of the last generator bots ask up to 12 hours early. */
static inline uint32_t
scene_ahead(uint32_t generator)
{
	return generator == SCENE_EARLY ? 43200 : 0;
}

static inline uint32_t
scene_family(uint32_t generator)
{
	return generator / 2;
}

static inline struct verdict *
scene_new(void)
{
	static const struct verdict_setting setting = {.generator_count = SCENE_GENERATORS,
	                                               .tries = scene_tries,
	                                               .rounds = scene_rounds,
	                                               .ahead = scene_ahead,
	                                               .family = scene_family};
	struct verdict *verdict;

	assert_int_equal(verdict_new(&setting, &verdict), FSK_OK);
	return verdict;
}

static inline struct sighting_client
scene_client(uint32_t host)
{
	struct sighting_client client = {.prefix = 32};
	uint8_t *octets = client.address.octets;

	octets[10] = octets[11] = 0xff;
	octets[12] = 10;
	octets[13] = (uint8_t)(host >> 16);
	octets[14] = (uint8_t)(host >> 8);
	octets[15] = (uint8_t)host;
	return client;
}

static inline uint64_t
scene_hash(const struct sighting_client *client)
{
	uint64_t words[2];

	memcpy(words, client->address.octets, sizeof(words));
	return clean_mix(clean_mix(words[0]) ^ words[1]);
}

/* A sighting and the text that it points to. */
struct scene {
	struct sighting sighting;
	char text[80];
};

/* Host ${host} asks at noon of day ${asked} for name ${index} of the list that
 * ${generator} has on day ${listed}; days from SCENE_START. */
static inline void
scene_name(struct scene *scene, uint32_t host, uint32_t generator, int listed,
           uint32_t index)
{
	int64_t first = SCENE_START + listed * SCENE_DAY;
	int len = snprintf(scene->text, sizeof(scene->text), "n%u-%d-%u.example", generator,
	                   listed, index);

	scene->sighting = (struct sighting){
	        .us = (first + SCENE_DAY / 2) * SCENE_SECOND,
	        .client = scene_client(host),
	        .match = {.period = {first, first + SCENE_DAY - 1},
	                  .generator = generator,
	                  .index = index},
	        .forecast = {scene->text, (size_t)len},
	        .counter = SIGHTING_NO_COUNTER,
	        .file = 1,
	        .line = index,
	};
}

/* The same, taken at once. */
static inline void
scene_ask(struct verdict *verdict, uint32_t host, uint32_t generator, int listed,
          uint32_t index)
{
	struct scene scene;

	scene_name(&scene, host, generator, listed, index);
	assert_int_equal(verdict_add(verdict, &scene.sighting), FSK_OK);
}

/* Judges with ${rate} of all generators. */
static inline void
scene_judge(struct verdict *verdict, const struct clean *clean, struct null_rate rate)
{
	struct null_rate rates[SCENE_GENERATORS];
	struct verdict_ground ground = {.clean = clean,
	                                .rates = rates,
	                                .days = 1,
	                                .generators = 1,
	                                .host_hash = scene_hash};

	for (size_t i = 0; i < SCENE_GENERATORS; i++)
		rates[i] = rate;
	assert_int_equal(verdict_judge(verdict, &ground), FSK_OK);
}

/* What was judged of host ${host}. */
static inline const struct verdict_host *
scene_host(const struct verdict *verdict, uint32_t host)
{
	struct sighting_client client = scene_client(host);

	for (size_t i = 0; i < verdict_host_count(verdict); i++) {
		const struct verdict_host *at = verdict_host_at(verdict, i);

		if (address_equal(&at->client.address, &client.address))
			return at;
	}
	fail_msg("host %u was not judged", host);
	abort();
}

#endif
