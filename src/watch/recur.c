/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/recur.h"

#include "base/date.h"
#include "base/size.h"
#include "dga/catalog.h"
#include "watch/search.h"

#include <stdlib.h>

#define LOOK_BACK (366 * DATE_DAY)

/* One search: the forecasts whose lists were taken at one time. */
struct work {
	struct watch_recur *forecasts;
	size_t count;
	int64_t taken;
	struct fsk_name *names; /* each once */
	size_t *first;          /* of each name: its first forecast */
	size_t name_count;
	bool *wanted;       /* by generator */
	size_t *generators; /* those */
	size_t generator_count;
	int64_t ahead; /* the longest of theirs */
};

int64_t
watch_recur_begins(size_t generator, struct fsk_period period)
{
	int64_t ahead = dga_generator_at(generator).family->ahead;

	return period.first < INT64_MIN + ahead ? INT64_MIN : period.first - ahead;
}

void
watch_recur_set(struct watch_recur *forecast, struct span name, size_t generator,
                const struct watch_ruling *ruling)
{
	*forecast = (struct watch_recur){.generator = generator,
	                                 .taken = ruling->known.list->taken,
	                                 .begins = INT64_MAX};
	forecast->name.len = (uint8_t)name.len;
	memcpy(forecast->name.text, name.text, name.len);
}

static bool
is_same(const struct fsk_name *a, const struct fsk_name *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* Notes that ${match} is a forecast of name ${n}, if a list of ${taken} may show it. */
static void
found(size_t n, const struct fsk_match *match, void *context)
{
	const struct work *work = context;
	const struct dga_family *family = dga_generator_at(match->generator).family;
	int64_t begins = watch_recur_begins(match->generator, match->period);

	/* A list that holds for ever has no time that could come again. */
	if (begins == INT64_MIN || begins > work->taken ||
	    match->period.last < work->taken - LOOK_BACK ||
	    match->period.last < dga_first_seen(family))
		return;
	for (size_t i = work->first[n]; i < work->count; i++) {
		struct watch_recur *forecast = &work->forecasts[i];

		if (!is_same(&forecast->name, &work->names[n]))
			break;
		if (forecast->taken == work->taken &&
		    forecast->generator == match->generator && begins < forecast->begins)
			forecast->begins = begins;
	}
}

/* Collects names and generators of the forecasts whose list was taken at ${taken}. */
static void
collect(struct work *work)
{
	int64_t ahead;

	for (size_t i = 0; i < work->count; i++) {
		const struct watch_recur *forecast = &work->forecasts[i];

		if (forecast->taken != work->taken)
			continue;
		work->wanted[forecast->generator] = true;
		if (work->name_count > 0 &&
		    is_same(&work->names[work->name_count - 1], &forecast->name))
			continue;
		work->names[work->name_count] = forecast->name;
		work->first[work->name_count++] = i;
	}
	for (size_t i = 0; i < dga_generator_count(); i++) {
		if (!work->wanted[i])
			continue;
		work->generators[work->generator_count++] = i;
		ahead = dga_generator_at(i).family->ahead;
		work->ahead = ahead > work->ahead ? ahead : work->ahead;
	}
}

/* Searches for what ${work} collected. */
static enum fsk_err
search(struct work *work, const struct watch_plan *plan)
{
	struct watch_search search = {
	        .plan = *plan,
	        .names = work->names,
	        .name_count = work->name_count,
	        .found = found,
	        .context = work,
	};
	struct watch_search_stats stats;

	search.plan.generators = work->generators;
	search.plan.generator_count = work->generator_count;
	search.plan.from = work->taken - LOOK_BACK;
	search.plan.to = work->taken + work->ahead;
	return watch_search(&search, &stats);
}

/* Finds the forecasts of ${all} whose list was taken at ${taken}. */
static enum fsk_err
find(const struct work *all, int64_t taken, const struct watch_plan *plan)
{
	struct work work = {
	        .forecasts = all->forecasts,
	        .count = all->count,
	        .taken = taken,
	        .names = calloc(all->count, sizeof(*work.names)),
	        .first = calloc(all->count, sizeof(*work.first)),
	        .wanted = calloc(dga_generator_count(), sizeof(*work.wanted)),
	        .generators = calloc(dga_generator_count(), sizeof(*work.generators)),
	};
	enum fsk_err err = FSK_NOMEM;

	if (work.names != NULL && work.first != NULL && work.wanted != NULL &&
	    work.generators != NULL) {
		collect(&work);
		err = search(&work, plan);
	}
	free(work.names);
	free(work.first);
	free(work.wanted);
	free(work.generators);
	return err;
}

enum fsk_err
watch_recur_find(struct watch_recur *forecasts, size_t count, const struct watch_plan *plan)
{
	const struct work all = {.forecasts = forecasts, .count = count};
	int64_t last = INT64_MIN; /* list that was looked for */
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < count; i++)
		forecasts[i].begins = INT64_MAX;
	while (err == FSK_OK) {
		int64_t next = INT64_MAX;

		for (size_t i = 0; i < count; i++) {
			int64_t taken = forecasts[i].taken;

			if (taken > last && taken < next)
				next = taken;
		}
		if (next == INT64_MAX)
			break;
		last = next;
		/* Before the calendar nobody asked for anything. */
		if (date_day_of(next) > DATE_FIRST + 366)
			err = find(&all, next, plan);
	}
	return err;
}
