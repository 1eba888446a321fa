/* SPDX-License-Identifier: BSD-2-Clause
 *
 * simulated_world.h: what a simulated botnet (simulated.h) is made of, and its dice.
 */
#ifndef SIMULATED_WORLD_H
#define SIMULATED_WORLD_H

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

#endif
