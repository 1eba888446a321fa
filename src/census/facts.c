/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/gather_part.h"

/* The generator of whose lists names were held; how many such there are in ${sets}. */
static size_t
find_set(const struct census_gather *gather, size_t *sets)
{
	size_t found = 0;

	*sets = 0;
	for (size_t g = 0; g < gather->generator_count; g++) {
		const uint64_t *held = gather->tally.held_by + g * gather->days;
		size_t day = 0;

		while (day < gather->days && held[day] == 0)
			day++;
		if (day == gather->days)
			continue;
		found = g;
		++*sets;
	}
	return found;
}

static void
fill_names(const struct census_gather *gather, struct census_facts *facts)
{
	size_t first = find_set(gather, &facts->name_sets) * gather->days;

	facts->held_told = gather->plan.held != NULL;
	facts->name_set = facts->name_sets == 1 && facts->unmarked == 0;
	if (!facts->name_set)
		return;
	facts->held = gather->tally.held_by + first;
	facts->hits = gather->tally.hits_by + first;
}

static void
fill_peak(struct census_gather *gather, struct census_facts *facts)
{
	const struct census_peak *peak = &gather->peak;

	facts->pair = census_peak_pair(gather);
	facts->sensors = peak->sensor_count;
	if (facts->sensors == 0 && peak->any)
		facts->sensors = 1;
	facts->chained = census_chains_clients(peak->chains);
	facts->told = census_chains_told(peak->chains);
	facts->chains = census_chains_count(peak->chains);
	if (peak->from != peak->to)
		facts->chain_hour = peak->from + CENSUS_HOUR;
}

enum fsk_err
census_gather_facts(struct census_gather *gather, const struct census_facts **facts)
{
	const struct census_tally *tally = &gather->tally;
	struct census_facts made = {
	        .family = gather->plan.family,
	        .from = gather->plan.from,
	        .to = gather->plan.to,
	        .days = gather->days,
	        .habits = gather->plan.habits,
	        .contacts = tally->all_contacts,
	        .hours = tally->hours,
	        .daily = tally->daily,
	        .footprint = tally->footprint,
	        .forgotten = gather->forgotten,
	        .with_counter = tally->with_counter,
	        .counter_sum = tally->counter_sum,
	        .again = tally->pseudonyms ? NULL : tally->again,
	        .unmarked = tally->unmarked,
	};

	if (!gather->settled)
		return FSK_RANGE;
	memcpy(made.chaff, tally->chaff, sizeof(made.chaff));
	fill_names(gather, &made);
	fill_peak(gather, &made);
	gather->facts = made;
	*facts = &gather->facts;
	return FSK_OK;
}
