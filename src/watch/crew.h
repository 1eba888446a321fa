/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/crew.h: a few threads that work through a numbered list of jobs, each
 * taking the next one that is free. The calling thread works at none: it
 * reports, and may call them off between two jobs.
 */
#ifndef WATCH_CREW_H
#define WATCH_CREW_H

#include <foresink/err.h>

#include <stdbool.h>
#include <stddef.h>

struct watch_crew {
	size_t jobs;
	unsigned threads; /* at most; 0 counts as 1 */

	/* Does job ${job} (from 0) in thread ${worker} (0..threads-1): what is
	 * kept for a worker is touched by one thread only. Anything but FSK_OK
	 * calls all off. */
	enum fsk_err (*run)(void *context, unsigned worker, size_t job);

	/* Called from the calling thread after jobs were done, not after each
	 * one; false calls all off. May be NULL. */
	bool (*tick)(void *context);
	void *context;
};

/* Does all jobs of ${crew}. The first result of a job that is not FSK_OK, with
 * the errno that it left; FSK_STOPPED when tick said so; FSK_IO with errno when
 * no thread could be started. All threads have ended when it returns. */
FSK_MUST_USE enum fsk_err watch_crew_run(const struct watch_crew *crew);

#endif
