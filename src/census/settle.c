/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The hosts one after the other, each with all of its days at hand: who is chaff, and what
 * the others add to each number.
 */
#include "census/gather_part.h"

#include "census/pairs.h"

#include "base/size.h"

#include <math.h>
#include <stdlib.h>

/* In the hours of a day: it called on that day, whatever is known of hours. */
#define CALLED (UINT32_C(1) << CENSUS_HOURS)

/* Hosts ahead of the one at work whose rows are fetched. */
#define AHEAD 8

#define WORD 64
#define WORDS ((CENSUS_DAYS + WORD - 1) / WORD)

struct pass {
	struct census_gather *gather;
	struct census_tally *tally;
	double most;     /* names; more are chaff */
	uint32_t *cells; /* [day * generators + generator]: number + 1 of a row of the host
	                  * at work */

	struct census_pairs pairs;

	/* Of the host at work. */
	uint32_t *hours; /* [days] */
	uint64_t called[WORDS];
	uint64_t generators[CENSUS_GENERATORS / WORD];
	uint64_t by_generator[CENSUS_GENERATORS]; /* contacts */
	uint64_t contacts;
};

void
census_tally_fini(struct census_tally *tally)
{
	if (tally == NULL)
		return;
	free(tally->hours);
	free(tally->daily);
	free(tally->contacts);
	free(tally->held);
	free(tally->hits);
	free(tally->held_by);
	free(tally->hits_by);
	free(tally->again);
	census_sums_fini(&tally->countries);
	census_sums_fini(&tally->networks);
	census_sums_fini(&tally->generators);
	*tally = (struct census_tally){.footprint = 0};
}

static enum fsk_err
make(struct census_tally *tally, size_t days, size_t generators)
{
	size_t lists = size_add(size_mul(days, generators), 1);

	tally->hours = calloc(size_mul(days, CENSUS_HOURS), sizeof(*tally->hours));
	tally->daily = calloc(days, sizeof(*tally->daily));
	tally->contacts = calloc(days, sizeof(*tally->contacts));
	tally->held = calloc(days, sizeof(*tally->held));
	tally->hits = calloc(days, sizeof(*tally->hits));
	tally->held_by = calloc(lists, sizeof(*tally->held_by));
	tally->hits_by = calloc(lists, sizeof(*tally->hits_by));
	return tally->hours != NULL && tally->daily != NULL && tally->contacts != NULL &&
	                       tally->held != NULL && tally->hits != NULL &&
	                       tally->held_by != NULL && tally->hits_by != NULL
	               ? FSK_OK
	               : FSK_NOMEM;
}

/* Asks which names were held. */
static void
ask(struct census_gather *gather, struct census_tally *tally)
{
	const struct census_held *held = gather->plan.held;

	for (size_t g = 0; held != NULL && g < gather->generator_count; g++) {
		struct span text = {gather->generators[g].text, gather->generators[g].len};

		for (size_t day = 0; day < gather->days; day++) {
			int64_t from = gather->plan.from + (int64_t)day * CENSUS_DAY;
			uint64_t count = held->count(from, text, held->context);

			tally->held_by[g * gather->days + day] = count;
			tally->held[day] += count;
		}
	}
}

/* Makes one of the rows of ${caller} that are of the same day and generator: of several
 * nodes. */
static void
merge(struct pass *pass, const struct census_caller *caller)
{
	uint32_t n = caller->enrolled.more;
	struct census_visit *before = census_visit_at(pass->gather, n - 1), *visit;

	for (; n != 0; n = visit->next) {
		uint32_t *cell;

		visit = census_visit_at(pass->gather, n - 1);
		cell = &pass->cells[visit->day * (size_t)pass->gather->generator_count +
		                    visit->generator];
		if (*cell != 0) {
			census_visit_merge(census_visit_at(pass->gather, *cell - 1), visit);
			before->next = visit->next;
			continue;
		}
		*cell = n;
		before = visit;
	}
	for (n = caller->enrolled.more; n != 0; n = visit->next) {
		visit = census_visit_at(pass->gather, n - 1);
		pass->cells[visit->day * (size_t)pass->gather->generator_count +
		            visit->generator] = 0;
	}
}

