/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/crew.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

/* Threads are worth their start only up to here. */
#define THREADS_MAX 256

struct shift {
	const struct watch_crew *crew;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t moved; /* done or working has changed */
	size_t next;          /* the first job that nobody has taken */
	size_t done;
	unsigned working; /* threads that have not ended */
	unsigned workers; /* threads that have begun */
	enum fsk_err err;
	int error_number;
};

static void *
work(void *argument)
{
	struct shift *shift = argument;
	unsigned worker;

	pthread_mutex_lock(&shift->lock);
	worker = shift->workers++;
	while (shift->err == FSK_OK && shift->next < shift->crew->jobs) {
		size_t job = shift->next++;
		enum fsk_err err;
		int error_number;

		pthread_mutex_unlock(&shift->lock);
		err = shift->crew->run(shift->crew->context, worker, job);
		error_number = errno;
		pthread_mutex_lock(&shift->lock);
		if (err != FSK_OK && shift->err == FSK_OK) {
			shift->err = err;
			shift->error_number = error_number;
		}
		shift->done++;
		pthread_cond_signal(&shift->moved);
	}
	shift->working--;
	pthread_cond_signal(&shift->moved);
	pthread_mutex_unlock(&shift->lock);
	return NULL;
}

/* Starts up to ${wanted} threads and returns how many came up. They take no
 * signals: those are for the program's own threads. */
static unsigned
start(struct shift *shift, pthread_t *threads, unsigned wanted)
{
	unsigned started = 0;
	sigset_t all;
	sigset_t before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_mutex_lock(&shift->lock);
	while (started < wanted) {
		int error_number = pthread_create(&threads[started], NULL, work, shift);

		if (error_number != 0) {
			errno = error_number;
			break;
		}
		started++;
	}
	shift->working = started;
	pthread_mutex_unlock(&shift->lock);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

/* Reports until no thread works any more. */
static void
wait_for(struct shift *shift)
{
	const struct watch_crew *crew = shift->crew;
	size_t told = 0;

	pthread_mutex_lock(&shift->lock);
	while (shift->working > 0 || shift->done != told) {
		bool go_on;

		if (shift->done == told) {
			pthread_cond_wait(&shift->moved, &shift->lock);
			continue;
		}
		told = shift->done;
		if (crew->tick == NULL || shift->err != FSK_OK)
			continue;
		pthread_mutex_unlock(&shift->lock);
		go_on = crew->tick(crew->context);
		pthread_mutex_lock(&shift->lock);
		if (!go_on && shift->err == FSK_OK)
			shift->err = FSK_STOPPED;
	}
	pthread_mutex_unlock(&shift->lock);
}

enum fsk_err
watch_crew_run(const struct watch_crew *crew)
{
	pthread_t threads[THREADS_MAX];
	struct shift shift = {
	        .crew = crew,
	        .lock = PTHREAD_MUTEX_INITIALIZER,
	        .moved = PTHREAD_COND_INITIALIZER,
	};
	unsigned wanted = crew->threads > 0 ? crew->threads : 1;
	unsigned started;

	if (crew->jobs == 0)
		return FSK_OK;
	if (wanted > THREADS_MAX)
		wanted = THREADS_MAX;
	if (wanted > crew->jobs)
		wanted = (unsigned)crew->jobs;
	started = start(&shift, threads, wanted);
	if (started == 0)
		return FSK_IO;
	wait_for(&shift);
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_cond_destroy(&shift.moved);
	pthread_mutex_destroy(&shift.lock);
	if (shift.err != FSK_OK)
		errno = shift.error_number;
	return shift.err;
}
