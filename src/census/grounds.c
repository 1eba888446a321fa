/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/grounds.h"

#include "census/chance.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Chains beyond one an address that a restarted bot or two may make. */
#define SPARE_SHARE 0.01
#define SPARE 1

enum census_sharing
census_grounds_sharing(const struct census_facts *facts)
{
	double chained = (double)facts->chained;
	size_t peak;

	if ((double)facts->chains > chained * (1 + SPARE_SHARE) + SPARE)
		return CENSUS_SHARING_PLAIN;
	if (!census_grounds_peak(facts, &peak) || facts->chained == 0)
		return CENSUS_SHARING_UNSEEN;
	/* Counters that are 0, as most are of a bot that has infected nobody, do not tell
	 * two hosts apart; however high the others are, it takes half of all callers. */
	if (facts->told < facts->hours[peak] / 2)
		return CENSUS_SHARING_UNSEEN;
	return CENSUS_SHARING_NONE;
}

bool
census_grounds_peak(const struct census_facts *facts, size_t *hour)
{
	size_t most = 0;

	if (facts->hours == NULL || facts->days == 0)
		return false;
	for (size_t i = 1; i < facts->days * CENSUS_HOURS; i++) {
		if (facts->hours[i] > facts->hours[most])
			most = i;
	}
	if (facts->hours[most] == 0)
		return false;
	*hour = most;
	return true;
}

bool
census_grounds_partial(const struct census_facts *facts)
{
	return facts->forgotten > 0 || facts->unmarked > 0;
}

/* Whether it is known which names were held, and which of them were asked for. */
static bool
is_named(const struct census_facts *facts, struct census_figure *figure)
{
	if (facts->name_sets > 1)
		return census_grounds_refuse(figure,
		                             "names of %zu variants were held, which try "
		                             "different lists: ask for one of them",
		                             facts->name_sets);
	if (facts->name_set && facts->held != NULL && facts->hits != NULL)
		return true;
	if (!facts->held_told)
		return census_grounds_refuse(
		        figure, "it is not known which names were held (--held)");
	if (facts->name_sets > 0 && facts->unmarked > 0)
		return census_grounds_refuse(
		        figure, "it is not known of all calls which name they meant");
	return census_grounds_refuse(figure,
	                             "of no call is it known which held name it meant");
}

/* Whether it is known which names were held, and how bots choose. */
static bool
is_told(const struct census_facts *facts, struct census_figure *figure)
{
	if (!is_named(facts, figure))
		return false;
	if (facts->habits.names == 0 || facts->habits.tries == 0)
		return census_grounds_refuse(
		        figure, "it is not known how many names of how many a bot of this "
		                "family tries in a day");
	return true;
}

bool
census_grounds_held(const struct census_facts *facts, struct census_grounds *grounds,
                    struct census_figure *figure)
{
	struct census_grounds found = {.names = facts->habits.names,
	                               .tries = facts->habits.tries};

	if (!is_told(facts, figure))
		return false;
	if (found.tries > found.names)
		found.tries = found.names;
	for (size_t day = 0; day < facts->days; day++) {
		if (facts->held[day] > 0 && facts->held[day] >= found.held) {
			found.held = facts->held[day];
			found.day = day;
		}
	}
	if (found.held == 0)
		return census_grounds_refuse(figure, "no name of the span was held");
	if (found.held > found.names)
		return census_grounds_refuse(figure,
		                             "%" PRIu64 " names of a day were held of a "
		                             "list that has %" PRIu64,
		                             found.held, found.names);
	found.missed = census_chance_missed(found.names, found.held, found.tries);
	census_grounds_window(figure, facts->from + (int64_t)found.day * CENSUS_SECONDS_DAY,
	                      CENSUS_SECONDS_DAY);
	*grounds = found;
	return true;
}

void
census_grounds_window(struct census_figure *figure, int64_t from, int64_t seconds)
{
	figure->from = from;
	figure->to = from + seconds;
}

void
census_grounds_at_least(struct census_figure *figure, double value)
{
	figure->value = figure->low = figure->high = value;
	figure->bound = CENSUS_AT_LEAST;
}

bool
census_grounds_refuse(struct census_figure *figure, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	vsnprintf(figure->why, sizeof(figure->why), format, values);
	va_end(values);
	return false;
}

void
census_grounds_note(struct census_figure *figure, const char *format, ...)
{
	size_t len = strlen(figure->note);
	va_list values;

	if (len > 0)
		len += (size_t)snprintf(figure->note + len, sizeof(figure->note) - len,
		                        "; ");
	if (len >= sizeof(figure->note))
		return;
	va_start(values, format);
	vsnprintf(figure->note + len, sizeof(figure->note) - len, format, values);
	va_end(values);
}