/* Whether ${caller} asked for too many names of a generator on some day. */
static bool
is_greedy(const struct pass *pass, const struct census_caller *caller)
{
	const struct census_visit *visit;

	if (pass->most >= HOSTDAY_NAMES_MOST)
		return false;
	for (uint32_t n = caller->enrolled.more; n != 0; n = visit->next) {
		visit = census_visit_at(pass->gather, n - 1);
		if (hostday_names(visit->names) > pass->most)
			return true;
	}
	return false;
}

/* Whether ${caller} is chaff; then it is counted as such. */
static bool
is_chaff(struct pass *pass, const struct census_caller *caller)
{
	enum census_chaff rule;

	if (caller->outside)
		rule = CENSUS_CHAFF_OUTSIDE;
	else if (is_greedy(pass, caller))
		rule = CENSUS_CHAFF_MANY;
	else if (caller->alien)
		rule = CENSUS_CHAFF_HEADERS;
	else if (caller->canary)
		rule = CENSUS_CHAFF_CANARY;
	else
		return false;
	pass->tally->chaff[rule]++;
	return true;
}

/* Adds a row to what is known of the host at work. */
static void
add_visit(struct pass *pass, const struct census_visit *visit)
{
	struct census_tally *tally = pass->tally;
	size_t list = visit->generator * pass->gather->days + visit->day;

	if (tally->held_by[list] > 0) {
		double hits = hostday_names(visit->names);

		tally->hits_by[list] += hits;
		tally->hits[visit->day] += hits;
	}
	pass->contacts += visit->contacts;
	tally->contacts[visit->day] += visit->contacts;
	pass->by_generator[visit->generator] += visit->contacts;
	pass->generators[visit->generator / WORD] |= UINT64_C(1) << visit->generator % WORD;
	pass->hours[visit->day] |= visit->hours | CALLED;
	pass->called[visit->day / WORD] |= UINT64_C(1) << visit->day % WORD;
	tally->unmarked += visit->hours == 0;
}

/* Adds the days of host ${number}, which is at work, and forgets them. */
static void
add_days(struct pass *pass, uint32_t number)
{
	uint16_t days[CENSUS_DAYS];
	size_t count = 0;

	for (size_t word = 0; word * WORD < pass->gather->days; word++) {
		for (uint64_t bits = pass->called[word]; bits != 0; bits &= bits - 1)
			days[count++] =
			        (uint16_t)(word * WORD + (size_t)__builtin_ctzll(bits));
		pass->called[word] = 0;
	}
	for (size_t i = 0; i < count; i++) {
		uint64_t *hours = pass->tally->hours + days[i] * (size_t)CENSUS_HOURS;
		uint32_t bits = pass->hours[days[i]] & ~CALLED;

		pass->hours[days[i]] = 0;
		pass->tally->daily[days[i]]++;
		for (; bits != 0; bits &= bits - 1)
			hours[__builtin_ctz(bits)]++;
	}
	census_pairs_add(
	        &pass->pairs,
	        census_roll_part(&pass->gather->callers, number, CENSUS_GROUP_BITS), days,
	        count);
}

/* Adds the generators of the host at work, and forgets them. */
static enum fsk_err
add_generators(struct pass *pass)
{
	enum fsk_err err = FSK_OK;

	for (size_t word = 0; word < CENSUS_GENERATORS / WORD; word++) {
		uint64_t bits = pass->generators[word];

		pass->generators[word] = 0;
		for (; bits != 0 && err == FSK_OK; bits &= bits - 1) {
			uint32_t g =
			        (uint32_t)(word * WORD) + (uint32_t)__builtin_ctzll(bits);

			err = census_sums_add(&pass->tally->generators, g,
			                      pass->by_generator[g]);
			pass->by_generator[g] = 0;
		}
	}
	return err;
}

/* Adds host ${number}. */
static enum fsk_err
add_caller(struct pass *pass, uint32_t number, const struct census_caller *caller)
{
	const struct census_plan *plan = &pass->gather->plan;
	struct census_tally *tally = pass->tally;
	const struct census_visit *visit;
	enum fsk_err err;

	pass->contacts = 0;
	for (uint32_t n = caller->enrolled.more; n != 0; n = visit->next) {
		visit = census_visit_at(pass->gather, n - 1);
		add_visit(pass, visit);
	}
	add_days(pass, number);
	tally->footprint++;
	tally->all_contacts += pass->contacts;
	if (caller->counter > 0) {
		tally->with_counter++;
		tally->counter_sum += caller->counter - 1;
	}
	if (caller->enrolled.wide &&
	    census_roll_is_pseudonym(&pass->gather->callers, number))
		tally->pseudonyms = true;
	err = add_generators(pass);
	if (err == FSK_OK && plan->by_country)
		err = census_sums_add(&tally->countries, caller->country, pass->contacts);
	if (err == FSK_OK && plan->by_network)
		err = census_sums_add(&tally->networks, caller->network, pass->contacts);
	return err;
}

