/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/maker.h: all lists of a plan made in bulk, cut into jobs for several
 * threads. Each thread has a maker, whose memory is used for one batch of lists
 * after the other; names are handed on in lower case.
 */
#ifndef WATCH_MAKER_H
#define WATCH_MAKER_H

#include "watch/runs.h"

/* Some lists of one generator; they may go on into the next runs. */
struct watch_job {
	size_t run;     /* place of the run in which it begins */
	uint64_t list;  /* first list, from 0 in that run */
	uint64_t lists; /* how many, at least 1 */
};

struct watch_jobs {
	struct watch_job *job;
	size_t count;
};

struct watch_maker {
	struct dga_list list[DGA_LIST_BATCH];
	size_t ready; /* lists that have memory for variant */
	const struct dga_variant *variant;
	bool marks; /* set by the owner: keep states */
};

/* Takes a list that was made: list ${list} of ${run}, its text in lower case.
 * Anything but FSK_OK ends the job. */
typedef enum fsk_err watch_maker_take(void *context, const struct watch_run *run,
                                      uint64_t list, const struct dga_list *made);

/* Cuts ${runs} into jobs that take a fraction of a second each, and stores them
 * in ${jobs}; watch_jobs_fini() frees it. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_jobs_make(struct watch_jobs *jobs,
                                          const struct watch_runs *runs);

/* Frees what ${jobs} holds; NULL and a zeroed one are allowed. */
void watch_jobs_fini(struct watch_jobs *jobs);

/* Makes the lists of ${job} with the memory of ${maker} (zeroed before its
 * first job) and hands each to ${take} with ${context}. What ${take} returned;
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_maker_run(struct watch_maker *maker,
                                          const struct watch_runs *runs,
                                          const struct watch_job *job,
                                          watch_maker_take *take, void *context);

/* Frees what ${maker} holds; NULL and a zeroed one are allowed. */
void watch_maker_fini(struct watch_maker *maker);

#endif
