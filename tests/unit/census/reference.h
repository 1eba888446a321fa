/* SPDX-License-Identifier: BSD-2-Clause
 *
 * reference.h: the facts of a simulated botnet (simulated.h), counted in the plainest way:
 * all calls are sorted, and whatever is counted is counted by walking over them. What a
 * census gathers by other means must be the same; parts by hash (again) may be dealt
 * otherwise, their sums not. Names are counted exactly.
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "simulated.h"
#include "reference_counts.h"

/* Calls ${visit} with all calls of each address that is no chaff. */
static inline void
reference_each(struct reference *reference, size_t hour,
               void (*visit)(struct reference *, const struct reference_part *, size_t))
{
	for (size_t i = 0, end; i < reference->count; i = end) {
		struct reference_part part = {.calls = reference->calls + i};
		size_t rule;

		for (end = i + 1; end < reference->count &&
		                  reference->calls[end].address == part.calls[0].address;)
			end++;
		part.count = end - i;
		rule = reference_chaff(&part, &reference->facts);
		if (rule == CENSUS_CHAFFS)
			visit(reference, &part, hour);
		else if (hour == SIZE_MAX)
			reference->facts.chaff[rule]++;
	}
}

static inline void
reference_first_walk(struct reference *reference, const struct reference_part *part,
                     size_t hour)
{
	(void)hour;
	reference->facts.contacts += part->count;
	reference->facts.footprint++;
	reference_add_days(reference, part);
	reference_add_counter(&reference->facts, part);
}

/* Whether ${part} sent a counter above 0 in ${hour}. */
static inline bool
reference_told(const struct reference_part *part, size_t hour)
{
	for (size_t i = 0; i < part->count; i++) {
		if (part->calls[i].counter > 0 && reference_hour(&part->calls[i]) == hour)
			return true;
	}
	return false;
}

static inline void
reference_second_walk(struct reference *reference, const struct reference_part *part,
                      size_t hour)
{
	size_t chains = reference_chains(part, hour);

	reference->facts.chained += chains > 0;
	reference->facts.told += reference_told(part, hour);
	reference->facts.chains += chains;
	reference_add_pair(&reference->pair, part, hour);
}

static inline void
reference_init(struct reference *reference, const struct simulated *world,
               const struct census_habits *habits)
{
	size_t days = world->setting.days;

	*reference = (struct reference){
	        .hours = simulated_room(days * 24, sizeof(uint64_t)),
	        .daily = simulated_room(days, sizeof(uint64_t)),
	        .held = simulated_room(days, sizeof(uint64_t)),
	        .hits = simulated_room(days, sizeof(double)),
	        .again = simulated_room(CENSUS_GROUPS * days * days, sizeof(uint64_t)),
	        .calls = simulated_room(world->count, sizeof(*reference->calls)),
	};
	reference->facts = (struct census_facts){
	        .family = "simulated",
	        .from = SIMULATED_START,
	        .to = SIMULATED_START + (int64_t)days * 86400,
	        .days = days,
	        .habits = *habits,
	        .hours = reference->hours,
	        .daily = reference->daily,
	        .again = reference->again,
	        .sensors = world->setting.two ? 2 : 1,
	};
	if (world->setting.held > 0) {
		reference->facts.name_set = true;
		reference->facts.name_sets = 1;
		reference->facts.held = reference->held;
		reference->facts.hits = reference->hits;
	}
	for (size_t day = 0; day < days; day++)
		reference->held[day] = world->setting.held;
	for (size_t i = 0; i < world->count; i++) {
		if (world->calls[i].sensor != SIMULATED_UNSEEN &&
		    reference_hour(&world->calls[i]) < days * 24)
			reference->calls[reference->count++] = world->calls[i];
	}
	qsort(reference->calls, reference->count, sizeof(*reference->calls),
	      reference_compare);
}

/* Counts the facts of ${world}. */
static inline void
reference_make(struct reference *reference, const struct simulated *world,
               const struct census_habits *habits)
{
	size_t peak = 0, hours = world->setting.days * 24;

	reference_init(reference, world, habits);
	reference_each(reference, SIZE_MAX, reference_first_walk);
	for (size_t i = 1; i < hours; i++) {
		if (reference->hours[i] > reference->hours[peak])
			peak = i;
	}
	reference->facts.chain_hour = reference->pair.hour =
	        SIMULATED_START + (int64_t)peak * 3600;
	reference_each(reference, peak, reference_second_walk);
	reference->pair.first_name = "first";
	reference->pair.second_name = "second";
	if (world->setting.two)
		reference->facts.pair = &reference->pair;
}

/* The calls that sensors saw as host's days, of generator ${number} called ${name}: chaff
 * is among them. The caller frees ${rows}. */
static inline size_t
reference_rows(const struct reference *reference, uint32_t number, const char *name,
               struct hostday **rows)
{
	struct hostday *made = simulated_room(reference->count, sizeof(*made));
	size_t count = 0;

	for (size_t i = 0; i < reference->count; i++) {
		const struct simulated_call *call = &reference->calls[i];
		int64_t day = (call->us - call->us % SIMULATED_DAY) / 1000000;
		char text[SIMULATED_TEXT];
		struct sighting sighting = simulated_sighting(call, number, text);

		if (i == 0 || call->address != call[-1].address ||
		    made[count - 1].day != day) {
			made[count] = (struct hostday){.day = day,
			                               .client = sighting.client,
			                               .generator = span_of(name)};
			hostday_marks_init(&made[count++].marks);
		}
		hostday_marks_add(&made[count - 1].marks, &sighting);
	}
	*rows = made;
	return count;
}

static inline void
reference_free(struct reference *reference)
{
	free(reference->hours);
	free(reference->daily);
	free(reference->held);
	free(reference->hits);
	free(reference->again);
	free(reference->calls);
}

#endif
