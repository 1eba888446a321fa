/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How many hosts were on line in the peak hour? Not each of them calls in it: Conficker A
 * begins a round every three hours. If one does with chance p, k callers are those of about
 * k / p hosts. p is known as a range only (census/habits.h), so the interval goes from the
 * fewest hosts that with the higher end show k callers to the most that with the lower end
 * do, both by the exact binomial distribution; hosts whose chances differ within the range
 * make no other ends, since their sum lies between the two.
 *
 * The hour was chosen for being the one with the most callers, which favours hours with a
 * lucky draw. So the interval is made for all hours of the span at once (Bonferroni): then
 * it holds for whichever is chosen.
 *
 * What is counted are addresses. Where counters show several hosts behind many of them this
 * method does not hold. Where no counter says anything it gives a lower bound only: hosts
 * that share an address show as fewer callers, never as more.
 */
#include "census/chance.h"
#include "census/grounds.h"

#include <inttypes.h>

/* Whether all that a bot may try was held in the hour, as far as that matters: who tries
 * the whole list meets any name of it. */
static bool
is_whole(const struct census_facts *facts, size_t hour)
{
	const struct census_habits *habits = &facts->habits;

	if (habits->names > 0 && habits->tries >= habits->names)
		return true;
	return habits->names > 0 && facts->name_set && facts->held != NULL &&
	       facts->held[hour / CENSUS_HOURS] == habits->names;
}

static bool
check(const struct census_facts *facts, size_t hour, struct census_figure *figure)
{
	const struct census_habits *habits = &facts->habits;

	if (!(habits->hour_low > 0 && habits->hour_high <= 1 &&
	      habits->hour_low <= habits->hour_high))
		return census_grounds_refuse(
		        figure, "how often a bot calls in an hour is not known%s%s",
		        habits->hour_note != NULL ? ": " : "",
		        habits->hour_note != NULL ? habits->hour_note : "");
	if (!is_whole(facts, hour))
		return census_grounds_refuse(
		        figure, "a bot tries a part of the list only, and not all names "
		                "were held, or it is not known whether");
	if (census_grounds_sharing(facts) == CENSUS_SHARING_PLAIN)
		return census_grounds_refuse(figure,
		                             "addresses are not hosts here: %" PRIu64
		                             " that sent a counter stand for at least "
		                             "%" PRIu64 " hosts (see nat)",
		                             facts->chained, facts->chains);
	return true;
}

static bool
estimate(const struct census_facts *facts, struct census_figure *figure)
{
	double tail = 0.025 / ((double)facts->days * CENSUS_HOURS);
	double callers, low = facts->habits.hour_low, high = facts->habits.hour_high;
	size_t hour;

	if (!census_grounds_peak(facts, &hour))
		return census_grounds_refuse(figure,
		                             "nobody called in an hour that is known");
	if (!check(facts, hour, figure))
		return false;
	callers = (double)facts->hours[hour];
	census_grounds_window(figure, facts->from + (int64_t)hour * CENSUS_SECONDS_HOUR,
	                      CENSUS_SECONDS_HOUR);
	figure->low = census_chance_fewest(callers, high, tail);
	if (census_grounds_sharing(facts) == CENSUS_SHARING_UNSEEN ||
	    census_grounds_partial(facts)) {
		census_grounds_at_least(figure, figure->low);
		census_grounds_note(
		        figure, "how many hosts share an address is not seen, or days are "
		                "missing: a lower bound");
	} else {
		figure->bound = CENSUS_INTERVAL;
		figure->value = 2 * callers / (low + high);
		figure->high = census_chance_most(callers, low, tail);
	}
	census_grounds_note(figure, "chance to call in the hour %.2g to %.2g%s%s", low,
	                    high, facts->habits.hour_note != NULL ? ": " : "",
	                    facts->habits.hour_note != NULL ? facts->habits.hour_note : "");
	return true;
}

const struct census_method census_method_live = {
        .name = "live",
        .title = "hosts on line in the peak hour",
        .unit = CENSUS_HOSTS,
        .formula = "k / p, k callers of the hour, p the chance of a host to call in it",
        .source = "binomial distribution, Clopper and Pearson 1934, over all hours of the "
                  "span; p of each family: census/habits.c",
        .assumes = "each host that is on line has the stated chance to call in the hour, "
                   "whatever others do; who is on line is so all the hour; an address is "
                   "one host, which counters of bots are asked for",
        .refuses = "when the chance is not known, when a bot tries a part of the list and "
                   "not all names are held, when counters show several hosts behind an "
                   "address",
        .estimate = estimate,
};
