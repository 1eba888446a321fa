/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/lists.h"

#include "base/size.h"
#include "watch/room.h"
#include "watch/shelf.h"
#include "watch/walk.h"

#include <stdlib.h>

/* Counts the lists of ${plan} and what they take. */
static enum fsk_err
measure(const struct watch_plan *plan, struct watch_lists *lists)
{
	struct watch_walk walk = {.plan = plan};
	uint64_t least = 0; /* bytes of the names on the shelf */
	enum fsk_err err;

	while ((err = watch_walk_next(&walk)) == FSK_OK) {
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
	return err == FSK_END ? FSK_OK : err;
}

enum fsk_err
watch_lists_init(struct watch_lists *lists, const struct watch_plan *plan)
{
	struct watch_lists made = {.count = 0};
	struct watch_walk walk = {.plan = plan};
	struct watch_list *list;
	uint32_t first = 0;
	enum fsk_err err = measure(plan, &made);

	if (err != FSK_OK)
		return err;
	made.list = watch_room_new(size_mul(made.count, sizeof(*made.list)));
	if (made.list == NULL)
		return FSK_NOMEM;
	for (list = made.list; (err = watch_walk_next(&walk)) == FSK_OK; list++) {
		*list = (struct watch_list){
		        .period = walk.period,
		        .variant = walk.generator.variant,
		        .generator = (uint32_t)walk.generator.number,
		        .first = first,
		};
		first += list->variant->count;
	}
	if (err != FSK_END) {
		watch_lists_fini(&made);
		return err;
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
