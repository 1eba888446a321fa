/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Hours at an end of the span in which nobody called are a gap if the day beside has so
 * many callers in the same hours that chance does not explain it: of ten that are awaited
 * none comes once in 20,000 times (Poisson). A span of one day has no day beside: there the
 * mean of its other hours foretells, and since nights are quieter more has to be awaited.
 */
#include "census/cut.h"

#define AWAITED 10
#define AWAITED_ALONE 50

/* Callers in the hours ${from} to ${to} of ${day}; one of two hours is two. */
static uint64_t
callers(const struct census_facts *facts, size_t day, unsigned from, unsigned to)
{
	uint64_t sum = 0;

	for (unsigned hour = from; hour < to; hour++)
		sum += facts->hours[day * CENSUS_HOURS + hour];
	return sum;
}

/* Whether the empty hours of ${cut} would have callers, by the day ${beside}, which may be
 * the same one. */
static bool
is_gap(const struct census_facts *facts, const struct census_cut *cut, size_t beside)
{
	unsigned empty = cut->to - cut->from;

	if (empty == 0 || empty == CENSUS_HOURS)
		return false;
	if (beside != cut->day)
		return callers(facts, beside, cut->from, cut->to) >= AWAITED;
	return callers(facts, beside, 0, CENSUS_HOURS) * empty >=
	       (uint64_t)AWAITED_ALONE * (CENSUS_HOURS - empty);
}

size_t
census_cut_find(const struct census_facts *facts, struct census_cut cuts[CENSUS_CUTS])
{
	struct census_cut head = {.from = 0}, tail = {.from = CENSUS_HOURS};
	size_t first = 0, last = facts->days, count = 0;

	if (facts->hours == NULL || facts->daily == NULL)
		return 0;
	while (first < last && facts->daily[first] == 0)
		first++;
	while (last > first && facts->daily[last - 1] == 0)
		last--;
	if (first == last)
		return 0;
	last--;
	head.day = first;
	while (head.to < CENSUS_HOURS && callers(facts, first, head.to, head.to + 1) == 0)
		head.to++;
	tail.day = last;
	tail.to = CENSUS_HOURS;
	while (tail.from > 0 && callers(facts, last, tail.from - 1, tail.from) == 0)
		tail.from--;
	if (is_gap(facts, &head, first < last ? first + 1 : first))
		cuts[count++] = head;
	if (is_gap(facts, &tail, first < last ? last - 1 : last))
		cuts[count++] = tail;
	return count;
}
