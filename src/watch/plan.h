/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/plan.h: which lists a search or an index file is to cover: some
 * generators over a span of time. Owned by the caller, never changed.
 */
#ifndef WATCH_PLAN_H
#define WATCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct watch_plan {
	const size_t *generators; /* numbers, rising, each once */
	size_t generator_count;
	int64_t from;     /* seconds since 1970, UTC: all periods that touch */
	int64_t to;       /* from..to, both included */
	unsigned threads; /* at least 1 */
	bool placebo;     /* of dga_placebo_at() instead of dga_generator_at(): dated
	                   * index only */

	/* Called now and then from the calling thread with the work done so far
	 * and the whole of it, in names; returns false to stop. While the lists
	 * are being numbered nothing is done and the whole grows. May be NULL. */
	bool (*progress)(uint64_t done, uint64_t whole, void *context);
	void *context;
};

#endif
