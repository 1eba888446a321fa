/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/hostday.h"

#include "base/date.h"
#include "watch/fingerprint.h"

#include <math.h>
#include <xxhash.h>

/* Of the hash of a name: its place in the bitmap of all; whether it is one of the
 * sixteenth, and its place there. */
#define PLACES 64
#define ALL_OF(hash) ((hash)&63)
#define IS_SOME(hash) (((hash) >> 6 & 15) == 0)
#define SOME_OF(hash) ((hash) >> 10 & 63)
#define SHARE 16.0

void
hostday_marks_init(struct hostday_marks *marks)
{
	*marks = (struct hostday_marks){.first_us = INT64_MAX,
	                                .last_us = INT64_MIN,
	                                .counter = SIGHTING_NO_COUNTER};
}

bool
hostday_is_outside(const struct sighting *sighting)
{
	struct fsk_period period = sighting->match.period;
	int64_t second = date_second_of(sighting->us);

	if (sighting->match.generator == SIGHTING_NO_GENERATOR)
		return false;
	/* Unsigned: of two that are in order the difference always fits. */
	if (second < period.first)
		return (uint64_t)period.first - (uint64_t)second > HOSTDAY_NEAR;
	return second > period.last &&
	       (uint64_t)second - (uint64_t)period.last > HOSTDAY_NEAR;
}

/* Whether it is known what requests of ${family}'s bots look like. */
static bool
is_known(const char *family)
{
	for (size_t i = 0; i < watch_fingerprint_count(); i++) {
		const struct watch_fingerprint *print = watch_fingerprint_at(i);

		if (print->sender == WATCH_BOT && print->family != NULL &&
		    strcmp(print->family, family) == 0)
			return true;
	}
	return false;
}

bool
hostday_is_alien(const struct sighting *sighting)
{
	const struct watch_fingerprint *print = NULL;
	const char *family = NULL;

	if (sighting->kind != SIGHTING_HTTP)
		return false;
	if (sighting->fingerprint != NULL)
		print = watch_fingerprint_find(span_of(sighting->fingerprint));
	if (print != NULL && print->sender != WATCH_ANYBODY)
		return print->sender != WATCH_BOT;
	if (sighting->match.generator != SIGHTING_NO_GENERATOR)
		family = fsk_generator_family(sighting->match.generator);
	return family != NULL && is_known(family);
}

void
hostday_names_add(uint64_t names[HOSTDAY_NAMES], struct span name)
{
	uint64_t hash;

	if (name.len == 0)
		return;
	hash = XXH3_64bits(name.text, name.len);
	names[0] |= UINT64_C(1) << ALL_OF(hash);
	if (IS_SOME(hash))
		names[1] |= UINT64_C(1) << SOME_OF(hash);
}

void
hostday_marks_add(struct hostday_marks *marks, const struct sighting *sighting)
{
	hostday_marks_add_as(marks, sighting, hostday_is_outside(sighting),
	                     hostday_is_alien(sighting));
}

void
hostday_marks_add_as(struct hostday_marks *marks, const struct sighting *sighting,
                     bool outside, bool alien)
{
	uint64_t contacts = (uint64_t)sighting->more + 1;
	int64_t second = date_second_of(sighting->us);

	marks->contacts += contacts;
	marks->hours |= UINT32_C(1)
	                << (second - date_day_of(second) * DATE_DAY) / (DATE_DAY / 24);
	hostday_names_add(marks->names,
	                  sighting->forecast.len > 0 ? sighting->forecast : sighting->name);
	if (outside)
		marks->outside += contacts;
	if (alien)
		marks->alien += contacts;
	if (sighting->us < marks->first_us)
		marks->first_us = sighting->us;
	if (sighting->us > marks->last_us)
		marks->last_us = sighting->us;
	if (sighting->counter > marks->counter)
		marks->counter = sighting->counter;
}

void
hostday_marks_merge(struct hostday_marks *marks, const struct hostday_marks *more)
{
	marks->contacts += more->contacts;
	marks->hours |= more->hours;
	for (size_t i = 0; i < HOSTDAY_NAMES; i++)
		marks->names[i] |= more->names[i];
	marks->outside += more->outside;
	marks->alien += more->alien;
	if (more->first_us < marks->first_us)
		marks->first_us = more->first_us;
	if (more->last_us > marks->last_us)
		marks->last_us = more->last_us;
	if (more->counter > marks->counter)
		marks->counter = more->counter;
}

/* How many names were put into places of which so many are taken, not all: the number of
 * which that many are what is to be expected (linear counting: Whang, Vander-Zanden,
 * Taylor, "A Linear-Time Probabilistic Counting Algorithm", ACM TODS 15, 1990). */
static double
names_of(int taken)
{
	return log1p(-taken / (double)PLACES) / log1p(-1.0 / PLACES);
}

/* What the error of names_of() of ${names} names is, squared (the same source). */
static double
variance_of(double names)
{
	double load = names / PLACES;

	return PLACES * (expm1(load) - load);
}

double
hostday_names(const uint64_t names[HOSTDAY_NAMES])
{
	int all = __builtin_popcountll(names[0]), some = __builtin_popcountll(names[1]);
	double of_all = names_of(all < PLACES ? all : PLACES - 1);
	double of_some = SHARE * names_of(some < PLACES ? some : PLACES - 1);
	double weight_all, weight_some;

	if (all < PLACES * 3 / 4)
		return of_all;
	if (all == PLACES) {
		if (of_some > HOSTDAY_NAMES_MOST)
			return HOSTDAY_NAMES_MOST;
		return of_some > of_all ? of_some : of_all;
	}
	/* Both know something: the mean of the two, each with the weight of its error. That
	 * of the sixteenth is also that of who is in it, 15 * names. */
	weight_all = 1 / variance_of(of_all);
	weight_some =
	        1 / ((SHARE - 1) * of_all + SHARE * SHARE * variance_of(of_all / SHARE));
	return (of_all * weight_all + of_some * weight_some) / (weight_all + weight_some);
}
