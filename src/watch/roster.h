/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/roster.h: all names that bots will try in a span of time, each once, in
 * the order of their octets, with the forecasts that it is and what the collision
 * stage says of it. What is published, fed and sent to registries is made of it.
 * Never changed once it is made; any number of threads may read it.
 */
#ifndef WATCH_ROSTER_H
#define WATCH_ROSTER_H

#include <foresink/watch.h>

#include "watch/plan.h"
#include "watch/ruling.h"

struct watch_roster;

struct watch_roster_setting {
	const struct watch_plan *plan; /* generators and span; its threads are used;
	                                * periods count from their family's ahead on */
	struct watch_rules rules;  /* what they call popular is only if no bot asked for it
	                            * before, see watch/recur.h */
	enum dga_confidence least; /* generators below it are left out */
	const struct span *suffixes; /* lower case, without a dot in front ("com"):
	                              * names that end in none of them are left out */
	size_t suffix_count;         /* 0: all */
};

/* One name. */
struct watch_entry {
	struct span name;                  /* lower case, no final dot */
	const struct watch_ruling *ruling; /* never NULL */
	size_t forecasts;                  /* at least 1 */
	size_t first;                      /* for watch_roster_forecast() */
};

/* How many names there are, each once, by state. */
struct watch_roster_counts {
	size_t names[3];   /* by enum watch_state */
	size_t suspicious; /* among the blocked */
	size_t forecasts;  /* of all of them: a name may stand in several lists */
	size_t left_out;   /* forecasts that ${least} and ${suffixes} left out */
};

/* A place in the order. */
struct watch_roster_cursor {
	const struct watch_roster *roster;
	size_t text;   /* where the next name stands */
	size_t at;     /* its first forecast */
	size_t ruling; /* of the next name of which there is more to say than "block" */
};

/* Makes the roster of ${setting} and stores it in ${roster}; the caller frees it.
 * A plan without any list gives an empty one. FSK_RANGE (2^31 names or more),
 * FSK_STOPPED, FSK_NOMEM, FSK_IO with errno when no thread can be started, and what
 * watch_walk_next() returns. */
FSK_MUST_USE enum fsk_err watch_roster_new(const struct watch_roster_setting *setting,
                                           struct watch_roster **roster);

void watch_roster_count(const struct watch_roster *roster,
                        struct watch_roster_counts *counts);

/* Puts ${cursor} before the first name. */
void watch_roster_begin(const struct watch_roster *roster,
                        struct watch_roster_cursor *cursor);

/* Stores the next name in ${entry}, whose spans are valid as long as the roster;
 * false behind the last. */
bool watch_roster_next(struct watch_roster_cursor *cursor, struct watch_entry *entry);

/* Forecast ${n} (from 0, below entry->forecasts) of ${entry}, by generator and then
 * in time; its offset is 0. */
struct fsk_match watch_roster_forecast(const struct watch_roster *roster,
                                       const struct watch_entry *entry, size_t n);

/* A number made from all names, their forecasts, states, grounds and why: equal when there
 * is nothing new to say. Whatever the number of threads. */
uint64_t watch_roster_digest(const struct watch_roster *roster);

/* Frees ${roster}; NULL is allowed. */
void watch_roster_free(struct watch_roster *roster);

#endif
