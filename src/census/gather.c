/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/gather_part.h"

#include <stdlib.h>

#define ALL_HOURS ((UINT32_C(1) << CENSUS_HOURS) - 1)

/* No copy has infected more machines than there are IPv4 addresses, and what is said beyond
 * counts as that many. */
#define COUNTER_MOST ((int64_t)UINT32_MAX - 1)

static bool
is_span(int64_t from, int64_t to)
{
	/* Unsigned: of two that are in order the difference always fits. */
	return from < to && from % CENSUS_DAY == 0 && to % CENSUS_DAY == 0 &&
	       (uint64_t)to - (uint64_t)from <= CENSUS_DAYS * (uint64_t)CENSUS_DAY;
}

static enum fsk_err
name(struct census_gather *gather, struct span text)
{
	struct census_generator *generator = &gather->generators[gather->generator_count];

	generator->text = malloc(text.len + 1);
	if (generator->text == NULL)
		return FSK_NOMEM;
	memcpy(generator->text, text.text, text.len);
	generator->text[text.len] = '\0';
	generator->len = text.len;
	gather->generator_last = gather->generator_count++;
	return FSK_OK;
}

enum fsk_err
census_gather_new(const struct census_plan *plan, struct census_gather **gather)
{
	struct census_gather *made;
	enum fsk_err err;

	if (!is_span(plan->from, plan->to))
		return FSK_RANGE;
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return FSK_NOMEM;
	made->plan = *plan;
	made->days = (size_t)((plan->to - plan->from) / CENSUS_DAY);
	census_array_init(&made->visits, sizeof(struct census_visit));
	census_roll_init(&made->callers, sizeof(struct census_caller));
	err = name(made, span_of(plan->family));
	if (err != FSK_OK) {
		census_gather_free(made);
		return err;
	}
	made->plan.family = made->generators[0].text;
	made->family = span_of(made->plan.family);
	*gather = made;
	return FSK_OK;
}

void
census_gather_free(struct census_gather *gather)
{
	if (gather == NULL)
		return;
	census_array_fini(&gather->visits);
	census_roll_fini(&gather->callers);
	for (size_t i = 0; i < gather->generator_count; i++)
		free(gather->generators[i].text);
	census_tally_fini(&gather->tally);
	census_peak_fini(&gather->peak);
	free(gather);
}

bool
census_gather_is_of(const struct census_gather *gather, struct span generator)
{
	struct span family = gather->family;
	struct span head = {generator.text, family.len};

	return generator.len >= family.len && span_equal(head, family) &&
	       (generator.len == family.len || generator.text[family.len] == '/');
}

static bool
is_generator(const struct census_gather *gather, size_t number, struct span text)
{
	const struct census_generator *generator = &gather->generators[number];

	return span_equal((struct span){generator->text, generator->len}, text);
}

/* The number of generator ${text}: mostly that of the row before. */
static enum fsk_err
number_of(struct census_gather *gather, struct span text, uint16_t *number)
{
	uint16_t at = gather->generator_last;
	enum fsk_err err = FSK_OK;

	if (!is_generator(gather, at, text)) {
		for (at = 0; at < gather->generator_count; at++) {
			if (is_generator(gather, at, text))
				break;
		}
	}
	if (at == CENSUS_GENERATORS)
		at = 0;
	else if (at == gather->generator_count)
		err = name(gather, text);
	if (err != FSK_OK)
		return err;
	gather->generator_last = at;
	*number = at;
	return FSK_OK;
}

static uint32_t
country_of(struct span text)
{
	return text.len == 2 ? (uint32_t)(uint8_t)text.text[0] << 8 | (uint8_t)text.text[1]
	                     : 0;
}

/* Where ${caller} is: as its latest day has it; of two rows of that day the one that knows
 * more, then that with the smaller numbers, so that the order of rows decides nothing. */
static void
place(struct census_caller *caller, const struct census_caller *row)
{
	int known = (row->country != 0) + (row->network != 0);
	int knew = (caller->country != 0) + (caller->network != 0);

	if (row->latest < caller->latest)
		return;
	if (row->latest == caller->latest) {
		if (known < knew)
			return;
		if (known == knew &&
		    (row->country > caller->country ||
		     (row->country == caller->country && row->network >= caller->network)))
			return;
	}
	caller->latest = row->latest;
	caller->country = row->country;
	caller->network = row->network;
}

