/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/maker.h"

#include "base/size.h"
#include "watch/shape.h"

#include <stdlib.h>

/* Names of a job, unless one batch of lists has more: the slowest generators
 * make some hundred thousand in a second. */
#define JOB_NAMES 131072

/* Lists of a job, for lists of ${count} names. */
static uint64_t
lists_a_job(uint32_t count)
{
	uint64_t lists = JOB_NAMES / count;

	return lists > DGA_LIST_BATCH ? lists - lists % DGA_LIST_BATCH : DGA_LIST_BATCH;
}

/* Cuts the runs ${from}..${to} of ${runs}, which are one generator's, into jobs
 * and stores them in ${job} unless it is NULL; returns how many they are. */
static size_t
cut(const struct watch_runs *runs, size_t from, size_t to, struct watch_job *job)
{
	uint32_t count = dga_generator_at(runs->run[from].generator).variant->count;
	uint64_t most = lists_a_job(count);
	uint64_t room = 0; /* lists that the last job may still take */
	size_t jobs = 0;

	for (size_t run = from; run < to; run++) {
		uint64_t lists = runs->run[run].lists;
		uint64_t list = lists < room ? lists : room; /* the first for a new job */

		if (job != NULL && list > 0)
			job[jobs - 1].lists += list;
		room -= list;
		for (; list < lists; list += most) {
			uint64_t taken = lists - list < most ? lists - list : most;

			if (job != NULL)
				job[jobs] = (struct watch_job){run, list, taken};
			jobs++;
			room = most - taken;
		}
	}
	return jobs;
}

/* Cuts all ${runs}. */
static size_t
cut_all(const struct watch_runs *runs, struct watch_job *job)
{
	size_t jobs = 0;
	size_t from = 0;

	while (from < runs->count) {
		size_t to = from + 1;

		while (to < runs->count &&
		       runs->run[to].generator == runs->run[from].generator)
			to++;
		jobs += cut(runs, from, to, job != NULL ? job + jobs : NULL);
		from = to;
	}
	return jobs;
}

enum fsk_err
watch_jobs_make(struct watch_jobs *jobs, const struct watch_runs *runs)
{
	size_t count = cut_all(runs, NULL);
	struct watch_job *job = calloc(size_add(count, 1), sizeof(*job));

	if (job == NULL)
		return FSK_NOMEM;
	cut_all(runs, job);
	*jobs = (struct watch_jobs){job, count};
	return FSK_OK;
}

void
watch_jobs_fini(struct watch_jobs *jobs)
{
	if (jobs == NULL)
		return;
	free(jobs->job);
	*jobs = (struct watch_jobs){.count = 0};
}

void
watch_maker_fini(struct watch_maker *maker)
{
	if (maker == NULL)
		return;
	for (size_t i = 0; i < maker->ready; i++)
		dga_list_fini(&maker->list[i]);
	maker->ready = 0;
	maker->variant = NULL;
}

/* Gets memory for ${count} lists of ${variant}. */
static enum fsk_err
prepare(struct watch_maker *maker, const struct dga_variant *variant, uint64_t count)
{
	if (maker->variant != variant)
		watch_maker_fini(maker);
	maker->variant = variant;
	while (maker->ready < DGA_LIST_BATCH && maker->ready < count) {
		enum fsk_err err =
		        dga_list_init(&maker->list[maker->ready], variant, maker->marks);

		if (err != FSK_OK)
			return err;
		maker->ready++;
	}
	return FSK_OK;
}

/* Lists of the batch that is being made, with the places that they come from. */
struct batch {
	const struct watch_run *run[DGA_LIST_BATCH];
	uint64_t list[DGA_LIST_BATCH];
	size_t count;
};

/* Takes the next lists off ${job}, and sets the periods of ${maker}'s lists. */
static enum fsk_err
gather(struct watch_maker *maker, const struct watch_runs *runs,
       const struct dga_generator *generator, struct watch_job *job, struct batch *batch)
{
	for (batch->count = 0; job->lists > 0 && batch->count < DGA_LIST_BATCH;) {
		const struct watch_run *run = &runs->run[job->run];

		if (job->list == run->lists) {
			job->run++;
			job->list = 0;
			continue;
		}
		if (!watch_run_period(run, generator, job->list,
		                      &maker->list[batch->count].period))
			return FSK_RANGE;
		batch->run[batch->count] = run;
		batch->list[batch->count] = job->list;
		batch->count++;
		job->list++;
		job->lists--;
	}
	return FSK_OK;
}

enum fsk_err
watch_maker_run(struct watch_maker *maker, const struct watch_runs *runs,
                const struct watch_job *job, watch_maker_take *take, void *context)
{
	struct dga_generator generator = dga_generator_at(runs->run[job->run].generator);
	struct watch_job left = *job;
	enum fsk_err err = prepare(maker, generator.variant, job->lists);

	while (err == FSK_OK && left.lists > 0) {
		struct batch batch;

		err = gather(maker, runs, &generator, &left, &batch);
		if (err != FSK_OK)
			break;
		dga_list_make(generator.family, generator.variant, maker->list,
		              batch.count);
		for (size_t i = 0; err == FSK_OK && i < batch.count; i++) {
			watch_shape_lower(maker->list[i].text, maker->list[i].bytes);
			err = take(context, batch.run[i], batch.list[i], &maker->list[i]);
		}
	}
	return err;
}
