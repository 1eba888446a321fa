/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The chance that a bot calls in an hour in which it is on line. A bot that begins a round
 * each T minutes and is busy with it for R calls in every hour that has a part of a round:
 * (60 + R) / T, if rounds begin evenly spread. What is published of Conficker (Microsoft,
 * SRI: A every three hours, B every two; a host of B watched in 2015 tried about five names
 * a minute, in random order) leaves open whether a sinkhole's answer ends a round, and
 * whether T runs from the beginning of a round or from its end:
 *
 *   least: one call a round (R = 0), and the pause begins when 250 names, 50 minutes, are
 *          through: 60 / (T + 50)
 *   most:  calls all through a round of 50 minutes, T from beginning to beginning:
 *          (60 + 50) / T
 *
 * Of C no chance is stated: it sleeps 24 hours after a round of 6.25 to 6.9 hours, four
 * days after one that succeeded, and passes over addresses that it has met: the ends would
 * be a factor of eight apart. Of rounds of 6.9 hours that begin evenly spread 6.9 in 48 of
 * all tries are made on the day after the list's.
 */
#include "census/habits.h"

#include <math.h>
#include <string.h>

#define DAY 86400      /* seconds */
#define ROUND 50.0     /* minutes: 250 names, five a minute */
#define SOME_DAY 16000 /* 2013-10-22: all families have lists of it */

static const struct pace {
	const char *family, *variant;
	double hour_low, hour_high;
	const char *note;
	double over;
	bool speaks; /* it sends requests by which the family is known */
} paces[] = {
        {"conficker", "a", 60 / (180 + ROUND), (60 + ROUND) / 180,
         "a round each 3 h (Microsoft, SRI), of up to 50 min (250 names, 5 a minute)", 0,
         true},
        {"conficker", "b", 60 / (120 + ROUND), (60 + ROUND) / 120,
         "a round each 2 h (SRI), of up to 50 min (250 names, 5 a minute)", 0, true},
        {"conficker", "c", 0, 0,
         "rounds of 6.25 to 6.9 h and pauses of a day or four leave it open", 6.9 / 48,
         false},
};

/* Whether a list is that of a day or longer: of shorter ones a day has several, and what
 * one has of names and tries is not the day's. */
static bool
has_day(const struct dga_family *family, const struct dga_variant *variant)
{
	struct fsk_period period;

	if (!family->period(variant, (int64_t)SOME_DAY * DAY, &period))
		return false;
	return period.first == INT64_MIN || period.last == INT64_MAX ||
	       period.last - period.first >= DAY - 1;
}

static struct census_habits
habits_of(const struct dga_family *family, const struct dga_variant *variant)
{
	struct census_habits habits = {.hour_note = NULL};

	if (has_day(family, variant)) {
		habits.names = variant->count;
		habits.tries =
		        family->tries < variant->count ? family->tries : variant->count;
	}
	for (size_t i = 0; i < sizeof(paces) / sizeof(paces[0]); i++) {
		if (strcmp(paces[i].family, family->name) == 0 &&
		    strcmp(paces[i].variant, variant->name) == 0) {
			habits.hour_low = paces[i].hour_low;
			habits.hour_high = paces[i].hour_high;
			habits.hour_note = paces[i].note;
			habits.over = paces[i].over;
		}
	}
	return habits;
}

/* Of some with one chance and some with another so many call as if all had one between. */
static void
join_hours(struct census_habits *habits, const struct census_habits *other)
{
	bool known = habits->hour_high > 0 && other->hour_high > 0;

	if (habits->hour_low == other->hour_low && habits->hour_high == other->hour_high)
		return;
	habits->hour_low = known ? fmin(habits->hour_low, other->hour_low) : 0;
	habits->hour_high = known ? fmax(habits->hour_high, other->hour_high) : 0;
	habits->hour_note = known ? "of several variants, from the slowest to the fastest"
	                          : "it differs by variant, and is not known of all";
}

void
census_habits_join(struct census_habits *habits, const struct census_habits *other)
{
	if (habits->names != other->names || habits->tries != other->tries)
		habits->names = habits->tries = 0;
	if (habits->over < other->over)
		habits->over = other->over;
	join_hours(habits, other);
}

/* Of the variants of ${family} that are ${wanted}, together. */
static struct census_habits
join_all(const struct dga_family *family,
         bool (*wanted)(const struct dga_family *, const char *variant))
{
	struct census_habits habits = {.hour_note = NULL};
	bool found = false;

	for (size_t i = 0; i < family->variant_count; i++) {
		struct census_habits one;

		if (!wanted(family, family->variants[i].name))
			continue;
		one = habits_of(family, &family->variants[i]);
		if (found)
			census_habits_join(&habits, &one);
		else
			habits = one;
		found = true;
	}
	return habits;
}

static bool
any(const struct dga_family *family, const char *variant)
{
	(void)family;
	(void)variant;
	return true;
}

static bool
speaks(const struct dga_family *family, const char *variant)
{
	for (size_t i = 0; i < sizeof(paces) / sizeof(paces[0]); i++)
		if (strcmp(paces[i].family, family->name) == 0 &&
		    strcmp(paces[i].variant, variant) == 0)
			return paces[i].speaks;
	return false;
}

struct census_habits
census_habits_of(const struct dga_family *family, const char *variant)
{
	for (size_t i = 0; variant != NULL && i < family->variant_count; i++)
		if (strcmp(family->variants[i].name, variant) == 0)
			return habits_of(family, &family->variants[i]);
	return variant == NULL ? join_all(family, any)
	                       : (struct census_habits){.hour_note = NULL};
}

struct census_habits
census_habits_unsaid(const struct dga_family *family)
{
	return join_all(family, speaks);
}
