/* SPDX-License-Identifier: BSD-2-Clause
 *
 * simulated_calls.h: who calls in a simulated botnet, and which sensor sees it: rounds,
 * walks through names, chaff.
 */
#ifndef SIMULATED_CALLS_H
#define SIMULATED_CALLS_H

#include "simulated_hosts.h"

struct simulated_moment {
	size_t day;
	int64_t us; /* of it; what began late goes on the next day */
};

/* A call of ${host} at ${at}, as each sensor sees it that is in ${seen}. */
static inline void
simulated_see(struct simulated *world, const struct simulated_host *host,
              struct simulated_moment at, uint32_t name, const bool seen[2])
{
	struct simulated_call call = {
	        .us = SIMULATED_START * 1000000 + (int64_t)at.day * SIMULATED_DAY + at.us,
	        .address = simulated_address(world, host, at.us),
	        .host = (uint32_t)(host - world->hosts),
	        .name = name,
	        .counter = simulated_counter(world, host),
	        .sensor = SIMULATED_UNSEEN,
	};

	if (!seen[0] && !seen[1])
		simulated_call(world, &call);
	for (uint8_t sensor = 0; sensor < 2; sensor++) {
		if (!seen[sensor])
			continue;
		call.sensor = sensor;
		if (sensor == 1 && world->setting.pair == SIMULATED_HOUR_OFF)
			call.us += SIMULATED_HOUR;
		simulated_call(world, &call);
	}
}

/* Which sensors see what a host does in an hour. */
static inline void
simulated_look(struct simulated *world, bool seen[2])
{
	const struct simulated_setting *setting = &world->setting;

	seen[0] = simulated_happens(world, setting->sees[0]);
	seen[1] = setting->two && simulated_happens(world, setting->sees[1]);
	if (!setting->two)
		return;
	switch (setting->pair) {
	case SIMULATED_NESTED:
		seen[1] = seen[0] && seen[1];
		break;
	case SIMULATED_TWICE:
		seen[1] = seen[0];
		break;
	case SIMULATED_DEPENDENT:
		seen[1] = simulated_happens(world, 0.5) ? seen[0] : seen[1];
		break;
	case SIMULATED_INDEPENDENT:
	case SIMULATED_HOUR_OFF:
		break;
	}
}

/* Rounds as of Conficker A: one each 180 to 230 minutes, of up to 50, beginning anywhere;
 * in each hour that has a part of one the host calls once or twice. */
static inline void
simulated_rounds(struct simulated *world, struct simulated_host *host, size_t day)
{
	double minute = (double)SIMULATED_HOUR / 60;
	double every = (180 + 50 * simulated_draw(world)) * minute;
	double last = 50 * simulated_draw(world) * minute;
	double begin = (double)host->first + (simulated_draw(world) - 1) * every;
	uint32_t told = 0; /* address of which a light world has a call */
	bool any = false;

	for (int64_t at = host->first; at < host->end; at += SIMULATED_HOUR) {
		double end = (double)(at + SIMULATED_HOUR), first, until;
		bool seen[2];

		simulated_age(world, host);
		while (begin + last < (double)at)
			begin += every;
		if (begin >= end)
			continue;
		simulated_look(world, seen);
		first = fmax(begin, (double)at);
		until = fmax(fmin(begin + last, end), first + 1);
		for (int k = simulated_happens(world, 0.5) ? 2 : 1; k > 0; k--) {
			int64_t us =
			        simulated_between(world, (int64_t)first, (int64_t)until);
			uint32_t address = simulated_address(world, host, us);

			if (world->setting.light && any && address == told)
				continue;
			simulated_see(world, host, (struct simulated_moment){day, us},
			              SIMULATED_NO_NAME, seen);
			told = address;
			any = true;
		}
	}
}

/* ln of C(n, k). */
static inline double
simulated_choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

/* How many held names are among ${tried} of all: of the hypergeometric distribution, by the
 * sum of its terms. */
static inline uint32_t
simulated_found(struct simulated *world, uint32_t tried)
{
	double all = world->setting.names, held = world->setting.held;
	double draw = simulated_draw(world), found = 0;
	double term =
	        exp(simulated_choose(all - held, tried) - simulated_choose(all, tried));

	while (draw >= term && found < held && found < tried) {
		draw -= term;
		term *= (held - found) * (tried - found) /
		        ((found + 1) * (all - held - tried + found + 1));
		found++;
	}
	return (uint32_t)found;
}

/* A walk as of Conficker C: names that are drawn, 48 seconds each, as far as it gets. */
static inline void
simulated_walk(struct simulated *world, struct simulated_host *host, size_t day)
{
	const struct simulated_setting *setting = &world->setting;
	int64_t each = 48 * INT64_C(1000000), whole = each * setting->tries;
	int64_t room = host->end - host->first - whole;
	int64_t begin = host->first + (room > 0 ? simulated_between(world, 0, room) : 0);
	int64_t length = room > 0 ? whole : whole + room;
	uint32_t tried = (uint32_t)(length / each), found, names[64];
	bool seen[2];

	simulated_look(world, seen);
	found = simulated_found(world, tried);
	if (found > 64)
		abort();
	world->walks[day] += (double)tried / setting->tries;
	for (uint32_t i = 0, k; i < found; i++) {
		struct simulated_moment at = {.day = day};

		do {
			names[i] = (uint32_t)(setting->held * simulated_draw(world));
			for (k = 0; names[k] != names[i]; k++)
				;
		} while (k < i);
		at.us = begin + simulated_between(world, 0, length);
		simulated_see(world, host, at, names[i], seen);
	}
	if (tried == setting->tries) {
		world->full_walks++;
		world->full_seen += found > 0;
	}
}

/* A source that is no bot. */
static inline void
simulated_disturb(struct simulated *world, size_t day, enum simulated_kind kind)
{
	const struct simulated_setting *setting = &world->setting;
	uint32_t many = kind == SIMULATED_ENUMERATOR ? setting->held
	                : kind == SIMULATED_MANY     ? 5 * setting->tries
	                                             : 1;
	struct simulated_call call = {
	        .us = SIMULATED_START * 1000000 + (int64_t)day * SIMULATED_DAY,
	        .address = simulated_fresh(world),
	        .name = SIMULATED_NO_NAME,
	        .counter = setting->counters ? (int32_t)(20 * simulated_draw(world)) : -1,
	        .kind = (uint8_t)kind,
	};

	call.us += simulated_between(world, 0, SIMULATED_DAY);
	for (uint32_t name = 0; name < many; name++) {
		if (many > 1)
			call.name = name;
		else if (setting->held > 0)
			call.name = (uint32_t)(setting->held * simulated_draw(world));
		simulated_call(world, &call);
	}
}

#endif