/* The row of the host that is some places behind ${number} will be wanted soon. */
static void
fetch(const struct census_gather *gather, uint32_t number)
{
	const struct census_caller *caller;

	if (census_roll_count(&gather->callers) - number <= AHEAD)
		return;
	caller = census_roll_at(&gather->callers, number + AHEAD);
	__builtin_prefetch(census_visit_at(gather, caller->enrolled.more - 1));
}

/* How many names an address must seem to have asked for to have asked for more than
 * ${bound}. What is kept of names tells their number with an error (watch/hostday.h; root
 * mean square); what is above the bound by three times that is so in truth. */
static double
above(double bound)
{
	static const struct {
		double names, error;
	} errors[] = {{20, 0.09}, {100, 0.12}, {200, 0.16}, {700, 0.22}, {INFINITY, 0.17}};
	size_t i = 0;

	while (bound > errors[i].names)
		i++;
	return bound * (1 + 3 * errors[i].error);
}

static enum fsk_err
walk(struct pass *pass)
{
	struct census_gather *gather = pass->gather;
	uint32_t count = census_roll_count(&gather->callers);
	enum fsk_err err = FSK_OK;

	for (uint32_t n = 0; n < count && err == FSK_OK; n++) {
		struct census_caller *caller = census_roll_at(&gather->callers, n);

		fetch(gather, n);
		if (census_visit_at(gather, caller->enrolled.more - 1)->next != 0)
			merge(pass, caller);
		caller->gone = is_chaff(pass, caller);
		if (!caller->gone)
			err = add_caller(pass, n, caller);
	}
	return err;
}

static enum fsk_err
count(struct census_gather *gather, struct census_tally *tally)
{
	struct pass *pass = calloc(1, sizeof(*pass));
	enum fsk_err err;

	if (pass == NULL)
		return FSK_NOMEM;
	pass->gather = gather;
	pass->tally = tally;
	pass->most = gather->plan.habits.tries > 0 ? above(2.0 * gather->plan.habits.tries)
	                                           : INFINITY;
	pass->hours = calloc(gather->days, sizeof(*pass->hours));
	pass->cells = calloc(size_add(size_mul(gather->days, gather->generator_count), 1),
	                     sizeof(*pass->cells));
	err = census_pairs_init(&pass->pairs, gather->days);
	if (pass->hours == NULL || pass->cells == NULL)
		err = FSK_NOMEM;
	if (err == FSK_OK)
		err = walk(pass);
	if (err == FSK_OK)
		tally->again = census_pairs_end(&pass->pairs);
	census_pairs_fini(&pass->pairs);
	free(pass->hours);
	free(pass->cells);
	free(pass);
	return err;
}

/* The hour with most addresses, the first of those with as many. */
static void
find_peak(struct census_gather *gather)
{
	const uint64_t *hours = gather->tally.hours;
	size_t best = 0;

	for (size_t i = 1; i < gather->days * CENSUS_HOURS; i++) {
		if (hours[i] > hours[best])
			best = i;
	}
	gather->peak.from = gather->plan.from + ((int64_t)best - 1) * CENSUS_HOUR;
	gather->peak.to = gather->peak.from + 3 * CENSUS_HOUR;
	if (hours[best] == 0)
		gather->peak.to = gather->peak.from;
}

enum fsk_err
census_gather_settle(struct census_gather *gather, int64_t *from, int64_t *to)
{
	struct census_tally tally = {.footprint = 0};
	enum fsk_err err;

	if (gather->settled)
		return FSK_RANGE;
	err = census_gather_keep(gather, 0);
	if (err == FSK_OK)
		err = make(&tally, gather->days, gather->generator_count);
	if (err == FSK_OK) {
		ask(gather, &tally);
		err = count(gather, &tally);
	}
	if (err == FSK_OK)
		err = census_chains_new(&gather->peak.chains);
	if (err != FSK_OK) {
		census_tally_fini(&tally);
		return err;
	}
	gather->tally = tally;
	gather->settled = true;
	find_peak(gather);
	*from = gather->peak.from;
	*to = gather->peak.to;
	return FSK_OK;
}
