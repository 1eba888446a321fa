/* SPDX-License-Identifier: BSD-2-Clause
 *
 * simulated.h: a botnet of which all is known. Hosts sit on lines (NAT: several on one),
 * lines have addresses that change (DHCP), hosts are on line for a part of the day that
 * depends on where they are, call in rounds or walk through names drawn at random, one or
 * two sensors see a part of it, chaff calls too. Drawn from a seed: the same one gives the
 * same world. Calls that no sensor saw are kept too: they are a part of the truth.
 */
#ifndef SIMULATED_H
#define SIMULATED_H

#include "simulated_calls.h"

static inline void
simulated_disturb_all(struct simulated *world, size_t day)
{
	const struct simulated_setting *setting = &world->setting;
	size_t sources = (size_t)(setting->chaff * (double)setting->hosts);

	for (size_t i = 0; i < sources; i++) {
		enum simulated_kind kind = SIMULATED_ONCE;

		if (setting->known)
			kind = (enum simulated_kind)(SIMULATED_OUTSIDE + i % 4);
		else if (simulated_happens(world, setting->enumerators))
			kind = SIMULATED_ENUMERATOR;
		/* There is no "too many" where the names that bots try are not seen. */
		if (kind == SIMULATED_MANY && setting->names == 0)
			kind = SIMULATED_ALIEN;
		simulated_disturb(world, day, kind);
	}
}

static inline struct simulated *
simulated_new(const struct simulated_setting *setting, uint64_t seed)
{
	struct simulated *world = simulated_room(1, sizeof(*world));

	world->setting = *setting;
	world->state = simulated_mix(seed + 1);
	world->lines = simulated_room(setting->hosts, sizeof(*world->lines));
	world->hosts = simulated_room(setting->hosts, sizeof(*world->hosts));
	world->online = simulated_room(setting->days * 24, sizeof(*world->online));
	world->walks = simulated_room(setting->days, sizeof(*world->walks));
	simulated_settle(world);
	for (size_t day = 0; day < setting->days; day++) {
		for (size_t i = 0; i < world->line_count; i++)
			simulated_change(world, &world->lines[i]);
		for (size_t i = 0; i < setting->hosts; i++) {
			struct simulated_host *host = &world->hosts[i];

			simulated_wake(world, host, day);
			if (host->first == host->end)
				continue;
			if (setting->names > 0)
				simulated_walk(world, host, day);
			else
				simulated_rounds(world, host, day);
		}
		simulated_disturb_all(world, day);
	}
	return world;
}

static inline void
simulated_free(struct simulated *world)
{
	free(world->lines);
	free(world->hosts);
	free(world->taken);
	free(world->calls);
	free(world->online);
	free(world->walks);
	free(world);
}

/* The same for whoever reads sightings and host's days. */
static inline struct sighting_client
simulated_client(uint32_t address)
{
	struct sighting_client client = {.prefix = 32};

	client.address.octets[10] = client.address.octets[11] = 0xff;
	for (unsigned i = 0; i < 4; i++)
		client.address.octets[12 + i] = (uint8_t)(address >> (24 - 8 * i));
	return client;
}

#define SIMULATED_TEXT 32
static inline struct span
simulated_name(uint32_t name, char text[SIMULATED_TEXT])
{
	if (name == SIMULATED_NO_NAME)
		return (struct span){.text = ""};
	snprintf(text, SIMULATED_TEXT, "simulated-%u.test", (unsigned)name);
	return span_of(text);
}

/* ${call} as the sinkhole would tell it of ${generator}. Its name stands in ${text}. */
static inline struct sighting
simulated_sighting(const struct simulated_call *call, uint32_t generator,
                   char text[SIMULATED_TEXT])
{
	int64_t day = call->us - call->us % SIMULATED_DAY;
	struct sighting sighting = {
	        .us = call->us,
	        .client = simulated_client(call->address),
	        .kind = SIGHTING_HTTP,
	        .counter = call->counter < 0 ? SIGHTING_NO_COUNTER : call->counter,
	        .name = simulated_name(call->name, text),
	        .sensor = span_of(call->sensor == 0 ? "first" : "second"),
	        .fingerprint = call->kind == SIMULATED_ALIEN ? "crawler" : "conficker_ab",
	};

	if (call->kind == SIMULATED_OUTSIDE)
		day -= 40 * SIMULATED_DAY;
	sighting.address = sighting.client.address;
	sighting.match.generator = generator;
	sighting.match.period.first = day / 1000000;
	sighting.match.period.last = day / 1000000 + 86399;
	sighting.forecast = sighting.name;
	return sighting;
}

#endif
