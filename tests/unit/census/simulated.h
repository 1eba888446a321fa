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

#include "watch/hostday.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIMULATED_START (INT64_C(14245) * 86400) /* 2009-01-01 */
#define SIMULATED_HOUR INT64_C(3600000000)       /* microseconds */
#define SIMULATED_DAY (24 * SIMULATED_HOUR)
#define SIMULATED_UNSEEN 2 /* in place of a sensor */
#define SIMULATED_NO_NAME UINT32_MAX

enum simulated_pair {
	SIMULATED_INDEPENDENT,
	SIMULATED_HOUR_OFF,  /* the second one's clock is ahead */
	SIMULATED_NESTED,    /* the second one sees a part of what the first one sees */
	SIMULATED_TWICE,     /* both are one */
	SIMULATED_DEPENDENT, /* half of what the second one sees it has of the first one */
};

enum simulated_kind {
	SIMULATED_BOT,
	SIMULATED_ONCE, /* chaff: calls once, from an address that never comes again */
	SIMULATED_ENUMERATOR, /* tries all names that are held, on one day */
	SIMULATED_OUTSIDE,    /* these four are known for chaff by the rules */
	SIMULATED_MANY,
	SIMULATED_ALIEN,
	SIMULATED_CANARY
};

struct simulated_setting {
	size_t hosts, days;
	double nat;       /* share of the lines that have two to four hosts */
	bool one_line;    /* all hosts are on one */
	double churn;     /* chance a day that a line gets another address */
	bool at_midnight; /* then; else at any time */
	double reuse;  /* share of the addresses of a pool that infected lines have; 0: an
	                * address that was given up is never another one's */
	double fixed;  /* share of the lines whose address never changes */
	double active; /* chance that a host is used on a day */
	double seldom; /* share of the hosts that are used a quarter as often */
	double always; /* share of the hosts that are on line all day */
	bool light;    /* of each host, day and address one call only */

	uint32_t names, tries, held; /* names 0: calls in rounds, as of Conficker A */

	double sees[2]; /* chance of a sensor to see the calls of a host in an hour */
	bool two;
	enum simulated_pair pair;

	bool counters;
	double zeros;  /* share of the hosts whose counter is 0 for ever */
	double resets; /* chance an hour that a bot is started anew */

	double chaff;       /* sources a day, as a share of the hosts */
	bool known;         /* they are of the kinds that the rules know, all four; else */
	double enumerators; /* share of them; the others call once */
};

struct simulated_call {
	int64_t us;
	uint32_t address;
	uint32_t host;   /* of a bot */
	uint32_t name;   /* from 0, of those that are held; or SIMULATED_NO_NAME */
	int32_t counter; /* below 0: none */
	uint8_t sensor;  /* 0, 1; SIMULATED_UNSEEN */
	uint8_t kind;    /* enum simulated_kind */
};

struct simulated_line {
	uint32_t before, after; /* addresses of the day */
	int64_t change;         /* when, microseconds of the day; SIMULATED_DAY: not */
	bool fixed;
};

struct simulated_host {
	uint32_t line;
	int32_t counter;
	double active;
	bool always, zero;
	int64_t first, end; /* on line, microseconds of the day; the same: not */
	uint8_t region;
};

struct simulated {
	struct simulated_setting setting;
	uint64_t state;
	struct simulated_line *lines;
	struct simulated_host *hosts;
	uint8_t *taken; /* of the pool */
	size_t line_count, pool;
	uint32_t fresh; /* the next address that nobody had */

	struct simulated_call *calls;
	size_t count, room;

	/* Truth; lines: line_count. */
	uint32_t *online;             /* [days * 24] hosts */
	double *walks;                /* [days]: names that were tried by tries */
	double full_walks, full_seen; /* that went through all names; that met a held one */
};

static inline uint64_t
simulated_mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* SplitMix64 (Steele, Lea, Flood 2014), as a share below 1. */
static inline double
simulated_draw(struct simulated *world)
{
	world->state += UINT64_C(0x9e3779b97f4a7c15);
	return (double)(simulated_mix(world->state) >> 11) * 0x1p-53;
}

static inline bool
simulated_happens(struct simulated *world, double chance)
{
	return simulated_draw(world) < chance;
}

static inline int64_t
simulated_between(struct simulated *world, int64_t first, int64_t end)
{
	return first + (int64_t)(simulated_draw(world) * (double)(end - first));
}

static inline void *
simulated_room(size_t count, size_t each)
{
	void *room = calloc(count > 0 ? count : 1, each);

	if (room == NULL)
		abort();
	return room;
}

static inline void
simulated_call(struct simulated *world, const struct simulated_call *call)
{
	if (world->count == world->room) {
		world->room = world->room > 0 ? 2 * world->room : 4096;
		world->calls = realloc(world->calls, world->room * sizeof(*world->calls));
		if (world->calls == NULL)
			abort();
	}
	world->calls[world->count++] = *call;
}

