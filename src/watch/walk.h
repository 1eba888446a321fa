/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/walk.h: all lists of a plan, one after the other, by generator and then
 * in time, without making any. A plan may reach beyond the calendar of
 * base/date.h: only lists that hold for ever are there.
 */
#ifndef WATCH_WALK_H
#define WATCH_WALK_H

#include "dga/catalog.h"
#include "watch/plan.h"

struct watch_walk {
	const struct watch_plan *plan; /* set by the caller, the rest zeroed */

	struct dga_generator generator; /* of the list; has names */
	struct fsk_period period;       /* of the list */

	size_t at;      /* of the generator in the plan */
	bool inside;    /* period is one of the generator's */
	uint64_t lists; /* seen so far */
	uint64_t names; /* of them */
};

/* Turns to the next list. FSK_END behind the last, FSK_RANGE when the plan's
 * span is turned round, FSK_UNKNOWN for a generator that does not exist,
 * FSK_STOPPED when the plan's progress said so: it is asked now and then, with 0
 * names done of those seen so far, since millennia of short periods take
 * seconds. */
FSK_MUST_USE enum fsk_err watch_walk_next(struct watch_walk *walk);

#endif
