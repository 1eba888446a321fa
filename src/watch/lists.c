/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/lists.h"

#include "base/date.h"
#include "base/size.h"
#include "dga/catalog.h"
#include "watch/room.h"
#include "watch/shelf.h"

#include <stdlib.h>

/* A walk through all lists of a plan. */
struct walk {
	const struct watch_plan *plan;
	size_t at; /* generator in the plan */
	struct dga_generator generator;
	struct fsk_period period;
	bool inside; /* period is one of generator's */
};

/* ${instant}, or the end of the calendar (dga/period.h) that it lies behind, so
 * that nobody walks day by day through ages without lists. */
static int64_t
on_calendar(int64_t instant)
{
	const int64_t first = DATE_FIRST * DATE_DAY;
	const int64_t last = (DATE_LAST + 1) * DATE_DAY - 1;

	return instant < first ? first : instant > last ? last : instant;
}

/* Turns to the next list; false behind the last. */
static bool
walk_next(struct walk *walk)
{
	const struct watch_plan *plan = walk->plan;
	int64_t from = on_calendar(plan->from);
	int64_t to = on_calendar(plan->to);

	while (walk->at < plan->generator_count) {
		enum fsk_err err;

		if (walk->inside) {
			err = dga_period_next(&walk->generator, to, &walk->period);
		} else {
			walk->generator = dga_generator_at(plan->generators[walk->at]);
			err = dga_period_first(&walk->generator, from, to, &walk->period);
		}
		walk->inside = err == FSK_OK;
		if (err != FSK_OK)
			walk->at++;
		/* A plan outside the calendar was moved to its end. */
		else if (walk->period.first <= plan->to && walk->period.last >= plan->from)
			return true;
	}
	return false;
}

/* Counts the lists of ${plan} and what they take. */
static enum fsk_err
measure(const struct watch_plan *plan, struct watch_lists *lists)
{
	struct walk walk = {.plan = plan};
	uint64_t least = 0; /* bytes of the names on the shelf */

	while (walk_next(&walk)) {
		const struct dga_variant *variant = walk.generator.variant;
		size_t label = ((size_t)variant->label_min + variant->label_max + 1) / 2;

		least += (uint64_t)variant->count *
		         (variant->label_min + WATCH_SHELF_BESIDE);
		if (least > UINT32_MAX || lists->count == UINT32_MAX)
			return FSK_RANGE;
		lists->count++;
		lists->names += variant->count;
		lists->labels = size_add(lists->labels, size_mul(variant->count, label));
	}
	return FSK_OK;
}

enum fsk_err
watch_lists_init(struct watch_lists *lists, const struct watch_plan *plan)
{
	struct watch_lists made = {.count = 0};
	struct walk walk = {.plan = plan};
	uint32_t first = 0;
	enum fsk_err err;

	if (plan->from > plan->to)
		return FSK_RANGE;
	err = measure(plan, &made);
	if (err != FSK_OK)
		return err;
	made.list = watch_room_new(size_mul(made.count, sizeof(*made.list)));
	if (made.list == NULL)
		return FSK_NOMEM;
	for (struct watch_list *list = made.list; walk_next(&walk); list++) {
		*list = (struct watch_list){
		        .period = walk.period,
		        .variant = walk.generator.variant,
		        .generator = (uint32_t)walk.generator.number,
		        .first = first,
		};
		first += list->variant->count;
	}
	*lists = made;
	return FSK_OK;
}

void
watch_lists_fini(struct watch_lists *lists)
{
	if (lists == NULL)
		return;
	free(lists->list);
	*lists = (struct watch_lists){.count = 0};
}

size_t
watch_lists_bytes(const struct watch_lists *lists)
{
	return lists->count * sizeof(*lists->list);
}

const struct watch_list *
watch_lists_find(const struct watch_lists *lists, uint32_t number)
{
	const struct watch_list *list = lists->list;

	/* The last list that begins at number or before: it is one of count,
	 * beginning with list. */
	for (uint32_t count = lists->count; count > 1;) {
		uint32_t half = count / 2;

		if (list[half].first <= number)
			list += half;
		count -= half;
	}
	return list;
}