/* An address that nobody had: all different, and not in a row. */
static inline uint32_t
simulated_fresh(struct simulated *world)
{
	return ++world->fresh * UINT32_C(0x9e3779b1);
}

/* Another one of the pool in place of ${old} (its number there + 1; 0: none). */
static inline uint32_t
simulated_of_pool(struct simulated *world, uint32_t old)
{
	size_t place;

	do
		place = (size_t)(simulated_draw(world) * (double)world->pool);
	while (world->taken[place]);
	world->taken[place] = 1;
	if (old > 0)
		world->taken[old - 1] = 0;
	return (uint32_t)place + 1;
}

static inline uint32_t
simulated_next_address(struct simulated *world, uint32_t old)
{
	if (world->pool > 0)
		return simulated_of_pool(world, old);
	return simulated_fresh(world);
}

static inline void
simulated_settle(struct simulated *world)
{
	const struct simulated_setting *setting = &world->setting;

	for (size_t i = 0; i < setting->hosts;) {
		double draw = simulated_draw(world);
		size_t many =
		        draw < setting->nat ? 2 + (size_t)(3 * draw / setting->nat) : 1;

		if (setting->one_line)
			many = setting->hosts;
		for (size_t k = 0; k < many && i < setting->hosts; k++, i++)
			world->hosts[i] = (struct simulated_host){
			        .line = (uint32_t)world->line_count,
			        .always = simulated_happens(world, setting->always),
			        .zero = simulated_happens(world, setting->zeros),
			        .counter = (int32_t)(-40 * log1p(-simulated_draw(world))),
			        .region = (uint8_t)(3 * simulated_draw(world)),
			        .active = simulated_happens(world, setting->seldom)
			                          ? setting->active / 4
			                          : setting->active,
			};
		world->line_count++;
	}
	if (setting->reuse > 0)
		world->pool = (size_t)((double)world->line_count / setting->reuse);
	world->taken = simulated_room(world->pool, 1);
	for (size_t i = 0; i < world->line_count; i++) {
		world->lines[i].fixed = simulated_happens(world, setting->fixed);
		world->lines[i].after = simulated_next_address(world, 0);
	}
}

static inline void
simulated_change(struct simulated *world, struct simulated_line *line)
{
	line->before = line->after;
	line->change = SIMULATED_DAY;
	if (line->fixed || !simulated_happens(world, world->setting.churn))
		return;
	line->after = simulated_next_address(world, line->before);
	line->change =
	        world->setting.at_midnight ? 0 : simulated_between(world, 0, SIMULATED_DAY);
}

/* When ${host} is on line today, in whole hours: of three regions one each that is up from
 * 0, from 6 and from 13 on. */
static inline void
simulated_wake(struct simulated *world, struct simulated_host *host, size_t day)
{
	static const double mornings[] = {0, 6, 13};
	double first, end;

	host->first = host->end = 0;
	if (!host->always && !simulated_happens(world, host->active))
		return;
	first = host->always ? 0
	                     : floor(mornings[host->region] + 3 * simulated_draw(world));
	end = host->always ? 24 : fmin(24, first + 2 + floor(9 * simulated_draw(world)));
	host->first = (int64_t)first * SIMULATED_HOUR;
	host->end = (int64_t)end * SIMULATED_HOUR;
	for (size_t hour = (size_t)first; hour < (size_t)end; hour++)
		world->online[day * 24 + hour]++;
}

static inline uint32_t
simulated_address(const struct simulated *world, const struct simulated_host *host,
                  int64_t us)
{
	const struct simulated_line *line = &world->lines[host->line];

	return us < line->change ? line->before : line->after;
}

/* What ${host} sends as its counter; it grows and starts anew by the hour. */
static inline int32_t
simulated_counter(const struct simulated *world, const struct simulated_host *host)
{
	if (!world->setting.counters)
		return -1;
	return host->zero ? 0 : host->counter;
}

static inline void
simulated_age(struct simulated *world, struct simulated_host *host)
{
	if (simulated_happens(world, world->setting.resets))
		host->counter = 0;
	else if (simulated_happens(world, 0.2))
		host->counter++;
}

/* A call of ${host} at ${us} of ${day}, as each sensor sees it that is in ${seen}. */
static inline void
simulated_see(struct simulated *world, const struct simulated_host *host, size_t day,
              int64_t us, uint32_t name, const bool seen[2])
{
	struct simulated_call call = {
	        .us = SIMULATED_START * 1000000 + (int64_t)day * SIMULATED_DAY + us,
	        .address = simulated_address(world, host, us),
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
			simulated_see(world, host, day, us, SIMULATED_NO_NAME, seen);
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
		do {
			names[i] = (uint32_t)(setting->held * simulated_draw(world));
			for (k = 0; names[k] != names[i]; k++)
				;
		} while (k < i);
		simulated_see(world, host, day, begin + simulated_between(world, 0, length),
		              names[i], seen);
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
