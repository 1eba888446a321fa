/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/runs.h"

#include "base/size.h"
#include "watch/walk.h"

#include <stdlib.h>

/* Groups of one list of ${count} names that shares none. */
static uint64_t
groups_a_list(uint32_t count)
{
	return ((uint64_t)count + WATCH_GROUP - 1) / WATCH_GROUP;
}

static bool
shares_groups(uint32_t count)
{
	return count < WATCH_GROUP_LIST;
}

/* Groups of ${lists} lists of ${count} names. False when they are too many to
 * count. */
static bool
count_groups(uint64_t lists, uint32_t count, uint64_t *groups)
{
	uint64_t together = WATCH_GROUP / count;

	if (!shares_groups(count))
		return !__builtin_mul_overflow(lists, groups_a_list(count), groups);
	*groups = lists / together + (lists % together != 0);
	return true;
}

static enum fsk_err
grow(struct watch_runs *runs)
{
	size_t room = size_add(size_mul(runs->room, 2), 16);
	struct watch_run *run = realloc(runs->run, size_mul(room, sizeof(*run)));

	if (run == NULL)
		return FSK_NOMEM;
	runs->run = run;
	runs->room = room;
	return FSK_OK;
}

enum fsk_err
watch_runs_add(struct watch_runs *runs, const struct dga_variant *variant,
               struct watch_run run)
{
	uint64_t groups;
	uint64_t names;

	if (!count_groups(run.lists, variant->count, &groups) ||
	    __builtin_add_overflow(runs->groups, groups, &groups) ||
	    __builtin_mul_overflow(run.lists, variant->count, &names) ||
	    __builtin_add_overflow(runs->names, names, &names))
		return FSK_RANGE;
	if (runs->count == runs->room) {
		enum fsk_err err = grow(runs);

		if (err != FSK_OK)
			return err;
	}
	run.group = runs->groups;
	runs->run[runs->count++] = run;
	runs->groups = groups;
	runs->names = names;
	return FSK_OK;
}

/* Seconds of ${period}; 0 when it has no bounds. */
static int64_t
length_of(const struct fsk_period *period)
{
	if (period->first == INT64_MIN || period->last == INT64_MAX)
		return 0;
	return period->last - period->first + 1;
}

/* Adds ${run}, unless it has no list yet. */
static enum fsk_err
close_run(struct watch_runs *runs, struct watch_run run)
{
	if (run.lists == 0)
		return FSK_OK;
	return watch_runs_add(runs, dga_generator_at((size_t)run.generator).variant, run);
}

/* Whether the list of ${walk} follows the last one of ${run} at its pace. */
static bool
goes_on(const struct watch_run *run, const struct watch_walk *walk)
{
	int64_t length = length_of(&walk->period);

	return run->lists > 0 && run->generator == walk->generator.number && length > 0 &&
	       length == run->length &&
	       walk->period.first == run->first + (int64_t)run->lists * length;
}

enum fsk_err
watch_runs_make(struct watch_runs *runs, const struct watch_plan *plan)
{
	struct watch_walk walk = {.plan = plan};
	struct watch_runs made = {.count = 0};
	struct watch_run run = {.lists = 0};
	enum fsk_err err;

	while ((err = watch_walk_next(&walk)) == FSK_OK) {
		if (goes_on(&run, &walk)) {
			run.lists++;
			continue;
		}
		err = close_run(&made, run);
		if (err != FSK_OK)
			break;
		run = (struct watch_run){.generator = walk.generator.number,
		                         .first = walk.period.first,
		                         .length = length_of(&walk.period),
		                         .lists = 1};
	}
	if (err == FSK_END)
		err = close_run(&made, run);
	if (err != FSK_OK) {
		watch_runs_fini(&made);
		return err;
	}
	*runs = made;
	return FSK_OK;
}

void
watch_runs_fini(struct watch_runs *runs)
{
	if (runs == NULL)
		return;
	free(runs->run);
	*runs = (struct watch_runs){.count = 0};
}

bool
watch_run_period(const struct watch_run *run, const struct dga_generator *generator,
                 uint64_t list, struct fsk_period *period)
{
	int64_t instant;

	if (__builtin_mul_overflow(list, run->length, &instant) ||
	    __builtin_add_overflow(instant, run->first, &instant))
		return false;
	return generator->family->period(generator->variant, instant, period) &&
	       period->first == instant && length_of(period) == run->length;
}

uint64_t
watch_run_group(const struct watch_run *run, uint32_t count, uint64_t list, uint32_t index)
{
	if (shares_groups(count))
		return run->group + list / (WATCH_GROUP / count);
	return run->group + list * groups_a_list(count) + index / WATCH_GROUP;
}

const struct watch_run *
watch_runs_find(const struct watch_runs *runs, uint64_t group)
{
	size_t low = 0; /* the group lies in run[low..high) */
	size_t high = runs->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (runs->run[middle].group <= group)
			low = middle;
		else
			high = middle;
	}
	return &runs->run[low];
}

struct watch_place
watch_run_place(const struct watch_run *run, uint32_t count, uint64_t group)
{
	uint64_t within = group - run->group;
	struct watch_place place = {.lists = 1};

	if (shares_groups(count)) {
		uint64_t together = WATCH_GROUP / count;

		place.list = within * together;
		place.lists = run->lists - place.list;
		if (place.lists > together)
			place.lists = together;
		return place;
	}
	place.list = within / groups_a_list(count);
	place.index = (uint32_t)(within % groups_a_list(count)) * WATCH_GROUP;
	return place;
}
