/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/runs.h: the lists of a plan, numbered. Lists of one generator that
 * follow one another in time and have periods of one length make a run, so
 * that years of lists are a few runs and a number leads to a period by
 * arithmetic. The names of a run are cut into groups of at most WATCH_GROUP
 * consecutive names, the grain at which an index file (watch/archive.h) points
 * into them: a list of WATCH_GROUP_LIST names or more begins a group of its
 * own; of shorter lists, several share a group.
 */
#ifndef WATCH_RUNS_H
#define WATCH_RUNS_H

#include "dga/catalog.h"
#include "watch/plan.h"

/* Names of a group at most: the distance of the states that generators keep. */
#define WATCH_GROUP DGA_MARK_STEP

/* Names of the shortest list that has its groups to itself. */
#define WATCH_GROUP_LIST 32

/* Some lists of one generator, one after the other. The index file holds runs
 * in this form. */
struct watch_run {
	uint64_t generator; /* its number */
	int64_t first;      /* first second of the first list; INT64_MIN: see length */
	int64_t length;     /* seconds of each period; 0: one list that holds for ever */
	uint64_t lists;     /* at least 1 */
	uint64_t group;     /* number of the first group, counted over all runs */
};

struct watch_runs {
	struct watch_run *run; /* by generator, then by time */
	size_t count;
	size_t room;
	uint64_t names;  /* of all runs, duplicates included */
	uint64_t groups; /* of all runs */
};

/* Where a group lies in its run. */
struct watch_place {
	uint64_t list;  /* the first list that it has names of, from 0 in the run */
	uint64_t lists; /* how many lists it has names of */
	uint32_t index; /* names of the first list that stand before the group */
};

/* Numbers the lists of ${plan} and stores them in ${runs}, which may come out
 * empty; watch_runs_fini() frees it. FSK_UNKNOWN for a generator that does not
 * exist, FSK_RANGE when the plan's span is turned round, FSK_STOPPED when its
 * progress said so, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_runs_make(struct watch_runs *runs,
                                          const struct watch_plan *plan);

/* Frees what ${runs} holds; NULL and a zeroed one are allowed. */
void watch_runs_fini(struct watch_runs *runs);

/* Adds ${run} behind the last of ${runs}: sets its group and the sums.
 * FSK_RANGE when the sums would not fit in 64 bits, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_runs_add(struct watch_runs *runs,
                                         const struct dga_variant *variant,
                                         struct watch_run run);

/* Stores in ${period} the period of list ${list} of ${run}, whose generator is
 * ${generator}. False when the generator's calendar does not say so, which
 * cannot be in runs that watch_runs_make() made. */
bool watch_run_period(const struct watch_run *run, const struct dga_generator *generator,
                      uint64_t list, struct fsk_period *period);

/* The number of the group that holds name ${index} (from 0) of list ${list} of
 * ${run}, whose lists have ${count} names. */
uint64_t watch_run_group(const struct watch_run *run, uint32_t count, uint64_t list,
                         uint32_t index);

/* The run of ${runs} that holds group ${group}, which must exist. */
const struct watch_run *watch_runs_find(const struct watch_runs *runs, uint64_t group);

/* Where group ${group} lies in ${run}, which holds it. */
struct watch_place watch_run_place(const struct watch_run *run, uint32_t count,
                                   uint64_t group);

#endif
