/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/facts.h: what was counted of one family in a span of whole days (UTC), after
 * chaff was removed: all that an estimator (census/method.h) may look at. Addresses are
 * hosts as census/set.h tells them apart: IPv4, IPv6 by /64, pseudonyms.
 */
#ifndef CENSUS_FACTS_H
#define CENSUS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CENSUS_HOURS 24
#define CENSUS_GROUPS 32 /* parts of the addresses by hash, for the jackknife */
#define CENSUS_LAGS 3    /* clocks of two sensors: an hour back, the same, an hour ahead */

/* Why a source was not counted (Kanich et al., "The Heisenbot Uncertainty Problem", LEET
 * 2008: who looks at a botnet is a part of what is counted). */
enum census_chaff {
	CENSUS_CHAFF_OUTSIDE, /* asked for names of far-off days */
	CENSUS_CHAFF_MANY,    /* asked for more than twice the names that a bot does */
	CENSUS_CHAFF_HEADERS, /* sent what no bot sends */
	CENSUS_CHAFF_CANARY   /* asked for a name that is there for nobody but such */
};
#define CENSUS_CHAFFS 4

/* What is known of how the bots of a family call (census/habits.h); 0: not known. */
struct census_habits {
	uint32_t names; /* D: of a day's list */
	uint32_t tries; /* n: of these that one bot tries in a day, at random if fewer than
	                 * D */
	double hour_low,
	        hour_high;     /* chance that a bot that is on line calls a sinkhole
	                        * that holds all names in a given hour: between these */
	const char *hour_note; /* whence that is known */
	double over; /* share of a bot's tries of a day that it makes on the next one, at
	              * most: half of how long a sweep takes, in days */
};

/* What two sensors saw in one hour. */
struct census_pair {
	const char *first_name, *second_name;
	int64_t hour;               /* its first second, of the first sensor */
	uint64_t first, second;     /* addresses */
	uint64_t both[CENSUS_LAGS]; /* in both, with the second one's hour before, the same
	                             * and the one behind it */
	uint64_t often[2], often_both[2]; /* that the first, the second saw more than
	                                   * once; of these in both */
};

struct census_facts {
	const char *family; /* "conficker" */
	int64_t from, to;   /* seconds since 1970; to is not included */
	size_t days;
	struct census_habits habits;

	uint64_t contacts;             /* of those that count */
	const uint64_t *hours;         /* [days * 24]: addresses that called in it */
	const uint64_t *daily;         /* [days]: addresses that called */
	uint64_t footprint;            /* addresses that called at all */
	uint64_t chaff[CENSUS_CHAFFS]; /* addresses that were removed, by the first rule
	                                * that is true of them */
	uint64_t forgotten; /* host-days of which no more than the number is kept */

	/* Names that were held. */
	bool held_told;       /* somebody said which names were held */
	bool name_set;        /* it is known which; else the next two are NULL */
	const uint64_t *held; /* [days]: m, of the day's list */
	const double *hits; /* [days]: pairs of an address and a name of it that it tried */

	/* The bots' own counter. */
	uint64_t with_counter; /* addresses that sent one */
	double counter_sum;    /* of the greatest that each of them sent */
	int64_t chain_hour;    /* the peak hour, first second; chains are of it */
	uint64_t chained;      /* addresses that sent a counter in it */
	uint64_t told;         /* of these, that sent one above 0: others tell no two bots
	                        * apart */
	uint64_t chains;       /* bots that are at least behind them (census/chains.h) */

	const struct census_pair *pair; /* NULL: fewer than two sensors */
	size_t sensors;                 /* how many, at least one if anything was seen */

	/* Seen again: [group][i][j], i <= j: addresses of a group that called on day i and
	 * on day j; of i == j on day i. Index (group * days + i) * days + j. NULL: there
	 * are pseudonyms, which another day does not know. */
	const uint64_t *again;

	/* What of it is not whole. */
	size_t name_sets;  /* generators of the family of which names were held in the span:
	                    * name_set is true of one only, since D, n and m are another's */
	uint64_t unmarked; /* host-days, of those that count, of which neither hours nor
	                    * names are known (watch/hostday.h): they are in daily and
	                    * footprint, not in hours; with any of them name_set is false */
};

#endif
