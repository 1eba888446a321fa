/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/weigh.h"

#include "verdict/order.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* Below this many names neither the clock nor the rounds show. */
#define LEAST 3

static bool
counts(const struct verdict_name *name)
{
	return !name->again && !name->collision;
}

static void
sum_up(struct verdict_finding *finding)
{
	finding->first_us = INT64_MAX;
	finding->last_us = INT64_MIN;
	for (size_t i = 0; i < finding->name_count; i++) {
		const struct verdict_name *name = &finding->names[i];

		finding->found += counts(name);
		finding->sightings += name->times;
		if (name->first_us < finding->first_us)
			finding->first_us = name->first_us;
		if (name->last_us > finding->last_us)
			finding->last_us = name->last_us;
	}
}

static void
test(struct verdict_finding *finding, const struct weigh_scale *scale)
{
	const struct null_rate *rate = scale->rate;
	double least = rate->prior ? VERDICT_MEAN_LEAST_PRIOR : VERDICT_MEAN_LEAST;
	double mean = rate->used * (scale->clean + finding->found);
	double tail;

	/* What is no number is the least. */
	finding->chance = mean > least ? mean : least;
	/* So that the evidence is a number when no double holds the chance. */
	tail = fmax(null_tail(finding->chance, finding->found), DBL_MIN);
	finding->evidence = log(VERDICT_POWER / tail);
	finding->posterior = VERDICT_PRIOR * VERDICT_POWER /
	                     (VERDICT_PRIOR * VERDICT_POWER + (1 - VERDICT_PRIOR) * tail);
	if (finding->found < 2 || finding->posterior < 0.5)
		finding->word = VERDICT_CHANCE;
	else if (finding->evidence < scale->limit || finding->posterior < VERDICT_SURE)
		finding->word = VERDICT_LIKELY;
	else
		finding->word = VERDICT_INFECTED;
}

/* Takes one period, of which ${found} names count with ${sightings} in all. */
static void
add_period(struct verdict_finding *finding, const struct weigh_scale *scale, uint64_t found,
           uint64_t sightings)
{
	if (found == 0)
		return;
	finding->expected += scale->tries;
	if (scale->tries > 0 && found > scale->tries)
		finding->relay |= VERDICT_RELAY_LIST;
	if (scale->rounds > 0 && found >= LEAST &&
	    sightings > found * VERDICT_RELAY_ASKS * scale->rounds)
		finding->relay |= VERDICT_RELAY_SWEEPS;
}

/* The names are in the order of periods. */
static void
compare_with_bot(struct verdict_finding *finding, const struct weigh_scale *scale)
{
	uint64_t found = 0, sightings = 0;

	for (size_t i = 0; i < finding->name_count; i++) {
		const struct verdict_name *name = &finding->names[i];

		if (i > 0 && (name->match.period.first != name[-1].match.period.first ||
		              name->match.period.last != name[-1].match.period.last)) {
			add_period(finding, scale, found, sightings);
			found = sightings = 0;
		}
		if (counts(name)) {
			found++;
			sightings += name->times;
		}
	}
	add_period(finding, scale, found, sightings);
}

/* The days between ${name}'s period and each time that it was asked for: 0 when one of
 * them lies in it, or in the time before it in which bots ask early, or when they differ.
 * So an innocent name that is asked for every day shows no clock. */
static int
clock_offset(const struct weigh_scale *scale, const struct verdict_name *name)
{
	struct fsk_period period = name->match.period;
	int first, last;

	if (period.first > INT64_MIN + (int64_t)scale->ahead)
		period.first -= scale->ahead;
	first = order_offset(period, name->first_us);
	last = order_offset(period, name->last_us);
	return first == last ? first : 0;
}

/* The offset that more than half of the names have, if there is one (Boyer and
 * Moore's vote), and how many have it. 0 as soon as one name has none. */
static uint32_t
vote(const struct weigh_scale *scale, const struct verdict_finding *finding, int *days)
{
	uint32_t lead = 0, have = 0;

	for (size_t i = 0; i < finding->name_count; i++) {
		const struct verdict_name *name = &finding->names[i];
		int offset = clock_offset(scale, name);

		if (!counts(name))
			continue;
		if (offset == 0)
			return 0;
		if (lead == 0)
			*days = offset;
		lead = *days == offset ? lead + 1 : lead - 1;
	}
	for (size_t i = 0; i < finding->name_count; i++) {
		const struct verdict_name *name = &finding->names[i];

		have += counts(name) && clock_offset(scale, name) == *days;
	}
	return have;
}

static void
read_clock(const struct weigh_scale *scale, struct verdict_finding *finding)
{
	int days = 0;

	if (finding->found < LEAST || vote(scale, finding, &days) < 0.9 * finding->found)
		return;
	finding->offset = true;
	finding->offset_days = days;
}

struct verdict_finding
weigh_names(const struct weigh_scale *scale, struct verdict_name *names, size_t count)
{
	struct verdict_finding finding = {
	        .generator = names[0].match.generator, .names = names, .name_count = count};

	sum_up(&finding);
	test(&finding, scale);
	qsort(names, count, sizeof(*names), order_names_by_period);
	compare_with_bot(&finding, scale);
	qsort(names, count, sizeof(*names), order_names_by_time);
	read_clock(scale, &finding);
	return finding;
}
