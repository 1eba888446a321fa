/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/grounds.h: what several estimators ask of the facts, so that all of them answer it
 * alike; and how they say no.
 */
#ifndef CENSUS_GROUNDS_H
#define CENSUS_GROUNDS_H

#include "census/method.h"

#define CENSUS_SECONDS_DAY INT64_C(86400)
#define CENSUS_SECONDS_HOUR INT64_C(3600)

/* How many hosts an address of the peak hour stands for, as far as the counters that the
 * bots send can tell. */
enum census_sharing {
	CENSUS_SHARING_UNSEEN, /* too few sent one that says anything */
	CENSUS_SHARING_NONE,   /* one, but for a few */
	CENSUS_SHARING_PLAIN   /* several: NAT, proxies, resolvers */
};
enum census_sharing census_grounds_sharing(const struct census_facts *facts);

/* The hour in which most addresses called, as an index of facts->hours; false: none did. */
bool census_grounds_peak(const struct census_facts *facts, size_t *hour);

/* Whether host-days are missing of which no more than their number is known. */
bool census_grounds_partial(const struct census_facts *facts);

/* The day for which held names are read: the one of which most were held, of those the last
 * one, for which no hit has been looked at; and the chance that a bot tries none of them.
 * False: there is none, or one may not ask; figure->why says why. */
struct census_grounds {
	size_t day;
	uint64_t names, tries, held; /* D, n, m */
	double missed;
};
bool census_grounds_held(const struct census_facts *facts, struct census_grounds *grounds,
                         struct census_figure *figure);

/* Sets what ${figure} speaks of to ${seconds} from ${from} on. */
void census_grounds_window(struct census_figure *figure, int64_t from, int64_t seconds);

/* Makes ${figure} a bound: value and the end that there is are ${value}. */
void census_grounds_at_least(struct census_figure *figure, double value);

/* Writes figure->why and figure->note (what was there remains in front); refuse returns
 * false, for whoever returns it. */
bool census_grounds_refuse(struct census_figure *figure, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
void census_grounds_note(struct census_figure *figure, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

#endif
