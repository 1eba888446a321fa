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

#include "census/facts.h"

#define REFERENCE_DAYS 64 /* of a span, at most */

struct reference {
	struct census_facts facts;
	struct census_pair pair;
	uint64_t *hours, *daily, *held, *again;
	double *hits;
	struct simulated_call *calls; /* of sensors, by address and time */
	size_t count;
	uint64_t removed; /* addresses that are chaff by a rule */
};

/* The calls of one address: calls[first, end). */
struct reference_part {
	const struct simulated_call *calls;
	size_t count;
};

static inline int
reference_compare(const void *a, const void *b)
{
	const struct simulated_call *left = a, *right = b;

	if (left->address != right->address)
		return left->address < right->address ? -1 : 1;
	return (left->us > right->us) - (left->us < right->us);
}

static inline int
reference_compare_names(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static inline size_t
reference_hour(const struct simulated_call *call)
{
	return (size_t)((call->us - SIMULATED_START * 1000000) / SIMULATED_HOUR);
}

/* How many different names ${part} tried on ${day}. */
static inline size_t
reference_names(const struct reference_part *part, size_t day)
{
	uint32_t *names;
	size_t count = 0, different = 0;

	if (part->count == 1)
		return part->calls[0].name != SIMULATED_NO_NAME &&
		       reference_hour(&part->calls[0]) / 24 == day;
	names = simulated_room(part->count, sizeof(*names));
	for (size_t i = 0; i < part->count; i++) {
		if (reference_hour(&part->calls[i]) / 24 == day &&
		    part->calls[i].name != SIMULATED_NO_NAME)
			names[count++] = part->calls[i].name;
	}
	qsort(names, count, sizeof(*names), reference_compare_names);
	for (size_t i = 0; i < count; i++)
		different += i == 0 || names[i] != names[i - 1];
	free(names);
	return different;
}

/* By which rule ${part} is chaff; CENSUS_CHAFFS: by none. */
static inline size_t
reference_chaff(const struct reference_part *part, const struct census_facts *facts)
{
	size_t rule = CENSUS_CHAFFS;

	for (size_t i = 0; i < part->count; i++) {
		size_t by = CENSUS_CHAFFS;

		if (part->calls[i].kind == SIMULATED_OUTSIDE)
			by = CENSUS_CHAFF_OUTSIDE;
		else if (part->calls[i].kind == SIMULATED_ALIEN)
			by = CENSUS_CHAFF_HEADERS;
		else if (part->calls[i].kind == SIMULATED_CANARY)
			by = CENSUS_CHAFF_CANARY;
		if (by < rule)
			rule = by;
	}
	for (size_t day = 0; day < facts->days && rule > CENSUS_CHAFF_MANY &&
	                     facts->habits.tries > 0 && part->count > 1;
	     day++) {
		if (reference_names(part, day) > 2 * (size_t)facts->habits.tries)
			rule = CENSUS_CHAFF_MANY;
	}
	return rule;
}

/* Fewest chains that do not fall: each value goes to the chain whose last one is the
 * greatest that is not above it; a 0 goes to that with the greatest. Values are few. */
static inline size_t
reference_chains(const struct reference_part *part, size_t hour)
{
	int32_t *tails;
	size_t chains = 0;

	if (reference_hour(&part->calls[0]) > hour ||
	    reference_hour(&part->calls[part->count - 1]) < hour)
		return 0;
	tails = simulated_room(part->count, sizeof(*tails));
	for (size_t i = 0; i < part->count; i++) {
		int32_t value = part->calls[i].counter;
		size_t best = SIZE_MAX;

		if (value < 0 || reference_hour(&part->calls[i]) != hour)
			continue;
		for (size_t k = 0; k < chains; k++) {
			if ((value == 0 || tails[k] <= value) &&
			    (best == SIZE_MAX || tails[k] > tails[best]))
				best = k;
		}
		tails[best == SIZE_MAX ? chains++ : best] = value;
	}
	free(tails);
	return chains;
}

/* What ${part} adds to days and hours. */
static inline void
reference_add_days(struct reference *reference, const struct reference_part *part)
{
	struct census_facts *facts = &reference->facts;
	uint64_t group = simulated_mix(part->calls[0].address) % CENSUS_GROUPS;
	uint8_t hours[REFERENCE_DAYS * 24], days[REFERENCE_DAYS];

	memset(hours, 0, facts->days * 24);
	memset(days, 0, facts->days);
	for (size_t i = 0; i < part->count; i++) {
		size_t hour = reference_hour(&part->calls[i]);

		if (hour < facts->days * 24)
			hours[hour] = days[hour / 24] = 1;
	}
	for (size_t i = 0; i < facts->days; i++) {
		if (!days[i])
			continue;
		for (size_t hour = i * 24; hour < (i + 1) * 24; hour++)
			reference->hours[hour] += hours[hour];
		reference->daily[i]++;
		for (size_t j = i; j < facts->days; j++)
			reference->again[(group * facts->days + i) * facts->days + j] +=
			        days[j];
		if (reference->held[i] > 0)
			reference->hits[i] += (double)reference_names(part, i);
	}
}

static inline void
reference_add_counter(struct census_facts *facts, const struct reference_part *part)
{
	int32_t most = -1;

	for (size_t i = 0; i < part->count; i++) {
		if (part->calls[i].counter > most)
			most = part->calls[i].counter;
	}
	if (most >= 0) {
		facts->with_counter++;
		facts->counter_sum += most;
	}
}

/* What ${part} adds to ${pair}, of the hour ${hour}. */
static inline void
reference_add_pair(struct census_pair *pair, const struct reference_part *part, size_t hour)
{
	bool first = false, second[CENSUS_LAGS] = {false};

	for (size_t i = 0; i < part->count; i++) {
		size_t at = reference_hour(&part->calls[i]);

		if (part->calls[i].sensor == 0)
			first = first || at == hour;
		else if (at + 1 >= hour && at <= hour + 1)
			second[at + 1 - hour] = true;
	}
	pair->first += first;
	pair->second += second[1];
	for (size_t lag = 0; lag < CENSUS_LAGS; lag++)
		pair->both[lag] += first && second[lag];
}

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
