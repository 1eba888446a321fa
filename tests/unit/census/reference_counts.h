/* SPDX-License-Identifier: BSD-2-Clause
 *
 * reference_counts.h: what is counted of one address of a simulated botnet (reference.h).
 */
#ifndef REFERENCE_COUNTS_H
#define REFERENCE_COUNTS_H

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

#endif
