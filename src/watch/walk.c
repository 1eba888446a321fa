/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/walk.h"

/* Lists between two questions whether to stop: less than a millisecond. */
#define STEP (UINT64_C(1) << 16)

/* Turns to the first list of the generator at the walk's place in the plan. */
static enum fsk_err
enter(struct watch_walk *walk)
{
	const struct watch_plan *plan = walk->plan;
	size_t number = plan->generators[walk->at];
	const struct dga_generator generator =
	        plan->placebo ? dga_placebo_at(number) : dga_generator_at(number);

	if (generator.family == NULL)
		return FSK_UNKNOWN;
	walk->generator = generator;
	if (generator.variant->count == 0)
		return FSK_END;
	return dga_period_first(&generator, plan->from, plan->to, &walk->period);
}

/* Counts the list; whether to go on. */
static enum fsk_err
count(struct watch_walk *walk)
{
	const struct watch_plan *plan = walk->plan;

	walk->lists++;
	walk->names += walk->generator.variant->count;
	if (walk->lists % STEP == 0 && plan->progress != NULL &&
	    !plan->progress(0, walk->names, plan->context))
		return FSK_STOPPED;
	return FSK_OK;
}

enum fsk_err
watch_walk_next(struct watch_walk *walk)
{
	const struct watch_plan *plan = walk->plan;

	if (plan->from > plan->to)
		return FSK_RANGE;
	while (walk->at < plan->generator_count) {
		enum fsk_err err;

		if (walk->inside)
			err = dga_period_next(&walk->generator, plan->to, &walk->period);
		else
			err = enter(walk);
		walk->inside = err == FSK_OK;
		if (err == FSK_OK)
			return count(walk);
		if (err != FSK_END)
			return err;
		walk->at++;
	}
	return FSK_END;
}
