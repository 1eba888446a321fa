/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/gather.h: makes the facts of one family. In two walks: first each host's days
 * (watch/hostday.h), in any order, of which the chaff is removed and the peak hour is
 * found; then the sightings of that hour and its neighbours by time, of which counters and
 * sensors are told apart. Without the second walk these facts are not known.
 */
#ifndef CENSUS_GATHER_H
#define CENSUS_GATHER_H

#include "census/facts.h"
#include "census/set.h"
#include "watch/hostday.h"

/* Names that are held, for whoever knows: how many of the list of the day that begins at
 * ${day}, for ${generator} ("conficker/b"); 0: none. */
struct census_held {
	uint64_t (*count)(int64_t day, struct span generator, void *context);
	void *context;
};

struct census_plan {
	const char *family; /* "conficker": with all of its generators, and what is known
	                     * to be of the family only; "conficker/b": that one alone */
	int64_t from, to;   /* whole days: multiples of 86,400 */
	struct census_habits habits;
	const struct census_held *held;  /* NULL: not known */
	const struct census_set *canary; /* who touched a canary; NULL: nobody */
	bool by_country, by_network;     /* whether tables of these will be asked for */
};

#define CENSUS_DAYS 800 /* of a span, at most */

struct census_gather;

/* What ${plan} points to, but for the family's name, must live as long as ${gather}.
 * FSK_RANGE: a span that is empty, longer than CENSUS_DAYS or not of whole days; FSK_NOMEM.
 */
FSK_MUST_USE enum fsk_err census_gather_new(const struct census_plan *plan,
                                            struct census_gather **gather);
void census_gather_free(struct census_gather *gather);

/* First walk, in any order. A host's day that is of another family or outside the span is
 * passed over. One host may come several times for a day: of several generators or nodes;
 * rows of one host, day and generator become one. Where a host is, its latest day says.
 * FSK_NOMEM, also of what was taken shortly before; FSK_RANGE: after the first walk, or
 * more than 2^31 - 1 of anything.
 *
 * Chaff, for all days of an address, by the first rule that is true of one of them:
 * contacts outside; more names of a generator on a day than twice plan->habits.tries (if
 * known), by three times the error with which they are known, so never if that is above
 * HOSTDAY_NAMES_MOST; alien requests; a canary. */
FSK_MUST_USE enum fsk_err census_gather_add(struct census_gather *gather,
                                            const struct hostday *host);

/* Adds ${hosts} of which no more is kept than how many they were on ${day}. */
void census_gather_forgotten(struct census_gather *gather, int64_t day, uint64_t hosts);

/* Ends the first walk: tables may be asked for, and between which seconds the second walk
 * wants sightings (from == to: none). */
FSK_MUST_USE enum fsk_err census_gather_settle(struct census_gather *gather, int64_t *from,
                                               int64_t *to);

/* Second walk: by time. What is outside the asked seconds, of another family, chaff or of a
 * host that the first walk did not have is passed over. Up to 64 sensors are told apart;
 * those without a name are one that makes no pair. FSK_RANGE: before
 * census_gather_settle(); FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_gather_sighting(struct census_gather *gather,
                                                 const struct sighting *sighting);

/* The facts, as long as ${gather} lives, of what was seen so far; more sightings may
 * follow, and then facts again, which take the place of these. Names that were held are
 * told of one generator only: where names of several were, name_set is false, since a
 * number of hosts from them all had to know D, n and m of each (a census of "conficker/b"
 * alone has one). FSK_RANGE: before census_gather_settle(). */
FSK_MUST_USE enum fsk_err census_gather_facts(struct census_gather *gather,
                                              const struct census_facts **facts);

/* Tables of addresses. */
enum census_by {
	CENSUS_BY_HOUR,
	CENSUS_BY_DAY,
	CENSUS_BY_COUNTRY,
	CENSUS_BY_NETWORK,
	CENSUS_BY_GENERATOR
};

struct census_line {
	int64_t second;   /* hour or day */
	struct span text; /* country or generator; empty: not known */
	uint32_t network;
	uint64_t addresses; /* different ones */
	uint64_t contacts;  /* 0 by hour: not told apart */
	uint64_t held;      /* by day: names that were held; 0: none, or not known */
	double hits;        /* by day */
};

/* Calls ${tell} with each line, which is valid as long as the call: by time, all hours or
 * days of the span; else the most addresses first, and none without an address. A result
 * other than FSK_OK ends it and is returned. FSK_RANGE: before census_gather_settle();
 * FSK_NOMEM. Countries and networks have no line if the plan did not want them. */
enum fsk_err census_gather_table(const struct census_gather *gather, enum census_by by,
                                 enum fsk_err (*tell)(const struct census_line *, void *),
                                 void *context);

/* Calls ${tell} with each address that counts, each of its days and generators: for
 * sketches. Of the marks it has contacts (UINT32_MAX: so many or more), hours and names.
 * FSK_RANGE: before census_gather_settle(). */
enum fsk_err census_gather_each(const struct census_gather *gather,
                                enum fsk_err (*tell)(const struct hostday *, void *),
                                void *context);

#endif