/* What ${host}, on its day ${day} of the span, says of its host. */
static struct census_caller
caller_of(const struct hostday *host, uint16_t day)
{
	const struct hostday_marks *marks = &host->marks;
	struct census_caller caller = {.network = host->network,
	                               .country = country_of(host->country) & 0xffff,
	                               .latest = (day + 1U) & 0x3ff,
	                               .outside = marks->outside > 0,
	                               .alien = marks->alien > 0};

	if (marks->counter > COUNTER_MOST)
		caller.counter = UINT32_MAX;
	else if (marks->counter >= 0)
		caller.counter = (uint32_t)marks->counter + 1;
	return caller;
}

static uint32_t
contacts_of(uint64_t contacts)
{
	return contacts > UINT32_MAX ? UINT32_MAX : (uint32_t)contacts;
}

void
census_visit_merge(struct census_visit *visit, const struct census_visit *more)
{
	visit->contacts = contacts_of((uint64_t)visit->contacts + more->contacts);
	visit->hours |= more->hours;
	for (size_t i = 0; i < HOSTDAY_NAMES; i++)
		visit->names[i] |= more->names[i];
}

/* Hangs ${visit} to ${caller}, unless it belongs to the one before it there. There is room
 * for one more. */
static void
hang(struct census_gather *gather, struct census_caller *caller, struct census_visit visit)
{
	uint32_t last = caller->enrolled.more;

	if (last != 0) {
		struct census_visit *before = census_visit_at(gather, last - 1);

		if (before->day == visit.day && before->generator == visit.generator) {
			census_visit_merge(before, &visit);
			return;
		}
	}
	visit.next = last;
	*census_visit_at(gather, gather->visits.count) = visit;
	caller->enrolled.more = ++gather->visits.count & 0x7fffffff;
}

static enum fsk_err
keep(struct census_gather *gather, const struct census_pending *row)
{
	struct census_caller *caller;
	uint32_t number;
	enum fsk_err err = census_array_grow(&gather->visits);

	if (err == FSK_OK)
		err = census_roll_add(&gather->callers, &row->client, &number);
	if (err != FSK_OK)
		return err;
	caller = census_roll_at(&gather->callers, number);
	if (caller->enrolled.more == 0 && gather->plan.canary != NULL &&
	    census_set_has(gather->plan.canary, &row->client))
		caller->canary = 1;
	place(caller, &row->caller);
	caller->outside |= row->caller.outside;
	caller->alien |= row->caller.alien;
	if (row->caller.counter > caller->counter)
		caller->counter = row->caller.counter;
	hang(gather, caller, row->visit);
	return FSK_OK;
}

enum fsk_err
census_gather_keep(struct census_gather *gather, size_t rest)
{
	while (gather->taken - gather->kept > rest) {
		enum fsk_err err =
		        keep(gather, &gather->pending[gather->kept % CENSUS_PENDING]);

		if (err != FSK_OK)
			return err;
		gather->kept++;
	}
	return FSK_OK;
}

/* Puts ${row} into the ring, which has room, and lets what it needs be fetched; for that
 * which has waited half of its time the second step. */
static void
take(struct census_gather *gather, const struct census_pending *row)
{
	size_t half = gather->taken - CENSUS_PENDING / 2;

	gather->pending[gather->taken % CENSUS_PENDING] = *row;
	census_roll_expect(&gather->callers, &row->client, 0);
	if (gather->taken - gather->kept >= CENSUS_PENDING / 2)
		census_roll_expect(&gather->callers,
		                   &gather->pending[half % CENSUS_PENDING].client, 1);
	gather->taken++;
}

enum fsk_err
census_gather_add(struct census_gather *gather, const struct hostday *host)
{
	struct census_pending row = {.client = host->client};
	enum fsk_err err;

	if (gather->settled)
		return FSK_RANGE;
	if (host->day < gather->plan.from || host->day >= gather->plan.to ||
	    !census_gather_is_of(gather, host->generator))
		return FSK_OK;
	err = number_of(gather, host->generator, &row.visit.generator);
	if (err == FSK_OK)
		err = census_gather_keep(gather, CENSUS_PENDING - 1);
	if (err != FSK_OK)
		return err;
	row.visit.day = (uint16_t)((host->day - gather->plan.from) / CENSUS_DAY);
	row.visit.hours = host->marks.hours & ALL_HOURS;
	row.visit.contacts = contacts_of(host->marks.contacts);
	memcpy(row.visit.names, host->marks.names, sizeof(row.visit.names));
	row.caller = caller_of(host, row.visit.day);
	take(gather, &row);
	return FSK_OK;
}

void
census_gather_forgotten(struct census_gather *gather, int64_t day, uint64_t hosts)
{
	if (day >= gather->plan.from && day < gather->plan.to)
		gather->forgotten += hosts;
}
